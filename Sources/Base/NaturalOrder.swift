/// The order in which people count: `cam-2` before `cam-10`, whatever the case of letters.
///
/// A key is made once for each text and compared byte by byte: thousands are sorted in milliseconds.
public struct NaturalOrder: Comparable, Sendable {
    private let bytes: [UInt8]

    public init(_ text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 4)
        var digits: [UInt8] = []
        func flush(_ bytes: inout [UInt8], _ digits: inout [UInt8]) {
            if digits.isEmpty { return }
            let number = digits.drop { $0 == UInt8(ascii: "0") }
            // Where a digit would stand, so that numbers come behind marks and before letters; longer is larger.
            bytes.append(UInt8(ascii: "0"))
            bytes.append(UInt8(clamping: number.count))
            bytes.append(contentsOf: number)
            digits.removeAll(keepingCapacity: true)
        }
        for byte in (text.utf8.allSatisfy { $0 < 0x80 } ? text : text.lowercased()).utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                flush(&bytes, &digits)
                bytes.append(byte | 0x20)
            default:
                flush(&bytes, &digits)
                bytes.append(byte)
            }
        }
        flush(&bytes, &digits)
        // What is the same otherwise stands in the order of its letters.
        bytes.append(0)
        bytes.append(contentsOf: text.utf8)
        self.bytes = bytes
    }

    public static func < (left: NaturalOrder, right: NaturalOrder) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
