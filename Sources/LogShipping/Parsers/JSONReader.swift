import Model

/// Reads one JSON object (RFC 8259) into fields with dotted names.
///
/// Objects in arrays are laid side by side as Elasticsearch sees them: `{"a":[{"b":1},{"b":2}]}` has `a.b` = [1, 2].
struct JSONReader {
    struct Failure: Error {
        /// Where, in bytes from 0.
        let offset: Int
        let reason: String
    }

    private enum Value {
        case plain(LogValue)
        case object([(String, Value)])
        case array([Value])
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private static let depthLimit = 64

    /// - Parameter readsArrays: whether an array may stand there, which has no name.
    static func fields(_ text: String, readsArrays: Bool = false) throws(Failure) -> LogFields {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(Failure) in
                var reader = JSONReader(bytes: bytes)
                return try reader.document(readsArrays: readsArrays)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func document(readsArrays: Bool) throws(Failure) -> LogFields {
        skipSpaces()
        var fields = LogFields()
        fields.reserveCapacity(16)
        if readsArrays, next == UInt8(ascii: "[") {
            JSONReader.flatten(try array(depth: 0), "", into: &fields)
        } else {
            guard next == UInt8(ascii: "{") else { throw failure("it does not begin with {") }
            try object("", depth: 0, into: &fields)
        }
        skipSpaces()
        if next != nil { throw failure("something follows the object") }
        return fields
    }

    /// Reads an object straight into fields, which have its own name before theirs.
    private mutating func object(_ name: String, depth: Int, into fields: inout LogFields) throws(Failure) {
        try members { reader, key throws(Failure) in
            let name = name.isEmpty ? key : "\(name).\(key)"
            reader.skipSpaces()
            if depth + 1 > JSONReader.depthLimit { throw reader.failure("it is nested too deep") }
            switch reader.next {
            case UInt8(ascii: "{"): try reader.object(name, depth: depth + 1, into: &fields)
            case UInt8(ascii: "["): JSONReader.flatten(try reader.array(depth: depth + 1), name, into: &fields)
            default:
                if case .plain(let value) = try reader.value(depth: depth + 1) { fields[name] = value }
            }
        }
    }

    private static func flatten(_ value: Value, _ name: String, into fields: inout LogFields) {
        switch value {
        case .plain(let plain): fields[name] = plain
        case .object(let members):
            for (key, value) in members { flatten(value, name.isEmpty ? key : "\(name).\(key)", into: &fields) }
        case .array(let values):
            var lists: [String: [LogValue]] = values.isEmpty ? [name: []] : [:]
            for value in values {
                var inner = LogFields()
                flatten(value, name, into: &inner)
                for (key, value) in inner { lists[key, default: []].append(value) }
            }
            for (key, list) in lists { fields[key] = .array(list) }
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ reason: String) -> Failure { Failure(offset: position, reason: reason) }

    private mutating func skipSpaces() {
        while let next, next == 32 || next == 9 || next == 10 || next == 13 { position += 1 }
    }

    private mutating func value(depth: Int) throws(Failure) -> Value {
        if depth > JSONReader.depthLimit { throw failure("it is nested too deep") }
        skipSpaces()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .plain(.string(try string()))
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("it ends too early")
        default: return .plain(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: LogValue) throws(Failure) -> Value {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count, (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { throw failure("a value is expected") }
        position += count
        return .plain(value)
    }

    private mutating func number() throws(Failure) -> LogValue {
        let start = position
        var end = start
        var isWhole = true
        loop: while end < bytes.count {
            switch bytes[end] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "-") where end == start: break
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                isWhole = false
            default: break loop
            }
            end += 1
        }
        guard end > start, (48...57).contains(bytes[start]) || bytes[start] == UInt8(ascii: "-") else {
            throw failure("a value is expected")
        }
        defer { position = end }
        if isWhole, end - start < 18, end - start > (bytes[start] == UInt8(ascii: "-") ? 1 : 0) {
            let isNegative = bytes[start] == UInt8(ascii: "-")
            var value: Int64 = 0
            for index in (isNegative ? start + 1 : start)..<end { value = value * 10 + Int64(bytes[index] - 48) }
            return .integer(isNegative ? -value : value)
        }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        if let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else { throw failure("\(text) is no number") }
        return .double(double)
    }

    private mutating func object(depth: Int) throws(Failure) -> Value {
        var found: [(String, Value)] = []
        try members { reader, key throws(Failure) in found.append((key, try reader.value(depth: depth + 1))) }
        return .object(found)
    }

    /// Reads the members of the object that begins here; `body` reads each value.
    private mutating func members(
        _ body: (_ reader: inout JSONReader, _ key: String) throws(Failure) -> Void
    ) throws(Failure) {
        position += 1
        skipSpaces()
        if next == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected") }
            let key = try string()
            skipSpaces()
            guard next == UInt8(ascii: ":") else { throw failure("a colon is expected") }
            position += 1
            try body(&self, key)
            skipSpaces()
            if next == UInt8(ascii: ",") {
                position += 1
            } else if next == UInt8(ascii: "}") {
                position += 1
                return
            } else {
                throw failure(next == nil ? "it ends too early" : "a comma or } is expected")
            }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> Value {
        position += 1
        var values: [Value] = []
        skipSpaces()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array(values)
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpaces()
            if next == UInt8(ascii: ",") {
                position += 1
            } else if next == UInt8(ascii: "]") {
                position += 1
                return .array(values)
            } else {
                throw failure(next == nil ? "it ends too early" : "a comma or ] is expected")
            }
        }
    }

    private mutating func string() throws(Failure) -> String {
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

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
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
            text += Array(String(Character(Unicode.Scalar(unit) ?? "\u{fffd}")).utf8)
        default: throw failure("a backslash stands before something it cannot")
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
            throw failure("\\u is not followed by four hexadecimal digits")
        }
        position += 4
        return value
    }
}
