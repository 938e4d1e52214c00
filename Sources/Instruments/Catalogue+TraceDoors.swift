internal import Model

extension Catalogue {
    public static let traceDoorSpansTotal = MetricDefinition(
        "trace_door_spans_total", .counter, labels: ["door"],
        "Spans that programs sent and that are stored, by protocol.", source: "the traces")
    public static let traceDoorBytesTotal = MetricDefinition(
        "trace_door_bytes_total", .counter, labels: ["door"],
        "Bytes as they came of the requests that trace_door_spans_total counts.", source: "the traces")
    public static let traceDoorRefusedSpansTotal = MetricDefinition(
        "trace_door_refused_spans_total", .counter, labels: ["door"],
        "Spans that were left out of what was stored: without ids or times, or too large.", source: "the traces")
    public static let traceDoorRefusedRequestsTotal = MetricDefinition(
        "trace_door_refused_requests_total", .counter, labels: ["door"],
        "Requests with spans that were not taken at all: broken, too large, too many at once, or at a full disk.",
        source: "the traces")

    static let traceDoors = [
        traceDoorSpansTotal, traceDoorBytesTotal, traceDoorRefusedSpansTotal, traceDoorRefusedRequestsTotal,
    ]
}
