/// Reads a stream's labels as they are written in protobuf and in Loki's first form: `{app="door", host="n\"1"}`, with the
/// escapes of Go's strings.
struct LokiLabels {
    typealias Pair = (name: String, value: String)

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// - Throws: ``LokiError`` for a text that is no set of labels, or one of more than `most`.
    static func pairs(_ bytes: UnsafeRawBufferPointer, most: Int) throws(LokiError) -> [Pair] {
        var reader = LokiLabels(bytes: bytes)
        return try reader.all(most)
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() { while let next, Self.isSpace(next) { position += 1 } }

    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard next == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }

    private func failure(_ what: String) -> LokiError {
        LokiError("the labels of a stream have \(what) at byte \(position); write {name=\"value\"}")
    }

    private mutating func all(_ most: Int) throws(LokiError) -> [Pair] {
        var pairs: [Pair] = []
        guard take("{") else { throw failure("no {") }
        while !take("}") {
            let name = try name()
            guard take("=") else { throw failure("no =") }
            skipSpaces()
            pairs.append((name, try text()))
            guard pairs.count <= most else { throw LokiError("a stream has more than the limit of \(most) labels") }
            if take(",") { continue }
            guard take("}") else { throw failure("no comma and no }") }
            break
        }
        skipSpaces()
        guard next == nil else { throw failure("something behind the }") }
        return pairs
    }

    private mutating func name() throws(LokiError) -> String {
        skipSpaces()
        let start = position
        while let next, next != UInt8(ascii: "="), !Self.isSpace(next) { position += 1 }
        guard position > start else { throw failure("no name") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func text() throws(LokiError) -> String {
        let quote = next
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "`") else { throw failure("a value without quotes") }
        position += 1
        var value: [UInt8] = []
        while let byte = next {
            position += 1
            if byte == quote { return String(decoding: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(into: &value)
            } else {
                value.append(byte)
            }
        }
        throw failure("a value without its end")
    }

    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8,
        UInt8(ascii: "f"): 12, UInt8(ascii: "v"): 11,
    ]

    private mutating func escape(into value: inout [UInt8]) throws(LokiError) {
        guard let letter = next else { throw failure("a value without its end") }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): value.append(letter)
        case UInt8(ascii: "x"): value.append(UInt8(truncatingIfNeeded: try hexadecimal(2)))
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let code = try hexadecimal(letter == UInt8(ascii: "u") ? 4 : 8)
            value.append(contentsOf: Character(Unicode.Scalar(code) ?? "\u{fffd}").utf8)
        default:
            guard let plain = Self.letters[letter] else { throw failure("an escape that is none") }
            value.append(plain)
        }
    }

    private mutating func hexadecimal(_ digits: Int) throws(LokiError) -> UInt32 {
        guard position + digits <= bytes.count else { throw failure("an escape without its digits") }
        var value: UInt32 = 0
        for index in position..<(position + digits) {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw failure("an escape without its digits")
            }
            value = value << 4 | UInt32(digit)
        }
        position += digits
        return value
    }
}
