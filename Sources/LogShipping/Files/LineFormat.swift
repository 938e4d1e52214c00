#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a file's bytes are text: `encoding` and `line_terminator`.
package struct LineFormat: Sendable, Hashable {
    /// How characters are written.
    package enum Encoding: Sendable, Hashable {
        case utf8
        /// Two bytes a unit; `nil` where a mark at the beginning says which one comes first.
        case utf16(isBigEndian: Bool?)
        /// By the name that iconv knows it under.
        case other(String)

        /// Names as Filebeat has them, and as iconv does.
        private static let names: [String: String] = {
            var names = [
                "latin1": "ISO-8859-1", "big5": "BIG5", "gb18030": "GB18030", "gbk": "GBK", "euc-kr": "EUC-KR",
                "euc-jp": "EUC-JP", "iso-2022-jp": "ISO-2022-JP", "shift-jis": "SHIFT_JIS", "koi8r": "KOI8-R",
                "koi8u": "KOI8-U", "macintosh": "MACINTOSH", "macintosh-cyrillic": "MAC-CYRILLIC",
                "windows874": "CP874", "windows-874": "CP874",
            ]
            for number in 1...16 where number != 12 {
                for name in ["iso8859-\(number)", "iso-8859-\(number)"] { names[name] = "ISO-8859-\(number)" }
            }
            for number in 1_250...1_258 {
                for name in ["windows\(number)", "windows-\(number)", "cp\(number)"] { names[name] = "CP\(number)" }
            }
            for number in [437, 850, 852, 855, 858, 860, 862, 863, 865, 866] { names["cp\(number)"] = "CP\(number)" }
            return names
        }()

        /// The encoding of a name; `nil` where there is none, or where this machine lacks it.
        package init?(name: String) {
            switch name.lowercased() {
            case "", "plain", "nop", "utf-8", "utf8", "utf-8-bom": self = .utf8
            case "utf-16", "utf-16-bom": self = .utf16(isBigEndian: nil)
            case "utf-16be", "utf-16be-bom": self = .utf16(isBigEndian: true)
            case "utf-16le", "utf-16le-bom": self = .utf16(isBigEndian: false)
            case let name:
                guard let own = Self.names[name] else { return nil }
                let converter = iconv_open("UTF-8", own)
                if Self.isNone(converter) { return nil }
                iconv_close(converter)
                self = .other(own)
            }
        }

        fileprivate static func isNone(_ converter: iconv_t?) -> Bool { Int(bitPattern: converter) == -1 }
    }

    package enum Terminator: String, Sendable, CaseIterable {
        case auto
        case lineFeed = "line_feed"
        case verticalTab = "vertical_tab"
        case formFeed = "form_feed"
        case carriageReturn = "carriage_return"
        case carriageReturnLineFeed = "carriage_return_line_feed"
        case nextLine = "next_line"
        case lineSeparator = "line_separator"
        case paragraphSeparator = "paragraph_separator"
        case nullTerminator = "null_terminator"

        fileprivate var scalars: [UInt16] {
            switch self {
            case .auto, .lineFeed: [10]
            case .verticalTab: [11]
            case .formFeed: [12]
            case .carriageReturn: [13]
            case .carriageReturnLineFeed: [13, 10]
            case .nextLine: [0x85]
            case .lineSeparator: [0x2028]
            case .paragraphSeparator: [0x2029]
            case .nullTerminator: [0]
            }
        }
    }

    package var encoding = Encoding.utf8
    package var terminator = Terminator.auto

    /// Whether lines end with a line feed of one byte, with which no character of the encoding ends.
    var isPlain: Bool {
        if case .utf16 = encoding { return false }
        return terminator == .auto || terminator == .lineFeed
    }

    /// Bytes of a unit, at whose multiples a line's end begins.
    var unit: Int { if case .utf16 = encoding { 2 } else { 1 } }

    /// The bytes that end a line.
    /// - Parameter isBigEndian: of UTF-16.
    func terminatorBytes(isBigEndian: Bool) -> [UInt8] {
        switch encoding {
        case .utf16:
            terminator.scalars.flatMap {
                let (high, low) = (UInt8($0 >> 8), UInt8($0 & 255))
                return isBigEndian ? [high, low] : [low, high]
            }
        case .utf8:
            Array(String(String.UnicodeScalarView(terminator.scalars.compactMap { Unicode.Scalar($0) })).utf8)
        case .other: terminator.scalars.map { UInt8(truncatingIfNeeded: $0) }
        }
    }
}

/// Makes text of a file's bytes. For one file, as some encodings go on from line to line.
final class LineDecoder {
    private let converter: iconv_t?
    private let format: LineFormat
    /// Of UTF-16.
    var isBigEndian = false

    init(_ format: LineFormat) {
        self.format = format
        if case .other(let name) = format.encoding { converter = iconv_open("UTF-8", name) } else { converter = nil }
    }

    deinit {
        if let converter, !LineFormat.Encoding.isNone(converter) { iconv_close(converter) }
    }

    /// The text of bytes. What is none of the encoding becomes U+FFFD.
    func text(_ bytes: ArraySlice<UInt8>) -> String {
        switch format.encoding {
        case .utf8: return String(decoding: bytes, as: UTF8.self)
        case .utf16:
            var units: [UInt16] = []
            var index = bytes.startIndex
            while index + 1 < bytes.endIndex {
                let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
                units.append(isBigEndian ? first << 8 | second : second << 8 | first)
                index += 2
            }
            return String(decoding: units, as: UTF16.self)
        case .other: return converted(bytes)
        }
    }

    private func converted(_ bytes: ArraySlice<UInt8>) -> String {
        guard let converter, !LineFormat.Encoding.isNone(converter) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var input = Array(bytes)
        var text: [UInt8] = []
        input.withUnsafeMutableBytes { input in
            var source = input.baseAddress?.assumingMemoryBound(to: CChar.self)
            var left = input.count
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4_096) { output in
                while left > 0 {
                    var target = output.baseAddress
                    var space = output.count
                    let result = iconv(converter, &source, &left, &target, &space)
                    text.append(contentsOf: output[..<(output.count - space)].map { UInt8(bitPattern: $0) })
                    if result != -1 { break }
                    if errno == E2BIG { continue }
                    // A byte that cannot stand there.
                    text += [0xef, 0xbf, 0xbd]
                    source = source?.advanced(by: 1)
                    left -= 1
                }
                // What it holds back for a sign that may follow.
                var target = output.baseAddress
                var space = output.count
                _ = iconv(converter, nil, nil, &target, &space)
                text.append(contentsOf: output[..<(output.count - space)].map { UInt8(bitPattern: $0) })
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
