import Model

extension Catalogue {
    // Names, labels and buckets are those of the OpenTelemetry collector's connectors `spanmetrics` and `servicegraph`.
    public static let tracesSpanMetricsCallsTotal = MetricDefinition(
        "traces_span_metrics_calls_total", .counter, labels: callLabels, "Spans that were stored.",
        source: "the spans")
    public static let tracesSpanMetricsDurationMilliseconds = MetricDefinition(
        "traces_span_metrics_duration_milliseconds", .histogram, labels: callLabels,
        buckets: [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000],
        "How long spans took, in milliseconds.", unit: "milliseconds", source: "the spans")
    public static let tracesServiceGraphRequestTotal = MetricDefinition(
        "traces_service_graph_request_total", .counter, labels: edgeLabels,
        "Calls of a service by another, each seen by both; or by the caller alone where connection_type is database or "
            + "virtual_node.", source: "the spans")
    public static let tracesServiceGraphRequestFailedTotal = MetricDefinition(
        "traces_service_graph_request_failed_total", .counter, labels: edgeLabels,
        "Those calls of which either side says that they failed.", source: "the spans")
    public static let tracesServiceGraphRequestServerSeconds = MetricDefinition(
        "traces_service_graph_request_server_seconds", .histogram, labels: edgeLabels, buckets: edgeBuckets,
        "How long the called service took, in seconds.", unit: "seconds", source: "the spans")
    public static let tracesServiceGraphRequestClientSeconds = MetricDefinition(
        "traces_service_graph_request_client_seconds", .histogram, labels: edgeLabels, buckets: edgeBuckets,
        "How long the call took its caller, in seconds.", unit: "seconds", source: "the spans")
    // What the counting says of itself.
    public static let tracesServiceGraphUnpairedSpansTotal = MetricDefinition(
        "traces_service_graph_unpaired_spans_total", .counter,
        "Spans of one side of a call whose other side did not come within two minutes, and that tell nothing of it.",
        source: "the spans")
    public static let tracesServiceGraphDroppedSpansTotal = MetricDefinition(
        "traces_service_graph_dropped_spans_total", .counter,
        "Spans of one side of a call that had to make room before the other side could come.", source: "the spans")
    public static let tracesServiceGraphWaitingSpans = MetricDefinition(
        "traces_service_graph_waiting_spans", .gauge, "Spans whose other side, or more of it, may still come.",
        source: "the spans")
    public static let tracesSpanMetricsOthersTotal = MetricDefinition(
        "traces_span_metrics_others_total", .counter,
        "Spans that were counted under the name (others), as there are too many names.", source: "the spans")
    public static let tracesSpanMetricsOddDurationsTotal = MetricDefinition(
        "traces_span_metrics_odd_durations_total", .counter,
        "Spans of more than a day, as a clock that was set makes them: counted as calls, and in no histogram.",
        source: "the spans")

    private static let callLabels = ["service_name", "span_name", "span_kind", "status_code"]
    private static let edgeLabels = ["client", "server", "connection_type"]
    private static let edgeBuckets = [
        0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1.4, 2, 5, 10, 15,
    ]

    static let spanMetrics = [
        tracesSpanMetricsCallsTotal, tracesSpanMetricsDurationMilliseconds, tracesServiceGraphRequestTotal,
        tracesServiceGraphRequestFailedTotal, tracesServiceGraphRequestServerSeconds,
        tracesServiceGraphRequestClientSeconds, tracesServiceGraphUnpairedSpansTotal,
        tracesServiceGraphDroppedSpansTotal, tracesServiceGraphWaitingSpans, tracesSpanMetricsOthersTotal,
        tracesSpanMetricsOddDurationsTotal,
    ]
}
