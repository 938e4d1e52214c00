internal import Synchronization

/// Whether somebody still waits for the work under way.
public enum Work {
    @TaskLocal private static var end: WorkEnd?

    /// Whether the work is to end: its task was cancelled, it was told to, or its time is over. Work that takes long asks
    /// now and then.
    public static var isOver: Bool { Task.isCancelled || end.map(\.isReached) ?? false }

    /// - Throws: `CancellationError` where the work is to end.
    public static func check() throws {
        if isOver { throw CancellationError() }
    }

    /// Does `work`, which learns of its end here.
    public static func until<Result>(_ end: WorkEnd, _ work: () throws -> Result) rethrows -> Result {
        try $end.withValue(end, operation: work)
    }
}

/// The end of work: it comes at a time, or when somebody tells it, though the task of the work goes on.
public final class WorkEnd: Sendable {
    private let deadline: ContinuousClock.Instant?
    private let isTold = Atomic(false)

    public init(_ deadline: ContinuousClock.Instant? = nil) { self.deadline = deadline }

    var isReached: Bool { isTold.load(ordering: .relaxed) || deadline.map { $0 <= .now } ?? false }

    /// The work is to end now.
    public func tell() { isTold.store(true, ordering: .relaxed) }
}
