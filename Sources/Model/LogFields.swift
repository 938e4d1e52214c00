/// The fields of a log event by their dotted names: some that many events share, and the event's own.
///
/// What is constant for an input (host, agent, its own `fields`) is one object that all its events refer to, so that
/// an event costs what it says itself. Fields of the event hide shared ones of the same name. They are looked up one by
/// one, as most events have few; beyond ``indexedFrom`` there is an index, so that an event of a million names costs no
/// more a name.
public struct LogFields: Sendable {
    /// Fields that all events of an input have.
    public final class Shared: Sendable {
        public let entries: [(key: String, value: LogValue)]
        private let places: [String: Int]

        public init(_ fields: [String: LogValue]) {
            entries = fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            places = Dictionary(entries.enumerated().map { ($1.key, $0) }) { first, _ in first }
        }

        public func index(of name: String) -> Int? { places[name] }
    }

    /// What is shared and not hidden; `nil` where it is nothing.
    public private(set) var shared: Shared?
    /// The event's own fields, in the order in which they came; none has a shared one's name.
    public private(set) var own: [(key: String, value: LogValue)]
    private var index: [String: Int]?

    private static let indexedFrom = 32

    /// Whether a field is none of the event's own, but says how the event came: it is found by its name alone, and shown
    /// only to who asks for it.
    public static func isReserved(_ name: String) -> Bool {
        name.utf8.first == UInt8(ascii: "_")
            && (name == "_source" || name == "_timestamp" || name == "_index" || name == "_id")
    }

    public init(sharing shared: Shared? = nil) {
        self.shared = shared
        own = []
    }

    public init(_ fields: [String: LogValue]) {
        self.init()
        for (name, value) in fields { own.append((name, value)) }
        makeIndexIfLong()
    }

    public var count: Int { own.count + (shared?.entries.count ?? 0) }
    public var isEmpty: Bool { count == 0 }
    public var keys: [String] { map(\.key) }

    public mutating func reserveCapacity(_ count: Int) { own.reserveCapacity(count) }

    private func place(_ name: String) -> Int? {
        if let index { return index[name] }
        return own.firstIndex { $0.key == name }
    }

    public subscript(name: String) -> LogValue? {
        get {
            if let place = place(name) { return own[place].value }
            guard let shared, let place = shared.index(of: name) else { return nil }
            return shared.entries[place].value
        }
        set {
            guard let newValue else {
                removeValue(forKey: name)
                return
            }
            if let place = place(name) {
                own[place].value = newValue
                return
            }
            if shared?.index(of: name) != nil { takeShared() }
            if let place = place(name) {
                own[place].value = newValue
            } else {
                append(name, newValue)
            }
        }
    }

    /// Adds a field of which the caller knows that there is none of its name yet.
    public mutating func append(_ name: String, _ value: LogValue) {
        own.append((name, value))
        if index != nil { index?[name] = own.count - 1 } else { makeIndexIfLong() }
    }

    private mutating func makeIndexIfLong() {
        if own.count < Self.indexedFrom { return }
        index = Dictionary(own.enumerated().map { ($1.key, $0) }) { _, last in last }
    }

    /// Makes the shared fields the event's own, as one of them changes.
    private mutating func takeShared() {
        guard let entries = shared?.entries else { return }
        shared = nil
        own = entries + own
        index = nil
        makeIndexIfLong()
    }

    @discardableResult
    public mutating func removeValue(forKey name: String) -> LogValue? {
        if shared?.index(of: name) != nil { takeShared() }
        guard let place = place(name) else { return nil }
        let value = own.remove(at: place).value
        index = nil
        makeIndexIfLong()
        return value
    }

    /// Changes each of the event's own values.
    public mutating func changeOwn(_ change: (_ name: String, _ value: LogValue) -> LogValue?) {
        for place in own.indices {
            if let changed = change(own[place].key, own[place].value) { own[place].value = changed }
        }
    }

    public mutating func merge(
        _ other: some Sequence<(key: String, value: LogValue)>,
        uniquingKeysWith choose: (LogValue, LogValue) -> LogValue
    ) {
        for (name, value) in other {
            if let known = self[name] { self[name] = choose(known, value) } else { self[name] = value }
        }
    }

    public func filter(_ isWanted: ((key: String, value: LogValue)) -> Bool) -> LogFields {
        var kept = LogFields()
        if let shared {
            if shared.entries.allSatisfy(isWanted) {
                kept.shared = shared
            } else {
                kept.own = shared.entries.filter(isWanted)
            }
        }
        kept.own += own.filter(isWanted)
        kept.makeIndexIfLong()
        return kept
    }

    public func mapValues<Value>(_ transform: (LogValue) -> Value) -> [String: Value] {
        Dictionary(map { ($0.key, transform($0.value)) }) { _, last in last }
    }
}

extension LogFields: Sequence {
    public func makeIterator() -> AnyIterator<(key: String, value: LogValue)> {
        var place = 0
        let common = shared?.entries ?? []
        return AnyIterator {
            defer { place += 1 }
            if place < common.count { return common[place] }
            return place - common.count < own.count ? own[place - common.count] : nil
        }
    }
}

extension LogFields: Equatable {
    public static func == (left: LogFields, right: LogFields) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }
}

extension LogFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, LogValue)...) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }
}
