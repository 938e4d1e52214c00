/// What a log store holds and did.
public struct LogStoreStatistics: Sendable, Equatable {
    /// Events that are stored.
    public var events = 0
    /// Events that are not sealed yet.
    public var unsealedEvents = 0
    /// Bytes of all files.
    public var bytes: Int64 = 0
    /// Day files.
    public var days = 0
    /// The time of the oldest event, in milliseconds since the Unix epoch; `nil` where there is none.
    public var oldest: Int64?
    /// Events appended since the store was opened.
    public var appended = 0
    /// Appends that failed since the store was opened.
    public var failedAppends = 0
    /// What is wrong with the files, and what failed in the last round of upkeep.
    public var problems: [String] = []

    /// A store without events.
    public init() {}
}
