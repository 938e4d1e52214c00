import Synchronization

/// Loops that come and go one by one while their owner runs, and end with it.
public struct LoopSet<Key: Hashable & Sendable> {
    private struct Loop {
        let task: Task<Void, Never>
        let end: End
    }

    private final class End: Sendable {
        let isReached = Atomic(false)
    }

    private let executor: (any TaskExecutor)?
    private var running: [Key: Loop] = [:]
    private var leaving: [Loop] = []

    /// - Parameter executor: where the loops run; `nil` for the cooperative pool.
    public init(on executor: (any TaskExecutor)? = nil) { self.executor = executor }

    /// What runs and was not told to end.
    public var keys: some Collection<Key> { running.keys }

    /// Starts a loop, which ends when its task is cancelled. One of the same key must have been told to end before.
    public mutating func start(_ key: Key, _ body: @escaping @Sendable () async -> Void) {
        assert(running[key] == nil, "BUG: two loops of one key")
        let end = End()
        let task = Task(executorPreference: executor) {
            await body()
            end.isReached.store(true, ordering: .relaxed)
        }
        running[key] = Loop(task: task, end: end)
    }

    /// Ends a loop, and returns when it has ended; `false` where there is none of that key.
    /// - Parameter last: called first, if there is one.
    @discardableResult
    public mutating func end(_ key: Key, _ last: () -> Void = {}) async -> Bool {
        guard let loop = running.removeValue(forKey: key) else { return false }
        last()
        loop.task.cancel()
        await loop.task.value
        return true
    }

    /// Tells a loop to end, and does not wait for it.
    public mutating func leave(_ key: Key) {
        leaving.removeAll { $0.end.isReached.load(ordering: .relaxed) }
        guard let loop = running.removeValue(forKey: key) else { return }
        loop.task.cancel()
        leaving.append(loop)
    }

    /// Ends all loops at once, and returns when they have ended.
    public mutating func endAll() async {
        let loops = Array(running.values) + leaving
        running = [:]
        leaving = []
        for loop in loops { loop.task.cancel() }
        for loop in loops { await loop.task.value }
    }
}
