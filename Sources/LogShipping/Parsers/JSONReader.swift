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

    private let bytes: [UInt8]
    private var position = 0
    private static let depthLimit = 64

    /// - Parameter readsArrays: whether an array may stand there, which has no name.
    static func fields(_ text: String, readsArrays: Bool = false) throws(Failure) -> [String: LogValue] {
        var reader = JSONReader(bytes: Array(text.utf8))
        reader.skipSpaces()
        guard reader.next == UInt8(ascii: "{") || (readsArrays && reader.next == UInt8(ascii: "[")) else {
            throw reader.failure("it does not begin with {")
        }
        let value = try reader.value(depth: 0)
        reader.skipSpaces()
        if reader.next != nil { throw reader.failure("something follows the object") }
        var fields: [String: LogValue] = [:]
        flatten(value, "", into: &fields)
        return fields
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private static func flatten(_ value: Value, _ name: String, into fields: inout [String: LogValue]) {
        switch value {
        case .plain(let plain): fields[name] = plain
        case .object(let members):
            for (key, value) in members { flatten(value, name.isEmpty ? key : "\(name).\(key)", into: &fields) }
        case .array(let values):
            var lists: [String: [LogValue]] = values.isEmpty ? [name: []] : [:]
            for value in values {
                var inner: [String: LogValue] = [:]
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

    private mutating func word(_ word: String, _ value: LogValue) throws(Failure) -> Value {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("a value is expected") }
        position += word.utf8.count
        return .plain(value)
    }

    private mutating func number() throws(Failure) -> LogValue {
        let digits = bytes[position...].prefix { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        let text = String(decoding: digits, as: UTF8.self)
        guard let first = digits.first, (48...57).contains(first) || first == UInt8(ascii: "-") else {
            throw failure("a value is expected")
        }
        defer { position += digits.count }
        if let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else { throw failure("\(text) is no number") }
        return .double(double)
    }

    private mutating func object(depth: Int) throws(Failure) -> Value {
        position += 1
        var members: [(String, Value)] = []
        skipSpaces()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected") }
            let key = try string()
            skipSpaces()
            guard next == UInt8(ascii: ":") else { throw failure("a colon is expected") }
            position += 1
            members.append((key, try value(depth: depth + 1)))
            skipSpaces()
            if next == UInt8(ascii: ",") {
                position += 1
            } else if next == UInt8(ascii: "}") {
                position += 1
                return .object(members)
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
        var text: [UInt8] = []
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
