import Model
import Testing

@testable import Rules

/// What becomes of pending and firing alerts when the server is started anew over the same store.
@Suite("Alerts over a restart")
struct RestoreTests {
    private static func bench(_ store: MemoryStore = MemoryStore(), hold: Duration = .seconds(60)) throws -> Bench {
        try Bench(.test(.test(.alert("Down"), "down == 1", hold: hold)), store: store)
    }

    @Test("the time that a pending alert had waited counts, that of the outage does not")
    func pending() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 15, 30)
        let after = try Self.bench(before.store)
        await after.evaluate(["c1": 1], at: 130)
        #expect(after.alerts == ["c1 pending"])
        #expect(after.rule().alerts.first?.activeAt == Bench.start + 100_000)
        await after.evaluate(["c1": 1], at: 145)
        #expect(after.alerts == ["c1 pending"])
        await after.evaluate(["c1": 1], at: 160)
        #expect(after.alerts == ["c1 firing"] && after.sent() == ["c1 160–400"])
    }

    @Test("an alert that was firing fires at once, and since when it holds is known")
    func firing() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 30, 60, 90)
        let after = try Self.bench(before.store)
        await after.evaluate(["c1": 1], at: 300)
        #expect(after.alerts == ["c1 firing"] && after.sent() == ["c1 300–540"])
        #expect(after.rule().alerts.first?.activeAt == Bench.start)
        #expect(after.shown("ALERTS_FOR_STATE").first?.hasSuffix("1700000000@300") == true)
    }

    @Test("an alert whose first sample after the start comes late is taken up too")
    func lateScrape() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 30, 60, 90)
        before.put(["__name__": "down", "camera": "c1"], nil, at: 91)
        let after = try Self.bench(before.store)
        await after.evaluate(at: 120, 135)
        #expect(after.alerts.isEmpty)
        await after.evaluate(["c1": 1], at: 150)
        #expect(after.alerts == ["c1 firing"])
    }

    @Test("an alert that comes long after the start is a new one")
    func longAfter() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 30, 60, 90)
        before.put(["__name__": "down", "camera": "c1"], nil, at: 91)
        let after = try Self.bench(before.store)
        await after.evaluate(at: 120, 240)
        await after.evaluate(["c1": 1], at: 241)
        #expect(after.alerts == ["c1 pending"])
    }

    @Test("an alert that had ended before the restart is a new one")
    func ended() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 30, 60, 90)
        await before.evaluate(["c1": 0], at: 105)
        let after = try Self.bench(before.store)
        await after.evaluate(["c1": 1], at: 120)
        #expect(after.alerts == ["c1 pending"])
        #expect(after.rule().alerts.first?.activeAt == Bench.start + 120_000)
    }

    @Test("what is older than an hour is not taken up")
    func tooOld() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 60)
        let after = try Self.bench(before.store)
        await after.evaluate(["c1": 1], at: 60 + 3_601)
        #expect(after.alerts == ["c1 pending"])
    }

    @Test("values that are no times are not taken up", arguments: [Double.nan, .infinity, 1e300, -1e300])
    func nonsense(_ value: Double) async throws {
        let bench = try Self.bench()
        bench.put(["__name__": "ALERTS_FOR_STATE", "alertname": "Down", "camera": "c1"], value, at: 0)
        await bench.evaluate(["c1": 1], at: 15)
        #expect(bench.alerts == ["c1 pending"])
        #expect(bench.rule().alerts.first?.activeAt == Bench.start + 15_000)
    }

    @Test("other alerts' states are not taken for this one's")
    func others() async throws {
        let before = try Self.bench()
        await before.evaluate(["c1": 1], at: 0, 60)
        before.put(
            ["__name__": "ALERTS_FOR_STATE", "alertname": "Down", "camera": "c2", "site": "x"], 1_600_000_000, at: 60)
        let after = try Self.bench(before.store)
        await after.evaluate(["c1": 1, "c2": 1], at: 75)
        #expect(after.alerts == ["c1 firing", "c2 pending"])
    }
}
