import Base
import Intervals
import Model
import Patterns
import State
import Testing

@testable import Alerting

@Suite("Router core")
struct RouterCoreTests {
    typealias Sent = CoreDriver.Sent

    static func config(_ route: RouteConfig, _ receivers: ReceiverConfig...) -> AlertmanagerConfig {
        AlertmanagerConfig(route: route, receivers: receivers)
    }

    @Test("a group waits, then is told once, again when it grows, and when it is over")
    func groupLife() {
        var driver = CoreDriver(
            Self.config(route("ops", wait: 1_000, interval: 5_000), receiver("ops", sendResolved: true)))
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 50_000)], at: 100)
        driver.push([alert("A", ["lbl": "2"], from: 500, to: 50_000)], at: 500)
        driver.push([alert("A", ["lbl": "3"], from: 2_000, to: 50_000)], at: 2_000)
        driver.run(until: 20_000)
        driver.push(
            (1...3).map { alert("A", ["lbl": "\($0)"], from: 100, to: 20_000) }, at: 20_500)
        driver.run(until: 40_000)
        #expect(
            driver.sent.map(\.description) == [
                "1100 ops/webhook[0]: [\"A1\", \"A2\"]", "6100 ops/webhook[0]: [\"A1\", \"A2\", \"A3\"]",
                "21100 ops/webhook[0]: [\"A1 over\", \"A2 over\", \"A3 over\"]",
            ])
        #expect(driver.core.alerts.alerts.isEmpty)
        #expect(driver.core.nextDue == nil || driver.core.groups.values.allSatisfy { $0.alerts.isEmpty })
    }

    @Test("an alert that ends before it was told is never told")
    func shortAlert() {
        var driver = CoreDriver(Self.config(route("ops"), receiver("ops", sendResolved: true)))
        driver.push([alert("A", from: 100, to: 600)], at: 100)
        driver.run(until: 10_000)
        #expect(driver.sent.isEmpty)
        #expect(driver.core.alerts.alerts.isEmpty)
    }

    @Test("what fires on is told again after the repeat interval")
    func repeats() {
        var driver = CoreDriver(
            Self.config(route("ops", wait: 0, interval: 1_000, repeats: 3_000), receiver("ops", sendResolved: true)))
        driver.push([alert("A", from: 0, to: 100_000)], at: 0)
        driver.run(until: 9_000)
        #expect(driver.sent.map(\.time) == [0, 4_000, 8_000])
    }

    @Test("a notification that failed is due again at the next interval")
    func failure() {
        var driver = CoreDriver(Self.config(route("ops", interval: 2_000), receiver("ops", sendResolved: true)))
        driver.push([alert("A", from: 0, to: 100_000)], at: 0)
        driver.run(until: 1_500, succeeding: false)
        driver.run(until: 9_000)
        #expect(driver.sent.map(\.time) == [1_000, 3_000])
    }

    @Test("a branch takes an alert, and its sisters only see it after `continue`")
    func routing() throws {
        let critical = Matcher.equal("severity", "critical")
        let tree = RoutingTree(
            route(
                "root",
                route("first", matching: [critical], continues: true),
                route("second", matching: [critical], route("deep", matching: [.equal("zone", "gate")])),
                route("third", matching: [critical])))
        func receivers(_ labels: Labels) -> [String] { tree.routes(for: labels).map(\.receiver) }
        #expect(receivers(["severity": "critical"]) == ["first", "second"])
        #expect(receivers(["severity": "critical", "zone": "gate"]) == ["first", "deep"])
        #expect(receivers(["severity": "warning"]) == ["root"])
        #expect(tree.routes[3].key == #"{}/{severity="critical"}/{zone="gate"}"#)
    }

    @Test("grouping by '...' keeps every label set apart")
    func groupByAll() {
        var driver = CoreDriver(Self.config(route("ops", by: nil, wait: 0), receiver("ops", sendResolved: true)))
        driver.push(
            [alert("A", ["lbl": "1"], from: 0, to: 9_000), alert("A", ["lbl": "2"], from: 0, to: 9_000)], at: 0)
        #expect(driver.sent.map(\.alerts).sorted { $0[0] < $1[0] } == [["A1"], ["A2"]])
    }

    @Test("an inhibited alert is told once its inhibitor is over, and two cannot mute each other")
    func inhibition() throws {
        var config = Self.config(route("ops", by: ["alertname"], wait: 0), receiver("ops", sendResolved: false))
        config.inhibitRules = [
            InhibitRuleConfig(
                sourceMatchers: [.equal("alertname", "NodeDown")],
                targetMatchers: [try Matcher("alertname", .regex, "Camera.*")], equal: ["instance"]),
            InhibitRuleConfig(
                sourceMatchers: [try Matcher("alertname", .regex, "Twin.*")],
                targetMatchers: [try Matcher("alertname", .regex, "Twin.*")], equal: []),
        ]
        var driver = CoreDriver(config)
        driver.push([alert("NodeDown", ["instance": "n1"], from: 0, to: 5_500)], at: 0)
        driver.push([alert("CameraOffline", ["instance": "n1"], from: 10, to: 99_000)], at: 10)
        driver.push([alert("CameraMissing", ["instance": "n2"], from: 10, to: 99_000)], at: 10)
        driver.push([alert("Twin1", from: 20, to: 99_000), alert("Twin2", from: 20, to: 99_000)], at: 20)
        var look = Inhibitor.Look(driver.core.inhibitor, driver.core.alerts, now: 100)
        #expect(look.inhibitor(of: ["alertname": "CameraOffline", "instance": "n1"]) != nil)
        driver.run(until: 8_000)
        let times = Dictionary(driver.sent.map { ($0.alerts[0], $0.time) }) { first, _ in first }
        #expect(times["CameraOffline"] == 6_010)
        #expect(times["CameraMissing"] == 10)
        #expect(times["Twin1"] == 20 && times["Twin2"] == 20)
    }

    @Test("a silence holds its alerts back until it ends")
    func silences() {
        var driver = CoreDriver(Self.config(route("ops"), receiver("ops", sendResolved: true)))
        driver.core.set(
            Silence(
                id: "s", matchers: [.equal("alertname", "A")], startsAt: 0, endsAt: 4_500, updatedAt: 0,
                createdBy: "", comment: ""))
        driver.push([alert("A", from: 0, to: 99_000), alert("B", from: 0, to: 99_000)], at: 0)
        #expect(driver.core.silences.muting(["alertname": "A"], at: 10) == ["s"])
        driver.run(until: 9_000)
        #expect(driver.sent.map(\.description) == ["1000 ops/webhook[0]: [\"B\"]", "5000 ops/webhook[0]: [\"A\"]"])
    }

    @Test("a restart tells nothing twice and loses nothing")
    func restart() {
        let config = Self.config(route("ops", interval: 5_000), receiver("ops", sendResolved: true))
        var before = CoreDriver(config)
        before.push([alert("A", from: 100, to: 20_000), alert("B", from: 100, to: 2_000)], at: 100)
        before.run(until: 1_500)
        #expect(before.sent.count == 2)
        let stored = before.core.alerts.alerts.values.map { $0 }
        let log = before.sent.map { sent in
            let fingerprint = Labels([Label("alertname", sent.alerts[0])]).fingerprint
            return NotificationLogEntry(
                key: .init(
                    groupKey: "{}:{alertname=\"\(sent.alerts[0])\"}", receiver: "ops", integration: "webhook[0]"),
                sentAt: sent.time, firing: [fingerprint], resolved: [], expiresAt: 1_000_000_000)
        }
        // Down for two minutes: the ends have passed, yet nobody said that it is over.
        var after = CoreDriver(config)
        after.core.restore(alerts: stored, silences: [], log: log, now: 120_000)
        after.run(until: 130_000)
        #expect(after.sent.isEmpty)
        after.push([alert("A", from: 100, to: 135_000), alert("B", from: 100, to: 400_000)], at: 136_000)
        after.run(until: 145_000)
        #expect(after.sent.map(\.alerts) == [["A over"]])
    }

    @Test("a new configuration groups anew and tells nothing twice")
    func reload() {
        let config = Self.config(route("ops", interval: 5_000), receiver("ops", sendResolved: true))
        var driver = CoreDriver(config)
        driver.push([alert("A", from: 0, to: 99_000)], at: 0)
        driver.run(until: 3_000)
        driver.core.update(config, now: 4_000)
        driver.run(until: 9_000)
        #expect(driver.sent.count == 1)
        driver.core.update(
            Self.config(route("guard", interval: 5_000), receiver("guard", sendResolved: true)), now: 10_000)
        driver.run(until: 11_000)
        #expect(driver.sent.map(\.receiver) == ["ops", "guard"])
    }

    @Test("a group whose delivery is under way is not told a second time meanwhile")
    func underway() {
        var core = RouterCore(Self.config(route("ops", wait: 0), receiver("ops", sendResolved: true)))
        core.ingest(
            [StoredAlert(alert: alert("A", from: 0, to: 99_000), updatedAt: 0, endsByTimeout: false)], now: 0)
        let first = core.takeDue(now: 0)
        #expect(first.count == 1)
        #expect(core.takeDue(now: 5_000).isEmpty)
        core.update(Self.config(route("ops", wait: 0), receiver("ops", sendResolved: true)), now: 5_000)
        #expect(core.takeDue(now: 6_000).isEmpty)
        for notification in first[0].notifications { core.told(notification.logEntry(at: 6_000)) }
        _ = core.finish(first[0], succeeded: true)
        let later = core.takeDue(now: 7_000).flatMap(\.notifications)
        #expect(later.isEmpty)
    }

    @Test("a receiver without integrations still gets its notification, for the delivery log")
    func noIntegrations() {
        var driver = CoreDriver(Self.config(route("quiet", wait: 0), ReceiverConfig(name: "quiet")))
        driver.push([alert("A", from: 0, to: 99_000)], at: 0)
        #expect(driver.sent.map(\.integration) == ["none"])
    }

    static let spans: [(name: String, set: @Sendable (inout TimeIntervalConfig) -> Void, isInside: Bool)] = [
        ("any time", { _ in }, true),
        ("office hours", { $0.times = [8 * 60..<17 * 60] }, true),
        ("the evening", { $0.times = [18 * 60..<24 * 60] }, false),
        ("until this very minute", { $0.times = [0..<13 * 60 + 53] }, false),
        ("Wednesdays", { $0.weekdays = [3...3] }, true),
        ("weekends", { $0.weekdays = [0...0, 6...6] }, false),
        ("the month's last days", { $0.daysOfMonth = [.init(first: -21, last: -21)] }, true),
        ("from the first to the last", { $0.daysOfMonth = [.init(first: 1, last: 31)] }, true),
        ("the last ten days", { $0.daysOfMonth = [.init(first: -10, last: -1)] }, false),
        ("all but the last days", { $0.daysOfMonth = [.init(first: 1, last: -21)] }, true),
        ("all but more of the last days", { $0.daysOfMonth = [.init(first: 1, last: -22)] }, false),
        ("spring", { $0.months = [3...5] }, true),
        ("another year", { $0.years = [2016...2020] }, false),
        (
            "the evening in Vietnam",
            {
                $0.times = [20 * 60..<24 * 60]; $0.location = "Asia/Ho_Chi_Minh"
            }, true
        ),
    ]

    @Test("time intervals hold a Wednesday in March", arguments: spans.indices)
    func timeIntervals(index: Int) {
        var interval = TimeIntervalConfig()
        Self.spans[index].set(&interval)
        // 2015-03-11 13:53:20 UTC, the 21st day from the month's end.
        #expect(
            interval.contains(1_426_082_000_000) == Self.spans[index].isInside,
            "\(Self.spans[index].name)")
    }

    @Test("a muted route tells nothing while its interval lasts")
    func mutedRoute() {
        var muted = route("ops", wait: 0)
        muted.muteTimeIntervals = ["night"]
        var config = Self.config(muted, receiver("ops", sendResolved: true))
        var night = TimeIntervalConfig()
        night.times = [0..<1]
        config.timeIntervals = ["night": [night]]
        var driver = CoreDriver(config)
        driver.push([alert("A", from: 0, to: 990_000)], at: 0)
        driver.run(until: 61_000)
        #expect(driver.sent.map(\.time) == [60_000])
    }
}
