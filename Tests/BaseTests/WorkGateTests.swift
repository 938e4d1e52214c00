import Synchronization
import TestSupport
import Testing

@testable import Base

@Suite("A gate for work")
struct WorkGateTests {
    /// Goes on until nobody waits for it, however fast the machine is.
    private static func endless() throws -> Int {
        while !Work.isOver {}
        throw CancellationError()
    }

    @Test("a query that runs out of time is told so, and makes room for those behind it", .timeLimit(.minutes(5)))
    func timeout() async throws {
        let gate = WorkGate("test", width: 2)
        for _ in 0..<5 {
            await #expect(throws: WorkTimedOut.self) {
                try await gate.run(within: .milliseconds(20), Self.endless)
            }
        }
        #expect(try await gate.run(within: .seconds(60)) { 7 } == 7)
    }

    @Test("work of a queue's task is done on its thread where that is wanted, other work on the gate's own")
    func threads() async throws {
        let ownThreads = WorkGate("test", width: 1)
        let callers = WorkGate("test", width: 1, usesCallersThread: true)
        let queue = WorkQueue("caller")
        let isOnQueue: @Sendable () -> Bool = {
            withUnsafeCurrentTask { $0?.unownedTaskExecutor == queue.asUnownedTaskExecutor() }
        }
        let stays = try await queue.run { (try await callers.run(isOnQueue), try await ownThreads.run(isOnQueue)) }
        #expect(stays.0 && !stays.1)
        // A task of the cooperative pool is never held by what it asks for.
        #expect(try await callers.run { withUnsafeCurrentTask { $0?.unownedTaskExecutor != nil } })
        #expect(callers.statistics.begun == 2 && callers.free == 1)
    }

    @Test("work on the caller's thread is cancelled with it, in time and in the line", .timeLimit(.minutes(5)))
    func cancelledOnCallersThread() async throws {
        let gate = WorkGate("test", width: 1, usesCallersThread: true)
        let queue = WorkQueue("caller", width: 4)
        let running = Task { try await queue.run { try await gate.run(Self.endless) } }
        _ = try await eventually("the only place to be taken") { gate.free == 0 ? true : nil }
        let waiting = Task { try await queue.run { try await gate.run { 7 } } }
        _ = try await eventually("the other one to wait") { gate.statistics.waiting == 1 ? true : nil }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        await #expect(throws: WorkTimedOut.self) {
            try await queue.run { try await gate.run(within: .milliseconds(20), Self.endless) }
        }
        #expect(try await queue.run { try await gate.run(within: .seconds(60)) { 8 } } == 8)
    }

    @Test("the time in the line counts, and who left it is not waited for", .timeLimit(.minutes(5)))
    func timeoutInLine() async throws {
        let gate = WorkGate("test", width: 1)
        let running = Task { try await gate.run(Self.endless) }
        _ = try await eventually("the only place to be taken") { gate.free == 0 ? true : nil }
        let hasRun = Atomic(false)
        await #expect(throws: WorkTimedOut.self) {
            try await gate.run(within: .milliseconds(20)) { hasRun.store(true, ordering: .relaxed) }
        }
        let ran = hasRun.load(ordering: .relaxed)
        #expect(!ran)
        running.cancel()
        #expect(try await gate.run { 7 } == 7)
    }
}
