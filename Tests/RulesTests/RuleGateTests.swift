import Base
import ConfigText
import Dispatch
import Model
import PromQL
import Synchronization
import TestSupport
import Testing

@testable import Rules

@Suite("Where rules are evaluated")
struct RuleGateTests {
    /// Computes until it is to end.
    private static func endless() throws -> Int {
        while !Work.isOver {}
        throw CancellationError()
    }

    private static func limits(
        cheapSeconds: Double = 0.05, timeout: Duration = .seconds(120), cheapWidth: Int = 1
    ) -> RuleGate.Limits {
        var limits = RuleGate.Limits()
        limits.cheapSeconds = cheapSeconds
        limits.timeout = timeout
        limits.cheapWidth = cheapWidth
        limits.dearWidth = 1
        return limits
    }

    @Test("a cheap rule waits for no dear one, nor for one that turns dear in the only place", .timeLimit(.minutes(5)))
    func lanes() async throws {
        let gate = RuleGate(limits: Self.limits())
        let dear = (0..<3).map { _ in Task { try await gate.run(isDear: true, Self.endless) } }
        let turning = (0..<3).map { _ in Task { try await gate.run(isDear: false, Self.endless) } }
        for number in 0..<20 {
            let evaluated = try await gate.run(isDear: false) { number }
            #expect(evaluated.value == number)
            #expect(!evaluated.isDear)
        }
        _ = try await eventually("those that turned dear to wait with the others") {
            gate.statistics.dear.waiting == 5 && gate.statistics.cheap.running == 0 ? true : nil
        }
        for task in dear + turning { task.cancel() }
        for task in dear + turning { _ = await task.result }
    }

    @Test("what turns dear is evaluated once more from its beginning, and stays dear", .timeLimit(.minutes(5)))
    func turning() async throws {
        let gate = RuleGate(limits: Self.limits())
        let attempts = Atomic(0)
        let evaluated = try await gate.run(isDear: false) {
            // The first one is stopped, and the second one is as long.
            if attempts.add(1, ordering: .relaxed).newValue == 1 { return try Self.endless() }
            let end = ContinuousClock.now + .milliseconds(300)
            while ContinuousClock.now < end {}
            return 7
        }
        #expect(evaluated.value == 7)
        #expect(evaluated.isDear)
        let count = attempts.load(ordering: .relaxed)
        #expect(count == 2)
        // Once it is cheap it goes back.
        #expect(try await !gate.run(isDear: true) { 8 }.isDear)
    }

    @Test("one that waits for a disk is no dear one", .timeLimit(.minutes(5)))
    func waiting() async throws {
        let gate = RuleGate(limits: Self.limits())
        let evaluated = try await gate.run(isDear: false) {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(400))
            try Work.check()
        }
        #expect(!evaluated.isDear)
    }

    @Test("one that takes too long fails, is counted, and makes room", .timeLimit(.minutes(5)))
    func timeout() async throws {
        let gate = RuleGate(limits: Self.limits(timeout: .milliseconds(200)))
        let failure = await #expect(throws: RuleFailure.self) { try await gate.run(isDear: true, Self.endless) }
        #expect(failure?.description.contains("was ended after 200ms") == true)
        #expect(gate.statistics.timeouts == 1)
        #expect(try await gate.run(isDear: true) { 7 }.value == 7)
    }

    @Test("a rule that takes too long is in error, and the others of its group are evaluated", .timeLimit(.minutes(5)))
    func group() async throws {
        let config = RuleGroupConfig.test(
            .test(.record("long"), "quantile_over_time(0.9, (vector(time()) % 7)[1h:1ms])"),
            .test(.record("short"), "vector(1)"))
        let compiled = try RuleCompiler.compile(
            [RuleFile(path: config.file, groups: [config])], interval: .seconds(15), queryOffset: .zero, features: [])
        let store = MemoryStore()
        var context = RuleContext(
            engine: PromQLEngine(), source: store, appender: store, sinks: [], externalLabels: .empty, externalURL: "",
            features: [], timeSource: FixedTime(Bench.start))
        context.gate = RuleGate(limits: Self.limits(timeout: .milliseconds(200)))
        let group = RuleGroup(compiled[0], context: context, former: nil)
        await group.evaluate(at: Bench.start)
        let rules = group.view.rules
        #expect(rules.map(\.health) == [.err, .ok])
        #expect(rules[0].lastError.contains("was ended after 200ms"))
        #expect(group.view.counts.failures == 1)
        #expect(store.shown("short", since: Bench.start) == ["{}: 1@0"])
        #expect(store.shown("long").isEmpty)
    }

    @Test("an evaluation that is cancelled changes nothing", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        let bench = try Bench(.test(.test(.alert("Down"), "down == 1", hold: .seconds(60))))
        await bench.evaluate(["c1": 1], at: 0)
        #expect(bench.alerts == ["c1 pending"])
        let counts = bench.group.view.counts
        let task = Task { [group = bench.group] in
            withUnsafeCurrentTask { $0?.cancel() }
            await group.evaluate(at: Bench.start + 90_000)
        }
        await task.value
        #expect(bench.alerts == ["c1 pending"])
        #expect(bench.rule().health == .ok)
        #expect(bench.group.view.counts == counts)
    }
}
