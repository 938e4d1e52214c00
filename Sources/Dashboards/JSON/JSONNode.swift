/// A value of a JSON text, with the place at which it stands there.
///
/// Readers of files that other programs wrote ask it for what they know; whatever is not of that form is `nil`.
struct JSONNode: Sendable {
    enum Value: Sendable {
        case null
        case bool(Bool)
        case number(Double)
        case text(String)
        case list([JSONNode])
        /// In the order of the text; of a doubled key the last counts.
        case object([(key: String, value: JSONNode)])
    }

    var value: Value
    /// Of its first byte.
    var offset: Int

    init(_ value: Value, at offset: Int = 0) {
        self.value = value
        self.offset = offset
    }

    subscript(key: String) -> JSONNode? {
        guard case .object(let members) = value else { return nil }
        guard let member = members.last(where: { $0.key == key })?.value else { return nil }
        if case .null = member.value { return nil }
        return member
    }

    /// What stands at a path of keys.
    subscript(path: [String]) -> JSONNode? { path.reduce(self as JSONNode?) { node, key in node?[key] } }

    var isNull: Bool { if case .null = value { true } else { false } }

    var text: String? { if case .text(let text) = value { text } else { nil } }

    /// A text that says something.
    var words: String? { text.flatMap { $0.isEmpty ? nil : $0 } }

    /// A number, or a text that is one.
    var number: Double? {
        switch value {
        case .number(let number): number
        case .text(let text): Double(text.trimmingPrefix { $0 == " " })
        default: nil
        }
    }

    /// The nearest whole number.
    var whole: Int? { number.flatMap { $0.magnitude < 1e9 ? Int($0.rounded()) : nil } }

    var bool: Bool? {
        switch value {
        case .bool(let bool): bool
        case .text("true"): true
        case .text("false"): false
        default: nil
        }
    }

    var list: [JSONNode]? { if case .list(let list) = value { list } else { nil } }

    var members: [(key: String, value: JSONNode)]? { if case .object(let members) = value { members } else { nil } }

    var isObject: Bool { members != nil }

    /// A text, or a number or truth as it is written.
    var written: String? {
        switch value {
        case .text(let text): text
        case .number(let number):
            number == number.rounded() && number.magnitude < 1e15 ? String(Int(number)) : "\(number)"
        case .bool(let bool): String(bool)
        default: nil
        }
    }

    /// The texts of a list; of a text alone that one.
    var texts: [String] {
        if let list { return list.compactMap(\.written) }
        return written.map { [$0] } ?? []
    }
}

/// Why a text is no JSON, and where.
struct JSONProblem: Error, Sendable {
    let reason: String
    let offset: Int
}
