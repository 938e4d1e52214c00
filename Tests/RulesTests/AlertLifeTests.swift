import Model
import Testing

@testable import Rules

/// How alerts come, fire and go. Groups have an interval of 15 seconds, so what is sent is good for 4 minutes.
@Suite("The life of an alert")
struct AlertLifeTests {
    private static func bench(hold: Duration = .zero, keepFiringFor: Duration = .zero) throws -> Bench {
        try Bench(.test(.test(.alert("Down"), "down == 1", hold: hold, keepFiringFor: keepFiringFor)))
    }

    @Test("an alert is pending for as long as `for` says, then fires; nobody hears of a pending one")
    func hold() async throws {
        let bench = try Self.bench(hold: .seconds(30))
        await bench.evaluate(["c1": 1], at: 0, 15)
        #expect(bench.alerts == ["c1 pending"] && bench.sent().isEmpty)
        #expect(bench.rule().state == .pending)
        await bench.evaluate(["c1": 1], at: 30)
        #expect(bench.alerts == ["c1 firing"] && bench.sent() == ["c1 30–270"])
        #expect(bench.rule().state == .firing)
        let alert = try #require(bench.rule().alerts.first)
        #expect(alert.activeAt == Bench.start && alert.firedAt == Bench.start + 30_000 && alert.value == 1)
        #expect(alert.labels == ["alertname": "Down", "camera": "c1"])
    }

    @Test("without `for` an alert fires at once")
    func noHold() async throws {
        let bench = try Self.bench()
        await bench.evaluate(["c1": 1], at: 0)
        #expect(bench.alerts == ["c1 firing"] && bench.sent() == ["c1 0–240"])
    }

    @Test("a condition that breaks off before `for` is over begins anew")
    func interrupted() async throws {
        let bench = try Self.bench(hold: .seconds(30))
        await bench.evaluate(["c1": 1], at: 0, 15)
        await bench.evaluate(["c1": 0], at: 29)
        #expect(bench.alerts.isEmpty && bench.rule().state == .inactive)
        await bench.evaluate(["c1": 1], at: 30, 45)
        #expect(bench.alerts == ["c1 pending"])
        await bench.evaluate(["c1": 1], at: 60)
        #expect(bench.alerts == ["c1 firing"] && bench.sent() == ["c1 60–300"])
    }

    @Test("a firing alert is told of again after a minute, and its end moves on")
    func resending() async throws {
        let bench = try Self.bench()
        await bench.evaluate(["c1": 1], at: 0, 15, 30, 45)
        #expect(bench.sent() == ["c1 0–240"])
        await bench.evaluate(["c1": 1], at: 60)
        #expect(bench.sent() == ["c1 0–300"])
        await bench.evaluate(["c1": 1], at: 75, 90, 105, 119)
        #expect(bench.sent().isEmpty)
        await bench.evaluate(["c1": 1], at: 120)
        #expect(bench.sent() == ["c1 0–360"])
    }

    @Test("an alert that is over is told of at once, repeated for 15 minutes with its true end, and then forgotten")
    func resolved() async throws {
        let bench = try Self.bench()
        await bench.evaluate(["c1": 1], at: 0)
        #expect(bench.sent() == ["c1 0–240"])
        await bench.evaluate(["c1": 0], at: 15)
        #expect(bench.sent() == ["c1 0–15"] && bench.alerts.isEmpty)
        await bench.evaluate(["c1": 0], at: 30, 45, 60)
        #expect(bench.sent().isEmpty)
        await bench.evaluate(["c1": 0], at: 75)
        #expect(bench.sent() == ["c1 0–15"])
        await bench.evaluate(["c1": 0], at: 15 + 900)
        #expect(bench.sent() == ["c1 0–15"])
        await bench.evaluate(["c1": 0], at: 15 + 915, 15 + 1_000)
        #expect(bench.sent().isEmpty)
    }

    @Test("an alert that fires again within the 15 minutes is a new one")
    func firesAgain() async throws {
        let bench = try Self.bench(hold: .seconds(15))
        await bench.evaluate(["c1": 1], at: 0, 15)
        await bench.evaluate(["c1": 0], at: 30)
        _ = bench.sent()
        await bench.evaluate(["c1": 1], at: 45)
        #expect(bench.alerts == ["c1 pending"] && bench.sent().isEmpty)
        await bench.evaluate(["c1": 1], at: 60)
        #expect(bench.sent() == ["c1 60–300"])
    }

    @Test("keep_firing_for bridges gaps, and begins anew with each")
    func keepFiring() async throws {
        let bench = try Self.bench(keepFiringFor: .seconds(30))
        await bench.evaluate(["c1": 1], at: 0)
        await bench.evaluate(["c1": 0], at: 15, 30)
        #expect(bench.alerts == ["c1 firing"])
        #expect(bench.rule().alerts.first?.keptSince == Bench.start + 15_000)
        await bench.evaluate(["c1": 1], at: 45)
        #expect(bench.rule().alerts.first?.keptSince == nil)
        await bench.evaluate(["c1": 0], at: 60, 75)
        #expect(bench.alerts == ["c1 firing"])
        _ = bench.sent()
        await bench.evaluate(["c1": 0], at: 90)
        #expect(bench.alerts.isEmpty && bench.sent() == ["c1 0–90"])
    }

    @Test("keep_firing_for keeps no alert that never fired")
    func keepPending() async throws {
        let bench = try Self.bench(hold: .seconds(30), keepFiringFor: .seconds(300))
        await bench.evaluate(["c1": 1], at: 0, 15)
        await bench.evaluate(["c1": 0], at: 30)
        #expect(bench.alerts.isEmpty)
    }

    @Test("each series of the result is an alert of its own")
    func several() async throws {
        let bench = try Self.bench(hold: .seconds(15))
        await bench.evaluate(["c1": 1, "c2": 0, "c3": 1], at: 0)
        await bench.evaluate(["c1": 1, "c2": 1, "c3": 0], at: 15)
        #expect(bench.alerts == ["c1 firing", "c2 pending"])
        #expect(bench.sent() == ["c1 15–255"])
    }

    @Test("ALERTS and ALERTS_FOR_STATE are written while an alert is active, and end with its state")
    func series() async throws {
        let bench = try Self.bench(hold: .seconds(15))
        await bench.evaluate(["c1": 1], at: 0, 15, 30)
        await bench.evaluate(["c1": 0], at: 45, 60)
        #expect(
            bench.shown("ALERTS") == [
                #"{alertname="Down", alertstate="firing", camera="c1"}: 1@15, 1@30, end@45"#,
                #"{alertname="Down", alertstate="pending", camera="c1"}: 1@0, end@15"#,
            ])
        let since = "1700000000"
        #expect(
            bench.shown("ALERTS_FOR_STATE") == [
                #"{alertname="Down", camera="c1"}: \#(since)@0, \#(since)@15, \#(since)@30, end@45"#
            ])
    }

    @Test("a query that fails keeps the alerts, writes nothing, and says why")
    func failing() async throws {
        let bench = try Self.bench(hold: .seconds(30))
        await bench.evaluate(["c1": 1], at: 0, 15)
        bench.store.fail(true)
        await bench.evaluate(["c1": 1], at: 30)
        #expect(bench.alerts == ["c1 pending"])
        #expect(bench.rule().health == .err && bench.rule().lastError.contains("the disk is gone"))
        #expect(bench.rule().lastEvaluation == Bench.start + 30_000)
        bench.store.fail(false)
        await bench.evaluate(["c1": 1], at: 45)
        #expect(bench.alerts == ["c1 firing"])
        #expect(bench.rule().alerts.first?.activeAt == Bench.start)
        #expect(bench.rule().health == .ok && bench.rule().lastError.isEmpty)
        bench.store.fail(true)
        _ = bench.sent()
        // A receiver that hears nothing would take the alert to be over.
        await bench.evaluate(at: 60, 75, 90, 105)
        #expect(bench.alerts == ["c1 firing"] && bench.sent() == ["c1 45–345"])
        #expect(bench.shown("ALERTS").count == 2)
    }

    @Test("query_offset moves what is asked and written, and not what is sent")
    func queryOffset() async throws {
        let rule = RuleConfig.test(.alert("Down"), "down == 1")
        let bench = try Bench(.test(rule, offset: .seconds(30)))
        await bench.evaluate(["c1": 1], at: 0, 15)
        #expect(bench.alerts.isEmpty)
        await bench.evaluate(["c1": 0], at: 30)
        #expect(bench.sent() == ["c1 30–270"])
        await bench.evaluate(["c1": 0], at: 45)
        #expect(bench.sent().isEmpty)
        // Told at once, though the condition ended before the last notification was sent.
        await bench.evaluate(["c1": 0], at: 60)
        #expect(bench.sent() == ["c1 30–60"])
        #expect(
            bench.shown("ALERTS") == [
                #"{alertname="Down", alertstate="firing", camera="c1"}: 1@0, 1@15, end@30"#
            ])
    }
}
