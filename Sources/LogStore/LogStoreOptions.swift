public import Partitions

/// Where and how a log store keeps its events.
public struct LogStoreOptions: Sendable {
    /// The directory, `<data>/logs`; made if it is absent.
    public var directory: String
    /// Whether an acknowledged batch survives a power cut (`full`), or the end of the process only (`normal`).
    public var sync: SQLiteOptions.Sync
    /// How long events are kept, by their own time.
    public var retention: Duration
    /// Bytes that all files together may take; the oldest days go first.
    public var maxBytes: Int64
    /// Events of a day that are sealed into one block.
    public var blockEvents = 8_192
    /// How long events wait for others before they are sealed all the same.
    public var sealAfter: Duration = .seconds(3_600)
    /// The time between two rounds of upkeep in ``LogStore/run()``.
    public var upkeepInterval: Duration = .seconds(2)

    public init(
        directory: String, sync: SQLiteOptions.Sync = .normal, retention: Duration = .seconds(30 * 86_400),
        maxBytes: Int64 = 10_000_000_000
    ) {
        self.directory = directory
        self.sync = sync
        self.retention = retention
        self.maxBytes = maxBytes
    }
}
