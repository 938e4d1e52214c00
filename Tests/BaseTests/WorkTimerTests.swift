import Synchronization
import TestSupport
import Testing

@testable import Base

@Suite("A timer")
struct WorkTimerTests {
    @Test("calls in the order of time, those of one time in the order in which they came", .timeLimit(.minutes(10)))
    func order() async throws {
        var random = SeededGenerator(for: "timers")
        let pauses = (0..<200).map { _ in Int.random(in: 20...220, using: &random) }
        let called = Mutex<[Int]>([])
        let began = ContinuousClock.now
        let early = Atomic(0)
        // When each is due lies between its pause before it was set and its pause after: a busy machine may take its time.
        var due: [ClosedRange<Duration>] = []
        for (index, pause) in pauses.enumerated() {
            let first = began.duration(to: .now) + .milliseconds(pause)
            WorkTimer.call(after: .milliseconds(pause)) {
                if began.duration(to: .now) < .milliseconds(pause) { early.add(1, ordering: .relaxed) }
                called.withLock { $0.append(index) }
            }
            due.append(first...(began.duration(to: .now) + .milliseconds(pause)))
        }
        let order = try await eventually("all calls") { called.withLock { $0.count == pauses.count ? $0 : nil } }
        #expect(early.load(ordering: .relaxed) == 0)
        #expect(zip(order, order.dropFirst()).allSatisfy { due[$0].lowerBound <= due[$1].upperBound })
    }

    @Test("what was taken back is not called, and a later call does not hold up a sooner one", .timeLimit(.minutes(10)))
    func takenBack() async throws {
        let calls = Atomic(0)
        let later = WorkTimer.call(after: .seconds(3_600)) {}
        let taken = (0..<1_000).map { index in
            WorkTimer.call(after: .milliseconds(200 + index % 7)) { calls.add(1, ordering: .relaxed) }
        }
        for call in taken { WorkTimer.cancel(call) }
        try await Pause.sleep(for: .milliseconds(300))
        #expect(calls.load(ordering: .relaxed) == 0)
        WorkTimer.cancel(later)
    }

    @Test("a sleep of any length is one", arguments: [Duration.seconds(-5), .zero, .nanoseconds(1), .milliseconds(1)])
    func lengths(_ pause: Duration) async throws {
        let began = ContinuousClock.now
        try await Pause.sleep(for: pause)
        #expect(began.duration(to: .now) >= pause)
    }

    @Test("the longest sleep ends with its task", .timeLimit(.minutes(10)))
    func longest() async {
        let task = Task { try await Pause.sleep(for: .seconds(Int64.max)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("a thousand tasks sleep and are ended at any moment", .timeLimit(.minutes(10)))
    func many() async {
        var random = SeededGenerator(for: "sleepers")
        let pauses = (0..<1_000).map { _ in Int.random(in: 0...30, using: &random) }
        await withTaskGroup(of: Void.self) { group in
            for pause in pauses {
                let task = Task { try? await Pause.sleep(for: .milliseconds(pause)) }
                group.addTask { await task.value }
                if pause % 3 == 0 { task.cancel() }
            }
        }
    }
}
