import Base
import Synchronization
import Testing

@Suite("Loops that come and go")
struct LoopSetTests {
    /// Which loops run at the moment.
    private final class Running: Sendable {
        let keys = Mutex<Set<Int>>([])

        @Sendable func loop(_ key: Int) async {
            _ = keys.withLock { $0.insert(key) }
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
            _ = keys.withLock { $0.remove(key) }
        }

        func wait(for wanted: Set<Int>) async throws {
            while keys.withLock({ $0 }) != wanted { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    @Test("one ends alone, and has ended when that returns", .timeLimit(.minutes(1)))
    func endsOne() async throws {
        let running = Running()
        var loops = LoopSet<Int>()
        for key in 1...3 { loops.start(key) { await running.loop(key) } }
        try await running.wait(for: [1, 2, 3])
        var isTold = false
        #expect(await loops.end(2) { isTold = true })
        #expect(isTold)
        #expect(running.keys.withLock { $0 } == [1, 3])
        #expect(Set(loops.keys) == [1, 3])
        #expect(await !loops.end(2) { Issue.record("there is none any more") })
        await loops.endAll()
        #expect(running.keys.withLock { $0 }.isEmpty)
    }

    @Test("one that was only told to end is waited for at the end", .timeLimit(.minutes(1)))
    func leaves() async throws {
        let running = Running()
        let gate = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let hasEnded = Atomic(false)
        var loops = LoopSet<Int>()
        loops.start(1) {
            await withCheckedContinuation { continuation in gate.withLock { $0 = continuation } }
            hasEnded.store(true, ordering: .relaxed)
        }
        while gate.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(1)) }
        loops.leave(1)
        #expect(loops.keys.isEmpty)
        // Its place is free at once.
        loops.start(1) { await running.loop(1) }
        try await running.wait(for: [1])
        let isEarly = hasEnded.load(ordering: .relaxed)
        #expect(!isEarly)
        gate.withLock { $0?.resume() }
        await loops.endAll()
        let isThrough = hasEnded.load(ordering: .relaxed)
        #expect(isThrough)
        #expect(running.keys.withLock { $0 }.isEmpty)
    }
}
