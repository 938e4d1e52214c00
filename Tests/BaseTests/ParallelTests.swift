import Base
import Synchronization
import Testing

@Suite("Work on all cores")
struct ParallelTests {
    private struct Failure: Error, Equatable { let index: Int }

    @Test("gives the results in order", arguments: [0, 1, 15, 16, 17, 1_000])
    func order(count: Int) throws {
        #expect(try Parallel.map(count) { $0 * 2 } == (0..<count).map { $0 * 2 })
        let halves = try Parallel.map(count, batch: 1) { $0.isMultiple(of: 2) ? $0 : nil }
        #expect(halves == (0..<count).map { $0.isMultiple(of: 2) ? $0 : nil })
    }

    @Test("ends early, and with the error, where one fails")
    func failure() {
        let done = Atomic(0)
        #expect(throws: Failure.self) {
            _ = try Parallel.map(100_000) { index in
                done.add(1, ordering: .relaxed)
                if index == 40 { throw Failure(index: index) }
                return index
            }
        }
        #expect(done.load(ordering: .relaxed) < 100_000)
    }

    @Test("many callers at once get their own results, though helpers are few")
    func many() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for caller in 0..<50 {
                group.addTask {
                    try (0..<20).allSatisfy { _ in
                        try Parallel.map(100, batch: 1) { $0 + caller } == (0..<100).map { $0 + caller }
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
