internal import Model

extension Catalogue {
    public static let storageProblems = MetricDefinition(
        "storage_problems", .gauge,
        "Things that are wrong with stored files, such as a data directory that was removed while the server ran; each "
            + "stands on the status page.", source: "the stores")

    public static let storageFutureSeries = MetricDefinition(
        "storage_future_series", .gauge,
        "Series with samples that lie in the future, since they were stored while the clock was ahead; they are kept and "
            + "seen when their time comes.", source: "the stores")
    public static let ownSeriesTimestampSeconds = MetricDefinition(
        "own_series_timestamp_seconds", .gauge,
        "When this server told its own metrics: where the last one stored is old, nothing is stored.",
        unit: "seconds since the Unix epoch", source: "the stores")
    public static let ownSeriesIntervalSeconds = MetricDefinition(
        "own_series_interval_seconds", .gauge, "How often this server stores its own metrics.", unit: "seconds",
        source: "the configuration")

    public static let ownSeriesLostSamplesTotal = MetricDefinition(
        "own_series_lost_samples_total", .counter,
        "Samples of this server's own metrics that were not stored: the disk was full, or so slow that too many waited.",
        source: "the stores")

    static let storage = [
        storageProblems, storageFutureSeries, ownSeriesTimestampSeconds, ownSeriesIntervalSeconds,
        ownSeriesLostSamplesTotal,
    ]
}
