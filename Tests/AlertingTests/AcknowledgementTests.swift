import Base
import Foundation
import Model
import State
import Synchronization
import Testing
import Transfers

@testable import Alerting

@Suite("Acknowledgements")
struct AcknowledgementTests {
    private static func config(repeats: Int64 = 10_000, sendResolved: Bool = true) -> AlertmanagerConfig {
        RouterCoreTests.config(
            route("ops", wait: 1_000, interval: 5_000, repeats: repeats), receiver("ops", sendResolved: sendResolved))
    }

    private static func number(_ name: String, _ labels: [String: String] = [:]) -> UInt64 {
        Labels([Label("alertname", name)] + labels.map { Label($0.key, $0.value) }).fingerprint
    }

    private static func word(
        _ alerts: Set<UInt64>, by: String = "Minh", at now: Int64, key: String = "k"
    ) -> Acknowledgement {
        Acknowledgement(
            key: key, by: by, comment: "on my way", createdAt: now, identifier: UInt64(bitPattern: now) &+ 1_000,
            alerts: alerts)
    }

    @Test("those who were told hear once who looks after it, and no repetition, but what is new and that it is over")
    func life() {
        var driver = CoreDriver(Self.config())
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 900_000)], at: 100)
        driver.run(until: 20_000)
        // Told, and told again after the repeat interval.
        #expect(driver.sent.map(\.time) == [1_100, 16_100])
        driver.core.acknowledge(Self.word([Self.number("A", ["lbl": "1"])], at: 20_000), now: 20_000)
        driver.run(until: 100_000)
        #expect(driver.sent.map(\.time) == [1_100, 16_100, 20_000], "at once, and then nothing")
        // It becomes worse.
        driver.push([alert("A", ["lbl": "2"], from: 100_000, to: 900_000)], at: 100_000)
        driver.run(until: 105_000)
        #expect(driver.sent.last?.alerts == ["A1", "A2"])
        // The other one has nobody: repetitions go on.
        driver.run(until: 130_000)
        #expect(driver.sent.count > 4)
        driver.push(
            [alert("A", ["lbl": "1"], from: 100, to: 130_500), alert("A", ["lbl": "2"], from: 100, to: 130_500)],
            at: 131_000)
        driver.run(until: 140_000)
        #expect(driver.sent.last?.alerts == ["A1 over", "A2 over"])
    }

    @Test("who is told of an alert for the first time hears of both together, once")
    func beforeItIsTold() {
        var driver = CoreDriver(Self.config(repeats: 10_000))
        driver.push([alert("A", from: 100, to: 900_000)], at: 100)
        driver.core.acknowledge(Self.word([Self.number("A")], at: 500), now: 500)
        driver.run(until: 60_000)
        #expect(driver.sent.map(\.time) == [1_100])
    }

    @Test("the next who looks after it is told of too; when nobody does any more it is repeated again")
    func others() {
        var driver = CoreDriver(Self.config())
        driver.push([alert("A", from: 0, to: 900_000)], at: 0)
        driver.run(until: 2_000)
        driver.core.acknowledge(Self.word([Self.number("A")], at: 2_000), now: 2_000)
        driver.run(until: 2_500)
        driver.core.acknowledge(Self.word([Self.number("A")], by: "Lan", at: 3_000), now: 3_000)
        driver.run(until: 50_000)
        #expect(driver.sent.map(\.time) == [1_000, 2_000, 3_000])
        driver.core.endAcknowledgement("k")
        driver.run(until: 60_000)
        #expect(driver.sent.count == 4, "the repetition that was due")
    }

    @Test("it is not said to be told again while somebody looks after all that fires, and is again after that")
    func explained() {
        var driver = CoreDriver(Self.config())
        driver.push(
            [alert("A", ["lbl": "1"], from: 0, to: 900_000), alert("A", ["lbl": "2"], from: 0, to: 900_000)], at: 0)
        driver.run(until: 2_000)
        func told() -> (repeats: Int64?, people: [String]?) {
            let labels = Labels([Label("alertname", "A"), Label("lbl", "1")])
            let told = driver.core.explain(labels, now: 2_500).routes.first?.told.first
            return (told?.repeatsAt, told?.restsWith)
        }
        #expect(told() == (11_000, []))
        driver.core.acknowledge(Self.word([Self.number("A", ["lbl": "1"])], at: 2_000), now: 2_000)
        driver.run(until: 2_500)
        #expect(told().repeats == 12_000, "the other one has nobody, and both are told")
        driver.core.acknowledge(
            Self.word([Self.number("A", ["lbl": "2"])], by: "Lan", at: 2_400, key: "l"), now: 2_400)
        driver.run(until: 2_500)
        #expect(told() == (nil, ["Lan", "Minh"]))
        driver.core.endAcknowledgement("l")
        #expect(told().people == [] && told().repeats == 12_400)
    }

    @Test("a notification says it in its summary, its annotations and its subject")
    func words() throws {
        var core = RouterCore(Self.config())
        core.ingest(
            [
                StoredAlert(
                    alert: alert("A", from: 0, to: 900_000, annotations: ["summary": "Gate is dark"]), updatedAt: 0,
                    endsByTimeout: false)
            ], now: 0)
        core.acknowledge(Self.word([Self.number("A")], at: 0), now: 0)
        let notification = try #require(core.takeDue(now: 2_000).first?.notifications.first)
        #expect(
            notification.alerts.first?.alert.annotations == [
                "summary": "Gate is dark (Minh looks after it)", "acknowledged_by": "Minh",
                "acknowledged_comment": "on my way",
            ])
        #expect(notification.acknowledgedBy == ["Minh"])
        let plain = NotificationIdentifier.Name(notification.key, firing: notification.firing, resolved: [])
        #expect(!plain.isOf(notification.intent.identifier), "it says something else than one without")
    }

    @Test("of several people the last one counts, and after them the one before")
    func several() {
        var table = AcknowledgementTable()
        table.set(Self.word([1, 2], at: 10, key: "camera a"), seen: 10)
        table.set(Self.word([2, 3], by: "Lan", at: 20, key: "node b"), seen: 20)
        #expect([1, 2, 3, 4].map { table.of($0)?.by } == ["Minh", "Lan", "Lan", nil])
        table.remove("node b")
        #expect([1, 2, 3].map { table.of($0)?.by } == ["Minh", "Minh", nil])
        #expect(table.isSound)
    }

    /// What is known of a fault, minute by minute, and how many minutes the acknowledgement lives.
    private static let lives: [(String, [AcknowledgementTable.Standing], Int?)] = [
        ("over and over", Array(repeating: .over, count: 20), 5),
        ("there all the time", Array(repeating: .there([1]), count: 20), nil),
        (
            "comes and goes",
            (0..<20).map { $0 % 4 == 0 ? .there([1]) : .over }, nil
        ),
        ("over for good after it came back", [.over, .over, .there([2])] + Array(repeating: .over, count: 20), 7),
        ("not known", Array(repeating: .unknown, count: 1_500), 1_440),
    ]

    @Test("an acknowledgement ends some minutes after its fault", arguments: lives.indices)
    func ending(index: Int) {
        let (name, standings, minutes) = Self.lives[index]
        var table = AcknowledgementTable()
        table.set(Self.word([1], at: 0), seen: 0)
        var ended: Int?
        for (minute, standing) in standings.enumerated() where ended == nil {
            let result = table.follow(["k": standing], now: Int64(minute) * 60_000)
            if result.ended == ["k"] { ended = minute }
        }
        #expect(ended == minutes, "\(name)")
        #expect((table["k"] == nil) == (ended != nil) && table.isSound)
    }

    @Test("a clock that is set ends nothing")
    func clock() {
        var table = AcknowledgementTable()
        table.set(Self.word([1], at: 0), seen: 0)
        #expect(table.follow(["k": .over], now: 60_000).ended.isEmpty)
        table.shift(by: 3_600_000)
        #expect(table.follow(["k": .over], now: 3_720_000).ended.isEmpty)
        // Back, without a word of it.
        #expect(table.follow(["k": .over], now: 1_000).ended.isEmpty)
        #expect(table.follow(["k": .over], now: 200_000).ended.isEmpty)
        #expect(table.follow(["k": .over], now: 301_000).ended == ["k"])
    }

    @Test("what cannot be one is refused, and there is a limit")
    func limits() throws {
        let scratch = try ScratchDirectory()
        let router = try AlertRouter(
            config: Self.config(), state: try scratch.store(), transfers: Transfers(), externalURL: "",
            timeSource: ManualTime())
        func refusal(_ key: String, _ by: String) -> AlertingError.Code? {
            do throws(AlertingError) {
                try router.acknowledge(key, by: by, comment: "", alerts: [])
                return nil
            } catch { return error.code }
        }
        #expect(refusal("camera a", " \u{7}\n ") == .invalid)
        #expect(refusal("", "Minh") == .invalid)
        #expect(refusal(String(repeating: "k", count: 1_025), "Minh") == .tooLarge)
        for index in 0..<AcknowledgementTable.countMax { #expect(refusal("camera \(index)", "Minh") == nil) }
        #expect(refusal("camera z", "Minh") == .tooLarge)
        #expect(refusal("camera 7", "Lan\r\nBcc: all@x") == nil, "a former one gives way")
        #expect(router.acknowledgements().contains { $0.by == "Lan  Bcc: all@x" })
        try router.endAcknowledgement("camera 7")
        #expect(refusal("camera z", String(repeating: "ä", count: 500)) == nil)
        #expect(router.acknowledgements().contains { $0.by.count == 100 })
        #expect(throws: AlertingError.self) { try router.endAcknowledgement("camera 7") }
    }

    @Test("of many who say it at once one is the last, in the file as well")
    func atOnce() throws {
        let scratch = try ScratchDirectory()
        let router = try AlertRouter(
            config: Self.config(), state: try scratch.store(), transfers: Transfers(), externalURL: "",
            timeSource: ManualTime())
        DispatchQueue.concurrentPerform(iterations: 60) { index in
            if index % 3 == 0 {
                try? router.endAcknowledgement("camera a")
            } else {
                _ = try? router.acknowledge("camera a", by: "guard \(index)", comment: "", alerts: [1])
            }
            if index % 7 == 0 { router.followAcknowledged { _ in .there(alerts: [UInt64(index)]) } }
        }
        let kept = try router.state.acknowledgements()
        #expect(kept == router.acknowledgements())
        router.state.close()
    }

    @Test("a restart keeps who looks after it, and tells nobody twice")
    func restart() throws {
        let scratch = try ScratchDirectory()
        let time = ManualTime()
        func router() throws -> AlertRouter {
            try AlertRouter(
                config: Self.config(repeats: 10_000), state: try scratch.store(), transfers: Transfers(),
                externalURL: "", timeSource: time)
        }
        /// Does what is due, as the loop does it, but for the sending.
        func flush(_ router: AlertRouter) throws -> Int {
            var count = 0
            let now = time.now()
            for flush in router.core.withLock({ $0.takeDue(now: now) }) {
                try router.state.save(intents: flush.notifications.map(\.intent))
                for notification in flush.notifications {
                    count += 1
                    let entry = notification.logEntry(at: now)
                    router.core.withLock { $0.told(entry) }
                    try router.state.record(nil, notified: entry)
                }
                _ = router.core.withLock { $0.finish(flush, succeeded: true) }
            }
            return count
        }
        let first = try router()
        first.take([alert("A", from: time.now(), to: time.now() + 9_000_000)])
        time.advance(2_000)
        #expect(try flush(first) == 1)
        try first.acknowledge("camera a", by: "Minh", comment: "", alerts: [Self.number("A")])
        first.state.close()
        // It was killed before anybody heard of it.
        let second = try router()
        #expect(second.acknowledgements().map(\.by) == ["Minh"])
        #expect(try flush(second) == 1)
        second.state.close()
        let third = try router()
        time.advance(60_000)
        #expect(try flush(third) == 0, "neither told again nor repeated")
        third.followAcknowledged { _ in .over }
        time.advance(400_000)
        third.followAcknowledged { _ in .over }
        #expect(third.acknowledgements().isEmpty)
        third.state.close()
        let fourth = try router()
        #expect(fourth.acknowledgements().isEmpty)
        fourth.state.close()
    }
}
