internal import Foundation
internal import Synchronization

/// Runs queries on threads of their own, a few at a time, so that a heavy one holds up neither the server
/// nor the alerts. A query's task is cancelled with its request.
package final class QueryGate: Sendable {
    private let executor = QueryExecutor()
    private let waiting: Mutex<Waiting>

    private struct Waiting {
        var free: Int
        var nextNumber = 0
        /// Who waits, in the order of their numbers.
        var queue: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    /// - Parameter width: how many queries run at once; others wait in line.
    package init(width: Int) { waiting = Mutex(Waiting(free: width)) }

    /// How many queries could run at once without waiting.
    package var free: Int { waiting.withLock(\.free) }

    package func run<Result: Sendable>(_ query: @escaping @Sendable () throws -> Result) async throws -> Result {
        guard await enter() else { throw CancellationError() }
        defer { leave() }
        try Task.checkCancellation()
        let task = Task(executorPreference: executor) { try query() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The same, for `limit` at most, the time in the line included.
    /// - Throws: ``QueryTimedOut`` at the limit, at once; the query is then cancelled.
    package func run<Result: Sendable>(
        within limit: Duration, _ query: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await self.run(query) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw QueryTimedOut()
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// Waits until the query may run.
    /// - Returns: whether it may; not if its task was cancelled meanwhile.
    private func enter() async -> Bool {
        let number = waiting.withLock { waiting in
            waiting.nextNumber += 1
            return waiting.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayRun: Bool? = waiting.withLock { waiting in
                    if Task.isCancelled { return false }
                    if waiting.free > 0 {
                        waiting.free -= 1
                        return true
                    }
                    waiting.queue.append((number, continuation))
                    return nil
                }
                if let mayRun { continuation.resume(returning: mayRun) }
            }
        } onCancel: {
            let left = waiting.withLock { waiting in
                waiting.queue.firstIndex { $0.number == number }.map { waiting.queue.remove(at: $0) }
            }
            left?.continuation.resume(returning: false)
        }
    }

    private func leave() {
        let next = waiting.withLock { waiting -> CheckedContinuation<Bool, Never>? in
            if waiting.queue.isEmpty {
                waiting.free += 1
                return nil
            }
            return waiting.queue.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}

/// A query whose time was over before it had its answer.
package struct QueryTimedOut: Error, CustomStringConvertible {
    package let description = "query timed out in expression evaluation"
}

/// Hands jobs to a concurrent Dispatch queue.
private final class QueryExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "queries", qos: .userInitiated, attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
