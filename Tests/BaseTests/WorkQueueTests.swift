import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Base

@Suite("A queue for work")
struct WorkQueueTests {
    /// What several tasks note.
    private final class Notes: Sendable {
        private let numbers = Mutex<[Int]>([])

        var all: [Int] { numbers.withLock { $0 } }

        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    @Test(
        "work that blocks every thread of a queue holds up neither the pool nor another queue",
        .timeLimit(.minutes(5)))
    func apart() async throws {
        let blocked = WorkQueue("blocked", width: 3)
        let release = DispatchSemaphore(value: 0)
        let begun = Notes()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    await blocked.run {
                        begun.add(0)
                        release.wait()
                    }
                }
            }
            while begun.all.count < 3 { await Task.yield() }
            #expect(await WorkQueue("free").run { 7 } == 7)
            #expect(await Task { 8 }.value == 8)
            #expect(begun.all.count == 3)
            for _ in 0..<12 { release.signal() }
        }
        #expect(begun.all.count == 12)
    }

    @Test("what waits in a task on the queue does not hold its thread, and comes back to it", .timeLimit(.minutes(5)))
    func awaits() async throws {
        let queue = WorkQueue("one")
        let (signals, signal) = AsyncStream.makeStream(of: Int.self)
        async let got = queue.run { () async -> Int? in
            var iterator = signals.makeAsyncIterator()
            return await iterator.next()
        }
        await queue.run { _ = signal.yield(5) }
        #expect(await got == 5)
    }

    @Test("jobs of a serial queue run one at a time, in their order, however many there are")
    func order() async throws {
        let queue = WorkQueue("serial")
        let seen = Notes()
        await queue.run {
            for number in 0..<5_000 { Task(executorPreference: queue) { seen.add(number) } }
        }
        _ = try await eventually("all to have run") { seen.all.count == 5_000 ? true : nil }
        #expect(seen.all == Array(0..<5_000))
    }

    @Test("work is cancelled with the task that asked for it", .timeLimit(.minutes(5)))
    func cancellation() async {
        let queue = WorkQueue("cancelled")
        let task = Task { await queue.run { while !Task.isCancelled {} } }
        task.cancel()
        await task.value
    }
}
