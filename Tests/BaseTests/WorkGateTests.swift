import Synchronization
import TestSupport
import Testing

@testable import Base

@Suite("A gate for work")
struct WorkGateTests {
    /// Goes on until it is cancelled, however fast the machine is.
    private static func endless() throws -> Int {
        while !Task.isCancelled {}
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
