internal import Foundation
internal import Synchronization

/// Runs queries on threads of their own, a few at a time, so that a heavy one holds up neither the server
/// nor the alerts. A query's task is cancelled with its request.
final class QueryGate: Sendable {
    private let executor = QueryExecutor()
    private let waiting: Mutex<Waiting>

    private struct Waiting {
        var free: Int
        var queue: [CheckedContinuation<Void, Never>] = []
    }

    /// - Parameter width: how many queries run at once; others wait in line.
    init(width: Int) { waiting = Mutex(Waiting(free: width)) }

    func run<Result: Sendable>(_ query: @escaping @Sendable () throws -> Result) async throws -> Result {
        await enter()
        defer { leave() }
        try Task.checkCancellation()
        let task = Task(executorPreference: executor) { try query() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let entered = waiting.withLock { waiting in
                if waiting.free > 0 {
                    waiting.free -= 1
                    return true
                }
                waiting.queue.append(continuation)
                return false
            }
            if entered { continuation.resume() }
        }
    }

    private func leave() {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            if waiting.queue.isEmpty {
                waiting.free += 1
                return nil
            }
            return waiting.queue.removeFirst()
        }
        next?.resume()
    }
}

/// Hands jobs to a concurrent Dispatch queue.
private final class QueryExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "queries", qos: .userInitiated, attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
