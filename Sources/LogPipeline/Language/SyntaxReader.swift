import ConfigText

/// Reads the text of a pipeline letter by letter; knows at which place it is.
struct SyntaxReader {
    let bytes: [UInt8]
    let file: String
    /// Whether `\n` and its like in quotes mean what they say: `config.support_escapes`.
    let readsEscapes: Bool
    let environment: [String: String]
    var position = 0
    private let lineStarts: [Int]
    /// How many letters stand before each stretch of so many bytes, so that a place in a long line is found at once.
    private let lettersBefore: [Int]
    private static let stretch = 64

    init(_ text: String, file: String, readsEscapes: Bool, environment: [String: String]) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        var lineStarts = [0]
        var lettersBefore: [Int] = []
        var letters = 0
        for (offset, byte) in bytes.enumerated() {
            if offset % Self.stretch == 0 { lettersBefore.append(letters) }
            if Self.isFirstOfLetter(byte) { letters += 1 }
            if byte == UInt8(ascii: "\n") { lineStarts.append(offset + 1) }
        }
        self.lineStarts = lineStarts
        self.lettersBefore = lettersBefore
        self.file = file
        self.readsEscapes = readsEscapes
        self.environment = environment
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }
    var isAtEnd: Bool { position >= bytes.count }

    /// The place of a byte.
    func place(_ offset: Int) -> SourcePosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return SourcePosition(
            file: file, line: low + 1, column: letters(before: offset) - letters(before: lineStarts[low]) + 1)
    }

    /// How many letters stand before a byte, in the whole text.
    private func letters(before offset: Int) -> Int {
        let stretch = min(offset / Self.stretch, lettersBefore.count - 1)
        guard stretch >= 0 else { return 0 }
        let rest = bytes[(stretch * Self.stretch)..<min(offset, bytes.count)]
        return rest.reduce(lettersBefore[stretch]) { $0 + (Self.isFirstOfLetter($1) ? 1 : 0) }
    }

    private static func isFirstOfLetter(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    var here: SourcePosition { place(position) }

    func failure(_ what: String, at offset: Int? = nil, mend: String) -> ConfigProblem {
        ConfigProblem(.error, at: place(offset ?? position), what, mend: mend)
    }

    /// Passes blanks and comments.
    mutating func skipSpaces() {
        while let byte = next {
            if byte == UInt8(ascii: "#") {
                while let other = next, other != UInt8(ascii: "\n") { position += 1 }
            } else if byte == 32 || (9...13).contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    /// Passes `text` if it stands here.
    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
        else { return false }
        position += count
        return true
    }

    /// Passes a word if it stands here and no letter follows it.
    mutating func takeWord(_ text: StaticString) -> Bool {
        let start = position
        guard take(text) else { return false }
        if let next, Self.isNameByte(next) {
            position = start
            return false
        }
        return true
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// A name of letters, digits, `_` and `-`; `nil` where none stands here.
    mutating func name() -> String? {
        let start = position
        while let next, Self.isNameByte(next) { position += 1 }
        return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A text in double or single quotes, which must stand here, its variables put in.
    mutating func quoted() throws(ConfigProblem) -> String {
        let start = position
        guard let quote = next else { throw failure("a text in quotes is expected", mend: "write \"…\"") }
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            if byte == quote { return try expanding(String(decoding: text, as: UTF8.self), at: start) }
            guard byte == UInt8(ascii: "\\"), let escaped = next else {
                text.append(byte)
                continue
            }
            position += 1
            guard readsEscapes, let meant = Self.escaped(escaped) else {
                text += [byte, escaped]
                continue
            }
            text.append(meant)
        }
        throw failure(
            "the text that begins here has no end", at: start, mend: "close it with \(Character(Unicode.Scalar(quote)))"
        )
    }

    private static func escaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "0"): 0
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): byte
        default: nil
        }
    }

    /// A pattern between slashes, which must stand here; `\/` is a slash.
    mutating func pattern() throws(ConfigProblem) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            if byte == UInt8(ascii: "/") {
                if let flag = next, Self.isNameByte(flag) {
                    throw failure(
                        "no letters may stand behind the pattern", mend: "write /(?i)…/ for letters of either case")
                }
                return String(decoding: text, as: UTF8.self)
            }
            text.append(byte)
            guard byte == UInt8(ascii: "\\"), let escaped = next else { continue }
            position += 1
            if escaped == UInt8(ascii: "/") { text[text.count - 1] = escaped } else { text.append(escaped) }
        }
        throw failure("the pattern that begins here has no end", at: start, mend: "close it with /")
    }

    /// Puts in what `${VAR}` and `${VAR:default}` stand for.
    func expanding(_ text: String, at offset: Int) throws(ConfigProblem) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            let inner = rest[start.upperBound...]
            let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_.".contains($0)) }
            let tail = inner[name.endIndex...]
            guard !name.isEmpty, tail.first == "}" || tail.first == ":", let end = tail.firstIndex(of: "}") else {
                result += rest[..<start.upperBound]
                rest = inner
                continue
            }
            result += rest[..<start.lowerBound]
            if let known = environment[String(name)] {
                result += known
            } else if tail.first == ":" {
                result += tail.dropFirst()[..<end]
            } else {
                throw failure(
                    "${\(name)} is not set", at: offset,
                    mend: "set it where the server starts, or write ${\(name):DEFAULT}")
            }
            rest = tail[tail.index(after: end)...]
        }
        return result + rest
    }
}
