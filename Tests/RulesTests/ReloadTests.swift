import Base
import ConfigText
import Model
import PromQL
import TestSupport
import Testing

@testable import Rules

/// New rules while the old ones are at work, by the real clock at an interval of 50 milliseconds.
@Suite("Changes of rules", .timeLimit(.minutes(5)))
struct ReloadTests {
    private let store = MemoryStore()
    private let sink = RecordingSink()

    private func working(_ groups: [RuleGroupConfig], _ body: (RuleManager) async throws -> Void) async throws {
        let now = SystemTimeSource().now()
        for camera in ["c1", "c2"] { store.put(["__name__": "down", "camera": camera], 1, at: now - 1_000) }
        let manager = RuleManager(engine: PromQLEngine(), source: store, appender: store)
        try update(manager, groups)
        let task = Task { await manager.run() }
        defer { task.cancel() }
        try await body(manager)
        task.cancel()
        await task.value
    }

    private func update(_ manager: RuleManager, _ groups: [RuleGroupConfig]) throws {
        var settings = RuleManager.Settings()
        settings.evaluationInterval = .milliseconds(50)
        settings.sinks = [sink]
        try manager.update([RuleFile(path: "rules/a.yml", groups: groups)], settings)
    }

    private func recorded(_ name: String, _ camera: String = "c1") -> Labels { ["__name__": name, "camera": camera] }

    private func samples(of labels: Labels, atLeast count: Int) async throws {
        _ = try await eventually("\(count) samples of \(labels)", every: .milliseconds(10)) {
            store.samples(labels).count >= count ? true : nil
        }
    }

    private func end(of labels: Labels) async throws {
        _ = try await eventually("the end of \(labels)", every: .milliseconds(10)) {
            store.hasEnded(labels) ? true : nil
        }
    }

    private static let alert = RuleConfig.test(.alert("Down"), "down == 1", hold: .milliseconds(200))
    private static let series: Labels = [
        "__name__": "ALERTS", "alertname": "Down", "alertstate": "firing", "camera": "c1",
    ]

    @Test("alerts of a rule that did not change go on, and are not sent again")
    func kept() async throws {
        try await working([.test(Self.alert)]) { manager in
            try await samples(of: Self.series, atLeast: 1)
            let before = manager.alerts().map(\.alert.activeAt)
            #expect(before.count == 2)
            var reworded = Self.alert
            reworded.annotations = ["summary": Located("new words", at: place)]
            reworded.keepFiringFor = .seconds(1)
            for rule in [Self.alert, reworded] {
                // Another rule before it, and another place in the file, change nothing for it.
                try update(manager, [.test(.test(.record("new"), "down"), rule)])
                #expect(manager.alerts().map(\.alert.activeAt) == before)
                #expect(manager.alerts().allSatisfy { $0.alert.state == .firing })
            }
            try await samples(of: recorded("new"), atLeast: 2)
            #expect(manager.alerts().map(\.alert.activeAt) == before)
            #expect(manager.alerts().first?.alert.annotations == ["summary": "new words"])
            #expect(!store.samples(Self.series).contains { StaleMarker.isStale($0.value) })
            #expect(sink.alerts.count == 2)
        }
    }

    @Test("the series of a rule that is gone end, and those of its neighbours go on")
    func removedRule() async throws {
        try await working([.test(.test(.record("a"), "down"), Self.alert, .test(.record("b"), "down"))]) { manager in
            try await samples(of: Self.series, atLeast: 1)
            try await samples(of: recorded("b"), atLeast: 2)
            try update(manager, [.test(.test(.record("b"), "down"))])
            for labels in [recorded("a"), recorded("a", "c2"), Self.series] { try await end(of: labels) }
            let forState = Self.series.setting("__name__", "ALERTS_FOR_STATE").setting("alertstate", "")
            #expect(store.hasEnded(forState))
            let count = store.samples(recorded("b")).count
            try await samples(of: recorded("b"), atLeast: count + 2)
            #expect(!store.samples(recorded("b")).contains { StaleMarker.isStale($0.value) })
            #expect(store.samples(recorded("a")).filter { StaleMarker.isStale($0.value) }.count == 1)
            #expect(manager.alerts().isEmpty)
        }
    }

    @Test("the series of a group that is gone end; no mark is older than a sample")
    func removedGroup() async throws {
        let groups: [RuleGroupConfig] = [
            .test(.test(.record("a"), "down"), name: "one"), .test(.test(.record("b"), "down"), name: "two"),
        ]
        try await working(groups) { manager in
            try await samples(of: recorded("a"), atLeast: 2)
            try await samples(of: recorded("b"), atLeast: 2)
            try update(manager, [groups[1]])
            try await end(of: recorded("a"))
            let times = store.samples(recorded("a")).map(\.timestamp)
            #expect(times == times.sorted() && Set(times).count == times.count)
            try update(manager, [])
            try await end(of: recorded("b"))
            #expect(manager.snapshot().isEmpty)
            try update(manager, groups)
            _ = try await eventually("both to be back") {
                ["a", "b"].allSatisfy { store.samples(recorded($0)).last?.value == 1 } ? true : nil
            }
        }
    }

    @Test("a rule that changed begins anew, and series that it no longer gives end")
    func changedRule() async throws {
        try await working([.test(.test(.record("a"), "down"))]) { manager in
            try await samples(of: recorded("a", "c2"), atLeast: 2)
            try update(manager, [.test(.test(.record("a"), #"down{camera="c1"}"#))])
            try await end(of: recorded("a", "c2"))
            _ = try await eventually("c1 to go on") { store.samples(recorded("a")).last?.value == 1 ? true : nil }
            let times = store.samples(recorded("a")).map(\.timestamp)
            #expect(times == times.sorted() && Set(times).count == times.count)
        }
    }

    @Test("two equal rules each keep a state of their own")
    func equalRules() throws {
        let config = RuleGroupConfig.test(Self.alert, Self.alert)
        let former = try Bench(config)
        let bench = try Bench(config, former: former.group)
        #expect(bench.group.view.rules.count == 2)
        #expect(bench.group.takeOver(former.group).isEmpty)
    }

    @Test("the end of the server ends no series, so that alerts can be taken up again")
    func shutdown() async throws {
        try await working([.test(Self.alert)]) { _ in try await samples(of: Self.series, atLeast: 1) }
        #expect(!store.hasEnded(Self.series))
    }

    @Test("groups are evaluated at the multiples of their interval, and not twice at one time")
    func times() async throws {
        try await working([.test(.test(.record("a"), "down"))]) { manager in
            try await samples(of: recorded("a"), atLeast: 3)
            for _ in 0..<3 {
                try update(manager, [.test(.test(.record("a"), "down"))])
                let count = store.samples(recorded("a")).count
                try await samples(of: recorded("a"), atLeast: count + 1)
            }
            let times = store.samples(recorded("a")).map(\.timestamp)
            #expect(Set(times.map { $0 % 50 }).count == 1)
            #expect(Set(times).count == times.count && times == times.sorted())
        }
    }

    @Test("a long interval is not waited for before the first look, nor looked at twice after a change")
    func firstLook() async throws {
        let rule = RuleConfig.test(.record("a"), "down")
        try await working([.test(rule, interval: .seconds(3_600))]) { manager in
            try await samples(of: recorded("a"), atLeast: 1)
            try update(manager, [.test(rule, interval: .seconds(3_600))])
            #expect(manager.snapshot().first?.lastEvaluation != nil)
            try await Task.sleep(for: .milliseconds(700))
            #expect(store.samples(recorded("a")).count == 1)
        }
    }
}
