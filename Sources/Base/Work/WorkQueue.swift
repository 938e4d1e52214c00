internal import Dispatch
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
        /// Lanes that have nothing to do.
        var idle: [Int]
    }

    /// Serial queues, as Dispatch gives each of those a thread however many others are busy; it does not for the work
    /// of a concurrent queue.
    private let lanes: [DispatchQueue]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - label: the name of the threads, for debuggers.
    ///   - width: how many jobs run at once.
    public init(_ label: String, width: Int = 1) {
        precondition(width > 0, "BUG: a queue without a thread")
        lanes = (0..<width).map { _ in DispatchQueue(label: label) }
        state = Mutex(State(idle: Array(0..<width)))
    }

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
        let lane = state.withLock { state in
            state.jobs.append(job)
            return state.idle.popLast()
        }
        if let lane { lanes[lane].async { self.work(on: lane) } }
    }

    private func work(on lane: Int) {
        while let job = next(lane) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next(_ lane: Int) -> UnownedJob? {
        state.withLock { state in
            guard state.begun < state.jobs.count else {
                state.jobs.removeAll(keepingCapacity: state.jobs.count < 1_024)
                state.begun = 0
                state.idle.append(lane)
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
