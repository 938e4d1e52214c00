/// Whether somebody still waits for the work under way.
public enum Work {
    /// When the time is over of the work that runs in this task.
    @TaskLocal static var deadline: ContinuousClock.Instant?

    /// Whether the work is to end: its task was cancelled, or its time is over. Work that takes long asks now and then.
    public static var isOver: Bool { Task.isCancelled || deadline.map { $0 <= .now } ?? false }

    /// - Throws: `CancellationError` where the work is to end.
    public static func check() throws {
        if isOver { throw CancellationError() }
    }
}
