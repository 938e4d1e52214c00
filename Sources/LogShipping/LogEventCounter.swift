package import Base
internal import Instruments
package import Model
internal import Synchronization

/// Counts the events that a store takes, by component, level and event, so that rules can tell of them.
///
/// An event is counted when the store has it: a line that is read again, or a batch that an agent sends again, is stored
/// once and counted once. What names come is up to the lines, so how many are told apart is bounded: of each component, so
/// that one with a new name in each line does not hide those of the others, and of all together. The rest is `other`.
package final class LogEventCounter: LogAppender {
    /// How many names are told apart.
    package struct Limits: Sendable {
        package var components = 50
        package var eventsOfComponent = 50
        package var series = 1_000
        package var nameBytes = 64

        package init() {}
    }

    private let store: any LogAppender
    private let tally: Mutex<LogEventTally>
    private let timeSource: any TimeSource

    /// An event that was older than this when it was stored says nothing of the present: a file that is read for the
    /// first time, or an agent that was away for long.
    private static let lateAfter: Int64 = 15 * 60_000

    /// - Parameter store: what takes the events.
    package init(
        _ store: any LogAppender, limits: Limits = Limits(), timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.store = store
        self.timeSource = timeSource
        tally = Mutex(LogEventTally(limits))
    }

    package func append(_ events: [LogEvent], offset: TailOffset?) throws {
        try store.append(events, offset: offset)
        if events.isEmpty { return }
        let lateBefore = timeSource.now() - Self.lateAfter
        tally.withLock { tally in
            for event in events { tally.count(event, isLate: event.timestamp < lateBefore) }
        }
    }

    /// What a server has stored.
    package var stored: [MetricFamily] {
        let counts = tally.withLock { $0.counts }
        return [
            Self.family(Catalogue.logEventsTotal, counts, \.events),
            Self.family(Catalogue.logLateEventsTotal, counts.filter { $0.late > 0 }, \.late),
        ]
    }

    /// What an agent keeps for its server, which counts it again: under another name, so that sums over all are right.
    package var read: [MetricFamily] {
        [Self.family(Catalogue.logShippingReadEventsTotal, tally.withLock { $0.counts }, \.events)]
    }

    private static func family(
        _ definition: MetricDefinition, _ counts: [LogEventTally.Count], _ value: (LogEventTally.Count) -> Int
    ) -> MetricFamily {
        let points = counts.map { count in
            let values = [definition.name, count.kind.component, count.kind.level, count.kind.event]
            let labels = zip([Labels.metricName] + definition.labelNames, values).map { Label($0, $1) }
            return MetricPoint(labels: Labels(labels), value: Double(value(count)))
        }
        return MetricFamily(name: definition.name, kind: definition.kind, help: definition.help, points: points)
    }
}

/// How many events there were of each kind.
struct LogEventTally: Sendable {
    struct Kind: Hashable, Sendable {
        var component = ""
        var level = ""
        var event = ""
    }

    struct Count: Sendable {
        let kind: Kind
        var events = 0
        var late = 0
    }

    /// What an event, or what it shares with others, says under each name.
    private struct Words {
        var component: LogValue?
        var nestedComponent: LogValue?
        var level: LogValue?
        var event: LogValue?
        var nestedEvent: LogValue?
        var action: LogValue?

        mutating func take(_ name: String, _ value: LogValue) {
            switch name {
            case "component": component = value
            case "fields.component": nestedComponent = value
            case "level": level = value
            case "event": event = value
            case "fields.event": nestedEvent = value
            case "event.action": action = value
            default: break
            }
        }
    }

    private let limits: LogEventCounter.Limits
    private(set) var counts: [Count] = []
    private var places: [Kind: Int] = [:]
    /// By component, the events that are told apart.
    private var events: [String: Set<String>] = [:]
    private var lastShared: (fields: LogFields.Shared, words: Words)?

    private static let other = "other"
    private static let levels = Set(LevelName.allCases.map(\.rawValue))

    init(_ limits: LogEventCounter.Limits) { self.limits = limits }

    mutating func count(_ event: LogEvent, isLate: Bool) {
        let place = place(of: kind(of: event))
        counts[place].events += 1
        if isLate { counts[place].late += 1 }
    }

    private mutating func kind(of event: LogEvent) -> Kind {
        var words = event.fields.shared.map { sharedWords($0) } ?? Words()
        for (name, value) in event.fields.own { words.take(name, value) }
        var kind = Kind()
        kind.component = name(words.component ?? words.nestedComponent)
        kind.event = name(words.event ?? words.nestedEvent ?? words.action)
        if case .string(let level)? = words.level, Self.levels.contains(level) { kind.level = level }
        return kind
    }

    private mutating func sharedWords(_ shared: LogFields.Shared) -> Words {
        if let lastShared, lastShared.fields === shared { return lastShared.words }
        var words = Words()
        for (name, value) in shared.entries { words.take(name, value) }
        lastShared = (shared, words)
        return words
    }

    /// A value as a name: nothing where it is none, and `other` where it is a text rather than a name.
    private func name(_ value: LogValue?) -> String {
        switch value {
        case .string(let text):
            let isName = text.utf8.count <= limits.nameBytes && !text.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
            return isName ? text : Self.other
        case .integer(let number): return String(number)
        case .boolean, .double, .array: return Self.other
        case .null, nil: return ""
        }
    }

    private mutating func place(of kind: Kind) -> Int {
        if let place = places[kind] { return place }
        var kind = kind
        if events[kind.component] == nil, events.count >= limits.components { kind.component = Self.other }
        let known = events[kind.component] ?? []
        let isNew = !known.contains(kind.event)
        let isFull = counts.count >= limits.series || isNew && known.count >= limits.eventsOfComponent
        if isFull, !kind.event.isEmpty { kind.event = Self.other }
        if let place = places[kind] { return place }
        events[kind.component, default: []].formUnion(["", Self.other].contains(kind.event) ? [] : [kind.event])
        places[kind] = counts.count
        counts.append(Count(kind: kind))
        return counts.count - 1
    }
}
