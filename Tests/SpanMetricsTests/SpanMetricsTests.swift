import Instruments
import Model
import SpanMetrics
import Testing

@Suite("Metrics of spans")
struct SpanMetricsTests {
    private static let calls = "traces_span_metrics_calls_total"

    private static func names(_ metrics: SpanMetrics) -> [String: Double] {
        Dictionary(metrics.values(calls).map { ($0.key["span_name"], $0.value) }) { $0 + $1 }
    }

    @Test("what the store refuses is not counted until it takes it")
    func refused() throws {
        let store = TestStore()
        let metrics = SpanMetrics(store: store, timeSource: TestTime())
        store.fill(true)
        #expect(throws: TestStore.Full.self) { try metrics.append([.of("api", .server, 1)]) }
        #expect(metrics.values(Self.calls).isEmpty)
        store.fill(false)
        try metrics.append([.of("api", .server, 1)])
        #expect(store.taken == 1)
        #expect(Self.names(metrics) == ["work": 1])
    }

    @Test("every metric is in the catalogue with its kind, labels and buckets")
    func catalogue() throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        try metrics.append([.of("web", .client, 1, name: "GET"), .of("api", .server, 2, parent: 1, name: "GET /")])
        for family in metrics.families() {
            let definition = try #require(Catalogue.all.first { $0.name == family.name })
            #expect(definition.kind == family.kind)
            let buckets = Set(family.points.compactMap { $0.labels.value(of: "le") }.compactMap(Double.init))
            #expect(buckets == Set(definition.buckets + (definition.kind == .histogram ? [.infinity] : [])))
            for point in family.points {
                let names = Set(point.labels.map(\.name)).subtracting([Labels.metricName, "le"])
                #expect(names.isSubset(of: definition.labelNames))
            }
        }
    }

    @Test("ten thousand names of one service are counted under few, and others keep theirs")
    func flood() throws {
        let time = TestTime()
        let metrics = SpanMetrics(store: TestStore(), timeSource: time)
        try metrics.append((0..<10_000).map { .of("shop", .server, $0 + 1, name: "GET /cart/\($0)") })
        try metrics.append([.of("api", .server, 1, name: "GET /")])
        let names = Self.names(metrics)
        #expect(names.count == 202)
        #expect(names["(others)"] == 9_800)
        #expect(names["GET /"] == 1)
        #expect(metrics.value("traces_span_metrics_others_total") == 9_800)
        // A name that has its place keeps it.
        try metrics.append([.of("shop", .server, 1, name: "GET /cart/7")])
        #expect(Self.names(metrics)["GET /cart/7"] == 2)
        // Where all is idle a new name takes the place.
        time.pass(1_000_000)
        try metrics.append([.of("shop", .server, 1, name: "GET /new")])
        #expect(Self.names(metrics) == ["GET /new": 1])
        try metrics.append([.of("shop", .server, 1, name: "GET /new"), .of("shop", .server, 1, name: "GET /newer")])
        #expect(Self.names(metrics) == ["GET /new": 2, "GET /newer": 1])
    }

    @Test("services without number are counted under one name")
    func floodOfServices() throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        for part in 0..<10 {
            try metrics.append(
                (0..<1_000).flatMap { index in
                    let id = UInt64(part * 1_000 + index + 1)
                    let service = "pod-\(id)"
                    let peer = SpanAttribute("db.name", .string("db-\(id)"))
                    return [
                        Span.of(service, .client, id, [SpanAttribute("db.system", .string("mysql")), peer]),
                        .of(service, .server, id + 1 << 32, name: "GET /\(id)"),
                    ]
                })
        }
        let calls = metrics.values(Self.calls)
        #expect(calls.values.reduce(0, +) == 20_000)
        #expect(calls.count <= 2_018)
        #expect(calls.filter { $0.key["service_name"] == "(others)" }.values.reduce(0, +) > 15_000)
        #expect(metrics.edges.values.reduce(0, +) == 10_000)
        #expect(metrics.edges.count <= 504)
    }

    struct Name: Sendable {
        let bytes: [UInt8]
        let label: String
    }

    @Test(
        "names that are no text, or too long, are still one label each",
        arguments: [
            Name(bytes: [], label: ""), Name(bytes: Array("naïve 🎥".utf8), label: "naïve 🎥"),
            Name(bytes: Array("a\n\"\0".utf8), label: "a\n\"\0"),
            Name(bytes: [0x47, 0xff, 0xc3], label: "G\u{fffd}\u{fffd}"),
            Name(bytes: Array(repeating: 0x61, count: 10_000), label: String(repeating: "a", count: 200)),
            Name(
                bytes: Array(repeating: 0x61, count: 199) + Array("é".utf8), label: String(repeating: "a", count: 199)),
            Name(bytes: Array("(others)".utf8), label: "(others)"),
        ])
    func names(_ name: Name) throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        var batch = SpanBatch([.of("api", .server, 1, name: "x"), .of("api", .server, 2, name: "y")])
        let slice = ByteSlice(offset: UInt32(batch.bytes.count), count: UInt32(name.bytes.count))
        batch.bytes += name.bytes
        for index in batch.spans.indices { batch.spans[index].name = slice }
        // The service is as odd.
        for index in batch.resources.indices { batch.resources[index].service = slice }
        try metrics.append(batch)
        try metrics.append(batch)
        let calls = metrics.values(Self.calls)
        #expect(calls.values.map(\.self) == [4])
        #expect(calls.keys.first?["span_name"] == name.label)
        #expect(calls.keys.first?["service_name"] == (name.label.isEmpty ? "OTLPResourceNoServiceName" : name.label))
    }

    @Test("times that no span can take are in no histogram")
    func oddTimes() throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        // No start, an hour, end before start (which a decoder makes none), and a start at the end of time.
        var forever = Span.of("api", .server, 1)
        forever.start = 0
        var batch = SpanBatch([
            forever, .of("api", .server, 2, duration: 3_600_000), .of("api", .server, 3, duration: 0),
        ])
        var reversed = batch.spans[2]
        reversed.start = .max
        reversed.end = .min
        batch.spans.append(reversed)
        reversed.start = .min
        reversed.end = .max
        batch.spans.append(reversed)
        try metrics.append(batch)
        let histogram = "traces_span_metrics_duration_milliseconds"
        #expect(metrics.values(Self.calls).values.map(\.self) == [5])
        #expect(metrics.values(histogram + "_sum").values.map(\.self) == [3_600_000])
        #expect(metrics.values(histogram + "_count").values.map(\.self) == [2])
        #expect(metrics.value("traces_span_metrics_odd_durations_total") == 3)
    }

    @Test("each bucket shows a span that fell into it, and a new one every minute")
    func exemplars() throws {
        let time = TestTime()
        let metrics = SpanMetrics(store: TestStore(), timeSource: time)
        func shown() -> [String: [String]] {
            let buckets = metrics.points("traces_span_metrics_duration_milliseconds_bucket")
            let exemplars = buckets.compactMap { labels, point in
                point.exemplar.map { (labels["le"], [$0.labels["trace_id"], $0.labels["span_id"], "\($0.value)"]) }
            }
            return Dictionary(uniqueKeysWithValues: exemplars)
        }
        let first = String(repeating: "0", count: 31) + "1"
        try metrics.append([
            .of("api", .server, 0xa, duration: 2), .of("api", .server, 0xb, trace: 2, duration: 1),
            .of("api", .server, 0xc, duration: 60_000),
        ])
        let before = [
            "2": [first, "000000000000000a", "2.0"], "+Inf": [first, "000000000000000c", "60000.0"],
        ]
        #expect(shown() == before)
        time.pass(59_999)
        try metrics.append([.of("api", .server, 0xd, duration: 2)])
        #expect(shown() == before)
        time.pass(1)
        try metrics.append([.of("api", .server, 0xe, duration: 1)])
        #expect(shown()["2"] == [first, "000000000000000e", "1.0"])
        // A clock that was set back does not keep it for hours.
        time.setWall(1_000)
        try metrics.append([.of("api", .server, 0xf, duration: 1)])
        #expect(shown()["2"] == [first, "000000000000000f", "1.0"])
    }

    @Test("doors that bring spans at once lose no count")
    func atOnce() async throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        try await withThrowingTaskGroup { group in
            for door in 0..<4 {
                group.addTask {
                    for index in 0..<500 {
                        let trace = UInt64(door * 500 + index)
                        try metrics.append([
                            .of("web", .client, 1, trace: trace), .of("api", .server, 2, parent: 1, trace: trace),
                        ])
                        if index % 100 == 0 { _ = metrics.families() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(metrics.values(Self.calls).values.reduce(0, +) == 4_000)
        #expect(metrics.edges == ["web>api": 2_000])
    }
}
