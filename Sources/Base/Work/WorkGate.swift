internal import Synchronization

/// Runs work away from the cooperative pool, a few at a time, so that what is heavy holds up nobody but those behind it in
/// line: on threads of its own, or on those of the ``WorkQueue`` that its caller runs on.
/// Work is cancelled with the task that asked for it, also while it waits in the line.
public final class WorkGate: Sendable {
    /// How the gate fares.
    public struct Statistics: Sendable, Hashable {
        /// How much work runs now, and how much waits in the line.
        public var running = 0
        public var waiting = 0
        /// How long work has waited in the line, all together, in seconds.
        public var waitedSeconds = 0.0
        /// Work that was begun.
        public var begun = 0
        /// Work whose time was over.
        public var timedOut = 0
    }

    private let queue: WorkQueue
    private let usesCallersThread: Bool
    private let line: Mutex<Line>

    private struct Line {
        let width: Int
        var free: Int
        var nextNumber = 0
        /// Who waits, in the order of their numbers.
        var queue: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var waitedSeconds = 0.0
        var begun = 0
        var timedOut = 0
    }

    /// - Parameters:
    ///   - label: the name of the threads, for debuggers.
    ///   - width: how much work runs at once; other waits in line.
    ///   - threads: more than that where work may give up its place before it ends.
    ///   - usesCallersThread: whether work of a task that runs on a ``WorkQueue`` is done on that queue's thread, which saves
    ///     two changes of threads; the queue must be wide enough for all gates behind it.
    public init(_ label: String, width: Int, threads: Int? = nil, usesCallersThread: Bool = false) {
        self.usesCallersThread = usesCallersThread
        queue = WorkQueue(label, width: max(width, threads ?? width))
        line = Mutex(Line(width: width, free: width))
    }

    /// How much more could run at once without waiting.
    public var free: Int { line.withLock(\.free) }

    public var statistics: Statistics {
        line.withLock { line in
            Statistics(
                running: line.width - line.free, waiting: line.queue.count, waitedSeconds: line.waitedSeconds,
                begun: line.begun, timedOut: line.timedOut)
        }
    }

    /// The place of work that runs.
    public final class Place: Sendable {
        private let gate: WorkGate
        private let isHeld = Atomic(true)

        fileprivate init(_ gate: WorkGate) { self.gate = gate }

        /// Lets the next in line begin, though this work goes on.
        public func giveUp() {
            if isHeld.exchange(false, ordering: .relaxed) { gate.leave() }
        }
    }

    /// Runs `work` when its turn has come.
    /// - Throws: what `work` throws, and `CancellationError`.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await run { _ in try work() }
    }

    /// The same for work that may give up its place before it ends.
    public func run<Result: Sendable>(
        _ work: @escaping @Sendable (_ place: Place) throws -> Result
    ) async throws -> Result {
        try await run(until: nil, work)
    }

    /// The same, for `limit` at most, the time in the line included. The work learns of the end by ``Work``.
    /// - Throws: ``WorkTimedOut`` for work that ended because its time was over.
    public func run<Result: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        // No task nor timer for work that ends in time, as nearly all does: each costs as much as a small query.
        let deadline = ContinuousClock.now + limit
        do {
            return try await run(until: deadline) { _ in try Work.until(WorkEnd(deadline), work) }
        } catch {
            if Task.isCancelled || ContinuousClock.now < deadline { throw error }
            line.withLock { $0.timedOut += 1 }
            throw WorkTimedOut(limit: limit)
        }
    }

    private func run<Result: Sendable>(
        until deadline: ContinuousClock.Instant?, _ work: @escaping @Sendable (_ place: Place) throws -> Result
    ) async throws -> Result {
        let asked = ContinuousClock.now
        guard await enter(until: deadline) else { throw CancellationError() }
        let place = Place(self)
        defer { place.giveUp() }
        let waited = asked.duration(to: .now)
        line.withLock { line in
            line.waitedSeconds += waited / .seconds(1)
            line.begun += 1
        }
        try Task.checkCancellation()
        if usesCallersThread, withUnsafeCurrentTask(body: { $0?.unownedTaskExecutor != nil }) {
            return try work(place)
        }
        return try await queue.run { try work(place) }
    }

    /// Waits until the work may run, or until `deadline`.
    /// - Returns: whether it may.
    private func enter(until deadline: ContinuousClock.Instant?) async -> Bool {
        let isFree = line.withLock { line in
            if line.free == 0 || Task.isCancelled { return false }
            line.free -= 1
            return true
        }
        if isFree { return true }
        guard let deadline else { return await enter() }
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await self.enter() }
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let mayRun = first { return mayRun }
            // The turn may have come at the same moment.
            if await group.next() == true { leave() }
            return false
        }
    }

    /// Waits until the work may run.
    /// - Returns: whether it may; not if its task was cancelled meanwhile.
    private func enter() async -> Bool {
        let number = line.withLock { line in
            line.nextNumber += 1
            return line.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayRun: Bool? = line.withLock { line in
                    if Task.isCancelled { return false }
                    if line.free > 0 {
                        line.free -= 1
                        return true
                    }
                    line.queue.append((number, continuation))
                    return nil
                }
                if let mayRun { continuation.resume(returning: mayRun) }
            }
        } onCancel: {
            let left = line.withLock { line in
                line.queue.firstIndex { $0.number == number }.map { line.queue.remove(at: $0) }
            }
            left?.continuation.resume(returning: false)
        }
    }

    private func leave() {
        let next = line.withLock { line -> CheckedContinuation<Bool, Never>? in
            if line.queue.isEmpty {
                line.free += 1
                return nil
            }
            return line.queue.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}

/// Work whose time was over before it had its answer.
public struct WorkTimedOut: Error, CustomStringConvertible {
    public let limit: Duration

    public var description: String { "timed out after \(limit)" }
}
