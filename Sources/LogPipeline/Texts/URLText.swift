/// Texts in which bytes are written as `%C3%A9`.
package enum URLText {
    /// How decoded bytes are read.
    package enum Charset: Sendable {
        case utf8
        /// ISO 8859-1.
        case latin1
        case windows1252

        /// The one of a name of Ruby's.
        package init?(name: String) {
            switch name.lowercased() {
            case "utf-8", "utf8", "us-ascii", "ascii": self = .utf8
            case "iso-8859-1", "iso8859-1", "latin1", "latin-1": self = .latin1
            case "windows-1252", "cp1252": self = .windows1252
            default: return nil
            }
        }
    }

    /// The text with what is written as bytes decoded; a plus sign stays. Bytes that are no UTF-8 are shown as `\xE9`.
    package static func decoded(_ text: String, charset: Charset = .utf8) -> String {
        guard text.utf8.contains(37) else { return text }
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            if source[index] == 37, index + 2 < source.count, let high = digit(source[index + 1]),
                let low = digit(source[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        switch charset {
        case .utf8: return String(validating: bytes, as: UTF8.self) ?? escaped(bytes)
        case .latin1: return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        case .windows1252: return String(String.UnicodeScalarView(bytes.map(windows1252)))
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70, 97...102: (byte | 32) - 87
        default: nil
        }
    }

    /// Each wrong byte as Ruby shows it.
    private static func escaped(_ bytes: [UInt8]) -> String {
        var text = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
            if let length, length <= rest.count {
                let piece = rest.prefix(length)
                if piece == [34] || piece == [92] { text += "\\" }
                text += String(decoding: piece, as: UTF8.self)
                rest = rest.dropFirst(length)
            } else {
                let digits = String(rest.removeFirst(), radix: 16, uppercase: true)
                text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return text
    }

    /// Bytes from 128 to 159, where Windows has letters and ISO 8859-1 has none.
    private static let windows: [UInt32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
        0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
        0x17e, 0x178,
    ]

    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        (128..<160).contains(byte) ? Unicode.Scalar(windows[Int(byte) - 128]) ?? "\u{fffd}" : Unicode.Scalar(byte)
    }
}
