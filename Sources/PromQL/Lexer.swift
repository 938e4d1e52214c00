internal import Model

/// Splits an expression into tokens.
struct Lexer {
    private let text: String
    private let bytes: [UInt8]
    private var offset = 0
    /// Square brackets that are open here.
    private var openBrackets = 0

    static func tokens(of text: String) throws(PromQLParseError) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    private func refuse(_ message: String, from start: Int) -> PromQLParseError {
        PromQLParseError(message, at: start..<max(offset, start), in: text)
    }

    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanksAndComments() {
        while let byte = byte(at: offset) {
            if byte == UInt8(ascii: "#") {
                while let next = self.byte(at: offset), next != UInt8(ascii: "\n") { _ = next; offset += 1 }
            } else if byte == 32 || (9...13).contains(byte) {
                offset += 1
            } else {
                return
            }
        }
    }

    private mutating func next() throws(PromQLParseError) -> Token {
        skipBlanksAndComments()
        let start = offset
        guard let first = byte(at: offset) else { return Token(kind: .end, range: start..<start) }
        let kind: Token.Kind =
            switch first {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            case UInt8(ascii: ".") where byte(at: offset + 1).map(Self.isDigit) ?? false: try number()
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): try string(quote: first)
            case _ where Self.isWordStart(first): word()
            default: try symbol()
            }
        return Token(kind: kind, range: start..<offset)
    }

    // MARK: Words and symbols

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private mutating func word() -> Token.Kind {
        let start = offset
        // A colon belongs to the word, as recording rules have it; in `[5m:1m]` it never follows a letter of a name.
        while let byte = byte(at: offset), Self.isWordStart(byte) || Self.isDigit(byte) || byte == UInt8(ascii: ":") {
            offset += 1
        }
        return .word(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private static let symbols = [
        "==", "!=", ">=", "<=", "=~", "!~", "+", "-", "*", "/", "%", "^", "=", ">", "<", "(", ")", "{", "}", "[", "]",
        ",",
        "@", ":",
    ]

    private mutating func symbol() throws(PromQLParseError) -> Token.Kind {
        let start = offset
        for symbol in Self.symbols where bytes[start...].starts(with: symbol.utf8) {
            // A metric's name may begin with a colon; in brackets it divides range and step.
            if symbol == ":", openBrackets == 0 { return word() }
            if symbol == "[" { openBrackets += 1 }
            if symbol == "]" { openBrackets = max(0, openBrackets - 1) }
            offset += symbol.utf8.count
            return .symbol(symbol)
        }
        let character = String(decoding: bytes[start...], as: UTF8.self).first.map(String.init) ?? ""
        offset += character.utf8.count
        throw refuse("unexpected character: '\(character)'", from: start)
    }

    // MARK: Numbers and durations

    private mutating func number() throws(PromQLParseError) -> Token.Kind {
        let start = offset
        if let duration = try duration() { return .duration(duration) }
        if bytes[start] == UInt8(ascii: "0"), byte(at: start + 1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            offset += 2
            while let byte = byte(at: offset), Self.isDigit(byte) || Self.isWordStart(byte) { offset += 1 }
            let digits = String(decoding: bytes[(start + 2)..<offset], as: UTF8.self).filter { $0 != "_" }
            guard let value = Int64(digits, radix: 16) else { throw refuse("bad number syntax", from: start) }
            return .number(Double(value))
        }
        var hasExponent = false
        while let byte = byte(at: offset) {
            let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            let isAfterExponent = offset > start && (bytes[offset - 1] | 0x20) == UInt8(ascii: "e")
            if byte | 0x20 == UInt8(ascii: "e"), !hasExponent {
                hasExponent = true
            } else if !(Self.isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                || isSign && isAfterExponent)
            {
                break
            }
            offset += 1
        }
        if let next = byte(at: offset), Self.isWordStart(next) {
            offset += 1
            throw refuse(
                "bad number or duration syntax: \"\(String(decoding: bytes[start..<offset], as: UTF8.self))\"",
                from: start)
        }
        var digits = String(decoding: bytes[start..<offset], as: UTF8.self).filter { $0 != "_" }
        // As in Go, whole numbers with a leading zero are octal, where their digits allow it.
        if digits.hasPrefix("0"), digits.count > 1, let octal = Int64(digits, radix: 8) {
            return .number(Double(octal))
        }
        if digits.hasSuffix(".") { digits += "0" }
        if digits.hasPrefix(".") { digits = "0" + digits }
        guard let value = Double(digits.replacing(".e", with: ".0e")), value.isFinite else {
            throw refuse("bad number or duration syntax: \"\(digits)\"", from: start)
        }
        return .number(value)
    }

    /// Milliseconds of the duration that begins here, or `nil` where none does.
    private mutating func duration() throws(PromQLParseError) -> Int64? {
        var end = offset
        while let byte = byte(at: end), Self.isDigit(byte) { _ = byte; end += 1 }
        guard let unit = byte(at: end), [UInt8]("smhdwy".utf8).contains(unit) else { return nil }
        while let byte = byte(at: end), Self.isDigit(byte) || Self.isWordStart(byte) { end += 1 }
        let start = offset
        let text = String(decoding: bytes[offset..<end], as: UTF8.self)
        offset = end
        guard let milliseconds = DurationText.milliseconds(text) else {
            throw refuse("bad number or duration syntax: \"\(text)\"", from: start)
        }
        guard Double(milliseconds) <= DurationFormula.secondsMax * 1_000 else {
            throw refuse("duration out of range", from: start)
        }
        return milliseconds
    }

    // MARK: Strings

    private mutating func string(quote: UInt8) throws(PromQLParseError) -> Token.Kind {
        let start = offset
        offset += 1
        var content: [UInt8] = []
        while let byte = byte(at: offset) {
            offset += 1
            if byte == quote { return .string(String(decoding: content, as: UTF8.self)) }
            if byte == UInt8(ascii: "\n"), quote != UInt8(ascii: "`") { break }
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                content += try escape(quote: quote, from: start)
            } else {
                content.append(byte)
            }
        }
        throw refuse("unterminated quoted string", from: start)
    }

    private mutating func escape(quote: UInt8, from start: Int) throws(PromQLParseError) -> [UInt8] {
        guard let byte = byte(at: offset) else { throw refuse("escape sequence not terminated", from: start) }
        offset += 1
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
            UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        ]
        if byte == quote { return [byte] }
        if let value = simple[byte] { return [value] }
        let lengths: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        if let length = lengths[byte] {
            let digits = String(decoding: bytes[offset...].prefix(length), as: UTF8.self)
            guard digits.utf8.count == length, let value = UInt32(digits, radix: 16) else {
                throw refuse("unknown escape sequence", from: start)
            }
            offset += length
            if length == 2 { return [UInt8(value)] }
            guard let scalar = Unicode.Scalar(value) else {
                throw refuse("escape sequence is an invalid Unicode code point", from: start)
            }
            return Array(String(scalar).utf8)
        }
        if (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) {
            let digits = String(decoding: bytes[(offset - 1)...].prefix(3), as: UTF8.self)
            guard digits.utf8.count == 3, let value = UInt8(digits, radix: 8) else {
                throw refuse("unknown escape sequence", from: start)
            }
            offset += 2
            return [value]
        }
        throw refuse("unknown escape sequence U+\(String(byte, radix: 16))", from: start)
    }
}
