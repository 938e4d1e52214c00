/// What a trace store holds and did.
public struct TraceStoreStatistics: Sendable {
    /// Spans that are stored.
    public var spans = 0
    /// Spans among them that are not in sealed blocks yet.
    public var unsealedSpans = 0
    /// Bytes of all files.
    public var bytes: Int64 = 0
    public var days = 0
    /// Start of the oldest span, in nanoseconds since the Unix epoch; `nil` where there is none.
    public var oldest: Int64?
    /// Spans taken since the start.
    public var appended = 0
    public var failedAppends = 0
    /// What is wrong with the files, for people.
    public var problems: [String] = []

    public init() {}
}
