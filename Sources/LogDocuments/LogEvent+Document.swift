package import Model

/// Names under which an event keeps what its fields do not tell of the document that it was made of.
package enum DocumentFields {
    /// The document as it came, as JSON; where its fields alone would not give it back: names with dots, objects in arrays,
    /// empty objects, numbers of many digits.
    package static let source = "_source"
    /// `@timestamp` as it was written, where it was not written with milliseconds and `Z`.
    package static let timestamp = "_timestamp"
    /// The index that the document was written to; see ``DocumentIndex``.
    package static let index = "_index"
    /// The document's id, where the writer named one.
    package static let id = "_id"

    package static let all: Set<String> = [source, timestamp, index, id]
}

extension LogFields {
    /// Adds the values of a document under dotted names. Objects in arrays are laid side by side, as Elasticsearch searches
    /// them: `{"a":[{"b":1},{"b":2}]}` has `a.b` = [1, 2].
    /// - Returns: whether ``Document/init(fields:)`` gives the same document back.
    /// - Parameter isDisjoint: whether no field has one of the document's names yet.
    @discardableResult
    package mutating func add(_ document: Document, isDisjoint: Bool = false) -> Bool {
        // Names without dots lead to dotted names that differ too.
        var isUnique = isDisjoint
        return add(document, behind: "", &isUnique)
    }

    /// - Parameter isUnique: whether names need not be looked for; not behind the first one with a dot.
    private mutating func add(_ document: Document, behind prefix: String, _ isUnique: inout Bool) -> Bool {
        var isReversible = true
        for (name, value) in document.members {
            if name.isEmpty || name.utf8.contains(UInt8(ascii: ".")) { (isReversible, isUnique) = (false, false) }
            if !add(value, as: prefix.isEmpty ? name : "\(prefix).\(name)", &isUnique) { isReversible = false }
        }
        return isReversible
    }

    /// Adds a value under a dotted name.
    /// - Returns: whether the value can be told from the fields.
    private mutating func add(_ value: DocumentValue, as name: String, _ isUnique: inout Bool) -> Bool {
        switch value {
        case .object(let object):
            let isReversible = add(object, behind: name, &isUnique)
            return isReversible && !object.isEmpty
        case .array(let values):
            var plain: [LogValue] = []
            plain.reserveCapacity(values.count)
            for value in values { if let single = value.logValue { plain.append(single) } }
            if plain.count == values.count {
                set(name, .array(plain), isUnique)
                return true
            }
            var lists: [(name: String, values: [LogValue])] = []
            LogFields.gather(values, name, &lists)
            for list in lists { set(list.name, .array(list.values), false) }
            isUnique = false
            return false
        default:
            if let single = value.logValue { set(name, single, isUnique) }
            return true
        }
    }

    private mutating func set(_ name: String, _ value: LogValue, _ isUnique: Bool) {
        if !isUnique, let known = self[name] {
            // A name with a dot and an object with that name: both are kept.
            var values: [LogValue] = []
            for each in [known, value] {
                if case .array(let inner) = each { values += inner } else { values.append(each) }
            }
            self[name] = .array(values)
        } else {
            append(name, value)
        }
    }

    private static func gather(
        _ values: [DocumentValue], _ name: String, _ lists: inout [(name: String, values: [LogValue])]
    ) {
        func put(_ name: String, _ value: LogValue) {
            if let place = lists.firstIndex(where: { $0.name == name }) {
                lists[place].values.append(value)
            } else {
                lists.append((name, [value]))
            }
        }
        for value in values {
            switch value {
            case .object(let object):
                for (member, inner) in object.members { gather([inner], "\(name).\(member)", &lists) }
            case .array(let inner): gather(inner, name, &lists)
            default: if let single = value.logValue { put(name, single) }
            }
        }
    }
}

extension DocumentValue {
    /// The value of a field; `nil` for objects and arrays.
    package var logValue: LogValue? {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let value): .integer(value)
        case .number(let value): .double(value)
        case .string(let text): .string(text)
        case .array, .object: nil
        }
    }

    package init(_ value: LogValue) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .double(let value): self = .number(value)
        case .string(let text): self = .string(text)
        case .array(let values): self = .array(values.map(DocumentValue.init))
        }
    }
}

extension Document {
    /// The document of which an event's fields tell: dotted names are nested again. Where one name is both a value and the
    /// beginning of others, what is behind it keeps its dotted name.
    package init(fields: some Sequence<(key: String, value: LogValue)>) {
        self.init()
        for (name, value) in fields { nest(name, DocumentValue(value)) }
    }

    /// The most objects in each other that a dotted name stands for. Documents are not deeper; a name may have any number of
    /// dots.
    package static let nestedMax = 128

    /// Puts a value under a dotted name into the object where it belongs; one of too many dots stays as it is.
    package mutating func nest(_ name: String, _ value: DocumentValue) {
        guard name.utf8.count(where: { $0 == UInt8(ascii: ".") }) <= Self.nestedMax,
            let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), dot != name.startIndex,
            name.utf8.index(after: dot) != name.endIndex
        else {
            if place(of: name) == nil {
                append(name, value)
            } else if case .object? = self[name] {
                // The objects came first: they keep their place, and the value stands beside.
                let inner = self[name]
                self[name] = value
                if case .object(let object)? = inner {
                    for (member, each) in object.members { append("\(name).\(member)", each) }
                }
            } else {
                self[name] = value
            }
            return
        }
        let head = String(name[..<dot])
        let rest = String(name[name.utf8.index(after: dot)...])
        switch self[head] {
        case nil:
            var inner = Document()
            inner.nest(rest, value)
            append(head, .object(inner))
        case .object?:
            change(head) { held in
                guard case .object(var object)? = held else { return }
                held = nil
                object.nest(rest, value)
                held = .object(object)
            }
        default: self[name] = value
        }
    }
}
