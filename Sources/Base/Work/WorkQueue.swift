internal import Synchronization

/// Threads of their own for what waits for a disk or computes for more than a few milliseconds, so that Swift's
/// cooperative pool, which has one thread a core, only coordinates.
///
/// Jobs begin in the order in which they come, as many at once as the queue is wide: with a width of one it is a serial
/// queue. There are threads only while there is work, and work of one queue never waits for that of another.
public final class WorkQueue: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        /// How many of `jobs` have begun.
        var begun = 0
        /// How many more threads may work.
        var idle: Int
    }

    private let state: Mutex<State>

    /// The name of a thread while it works for the queue, for debuggers.
    let label: String

    /// - Parameters:
    ///   - label: the name of the threads, for debuggers.
    ///   - width: how many jobs run at once.
    public init(_ label: String, width: Int = 1) {
        precondition(width > 0, "BUG: a queue without a thread")
        self.label = label
        state = Mutex(State(idle: width))
    }

    /// How many more jobs could begin at once.
    public var idle: Int { state.withLock(\.idle) }

    /// Runs `work` on a thread of the queue, and what it waits for does not hold that thread. It is cancelled with the
    /// calling task.
    public func run<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task(executorPreference: self) { try await work() }
        // The task's jobs come here until it has ended.
        defer { withExtendedLifetime(self) {} }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The same for what cannot fail.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
        let task = Task(executorPreference: self) { await work() }
        defer { withExtendedLifetime(self) {} }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mayBegin = state.withLock { state in
            state.jobs.append(job)
            if state.idle == 0 { return false }
            state.idle -= 1
            return true
        }
        if mayBegin { WorkThreads.work(for: self) }
    }

    /// Does jobs on the calling thread until there are none.
    func work() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob? {
        state.withLock { state in
            guard state.begun < state.jobs.count else {
                state.jobs.removeAll(keepingCapacity: state.jobs.count < 1_024)
                state.begun = 0
                state.idle += 1
                return nil
            }
            state.begun += 1
            let job = state.jobs[state.begun - 1]
            if state.begun == 1_024 {
                state.jobs.removeFirst(state.begun)
                state.begun = 0
            }
            return job
        }
    }
}
