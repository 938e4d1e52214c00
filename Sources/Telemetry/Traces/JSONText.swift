internal import Base
internal import Foundation

/// Writes JSON into bytes, as it is kept of lists and maps and given to others.
enum JSONText {
    /// A text between quotes; what must not stand there is escaped, other bytes stay as they are.
    static func write(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20:
                bytes += "\\u00".utf8
                bytes += Hexadecimal.digits(byte).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number; those that JSON does not have are texts, as protobuf writes them.
    static func write(_ number: Double, to bytes: inout [UInt8]) {
        if number.isFinite {
            FloatText.append(number, .plain, to: &bytes)
        } else {
            bytes += (number.isNaN ? #""NaN""# : number > 0 ? #""Infinity""# : #""-Infinity""#).utf8
        }
    }

    /// Bytes in base64 between quotes.
    static func writeBase64(_ content: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes += Data(content).base64EncodedData()
        bytes.append(UInt8(ascii: "\""))
    }

    /// The bytes that a text in base64 has, of either alphabet, with or without its end; `nil` where it is none.
    static func base64(_ text: UnsafeRawBufferPointer) -> Data? {
        var plain = text.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while plain.count % 4 != 0, plain.count % 4 != 1 { plain.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(plain))
    }
}
