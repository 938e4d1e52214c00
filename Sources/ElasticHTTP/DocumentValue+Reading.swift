internal import LogDocuments

/// Values of requests, which clients write as they like: a number may stand in quotes, a list of one without brackets.
extension DocumentValue {
    /// A single value as text; `nil` for null, arrays and objects.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): "\(number)"
        case .boolean(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    var whole: Int? {
        switch self {
        case .integer(let number): Int(number)
        case .number(let number): Int(exactly: number)
        case .string(let text): Int(text)
        default: nil
        }
    }

    var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .string(let text): Double(text)
        default: nil
        }
    }

    var truth: Bool? {
        switch self {
        case .boolean(let value): value
        case .string("true"): true
        case .string("false"), .string(""): false
        default: nil
        }
    }

    /// The elements, or the value alone.
    var list: [DocumentValue] { if case .array(let values) = self { values } else { [self] } }

    /// What JSON calls it, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a truth value"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension Document {
    /// - Throws: ``ElasticError`` for a member whose name is not among those that are known.
    func allow(only known: Set<String>, in place: String) throws {
        for (name, _) in members where !known.contains(name) {
            throw ElasticError.parsing("[\(place)] unknown or unsupported field [\(name.prefix(80))]")
        }
    }

    func text(_ name: String, in place: String) throws -> String? {
        guard let value = self[name], value != .null else { return nil }
        guard let text = value.plainText else {
            throw ElasticError.parsing("[\(place)] [\(name)] is \(value.kind) where a text is expected")
        }
        return text
    }

    func whole(_ name: String, in place: String) throws -> Int? {
        guard let value = self[name], value != .null else { return nil }
        guard let number = value.whole else {
            throw ElasticError.parsing(
                "[\(place)] [\(name)] is \(value.json.prefix(80)) where a whole number is expected")
        }
        return number
    }

    func double(_ name: String, in place: String) throws -> Double? {
        guard let value = self[name], value != .null else { return nil }
        guard let number = value.double else {
            throw ElasticError.parsing("[\(place)] [\(name)] is \(value.json.prefix(80)) where a number is expected")
        }
        return number
    }

    func truth(_ name: String, in place: String) throws -> Bool? {
        guard let value = self[name], value != .null else { return nil }
        guard let truth = value.truth else {
            throw ElasticError.parsing(
                "[\(place)] [\(name)] is \(value.json.prefix(80)) where true or false is expected")
        }
        return truth
    }
}
