/// Go's constants as templates write them.
enum GoLiteral {
    /// An integer where the text is one, else a float.
    static func number(_ text: String) -> TemplateValue? {
        guard isSeparatedWell(text) else { return nil }
        let compact = text.filter { $0 != "_" }
        let isNegative = compact.hasPrefix("-")
        let digits = compact.drop { $0 == "+" || $0 == "-" }.lowercased()
        if let integer = integer(digits) { return .integer(isNegative ? -integer : integer) }
        if digits.hasPrefix("0x") || digits.contains("x") || digits.contains("o") { return nil }
        guard let number = Double(digits), number.isFinite else { return nil }
        return .number(isNegative ? -number : number)
    }

    private static func isSeparatedWell(_ text: String) -> Bool {
        !text.hasPrefix("_") && !text.hasSuffix("_") && !text.contains("__")
    }

    private static func integer(_ digits: String) -> Int64? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return Int64(digits.dropFirst(2), radix: radix)
        }
        if digits.count > 1, digits.hasPrefix("0"), !digits.contains(".") { return Int64(digits, radix: 8) }
        return Int64(digits)
    }

    /// `raw` with Go's escapes undone; `nil` for one that Go does not know.
    static func unescaped(_ raw: [Character]) -> String? {
        var bytes: [UInt8] = []
        var index = 0
        while index < raw.count {
            let character = raw[index]
            index += 1
            guard character == "\\" else {
                bytes.append(contentsOf: String(character).utf8)
                continue
            }
            guard index < raw.count else { return nil }
            let escape = raw[index]
            index += 1
            let simple: [Character: UInt8] = [
                "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "\"": 34, "'": 39,
            ]
            let lengths: [Character: Int] = ["x": 2, "u": 4, "U": 8]
            if let byte = simple[escape] {
                bytes.append(byte)
            } else if let length = lengths[escape] {
                guard index + length <= raw.count, let code = UInt32(String(raw[index..<(index + length)]), radix: 16)
                else { return nil }
                index += length
                if escape == "x" {
                    bytes.append(UInt8(truncatingIfNeeded: code))
                } else {
                    guard let scalar = Unicode.Scalar(code) else { return nil }
                    bytes.append(contentsOf: String(Character(scalar)).utf8)
                }
            } else if ("0"..."7").contains(escape) {
                guard index + 2 <= raw.count, let code = UInt8(String(raw[(index - 1)..<(index + 2)]), radix: 8)
                else { return nil }
                index += 2
                bytes.append(code)
            } else {
                return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
