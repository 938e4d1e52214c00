/// Reads JSON (RFC 8259) into values, within bounds.
package struct DocumentReader {
    /// What a text may hold.
    package struct Limits: Sendable {
        package var depth = 64
        /// Values in all, names of members among them.
        package var values = 1_000_000

        package init(depth: Int = 64, values: Int = 1_000_000) {
            self.depth = depth
            self.values = values
        }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var valuesLeft: Int
    private let depthMax: Int
    /// Whether something cannot be written again as it stood: a number of more digits than are kept, a name that came twice.
    private var isExact = true

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: Limits) {
        self.bytes = bytes
        valuesLeft = limits.values
        depthMax = limits.depth
    }

    /// Reads one value; nothing but blanks may stand around it.
    /// - Throws: ``DocumentError`` with the place.
    package static func value(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: Limits = Limits()
    ) throws(DocumentError) -> DocumentValue {
        var reader = DocumentReader(bytes, limits)
        return try reader.whole { (reader) throws(DocumentError) in try reader.value(depth: 0) }
    }

    package static func value(_ text: String, _ limits: Limits = Limits()) throws(DocumentError) -> DocumentValue {
        var text = text
        return try text.withUTF8 { bytes in Result { () throws(DocumentError) in try value(bytes, limits) } }.get()
    }

    /// Reads one object.
    /// - Returns: whether it can be written again as it stood, letter for letter in meaning, too.
    /// - Throws: ``DocumentError`` with the place.
    package static func document(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: Limits = Limits()
    ) throws(DocumentError) -> (document: Document, isExact: Bool) {
        var reader = DocumentReader(bytes, limits)
        let document = try reader.whole { (reader) throws(DocumentError) in
            reader.skipSpaces()
            guard reader.next == UInt8(ascii: "{") else { throw reader.failure("it does not begin with {") }
            return try reader.object(depth: 0)
        }
        return (document, reader.isExact)
    }

    private mutating func whole<Result>(
        _ body: (inout DocumentReader) throws(DocumentError) -> Result
    ) throws(DocumentError) -> Result {
        let result = try body(&self)
        skipSpaces()
        if next != nil { throw failure("something follows the value") }
        return result
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ reason: String) -> DocumentError { DocumentError(.malformed, at: position, reason) }

    private mutating func skipSpaces() {
        while let next, next == 32 || next == 9 || next == 10 || next == 13 { position += 1 }
    }

    private mutating func spend() throws(DocumentError) {
        valuesLeft -= 1
        if valuesLeft < 0 { throw DocumentError(.tooManyValues, at: position, "it has too many values") }
    }

    private mutating func value(depth: Int) throws(DocumentError) -> DocumentValue {
        skipSpaces()
        try spend()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("it ends too early")
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: DocumentValue) throws(DocumentError) -> DocumentValue {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count, (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { throw failure("a value is expected") }
        position += count
        return value
    }

    private mutating func number() throws(DocumentError) -> DocumentValue {
        let start = position
        var isWhole = true
        func digits(_ reader: inout DocumentReader) -> Int {
            let first = reader.position
            while let byte = reader.next, (48...57).contains(byte) { reader.position += 1 }
            return reader.position - first
        }
        if next == UInt8(ascii: "-") { position += 1 }
        let firstDigit = next
        let wholeDigits = digits(&self)
        guard wholeDigits > 0 else { throw failure("a value is expected") }
        if firstDigit == UInt8(ascii: "0"), wholeDigits > 1 { throw failure("a number begins with 0") }
        if next == UInt8(ascii: ".") {
            position += 1
            isWhole = false
            guard digits(&self) > 0 else { throw failure("a digit is expected") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            isWhole = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard digits(&self) > 0 else { throw failure("a digit is expected") }
        }
        if isWhole, wholeDigits < 18 {
            let isNegative = bytes[start] == UInt8(ascii: "-")
            var value: Int64 = 0
            for index in (isNegative ? start + 1 : start)..<position { value = value * 10 + Int64(bytes[index] - 48) }
            return .integer(isNegative ? -value : value)
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        if isWhole || position - start > 17 { isExact = false }
        guard let double = Double(text), double.isFinite else { throw failure("\(text.prefix(40)) is no number") }
        return .number(double)
    }

    private mutating func object(depth: Int) throws(DocumentError) -> Document {
        if depth >= depthMax { throw DocumentError(.tooDeep, at: position, "it is nested too deep") }
        position += 1
        var document = Document()
        skipSpaces()
        if next == UInt8(ascii: "}") {
            position += 1
            return document
        }
        while true {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes is expected") }
            try spend()
            let name = try string()
            skipSpaces()
            guard next == UInt8(ascii: ":") else { throw failure("a colon is expected") }
            position += 1
            let value = try value(depth: depth + 1)
            if document.place(of: name) == nil {
                document.append(name, value)
            } else {
                isExact = false
                document[name] = value
            }
            skipSpaces()
            switch next {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return document
            default: throw failure(next == nil ? "it ends too early" : "a comma or } is expected")
            }
        }
    }

    private mutating func array(depth: Int) throws(DocumentError) -> [DocumentValue] {
        if depth >= depthMax { throw DocumentError(.tooDeep, at: position, "it is nested too deep") }
        position += 1
        var values: [DocumentValue] = []
        skipSpaces()
        if next == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpaces()
            switch next {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return values
            default: throw failure(next == nil ? "it ends too early" : "a comma or ] is expected")
            }
        }
    }

    private mutating func string() throws(DocumentError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<(position - 1)]), as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") || byte < 32 { break }
            position += 1
        }
        var text = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<32: throw failure("a control character stands in a text")
            default: text.append(byte)
            }
        }
        throw failure("it ends too early")
    }

    private mutating func escape(into text: inout [UInt8]) throws(DocumentError) {
        guard let byte = next else { throw failure("it ends too early") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"):
            var unit = try hexadecimal()
            if (0xd800..<0xdc00).contains(unit), bytes[position...].starts(with: "\\u".utf8) {
                let start = position
                position += 2
                let low = try hexadecimal()
                if (0xdc00..<0xe000).contains(low) {
                    unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
                } else {
                    position = start
                }
            }
            // Half of a pair is no character.
            if (0xd800..<0xe000).contains(unit) { isExact = false }
            text.append(contentsOf: Character(Unicode.Scalar(unit) ?? "\u{fffd}").utf8)
        default: throw failure("a backslash stands before something it cannot")
        }
    }

    private mutating func hexadecimal() throws(DocumentError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw failure("it ends too early") }
        var value: UInt32 = 0
        for index in position..<(position + 4) {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw failure("\\u is not followed by four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}
