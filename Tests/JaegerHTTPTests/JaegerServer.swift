import Base
import Foundation
import HTTPKit
import HTTPTestSupport
import Hummingbird
import JaegerHTTP
import LogDocuments
import Model
import PromQL
import Synchronization
import Testing
import TraceSearch

/// The door to some spans.
struct JaegerServer {
    private let client: RouterClient
    /// What the spans are looked for with.
    let source: RecordingSource

    /// - Parameter samples: metrics of spans.
    init(
        _ spans: [Span] = GoldenSpans.all, samples: [SeriesColumn] = [], bounds: JaegerBounds = JaegerBounds(),
        gate: WorkGate = WorkGate("traces", width: 2)
    ) {
        source = RecordingSource(SpanList(spans))
        let router = Routers.make()
        JaegerAPI(
            JaegerParts(
                traces: source, graph: FixedGraph(), samples: SampleList(series: samples), engine: PromQLEngine(),
                gate: gate, bounds: bounds, now: { GoldenSpans.start / 1_000_000 + 600_000 })
        ).addRoutes(to: router)
        client = RouterClient(router)
    }

    func get(_ path: String) async throws -> RouterClient.Reply { try await client.get(path) }

    /// The answer, which must have a status.
    func ask(_ path: String, status: Int = 200) async throws -> DocumentValue {
        let reply = try await get(path)
        #expect(reply.status == status, "\(path): \(reply.text.prefix(500))")
        return try DocumentReader.value(reply.text)
    }

    /// The traces that a search finds, in their order.
    func found(_ query: String) async throws -> [String] {
        let answer = try await ask("/api/traces?" + query)
        return answer["data"]?.array?.compactMap { $0["traceID"]?.string } ?? []
    }
}

extension DocumentValue {
    subscript(name: String) -> DocumentValue? { object?[name] }
    subscript(place: Int) -> DocumentValue? { array.flatMap { place < $0.count ? $0[place] : nil } }

    /// The same with the members of all objects sorted by name, which have no order of their own, and without what sums of
    /// fractions leave behind the ninth digit.
    var sorted: DocumentValue {
        switch self {
        case .number(let value) where value.magnitude < 1e6:
            (value * 1e9).rounded() / 1e9 == value.rounded()
                ? .integer(Int64(value.rounded())) : .number((value * 1e9).rounded() / 1e9)
        case .object(let object):
            .object(Document(object.members.sorted { $0.name < $1.name }.map { ($0.name, $0.value.sorted) }))
        case .array(let elements): .array(elements.map(\.sorted))
        default: self
        }
    }
}

/// Keeps the queries that come.
final class RecordingSource: TraceSource {
    private let list: SpanList
    private let kept = Mutex<[SpanQuery]>([])

    init(_ list: SpanList) { self.list = list }

    var queries: [SpanQuery] { kept.withLock { $0 } }

    func search(_ query: SpanQuery, _ limit: SpanLimit) -> SpanHits {
        kept.withLock { $0.append(query) }
        return list.search(query, limit)
    }

    func trace(_ id: TraceID, spansMax: Int) -> Trace? { list.trace(id, spansMax: spansMax) }
    func services(start: Int64, end: Int64) -> [String] { list.services(start: start, end: end) }

    func operations(of service: String?, start: Int64, end: Int64) -> [SpanOperation] {
        list.operations(of: service, start: start, end: end)
    }

    func attributeNames(start: Int64, end: Int64) -> [String] { list.attributeNames(start: start, end: end) }

    func attributeValues(_ name: String, start: Int64, end: Int64, limit: Int) -> [String] {
        list.attributeValues(name, start: start, end: end, limit: limit)
    }
}

/// Calls of the golden spans' time.
struct FixedGraph: ServiceGraphSource {
    func graph(in range: TimeRange) -> ServiceGraph {
        var graph = ServiceGraph(range: range)
        guard range.contains(GoldenSpans.start / 1_000_000) else { return graph }
        let calls = [("gateway", "ai", 1.2), ("recorder", "indexer", 2), ("recorder", "nobody", 0.2)]
        graph.links = calls.map {
            ServiceLink(client: $0.0, server: $0.1, connection: .direct, figures: CallFigures(calls: $0.2))
        }
        return graph
    }
}

/// Series in memory.
struct SampleList: SampleSource {
    let series: [SeriesColumn]

    func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) -> [SeriesColumn] {
        series.filter { series in matchers.allSatisfy { $0.matches(series.labels) } }.map { series in
            let places = series.timestamps.indices.filter { range.contains(series.timestamps[$0]) }
            return SeriesColumn(
                labels: series.labels, timestamps: places.map { series.timestamps[$0] },
                values: places.map { series.values[$0] })
        }.filter { !$0.timestamps.isEmpty }.sorted { $0.labels < $1.labels }
    }
}

extension JaegerServer {
    static var bounds: JaegerBounds { JaegerBounds() }
}
