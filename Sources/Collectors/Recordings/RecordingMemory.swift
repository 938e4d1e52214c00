/// What is remembered of a folder over restarts, so that a gap is counted once, also one that came while nobody watched.
struct RecordingMemory: Codable, Equatable, Sendable {
    var gaps: UInt64 = 0
    var gapSeconds = 0.0
    /// Where the last segment that was looked at stands in their order, and when it ended; milliseconds.
    var lastKey: Int64?
    var lastEnd: Int64?
    /// How long segments are, by those that were read last; in seconds.
    var usualSeconds: Double?
    /// The longest of those.
    var longestSeconds: Double?
    var footage: FootageMemory?
    /// What was deleted last from the old end.
    var deletion: DeletionWatch.Deletion?
}
