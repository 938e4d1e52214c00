/// Which events of a log are wanted, how many, and in which order.
///
/// A source may use all of it to skip what cannot be wanted; ``matches`` has the last word on each event.
public struct LogFilter {
    /// What events must have to be wanted. It is less than ``LogFilter/matches``: what has it all need not be wanted.
    public struct Needs: Sendable, Equatable {
        /// For fields, sets of texts in lower case: an event must have one of each set as the field's value, or in it
        /// where it is an array. Values that are no texts, and texts with blanks, may do without. A field's name may
        /// also stand behind `fields.` in the event.
        public var values: [String: [Set<String>]]
        /// For fields (the empty name for any), words in lower case and ASCII that must stand somewhere in its texts.
        /// Numbers and truth values do not count.
        public var words: [String: Set<String>]

        public init(values: [String: [Set<String>]] = [:], words: [String: Set<String>] = [:]) {
            self.values = values
            self.words = words
        }
    }

    /// Both ends belong to it.
    public var range: TimeRange
    /// Whether the oldest come first instead of the newest.
    public var ascending: Bool
    /// How many events at most: the first in order.
    public var limit: Int
    public var needs: Needs
    /// What a source may ask of single values before it makes an event; `nil` for what ``needs`` says.
    public var condition: LogCondition?
    /// Whether an event is wanted; false for all that do not have what is needed.
    public var matches: (borrowing LogEvent) -> Bool
    /// Told where the time of the work is over before all was looked at: the answer is what was found by then. Without it
    /// the work fails. Work for which nobody waits any longer fails in any case.
    public var whenTimeIsOver: (() -> Void)?
    /// About how many bytes of events at most; where it is less than what ``limit`` allows, the first two in order are given
    /// at least.
    public var bytesMax = Int.max
    /// Told where ``bytesMax`` made the answer shorter.
    public var whenBytesAreOver: (() -> Void)?

    /// Unless more is said, all events, newest first.
    public init(
        in range: TimeRange = .all, ascending: Bool = false, limit: Int = .max, needs: Needs = Needs(),
        condition: LogCondition? = nil, where matches: @escaping (borrowing LogEvent) -> Bool = { _ in true }
    ) {
        self.range = range
        self.ascending = ascending
        self.limit = limit
        self.needs = needs
        self.condition = condition
        self.matches = matches
    }
}

/// What log events are read from: a store, or events in memory.
public protocol LogSource: Sendable {
    /// Gives the events that `filter` wants to `visit`, in its order. Of events with the same time those that came
    /// first are the older ones.
    /// - Throws: what the source throws when it cannot be read, and what `visit` throws.
    func scan(_ filter: LogFilter, _ visit: (LogEvent) throws -> Void) throws

    /// Counts the events that `filter` wants, whatever its limit, in one pass.
    /// - Throws: what the source throws when it cannot be read.
    func counts(_ filter: LogFilter, _ request: LogCountRequest) throws -> LogCounts

    /// Gives each event that `filter` wants, whatever its limit, to `visit`: in no order, and without keeping them.
    /// - Parameter fields: what `visit` asks for, by its name or behind `fields.`; other fields may be missing. `nil` for all.
    /// - Throws: what the source throws when it cannot be read, and what `visit` throws.
    func visit(_ filter: LogFilter, fields: Set<String>?, _ visit: (LogEvent) throws -> Void) throws

    /// The names of the fields that events in `range` have, perhaps with some of events near it.
    /// - Throws: what the source throws when it cannot be read.
    func fieldNames(in range: TimeRange) throws -> Set<String>
}

extension LogSource {
    public func counts(_ filter: LogFilter, _ request: LogCountRequest) throws -> LogCounts {
        var counts = LogCounts()
        var all = filter
        all.limit = .max
        try scan(all) { counts.add($0, request) }
        return counts
    }

    public func visit(_ filter: LogFilter, fields: Set<String>?, _ visit: (LogEvent) throws -> Void) throws {
        var all = filter
        all.limit = .max
        try scan(all, visit)
    }

    public func fieldNames(in range: TimeRange) throws -> Set<String> {
        var names: Set<String> = []
        try scan(LogFilter(in: range)) { names.formUnion($0.fields.keys) }
        return names
    }

    /// The events that `filter` wants, in its order.
    public func events(_ filter: LogFilter) throws -> [LogEvent] {
        var events: [LogEvent] = []
        try scan(filter) { events.append($0) }
        return events
    }
}
