import Base
import Instruments
import LogShipping
import Model
import Testing

@Suite("Counts of what is logged")
struct EventCounterTests {
    private static func event(_ fields: [String: LogValue], at time: Int64 = 0) -> LogEvent {
        LogEvent(timestamp: time, fields: LogFields(fields))
    }

    /// By labels without the metric's name, as `component level event`.
    private static func counts(_ family: MetricFamily?) -> [String: Double] {
        let points = family?.points ?? []
        return Dictionary(
            points.map { point in
                (
                    ["component", "level", "event"].map { point.labels.value(of: $0) ?? "-" }.joined(separator: " "),
                    point.value
                )
            }
        ) { $0 + $1 }
    }

    private static func counts(
        of events: [LogEvent], limits: LogEventCounter.Limits = LogEventCounter.Limits()
    ) throws -> [String: Double] {
        let counter = LogEventCounter(MemoryAppender(), limits: limits)
        try counter.append(events, offset: nil)
        return counts(counter.stored.first)
    }

    static let namings: [(fields: [String: LogValue], labels: String)] = [
        (
            ["component": .string("auth"), "level": .string("WARN"), "event": .string("failed_login")],
            "auth WARN failed_login"
        ),
        (["fields.component": .string("api"), "level": .string("ERROR")], "api ERROR -"),
        (["component": .string("a"), "fields.component": .string("b"), "event.action": .string("x")], "a - x"),
        (["event": .string("e"), "event.action": .string("x"), "fields.event": .string("y")], "- - e"),
        (["event": .integer(4_625)], "- - 4625"),
        (["level": .string("warning")], "- - -"),
        (["level": .integer(4), "component": .null], "- - -"),
        (["event": .string("User bob logged in from 10.0.0.7")], "- - other"),
        (["event": .string(String(repeating: "x", count: 65))], "- - other"),
        (["event": .string("đăng-nhập"), "component": .array([.string("a")])], "other - đăng-nhập"),
        (["event": .string("a\nb")], "- - other"),
        ([:], "- - -"),
    ]

    @Test("an event counts under its component, its level and what happened", arguments: namings)
    func names(_ naming: (fields: [String: LogValue], labels: String)) throws {
        #expect(try Self.counts(of: [Self.event(naming.fields)]) == [naming.labels: 1])
    }

    @Test("what all events of an input share counts as what an event says itself, which comes first")
    func shared() throws {
        let shared = LogFields.Shared(["fields.component": .string("auth"), "event": .string("login")])
        let others = LogFields.Shared(["fields.component": .string("api")])
        var own = LogEvent(timestamp: 0, fields: LogFields(sharing: shared))
        own.fields.append("component", .string("gate"))
        let events = [shared, others, shared].map { LogEvent(timestamp: 0, fields: LogFields(sharing: $0)) } + [own]
        #expect(try Self.counts(of: events) == ["auth - login": 2, "api - -": 1, "gate - login": 1])
    }

    @Test("what the store does not take is counted once it does")
    func failures() throws {
        let store = MemoryAppender()
        let counter = LogEventCounter(store)
        let events = [Self.event(["component": .string("a")])]
        store.fail(true)
        #expect(throws: MemoryAppender.DiskFull.self) { try counter.append(events, offset: nil) }
        #expect(Self.counts(counter.stored.first) == [:])
        store.fail(false)
        try counter.append(events, offset: nil)
        try counter.append([], offset: nil)
        #expect(Self.counts(counter.stored.first) == ["a - -": 1])
        #expect(counter.stored.map(\.name) == ["log_events_total", "log_late_events_total"])
        #expect(counter.read.map(\.name) == ["log_shipping_read_events_total"])
    }

    private struct Clock: TimeSource {
        func now() -> Int64 { 100_000_000 }
    }

    @Test("events that are older than a quarter of an hour count among the late ones, too")
    func late() throws {
        let counter = LogEventCounter(MemoryAppender(), timeSource: Clock())
        let ages: [Int64] = [-60_000, 0, 900_000, 900_001, 86_400_000]
        try counter.append(ages.map { Self.event(["component": .string("a")], at: 100_000_000 - $0) }, offset: nil)
        try counter.append([Self.event(["component": .string("b")], at: 100_000_000)], offset: nil)
        #expect(Self.counts(counter.stored.first) == ["a - -": 5, "b - -": 1])
        #expect(Self.counts(counter.stored.last) == ["a - -": 2])
    }

    @Test("names without end are other, and hide neither known ones nor those of other components")
    func bounded() throws {
        var limits = LogEventCounter.Limits()
        limits.components = 3
        limits.eventsOfComponent = 4
        limits.series = 9
        func of(_ component: String, _ event: String) -> LogEvent {
            Self.event(["component": .string(component), "event": .string(event)])
        }
        let flood = (0..<1_000).map { of("loud", "id-\($0)") }
        let events = flood + [of("auth", "failed_login"), of("loud", "id-2"), of("auth", "failed_login"), of("c", "x")]
        let late = (0..<500).map { of("c\($0)", "y\($0)") } + [of("auth", "login"), of("auth", "failed_login")]
        let counts = try Self.counts(of: events + late, limits: limits)
        #expect(counts["loud - id-2"] == 2 && counts["loud - other"] == 996)
        #expect(counts["auth - failed_login"] == 3)
        #expect(counts.values.reduce(0, +) == Double(events.count + late.count))
        #expect(counts["other - other"] ?? 0 > 490)
        #expect(counts.count <= 9 + 4, "\(counts)")
    }

    @Test("an event without a name keeps none when there is no room for more")
    func nameless() throws {
        var limits = LogEventCounter.Limits()
        limits.series = 1
        let events = ["x", "y", ""].map { Self.event(["component": .string("a"), "event": .string($0)]) }
        #expect(try Self.counts(of: events, limits: limits) == ["a - x": 1, "a - other": 1, "a - -": 1])
    }
}
