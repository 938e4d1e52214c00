/// Making new values out of old ones, as the migration of old files does. What is made has the place of what it was made of.
extension JSONNode {
    /// A node of an object with these members, at the place of this one.
    func object(_ members: [(String, JSONNode?)]) -> JSONNode {
        JSONNode(.object(members.compactMap { key, value in value.map { (key, $0) } }), at: offset)
    }

    func list(_ items: [JSONNode]) -> JSONNode { JSONNode(.list(items), at: offset) }

    func text(_ text: String) -> JSONNode { JSONNode(.text(text), at: offset) }

    func number(_ number: Double) -> JSONNode { JSONNode(.number(number), at: offset) }

    func bool(_ bool: Bool) -> JSONNode { JSONNode(.bool(bool), at: offset) }

    /// This object with a member set, or without it.
    func setting(_ key: String, _ value: JSONNode?) -> JSONNode {
        var members = (members ?? []).filter { $0.key != key }
        if let value { members.append((key, value)) }
        return JSONNode(.object(members), at: offset)
    }

    /// This object with the members of another one added; those that it has itself stay.
    func filling(from other: JSONNode?) -> JSONNode {
        guard let added = other?.members else { return self }
        let own = members ?? []
        let new = added.filter { member in !own.contains { $0.key == member.key && !$0.value.isNull } }
        return JSONNode(.object(own.filter { !$0.value.isNull } + new), at: offset)
    }
}

extension JSONNode: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let bool): try bool.encode(to: encoder)
        case .number(let number): try number.encode(to: encoder)
        case .text(let text): try text.encode(to: encoder)
        case .list(let list): try list.encode(to: encoder)
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for member in members { try container.encode(member.value, forKey: Key(member.key)) }
        }
    }
}
