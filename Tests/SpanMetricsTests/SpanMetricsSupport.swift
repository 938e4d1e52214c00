import Base
import Model
import SpanMetrics
import Synchronization

/// Both clocks, as a test sets them.
final class TestTime: TimeSource {
    private let times = Mutex((wall: Int64(1_790_000_000_000), steady: Int64(50_000)))

    func now() -> Int64 { times.withLock(\.wall) }
    func steady() -> Int64 { times.withLock(\.steady) }

    func pass(_ milliseconds: Int64) {
        times.withLock { times in
            times.wall += milliseconds
            times.steady += milliseconds
        }
    }

    /// As someone sets the clock of the host.
    func setWall(_ wall: Int64) { times.withLock { $0.wall = wall } }
}

/// Takes spans, or refuses them.
final class TestStore: SpanAppender {
    struct Full: Error {}

    private let state = Mutex((taken: 0, isFull: false))

    var taken: Int { state.withLock(\.taken) }
    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    func append(_ batch: SpanBatch) throws {
        try state.withLock { state in
            if state.isFull { throw Full() }
            state.taken += batch.spans.count
        }
    }
}

extension SpanMetrics {
    /// What a metric shows, by its labels.
    func points(_ name: String) -> [Labels: MetricPoint] {
        let points = families().flatMap(\.points).filter { $0.labels.metricName == name }
        return Dictionary(points.map { ($0.labels, $0) }) { first, _ in first }
    }

    func values(_ name: String) -> [Labels: Double] { points(name).mapValues(\.value) }

    /// The value of a metric without labels.
    func value(_ name: String) -> Double { values(name)[[Labels.metricName: name]] ?? .nan }

    /// Calls of one by another, like `api>vms database`.
    var edges: [String: Double] { edges("traces_service_graph_request_total") }

    func edges(_ name: String) -> [String: Double] {
        let named = values(name).map { labels, value in
            let connection = labels["connection_type"]
            return (labels["client"] + ">" + labels["server"] + (connection.isEmpty ? "" : " " + connection), value)
        }
        return Dictionary(uniqueKeysWithValues: named)
    }

    func append(_ spans: [Span]) throws { try append(SpanBatch(spans)) }
}

extension Span {
    /// A span of a service; times in milliseconds.
    static func of(
        _ service: String, _ kind: Kind, _ id: UInt64, parent: UInt64 = 0, trace: UInt64 = 1, name: String = "work",
        duration: Double = 5, _ attributes: [SpanAttribute] = []
    ) -> Span {
        let start: Int64 = 1_790_000_000_000_000_000
        var span = Span(
            traceID: TraceID(high: 0, low: trace), spanID: SpanID(id), start: start,
            end: start + Int64(duration * 1_000_000))
        span.parentID = SpanID(parent)
        span.name = name
        span.kind = kind
        span.attributes = attributes
        span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string(service))])
        return span
    }

    func failed() -> Span {
        var span = self
        span.status = .error
        return span
    }
}
