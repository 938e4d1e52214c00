internal import Model

extension Catalogue {
    public static let traceSpansTotal = MetricDefinition(
        "trace_spans_total", .counter, "Spans that were stored since the start.", source: "the traces")
    public static let traceFailedAppendsTotal = MetricDefinition(
        "trace_failed_appends_total", .counter,
        "Batches of spans that could not be stored, as on a full disk; whoever sent them was told.",
        source: "the traces")
    public static let traceStoredSpans = MetricDefinition(
        "trace_stored_spans", .gauge, "Spans that the store holds.", source: "the traces")
    public static let traceStoredBytes = MetricDefinition(
        "trace_stored_bytes", .gauge, "Bytes of the files in which spans are kept.", unit: "bytes",
        source: "the traces")

    static let traces = [traceSpansTotal, traceFailedAppendsTotal, traceStoredSpans, traceStoredBytes]
}
