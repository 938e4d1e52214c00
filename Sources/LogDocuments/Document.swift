/// A value of JSON, as a document of Elasticsearch or an event of Logstash has it.
package indirect enum DocumentValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([DocumentValue])
    case object(Document)
}

/// An object of JSON: values by name, in the order in which they came.
package struct Document: Sendable {
    package typealias Member = (name: String, value: DocumentValue)

    package private(set) var members: [Member] = []
    /// Places by name, where there are many.
    private var index: [String: Int]?

    private static let indexedFrom = 32

    package init() {}

    /// Of members of one name the last one counts, in the place of the first.
    package init(_ members: some Sequence<Member>) {
        for member in members { self[member.name] = member.value }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    package mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    /// The place of the member of that name in ``members``.
    package func place(of name: String) -> Int? {
        if let index { return index[name] }
        return members.firstIndex { $0.name == name }
    }

    package subscript(name: String) -> DocumentValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            guard let newValue else {
                removeValue(named: name)
                return
            }
            if let place = place(of: name) { members[place].value = newValue } else { append(name, newValue) }
        }
    }

    /// Adds a member of which the caller knows that there is none of its name yet.
    package mutating func append(_ name: String, _ value: DocumentValue) {
        members.append((name, value))
        if index != nil { index?[name] = members.count - 1 } else { makeIndexIfLong() }
    }

    @discardableResult
    package mutating func removeValue(named name: String) -> DocumentValue? {
        guard let place = place(of: name) else { return nil }
        let value = members.remove(at: place).value
        index = nil
        makeIndexIfLong()
        return value
    }

    /// Changes a member in its place, without a copy of what is in it; `body` gets `nil` where there is none of that name.
    package mutating func change<Result>(_ name: String, _ body: (inout DocumentValue?) -> Result) -> Result {
        guard let place = place(of: name) else {
            var value: DocumentValue?
            let result = body(&value)
            if let value { append(name, value) }
            return result
        }
        var value: DocumentValue? = members[place].value
        members[place].value = .null
        let result = body(&value)
        if let value { members[place].value = value } else { removeValue(named: name) }
        return result
    }

    private mutating func makeIndexIfLong() {
        if members.count < Self.indexedFrom { return }
        index = Dictionary(members.enumerated().map { ($1.name, $0) }) { _, last in last }
    }
}

extension Document: Hashable {
    /// The order of members does not count.
    package static func == (left: Document, right: Document) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for (name, value) in members {
            var own = Hasher()
            own.combine(name)
            own.combine(value)
            sum ^= own.finalize()
        }
        hasher.combine(sum)
    }
}

extension Document: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, DocumentValue)...) {
        for (name, value) in elements { self[name] = value }
    }
}

extension DocumentValue {
    /// The text, of a text alone.
    package var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The object, of an object alone.
    package var object: Document? { if case .object(let object) = self { object } else { nil } }
    /// The values, of an array alone.
    package var array: [DocumentValue]? { if case .array(let values) = self { values } else { nil } }
}
