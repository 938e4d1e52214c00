package import LogDocuments
package import Model

/// An event on its way through a pipeline: fields in objects, as Logstash has them.
///
/// What all events of an input share stays apart until it is changed: an event that nobody changes there costs nothing for it.
package struct PipelineEvent: Sendable {
    /// Fields that all events of an input have, as objects.
    package final class Shared: Sendable {
        let fields: LogFields.Shared
        let document: Document

        package init(_ fields: LogFields.Shared) {
            self.fields = fields
            document = Document(fields: fields.entries)
        }
    }

    /// `@timestamp`, in milliseconds since the Unix epoch.
    package var timestamp: Int64
    /// Whether the event says its time; one whose `@timestamp` was removed does not.
    package var hasTimestamp = true
    /// The event's own fields.
    package private(set) var own: Document
    /// `[@metadata]`, which no output ships.
    package var metadata = Document()
    private var shared: Shared?

    package init(timestamp: Int64, _ document: Document = Document(), sharing shared: Shared? = nil) {
        self.timestamp = timestamp
        own = document
        self.shared = shared
    }

    /// All fields; what is shared comes first.
    package var document: Document {
        guard let shared else { return own }
        return Self.merged(shared.document, own)
    }

    private static func merged(_ lower: Document, _ upper: Document) -> Document {
        var result = lower
        for (name, value) in upper.members {
            if case .object(let inner) = value, case .object(let outer)? = result[name] {
                result[name] = .object(merged(outer, inner))
            } else {
                result[name] = value
            }
        }
        return result
    }

    // MARK: Reading

    /// The value at `field`; `@timestamp` as text. `nil` where there is none.
    package subscript(field: FieldReference) -> DocumentValue? {
        get {
            switch field.root {
            case .timestamp: return hasTimestamp ? .string(TimestampText.iso8601(timestamp)) : nil
            case .metadata:
                return field.path.isEmpty ? .object(metadata) : Self.value(in: metadata, field.path[...])
            case .event:
                let found = Self.value(in: own, field.path[...])
                guard let shared, let other = Self.value(in: shared.document, field.path[...]) else { return found }
                if case .object(let inner)? = found, case .object(let outer) = other {
                    return .object(Self.merged(outer, inner))
                }
                return found ?? other
            }
        }
        set {
            guard let newValue else {
                remove(field)
                return
            }
            set(field, newValue)
        }
    }

    private static func value(in document: Document, _ path: ArraySlice<String>) -> DocumentValue? {
        guard let name = path.first, let place = document.place(of: name) else { return nil }
        return value(in: document.members[place].value, path.dropFirst())
    }

    private static func value(in value: DocumentValue, _ path: ArraySlice<String>) -> DocumentValue? {
        guard let name = path.first else { return value }
        switch value {
        case .object(let object): return self.value(in: object, path)
        case .array(let values):
            guard let index = place(name, in: values) else { return nil }
            return self.value(in: values[index], path.dropFirst())
        default: return nil
        }
    }

    /// The place that a number means in an array; of a negative one from its end.
    private static func place(_ name: String, in values: [DocumentValue]) -> Int? {
        guard let number = Int(name) else { return nil }
        let index = number < 0 ? values.count + number : number
        return values.indices.contains(index) ? index : nil
    }

    package func contains(_ field: FieldReference) -> Bool { self[field] != nil }

    /// Adds a field of the event itself.
    /// - Returns: whether there was none of its name.
    mutating func addIfAbsent(_ field: FieldReference, _ value: DocumentValue) -> Bool {
        guard field.root == .event, field.path.count == 1, let name = field.path.first, own.place(of: name) == nil,
            shared?.document.place(of: name) == nil
        else { return false }
        own.append(name, value)
        return true
    }

    // MARK: Changing

    /// Whether a value can be put there: nothing on the way to it is a text or a number, which would give way to an object.
    package func canHold(_ field: FieldReference) -> Bool {
        guard field.path.count > 1 else { return true }
        for count in 1..<field.path.count {
            let outer = FieldReference(root: field.root, path: Array(field.path.prefix(count)), description: "")
            switch self[outer] {
            case nil, .null?: return true
            case .object?: continue
            case .array?: if Int(field.path[count]) == nil { return false }
            default: return false
            }
        }
        return true
    }

    /// What `field` is about to change must be the event's own.
    private mutating func takeShared(_ field: FieldReference) {
        guard field.root == .event, let shared, let name = field.path.first, shared.document.place(of: name) != nil
        else { return }
        own = Self.merged(shared.document, own)
        self.shared = nil
    }

    private mutating func set(_ field: FieldReference, _ value: DocumentValue) {
        switch field.root {
        case .timestamp: setTimestamp(value)
        case .metadata:
            if field.path.isEmpty {
                if case .object(let object) = value { metadata = object }
            } else {
                Self.set(value, in: &metadata, field.path[...])
            }
        case .event:
            if field.path == Self.tags.path, !Self.isTags(value) {
                setTags(value)
                return
            }
            takeShared(field)
            Self.set(value, in: &own, field.path[...])
        }
    }

    private static func set(_ value: DocumentValue, in document: inout Document, _ path: ArraySlice<String>) {
        guard let name = path.first else { return }
        if path.count == 1 {
            document[name] = value
            return
        }
        document.change(name) { held in
            set(value, in: &held, path.dropFirst())
        }
    }

    private static func set(_ value: DocumentValue, in held: inout DocumentValue?, _ path: ArraySlice<String>) {
        guard let name = path.first else {
            held = value
            return
        }
        if case .array(var values)? = held, let number = Int(name) {
            // Beyond the end an array grows, within reason.
            let index = number < 0 ? values.count + number : number
            guard index >= 0, index < values.count + 1_000 else { return }
            held = nil
            while values.count <= index { values.append(.null) }
            var inner: DocumentValue? = values[index]
            set(value, in: &inner, path.dropFirst())
            values[index] = inner ?? .null
            held = .array(values)
            return
        }
        // What is no object gives way to one.
        var object = Document()
        if case .object(let known)? = held { object = known }
        held = nil
        set(value, in: &object, path)
        held = .object(object)
    }

    /// Takes a field away.
    /// - Returns: what it held.
    @discardableResult
    package mutating func remove(_ field: FieldReference) -> DocumentValue? {
        switch field.root {
        case .timestamp:
            let value = self[field]
            hasTimestamp = false
            return value
        case .metadata:
            if field.path.isEmpty {
                let value = metadata
                metadata = Document()
                return .object(value)
            }
            return Self.remove(in: &metadata, field.path[...])
        case .event:
            guard contains(field) else { return nil }
            takeShared(field)
            return Self.remove(in: &own, field.path[...])
        }
    }

    private static func remove(in document: inout Document, _ path: ArraySlice<String>) -> DocumentValue? {
        guard let name = path.first else { return nil }
        if path.count == 1 { return document.removeValue(named: name) }
        guard document.place(of: name) != nil else { return nil }
        return document.change(name) { held in remove(in: &held, path.dropFirst()) }
    }

    private static func remove(in held: inout DocumentValue?, _ path: ArraySlice<String>) -> DocumentValue? {
        switch held {
        case .object(var object)?:
            held = .null
            let value = remove(in: &object, path)
            held = .object(object)
            return value
        case .array(var values)?:
            guard let name = path.first, let index = place(name, in: values) else { return nil }
            if path.count == 1 {
                let value = values.remove(at: index)
                held = .array(values)
                return value
            }
            var inner: DocumentValue? = values[index]
            let value = remove(in: &inner, path.dropFirst())
            if let inner { values[index] = inner }
            held = .array(values)
            return value
        default: return nil
        }
    }

    // MARK: The time and the tags

    private static let badTimestamp = FieldReference("_@timestamp")

    /// Takes a time as Logstash does: what is none is kept beside, with a tag.
    private mutating func setTimestamp(_ value: DocumentValue) {
        if case .string(let text) = value, let time = TimestampText.milliseconds(text) {
            timestamp = time
            hasTimestamp = true
        } else if value != .null {
            addTag("_timestampparsefailure")
            self[Self.badTimestamp] = value
        }
    }

    private static let tags = FieldReference("tags")

    private static let badTags = FieldReference("_tags")

    /// Whether a value may be the tags: a text, or a list of texts.
    private static func isTags(_ value: DocumentValue) -> Bool {
        switch value {
        case .null, .string: true
        case .array(let values): values.allSatisfy { $0.string != nil }
        default: false
        }
    }

    /// Takes tags as Logstash does: what are none are kept beside, with a tag.
    private mutating func setTags(_ value: DocumentValue) {
        self[Self.badTags] = value
        addTag("_tagsparsefailure")
    }

    /// Adds a tag, once.
    package mutating func addTag(_ tag: String) {
        switch self[Self.tags] {
        case nil, .null?: self[Self.tags] = .array([.string(tag)])
        case .array(let tags)?:
            if !tags.contains(.string(tag)) { self[Self.tags] = .array(tags + [.string(tag)]) }
        case let single?:
            if single != .string(tag) { self[Self.tags] = .array([single, .string(tag)]) }
        }
    }

    /// Takes a tag away; without a last one an empty list stays, as in Logstash.
    package mutating func removeTag(_ tag: String) {
        switch self[Self.tags] {
        case .array(let tags)? where tags.contains(.string(tag)):
            self[Self.tags] = .array(tags.filter { $0 != .string(tag) })
        case .string(tag)?: self[Self.tags] = .array([])
        default: return
        }
    }

    /// Adds a value to a field as filters do: a second one makes an array of the first.
    package mutating func add(_ value: DocumentValue, to field: FieldReference) {
        guard field.root != .timestamp, let known = self[field], known != .null else {
            self[field] = value
            return
        }
        if case .array(let values) = known {
            self[field] = .array(values + [value])
        } else {
            self[field] = .array([known, value])
        }
    }

    // MARK: Events of logs

    /// - Parameter shared: the objects of `event`'s shared fields, where they are known.
    package init(_ event: LogEvent, sharing shared: Shared? = nil) {
        timestamp = event.timestamp
        self.shared = event.fields.shared.map { shared?.fields === $0 ? shared ?? Shared($0) : Shared($0) }
        own = Document()
        if case .string(let source)? = event.fields[DocumentFields.source],
            case .object(let document)? = try? DocumentReader.value(source)
        {
            own = document
            own.removeValue(named: "@timestamp")
            self.shared = nil
            return
        }
        own.reserveCapacity(event.fields.own.count + 4)
        for (name, value) in event.fields.own { own.nest(name, DocumentValue(value)) }
    }

    /// The event as it is stored. Fields whose names are reserved for what the store says of an event stand below `json`.
    package var logEvent: LogEvent {
        if own.members.contains(where: { LogFields.isReserved($0.name) }) { return withoutReserved.logEvent }
        var fields = LogFields(sharing: shared?.fields)
        fields.reserveCapacity(own.count + 4)
        if !fields.add(own, isDisjoint: true) {
            var source = document
            if hasTimestamp { source["@timestamp"] = .string(TimestampText.iso8601(timestamp)) }
            fields[DocumentFields.source] = .string(source.json)
        }
        // Beyond all dates, where what is added to a time would not hold, it counts as the last or the first one.
        let time = max(-Self.storedTimeMax, min(timestamp, Self.storedTimeMax))
        return LogEvent(timestamp: time, fields: fields)
    }

    private var withoutReserved: PipelineEvent {
        var event = self
        for (name, value) in own.members where LogFields.isReserved(name) {
            event.own.removeValue(named: name)
            event[FieldReference(root: .event, path: ["json", name], description: "[json][\(name)]")] = value
        }
        return event
    }

    private static let storedTimeMax: Int64 = 1 << 53
}

extension PipelineEvent {
    /// An event of a document; without `@timestamp` it has the time at which it came.
    package init(_ document: Document, now: Int64) {
        self.init(timestamp: now)
        for (name, value) in document.members {
            switch (name, value) {
            case ("@timestamp", _): self[FieldReference(name)] = value
            case ("@metadata", .object(let object)): metadata = object
            default: self[FieldReference(escaping: name)] = value
            }
        }
    }

    /// The event as it is shipped: without `@metadata`.
    package var shipped: Document {
        var document = Document()
        if hasTimestamp { document.append("@timestamp", .string(TimestampText.iso8601(timestamp))) }
        for (name, value) in self.document.members { document[name] = value }
        return document
    }

    /// The event as it is printed: with `@metadata`, where there is any.
    package var printed: Document {
        var document = shipped
        if !metadata.isEmpty { document["@metadata"] = .object(metadata) }
        return document
    }
}
