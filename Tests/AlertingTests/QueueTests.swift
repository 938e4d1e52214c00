import Base
import Foundation
import Model
import State
import Synchronization
import Testing
import Transfers

@testable import Alerting

/// Notifications that wait: over failures, restarts and clocks that are set.
@Suite("The queue of notifications")
struct QueueTests {
    static func config(sendResolved: Bool = true, repeats: Int64 = 3_600_000) -> AlertmanagerConfig {
        RouterCoreTests.config(
            route("ops", by: ["alertname"], wait: 10_000, interval: 60_000, repeats: repeats),
            receiver("ops", sendResolved: sendResolved))
    }

    @Test(
        "an alert that began and ended while nothing got through is told once, late",
        arguments: [true, false])
    func missed(sendResolved: Bool) {
        var driver = CoreDriver(Self.config(sendResolved: sendResolved))
        driver.push([alert("A", from: 0, to: 0)], at: 0)
        driver.run(until: 100_000, succeeding: false)
        #expect(driver.sent.map(\.alerts) == [["A"], ["A"]], "tried at 10 s and 70 s")
        driver.run(until: 129_000, succeeding: false)
        driver.core.ingest(
            [StoredAlert(alert: alert("A", from: 0, to: 129_000), updatedAt: 129_000, endsByTimeout: false)],
            now: 129_000)
        driver.sent = []
        // The word that it is over does not get through at first, either.
        driver.run(until: 400_000, succeeding: false)
        #expect(driver.sent.map(\.alerts) == Array(repeating: ["A over"], count: 5))
        driver.sent = []
        driver.run(until: 900_000)
        #expect(driver.sent.map(\.alerts) == [["A over"]])
        #expect(driver.core.intents.isEmpty)
    }

    @Test("nothing waits for a group that a silence emptied, or that other routes took the place of")
    func orphans() {
        func driver() -> CoreDriver {
            var driver = CoreDriver(Self.config())
            driver.push([alert("A", from: 0, to: 0)], at: 0)
            driver.run(until: 20_000, succeeding: false)
            return driver
        }
        var silenced = driver()
        #expect(silenced.core.intents.count == 1)
        silenced.core.set(
            Silence(
                id: "s", matchers: [.equal("alertname", "A")], startsAt: 0, endsAt: 900_000, updatedAt: 0,
                createdBy: "",
                comment: ""))
        silenced.push([alert("A", from: 0, to: 25_000)], at: 25_000)
        silenced.run(until: 200_000)
        _ = silenced.core.clean(now: 300_000)
        #expect(silenced.core.intents.isEmpty)

        var moved = driver()
        moved.core.update(
            RouterCoreTests.config(route("ops", by: ["lbl"], wait: 10_000), receiver("ops", sendResolved: true)),
            now: 30_000)
        _ = moved.core.clean(now: 300_000)
        #expect(moved.core.intents.isEmpty)

        var kept = driver()
        kept.core.update(Self.config(), now: 30_000)
        _ = kept.core.clean(now: 40_000)
        #expect(kept.core.intents.count == 1)
    }

    @Test("a sign of life goes on while the rules send it, and falls silent when they no longer do")
    func signOfLife() {
        var driver = CoreDriver(
            RouterCoreTests.config(
                route("outside", wait: 0, interval: 60_000, repeats: 50_000), receiver("outside", sendResolved: false)))
        for minute in 0..<3 {
            let now = Int64(minute) * 60_000
            driver.push([alert("Watchdog", from: 0, to: now + 240_000)], at: now)
        }
        driver.run(until: 3_600_000)
        // The last one was good for four minutes.
        #expect(driver.sent.map(\.time) == [0, 60_000, 120_000, 180_000, 240_000, 300_000])
    }

    @Test("one that was told as firing is not told again where ends are not wanted")
    func toldOnce() {
        var driver = CoreDriver(Self.config(sendResolved: false))
        driver.push([alert("A", from: 0, to: 0)], at: 0)
        driver.run(until: 20_000)
        driver.push([alert("A", from: 0, to: 30_000)], at: 30_000)
        driver.run(until: 600_000)
        #expect(driver.sent.map(\.alerts) == [["A"]])
    }

    @Test("a notification has one name over attempts and restarts, and another once it says something else")
    func identifiers() throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        var core = RouterCore(Self.config())
        let firing = StoredAlert(alert: alert("A", from: 0, to: 900_000), updatedAt: 0, endsByTimeout: false)
        core.ingest([firing], now: 0)
        let first = try #require(core.takeDue(now: 10_000).first)
        try store.save(intents: first.notifications.map(\.intent))
        try store.update(alerts: [firing])

        // The server ends here, between sending and the word that it was sent.
        var next = RouterCore(Self.config())
        next.restore(
            alerts: try store.alerts(), silences: [], log: try store.notificationLog(), intents: try store.intents(),
            now: 20_000)
        let second = try #require(next.takeDue(now: 20_000).first)
        #expect(second.notifications.map(\.intent) == first.notifications.map(\.intent))

        let entry = try #require(second.notifications.first).logEntry(at: 20_000)
        try store.record(nil, notified: entry)
        next.told(entry)
        _ = next.finish(second, succeeded: true)
        #expect(try store.intents().isEmpty && next.intents.isEmpty)

        next.ingest(
            [
                StoredAlert(
                    alert: alert("A", ["lbl": "2"], from: 0, to: 900_000), updatedAt: 30_000, endsByTimeout: false)
            ],
            now: 30_000)
        let third = try #require(next.takeDue(now: 80_000).first)
        #expect(third.notifications.first?.intent.identifier != first.notifications.first?.intent.identifier)
    }

    static let steps: [(name: String, step: Int64)] = [("forward", 3_600_000), ("back", -3_600_000)]

    @Test("a clock that is set by an hour makes nothing early, late or over", arguments: steps)
    func clockSteps(name: String, step: Int64) {
        let start: Int64 = 100_000_000
        var core = RouterCore(Self.config(repeats: 2 * 3_600_000))
        func push(_ alert: Alert, at now: Int64) {
            core.ingest([StoredAlert(alert: alert, updatedAt: now, endsByTimeout: false)], now: now)
        }
        func flush(_ now: Int64) -> [[String]] {
            core.takeDue(now: now).map { flush in
                for notification in flush.notifications { core.told(notification.logEntry(at: now)) }
                _ = core.finish(flush, succeeded: true)
                return flush.notifications.flatMap { $0.alerts.map { $0.alert.name + ($0.isResolved ? " over" : "") } }
            }.filter { !$0.isEmpty }
        }
        push(alert("Told", from: start - 60_000, to: start + 240_000), at: start)
        #expect(flush(start) == [["Told"]])
        push(alert("Waits", from: start + 5_000, to: start + 240_000), at: start + 5_000)

        core.shift(by: step, now: start + step + 5_000)
        #expect(flush(start + step + 14_000).isEmpty, "its group's wait is not over")
        #expect(flush(start + step + 15_000) == [["Waits"]], "and then it is")
        #expect(flush(start + step + 120_000).isEmpty, "nothing has ended, nothing is repeated")

        push(alert("Told", from: start - 60_000 + step, to: start + step + 130_000), at: start + step + 130_000)
        #expect(flush(start + step + 200_000) == [["Told over"]])
    }

    @Test("a host that starts in 1970 takes nothing for over that a former run knew to fire, and repeats nothing early")
    func startsInThePast() throws {
        let today: Int64 = 1_790_000_000_000
        let firing = StoredAlert(
            alert: alert("A", from: today - 100_000, to: today - 10_000), updatedAt: today - 60_000,
            endsByTimeout: false)
        var core = RouterCore(Self.config())
        var other = RouterCore(Self.config())
        other.ingest([firing], now: today - 60_000)
        let entry = try #require(other.takeDue(now: today - 60_000).first?.notifications.first).logEntry(
            at: today - 60_000)
        core.restore(alerts: [firing], silences: [], log: [entry], now: 0)
        core.shift(by: today, now: today)
        #expect(core.takeDue(now: today).flatMap(\.notifications).isEmpty)
        #expect(core.alertCounts(now: today) == (1, 0))
        #expect(core.alertCounts(now: today + 300_000) == (0, 0), "unless it is sent again")
    }

    @Test(
        "what was told and taken by a clock that was ahead is repeated in its time after a restart, and ends when it does"
    )
    func clockWasAhead() throws {
        let now: Int64 = 1_790_000_000_000
        let ahead = now + 2 * 86_400_000
        func stored(_ name: String, from start: Int64, to end: Int64, at moment: Int64) -> StoredAlert {
            StoredAlert(alert: alert(name, from: start, to: end), updatedAt: moment, endsByTimeout: false)
        }
        func flush(_ core: inout RouterCore, _ moment: Int64) -> [Alerting.Notification] {
            core.takeDue(now: moment).flatMap { flush in
                for notification in flush.notifications { core.told(notification.logEntry(at: moment)) }
                _ = core.finish(flush, succeeded: true)
                return flush.notifications
            }
        }
        var before = RouterCore(Self.config(repeats: 50_000))
        before.ingest(
            ["A", "B"].map { stored($0, from: now - 100_000, to: ahead + 200_000, at: ahead - 60_000) },
            now: ahead - 60_000)
        let told = flush(&before, ahead - 60_000).map { $0.logEntry(at: ahead - 60_000) }
        #expect(told.count == 2)

        var core = RouterCore(Self.config(repeats: 50_000))
        core.restore(
            alerts: [
                stored("A", from: now - 100_000, to: ahead + 240_000, at: ahead),
                stored("B", from: now - 100_000, to: ahead - 1_000, at: ahead),
            ], silences: [], log: told, now: now)
        var said: [String] = []
        for moment in stride(from: now, through: now + 400_000, by: 1_000) {
            if moment == now + 200_000 {
                core.ingest([stored("A", from: now - 100_000, to: moment, at: moment)], now: moment)
            }
            said += flush(&core, moment).flatMap(\.alerts).map { $0.alert.name + ($0.isResolved ? " over" : "") }
        }
        #expect(said == ["B over", "A", "A", "A", "A over"])
    }

    @Test("where ends are not wanted, one that was missed is told beside one that goes on")
    func missedBesideAnother() {
        var driver = CoreDriver(Self.config(sendResolved: false))
        driver.push([alert("A", ["lbl": "1"], from: 0, to: 0), alert("A", ["lbl": "2"], from: 0, to: 0)], at: 0)
        driver.run(until: 20_000, succeeding: false)
        driver.core.ingest(
            [
                StoredAlert(
                    alert: alert("A", ["lbl": "1"], from: 0, to: 25_000), updatedAt: 25_000, endsByTimeout: false)
            ],
            now: 25_000)
        driver.sent = []
        driver.run(until: 290_000)
        #expect(driver.sent.map(\.alerts) == [["A1 over", "A2"]])
    }

    /// A wall clock that can be set beside a steady one.
    final class SettableTime: TimeSource {
        private let times = Mutex((wall: Int64(1_700_000_000_000), steady: Int64(5_000)))

        func now() -> Int64 { times.withLock { $0.wall } }
        func steady() -> Int64 { times.withLock { $0.steady } }

        func pass(_ milliseconds: Int64) {
            times.withLock { $0 = ($0.wall + milliseconds, $0.steady + milliseconds) }
        }

        func set(by step: Int64) { times.withLock { $0.wall += step } }
    }

    @Test("the router follows the clock by itself, and a small correction changes nothing")
    func follows() throws {
        let scratch = try ScratchDirectory()
        let time = SettableTime()
        let router = try AlertRouter(
            config: Self.config(), state: try scratch.store(), transfers: Transfers(), externalURL: "http://here",
            timeSource: time)
        router.take([alert("A", from: time.now(), to: time.now() + 240_000)])
        time.set(by: 3_600_000)
        #expect(router.alerts().count == 1, "it did not end because the clock was set")
        #expect(router.alerts().first?.startsAt == time.now())
        time.set(by: -1_500)
        #expect(router.alerts().first?.startsAt == time.now() + 1_500)
        time.pass(300_000)
        #expect(router.alerts().isEmpty)
    }

    // MARK: Silence links

    @Test("a silence link is good for a day, for one site, and for what it says")
    func silenceLinks() throws {
        let tokens = SilenceTokens(key: Array(repeating: 7, count: 32))
        let labels = Labels([Label("alertname", "CameraOffline"), Label("camera_id", "gate/é \"1\"")])
        let token = tokens.token(for: labels, now: 1_000)
        #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        #expect(try tokens.offer(token, now: 86_400_999).labels == labels)
        #expect(throws: AlertingError.self) { try tokens.offer(token, now: 86_401_000) }
        #expect(throws: AlertingError.self) {
            try SilenceTokens(key: Array(repeating: 8, count: 32)).offer(token, now: 1_000)
        }
        for index in token.indices {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            // The last letter of a part has bits that mean nothing.
            let isLast = token.index(after: index) == token.endIndex || token[token.index(after: index)] == "."
            if !isLast { #expect(throws: AlertingError.self) { try tokens.offer(changed, now: 1_000) } }
        }
        for broken in ["", ".", "a.b", token + ".", String(token.dropLast(20))] {
            #expect(throws: AlertingError.self) { try tokens.offer(broken, now: 1_000) }
        }
    }

    @Test("a silence by link holds exactly its alert, and survives a restart with its key")
    func silencing() throws {
        let scratch = try ScratchDirectory()
        func router() throws -> AlertRouter {
            try AlertRouter(
                config: Self.config(), state: try scratch.store(), transfers: Transfers(), externalURL: "http://here")
        }
        let now = SystemTimeSource().now()
        let token = try router().silenceToken(for: alert("A", ["camera_id": "1"], from: 0, to: 0).labels)
        let second = try router()
        second.take([
            alert("A", ["camera_id": "1"], from: now, to: now + 60_000),
            alert("A", ["camera_id": "2"], from: now, to: now + 60_000),
        ])
        _ = try second.acceptOffer(token, for: 60_000, createdBy: "guard", comment: "")
        #expect(second.alerts().map(\.state) == [.suppressed, .active])
        let explanation = second.explain(alert("A", ["camera_id": "1"], from: 0, to: 0).labels)
        #expect(explanation.state == .firing && explanation.silences.first?.createdBy == "guard")
        #expect(explanation.routes.first?.receiver == "ops" && explanation.routes.first?.groupWait == 10_000)
    }
}
