/// What a metric store holds and did since it was opened.
public struct MetricStoreStatistics: Sendable, Equatable {
    /// Series in memory.
    public var activeSeries = 0
    public var createdSeries = 0
    /// Series that were dropped from memory after they had been silent.
    public var droppedSeries = 0
    /// Samples in memory: those not in day files yet.
    public var headSamples = 0
    public var appendedSamples = 0
    public var duplicateSamples = 0
    public var tooOldSamples = 0
    public var tooNewSamples = 0
    /// Batches that could not be stored, and were refused therefore.
    public var failedAppends = 0
    public var sealedSamples = 0
    public var days = 0
    /// Bytes of all files.
    public var bytes: Int64 = 0
    /// Samples that were read from the tail at the start, and the time that took.
    public var replayedSamples = 0
    public var replayMilliseconds = 0.0
    /// What lay in the future at the last round of upkeep.
    public var future = FutureSamples()
    /// What is wrong with the files, and what failed in the last round of upkeep.
    public var problems: [String] = []

    public init() {}
}
