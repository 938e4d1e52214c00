import Model
import SpanMetrics
import Testing
import TraceSearch

/// Series in memory.
private struct Series: SampleSource {
    var columns: [SeriesColumn] = []

    mutating func add(_ labels: Labels, _ samples: [(Int64, Double)]) {
        columns.append(
            SeriesColumn(labels: labels, timestamps: samples.map { $0.0 }, values: samples.map { $0.1 }))
    }

    func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) -> [SeriesColumn] {
        columns.filter { column in matchers.allSatisfy { $0.matches(column.labels) } }.compactMap { column in
            let places = column.timestamps.indices.filter { range.contains(column.timestamps[$0]) }
            if places.isEmpty { return nil }
            return SeriesColumn(
                labels: column.labels, timestamps: places.map { column.timestamps[$0] },
                values: places.map { column.values[$0] })
        }
    }
}

@Suite("The stored service graph")
struct StoredServiceGraphTests {
    private static let t0: Int64 = 1_790_000_000_000
    private static let stale = Double(bitPattern: 0x7ff0_0000_0000_0002)

    private static func edge(_ name: String, _ client: String, _ server: String, _ more: [String: String] = [:])
        -> Labels
    {
        Labels(
            [
                Label(Labels.metricName, "traces_service_graph_request_" + name), Label("client", client),
                Label("server", server), Label("job", "watchpost"),
            ] + more.map { Label($0.key, $0.value) })
    }

    struct CountCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Seconds after the beginning of the range, and values.
        let samples: [(Int64, Double)]
        let calls: Int?

        init(_ description: String, _ samples: [(Int64, Double)], _ calls: Int?) {
            testDescription = description
            self.samples = samples
            self.calls = calls
        }
    }

    @Test(
        "calls of a range are counted to the last one",
        arguments: [
            CountCase("from the value before it", [(-5, 10), (0, 12), (5, 15), (100, 20)], 8),
            CountCase("not what was before it and after it", [(-5, 10), (3_601, 20)], nil),
            CountCase("a counter that begins within it", [(50, 3), (55, 4)], 4),
            CountCase("a counter that begins anew", [(-5, 10), (5, 12), (10, 1), (15, 4)], 6),
            CountCase("a series that ended and came again", [(-5, 10), (5, 12), (10, stale), (500, 15)], 17),
            CountCase("a server that was away for longer than it looks back", [(-400, 10), (5, 1)], 1),
            CountCase("nothing new", [(-5, 10), (5, 10)], nil),
            CountCase("over the border of two parts", [(-5, 0), (1_400, 3), (1_500, 3), (1_501, 4), (3_600, 9)], 9),
        ])
    func counts(_ one: CountCase) throws {
        var series = Series()
        series.add(Self.edge("total", "web", "api"), one.samples.map { (Self.t0 + $0.0 * 1_000, $0.1) })
        let graph = StoredServiceGraph(source: series)
        let found = try graph.links(end: Self.t0 + 3_600_000, lookback: 3_600_000)
        #expect(found == one.calls.map { [ServiceDependency(parent: "web", child: "api", callCount: $0)] } ?? [])
        let links = try graph.graph(in: TimeRange(start: Self.t0, end: Self.t0 + 3_600_000)).links
        #expect(links.map { Int($0.figures.calls) } == one.calls.map { [$0] } ?? [])
    }

    @Test("any range is answered soon", arguments: [Int64.min, -1, 0, t0, .max])
    func ranges(_ end: Int64) throws {
        let graph = StoredServiceGraph(source: Series())
        for lookback in [Int64.min, 0, 1, 86_400_000, .max] {
            #expect(try graph.links(end: end, lookback: lookback).isEmpty)
        }
    }

    @Test("what metrics of spans show is what the graph tells")
    func whole() throws {
        let time = TestTime()
        let metrics = SpanMetrics(store: TestStore(), timeSource: time)
        let database = [SpanAttribute("db.system", .string("postgresql")), SpanAttribute("db.name", .string("vms"))]
        for call in 0..<100 {
            let trace = UInt64(call + 1)
            let isFailed = call < 10
            let duration = isFailed ? 1_500.0 : 3
            let called = Span.of("api", .server, 2, parent: 1, trace: trace, duration: duration)
            try metrics.append([
                .of("web", .client, 1, trace: trace, duration: duration + 100), isFailed ? called.failed() : called,
                .of("api", .client, 3, parent: 2, trace: trace, duration: 1, database),
            ])
        }
        var series = Series()
        for point in metrics.families().flatMap(\.points) { series.add(point.labels, [(time.now() + 1, point.value)]) }
        let graph = try StoredServiceGraph(source: series).graph(
            in: TimeRange(start: time.now() - 60_000, end: time.now() + 60_000))
        #expect(
            graph.links.map { "\($0.client)>\($0.server) \($0.connection)" } == ["api>vms database", "web>api direct"])
        let web = try #require(graph.links.last?.figures)
        #expect(web.calls == 100)
        #expect(web.failed == 10)
        #expect(web.failedShare == 0.1)
        // The server's times, not the caller's: between 2 and 4 ms, and between 1.4 and 2 s.
        #expect(try (0.002...0.004).contains(#require(web.p50)))
        #expect(try (1.4...2).contains(#require(web.p95)))
        // Of a database only the caller tells.
        #expect(try (0...0.002).contains(#require(graph.links.first?.figures.p99)))
        let api = try #require(graph.services["api"])
        #expect(api.calls == 100)
        #expect(api.failed == 10)
        #expect(try (1.4...2).contains(#require(api.p99)))
        #expect(graph.services["web"] == nil)
    }
}
