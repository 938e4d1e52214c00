public import Partitions

/// Where and how a trace store keeps its spans.
public struct TraceStoreOptions: Sendable {
    /// The directory, `<data>/traces`; made if it is absent.
    public var directory: String
    /// Whether an acknowledged batch survives a power cut (`full`), or the end of the process only (`normal`).
    public var sync: SQLiteOptions.Sync
    /// How long spans are kept, by their own time.
    public var retention: Duration
    /// Bytes that all files together may take; the oldest days go first.
    public var maxBytes: Int64
    /// Spans of a day that are sealed into one block.
    public var blockSpans = 16_384
    /// How long spans wait for others before they are sealed all the same.
    public var sealAfter: Duration = .seconds(3_600)
    /// The time between two rounds of upkeep in ``TraceStore/run()``.
    public var upkeepInterval: Duration = .seconds(2)

    public init(
        directory: String, sync: SQLiteOptions.Sync = .normal, retention: Duration = .seconds(7 * 86_400),
        maxBytes: Int64 = 5_000_000_000
    ) {
        self.directory = directory
        self.sync = sync
        self.retention = retention
        self.maxBytes = maxBytes
    }
}
