import Base
import Foundation
import Model
import Patterns
import State
import Synchronization
import Testing
import Transfers

@testable import Alerting

@Suite("Maintenance")
struct MaintenanceTests {
    private static func config(repeats: Int64 = 3_600_000, by groupBy: [String] = ["alertname"]) -> AlertmanagerConfig {
        RouterCoreTests.config(
            route("ops", by: groupBy, wait: 1_000, interval: 5_000, repeats: repeats),
            receiver("ops", sendResolved: true))
    }

    private static func window(
        _ id: String = "w", from start: Int64, until end: Int64, of matchers: [Matcher] = [.equal("lbl", "1")]
    ) -> MaintenanceWindow {
        MaintenanceWindow(
            id: id, matchers: matchers, startsAt: start, endsAt: end, weekly: nil, createdAt: 0, createdBy: "Ann",
            comment: "new switch")
    }

    private static func number(_ name: String, _ label: String = "1") -> UInt64 {
        Labels([Label("alertname", name), Label("lbl", label)]).fingerprint
    }

    @Test("what fires in a window is told when it ends, and what is over by then never was")
    func held() {
        var driver = CoreDriver(Self.config())
        driver.core.maintenance.insert(Self.window(from: 0, until: 60_000))
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 900_000)], at: 100)
        driver.push([alert("B", ["lbl": "1"], from: 100, to: 30_000)], at: 100)
        driver.push([alert("C", ["lbl": "2"], from: 100, to: 900_000)], at: 100)
        driver.run(until: 59_000)
        #expect(driver.sent.map(\.alerts) == [["C2"]])
        driver.run(until: 70_000)
        #expect(driver.sent.map(\.alerts) == [["C2"], ["A1"]])
        #expect(driver.sent.last.map { $0.time >= 60_000 && $0.time <= 65_000 } == true)
    }

    @Test("what was told before the works and fires still after them is told again, once")
    func left() {
        var driver = CoreDriver(Self.config())
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 9_000_000)], at: 100)
        driver.run(until: 10_000)
        driver.core.maintenance.insert(Self.window(from: 10_000, until: 60_000))
        driver.core.maintenance.hold([Self.number("A")], by: "w")
        driver.run(until: 3_000_000)
        #expect(driver.sent.map(\.alerts) == [["A1"], ["A1"]])
        #expect(driver.sent.last.map { $0.time >= 60_000 && $0.time <= 65_000 } == true, "\(driver.sent)")
    }

    @Test("one that somebody ends is over at once, and a group that has waited is looked at at once")
    func ended() {
        var driver = CoreDriver(Self.config())
        driver.core.maintenance.insert(Self.window(from: 0, until: 600_000))
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 9_000_000)], at: 100)
        driver.run(until: 20_000)
        #expect(driver.sent.isEmpty)
        var over = Self.window(from: 0, until: 600_000)
        over.endedAt = 20_500
        driver.core.maintenance.insert(over)
        driver.core.hastenGroups(of: driver.core.maintenance.table.alerts(fitting: ["w"]), now: 20_500)
        driver.run(until: 21_000)
        #expect(driver.sent.map(\.time) == [20_500])
    }

    @Test("an alert that begins after a window, and one that a window never held, are told as ever")
    func others() {
        var driver = CoreDriver(Self.config(by: ["alertname", "lbl"]))
        driver.core.maintenance.insert(Self.window(from: 0, until: 5_000))
        driver.push([alert("A", ["lbl": "2"], from: 100, to: 9_000_000)], at: 100)
        driver.push([alert("A", ["lbl": "1"], from: 7_000, to: 9_000_000)], at: 7_000)
        driver.run(until: 1_000_000)
        #expect(driver.sent.map(\.time) == [1_100, 8_000])
    }

    /// Of a window, when it was ended, a moment, its state then, when it ends, and when it last ended.
    private static let states: [(MaintenanceWindow, Int64?, Int64, MaintenanceWindow.State, Int64?, Int64?)] = [
        (window(from: 100, until: 200), nil, 99, .pending, nil, nil),
        (window(from: 100, until: 200), nil, 100, .active, 200, nil),
        (window(from: 100, until: 200), nil, 199, .active, 200, nil),
        (window(from: 100, until: 200), nil, 200, .over, nil, 200),
        (window(from: 100, until: 200), 150, 149, .active, 150, nil),
        (window(from: 100, until: 200), 150, 150, .over, nil, 150),
        (window(from: 100, until: 200), 50, 60, .over, nil, nil),
    ]

    @Test("when one holds, and when it last did", arguments: states.indices)
    func times(index: Int) {
        var (window, ended, now, state, end, last) = Self.states[index]
        window.endedAt = ended
        #expect(window.state(at: now) == state)
        #expect(MaintenanceTime(window).end(at: now) == end)
        #expect(MaintenanceTime(window).last(before: now)?.end == last)
    }

    // MARK: What people ask for

    private static func planned(
        _ matchers: [Matcher] = [.equal("camera_id", "gate")], from: String = "", until: String, weekly: Bool = false,
        by: String = "Ann"
    ) -> PlannedMaintenance {
        PlannedMaintenance(
            matchers: matchers, from: from, until: until, isWeekly: weekly, createdBy: by, comment: "new switch")
    }

    /// Saturday, 28 March 2026, 12:00 in Berlin: next night clocks are set forward.
    private static let noon: Int64 = 1_774_695_600_000

    private static func withRouter(_ body: (AlertRouter, ManualTime) throws -> Void) throws {
        let scratch = try ScratchDirectory()
        let time = ManualTime(noon)
        let router = try AlertRouter(
            config: config(), state: try scratch.store(), transfers: Transfers(), externalURL: "", timeSource: time)
        try body(router, time)
    }

    private static let refusals: [(PlannedMaintenance, AlertingError.Code, String)] = [
        (planned([], until: "2026-03-28T18:00"), .invalid, "say of what"),
        (planned([.equal("a", "")], until: "2026-03-28T18:00"), .invalid, "empty string"),
        (planned(until: "2026-03-28T18:00", by: " \n "), .invalid, "say who plans it"),
        (planned(until: ""), .invalid, "its end is \"\""),
        (planned(until: "tomorrow"), .invalid, "its end is \"tomorrow\"; write it like"),
        (planned(from: "2026-02-30T10:00", until: "2026-03-28T18:00"), .invalid, "its begin is \"2026-02-30T10:00\""),
        (planned(until: "2026-03-28T11:00"), .invalid, "is not after its begin"),
        (planned(from: "2026-03-28T20:00", until: "2026-03-28T18:00"), .invalid, "is not after its begin"),
        (planned(from: "2026-03-28T09:00", until: "2026-03-28T10:00"), .invalid, "is over already"),
        (
            planned(from: "2026-03-29T02:10", until: "2026-03-29T02:50"), .invalid,
            "set forward over \"2026-03-29T02:10\""
        ),
        (planned(from: "2026-03-29T01:10", until: "2026-03-29T02:50"), .invalid, "that time is not there"),
        (planned(until: "2027-03-28T18:00"), .invalid, "longer than 92 days"),
        (planned(until: "2026-03-29T18:00", weekly: true), .invalid, "needs its begin"),
        (planned(from: "2026-03-29T10:00", until: "2026-04-05T10:00", weekly: true), .invalid, "shorter than a week"),
        (
            planned((0...100).map { .equal("l\($0)", "x") }, until: "2026-03-28T18:00"), .tooLarge, "101 matchers"
        ),
        (
            planned([.equal("a", String(repeating: "x", count: 70_000))], until: "2026-03-28T18:00"), .tooLarge,
            "70001 bytes"
        ),
    ]

    @Test("what cannot be is refused in words", arguments: refusals.indices)
    func refused(index: Int) throws {
        let (planned, code, words) = Self.refusals[index]
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        try Self.withRouter { router, _ in
            let error = #expect(throws: AlertingError.self) { try router.plan(planned, in: berlin) }
            #expect(error?.code == code && error?.description.contains(words) == true, "\(error as Any)")
            #expect(error?.description.hasPrefix("cannot plan the maintenance: ") == true)
            #expect(router.maintenance().isEmpty)
            let kept = try router.state.maintenance()
            #expect(kept.isEmpty)
        }
    }

    @Test("a window is of the site's clock, which is set in it, and of every week by it")
    func summerTime() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        try Self.withRouter { router, time in
            let night = try router.plan(
                Self.planned(from: "2026-03-28 22:00", until: "2026-03-29 04:00"), in: berlin)
            #expect(night.endsAt - night.startsAt == 5 * 3_600_000, "an hour is not there")
            let weekly = try router.plan(
                Self.planned(from: "2026-03-28T22:00", until: "2026-03-29T04:00", weekly: true, by: "  Ann\n"),
                in: berlin)
            #expect(weekly.createdBy == "Ann" && weekly.weekly?.zone == "Europe/Berlin")
            time.advance(10 * 3_600_000)
            #expect(router.maintenance().allSatisfy { $0.state(at: time.now()) == .active })
            time.advance(10 * 3_600_000)
            #expect(router.maintenance().map { $0.state(at: time.now()) } == [.pending, .over])
            let next = try #require(MaintenanceTime(weekly).next(time.now()))
            #expect(next.end - next.start == 6 * 3_600_000 && next.start == night.startsAt + 7 * 86_400_000 - 3_600_000)
        }
    }

    @Test(
        "it holds alerts that are there and that come, over a restart too, until it is ended; then it can be forgotten")
    func life() throws {
        let scratch = try ScratchDirectory()
        let time = ManualTime(Self.noon)
        func router() throws -> AlertRouter {
            try AlertRouter(
                config: Self.config(), state: try scratch.store(), transfers: Transfers(), externalURL: "",
                timeSource: time)
        }
        let first = try router()
        first.take([alert("A", ["camera_id": "gate"], from: time.now(), to: time.now() + 9_000_000)])
        let window = try first.plan(Self.planned(until: "2026-03-28T12:30"), in: .gmt)
        first.take([alert("B", ["camera_id": "gate"], from: time.now(), to: time.now() + 9_000_000)])
        first.take([alert("C", ["camera_id": "yard"], from: time.now(), to: time.now() + 9_000_000)])
        #expect(first.alerts().map(\.maintainedBy) == [[window.id], [window.id], []])
        #expect(first.alertCounts() == (1, 2))
        let explanation = first.explain(first.alerts()[0].labels)
        #expect(
            explanation.maintenance.map(\.createdBy) == ["Ann"] && explanation.maintenance[0].endsAt == window.endsAt)
        first.state.close()
        let second = try router()
        #expect(second.maintenance() == [window])
        #expect(second.alerts().map(\.maintainedBy) == [[window.id], [window.id], []])
        try second.update(Self.config())
        #expect(second.alerts().map(\.maintainedBy) == [[window.id], [window.id], []], "over a reload")
        #expect(throws: AlertingError.self) { try second.deleteMaintenance(window.id) }
        time.advance(1_000)
        try second.endMaintenance(window.id)
        #expect(second.alerts().allSatisfy { $0.maintainedBy.isEmpty && $0.state == .active })
        #expect(throws: AlertingError.self) { try second.endMaintenance(window.id) }
        #expect(throws: AlertingError.self) { try second.endMaintenance("none") }
        second.state.close()
        let third = try router()
        #expect(third.maintenance().map { $0.state(at: time.now()) } == [.over])
        try third.deleteMaintenance(window.id)
        #expect(third.maintenance().isEmpty)
        // One that did not begin is gone when it is ended.
        let later = try third.plan(Self.planned(from: "2026-03-29T01:00", until: "2026-03-29T02:00"), in: .gmt)
        try third.endMaintenance(later.id)
        #expect(third.maintenance().isEmpty)
        #expect(try third.state.maintenance().isEmpty)
        third.state.close()
    }

    @Test("what fires still is told after a restart too, where the window ended meanwhile")
    func endedMeanwhile() {
        var driver = CoreDriver(Self.config())
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 900_000)], at: 100)
        driver.run(until: 10_000)
        let (log, stored) = (Array(driver.core.log.values), Array(driver.core.alerts.alerts.values))
        var next = CoreDriver(Self.config())
        next.core.restore(
            alerts: stored, silences: [], log: log, maintenance: [Self.window(from: 15_000, until: 60_000)],
            now: 120_000)
        next.run(until: 500_000)
        #expect(next.sent.map(\.time) == [120_000])
    }

    @Test("there is a limit, those without a plain matcher have a lower one, and what is over is forgotten")
    func limits() throws {
        try Self.withRouter { router, time in
            for index in 0..<100 {
                try router.plan(
                    Self.planned(
                        (0..<10).map { try Matcher("l\($0)", .regex, "x\(index).*") }, until: "2026-03-28T18:00"),
                    in: .gmt)
            }
            let pattern = Self.planned([try Matcher("l", .regex, "x.+")], until: "2026-03-28T18:00")
            var error = #expect(throws: AlertingError.self) { try router.plan(pattern, in: .gmt) }
            #expect(error?.code == .tooLarge && error?.description.contains("limit of 1000") == true)
            for index in 100..<MaintenanceTable.countMax {
                try router.plan(Self.planned([.equal("camera_id", "\(index)")], until: "2026-03-28T18:00"), in: .gmt)
            }
            error = #expect(throws: AlertingError.self) { () throws in
                try router.plan(Self.planned(until: "2026-03-28T18:00"), in: .gmt)
            }
            #expect(error?.description.contains("as many as the limit of 1000") == true)
            time.advance(MaintenanceTable.retention + 86_400_000)
            let over = router.core.withLock { $0.maintenance.forgotten(at: time.now()) }
            #expect(over.count == MaintenanceTable.countMax)
        }
    }

    @Test("no window holds a sign of life, or somebody would be called out")
    func signOfLife() throws {
        try Self.withRouter { router, time in
            let end = time.now() + 9_000_000
            router.take([alert("Watchdog", ["severity": "none", "site": "hcm"], from: time.now(), to: end)])
            try router.plan(Self.planned([.equal("site", "hcm")], until: "2026-03-28T18:00"), in: .gmt)
            router.take([
                alert("Second", ["severity": "none", "site": "hcm"], from: time.now(), to: end),
                alert("Third", ["severity": "critical", "site": "hcm"], from: time.now(), to: end),
            ])
            #expect(router.alerts().map(\.maintainedBy.count) == [0, 1, 0])
            #expect(router.explain(router.alerts()[2].labels).maintenance.isEmpty)
        }
    }

    @Test("a clock that is set leaves windows where people put them, and tells nothing twice")
    func clock() {
        var driver = CoreDriver(Self.config())
        driver.core.maintenance.insert(Self.window(from: 0, until: 60_000))
        driver.push([alert("A", ["lbl": "1"], from: 100, to: 9_000_000)], at: 100)
        driver.run(until: 30_000)
        // An hour ahead: the works are over.
        driver.core.shift(by: 3_600_000, now: 3_630_000)
        driver.run(until: 3_640_000)
        #expect(driver.sent.count == 1)
        // And back again: they go on, and what was told is not told anew when they end.
        driver.core.shift(by: -3_600_000, now: 40_000)
        driver.run(until: 59_000)
        #expect(driver.sent.count == 1)
    }
}
