public import Partitions

/// Where and how a metric store keeps its samples. Times are in milliseconds.
public struct MetricStoreOptions: Sendable {
    /// The directory, `<data>/metrics`; made if it is absent.
    public var directory: String
    /// Whether an acknowledged batch survives a power cut (`full`), or the end of the process only (`normal`).
    public var sync: SQLiteOptions.Sync = .normal
    /// How long samples are kept.
    public var retention: Int64 = 30 * 86_400_000
    /// Bytes that all files together may take.
    public var maxBytes: Int64 = 10_000_000_000
    /// How much older than its series' newest sample a sample may be.
    public var outOfOrderWindow: Int64 = 3_600_000
    /// How far ahead of this machine's clock a sample may be: one from a far future would make all that follow too old.
    public var aheadLimit: Int64 = 600_000
    /// How long a series stays in memory after its last append. Where series come and go, those that have gone are
    /// the more the longer this is.
    public var idleAfter: Int64 = 600_000
    /// How many series may be in memory at once.
    public var seriesLimit = 4_000_000
    /// The time between two rounds of upkeep in ``MetricStore/run()``.
    public var upkeepInterval: Int64 = 15_000

    public init(directory: String) { self.directory = directory }
}
