import Base
import Model
import SampleTraces
import SpanMetrics
import Testing

@Suite("Metrics of spans beside a recount")
struct RecountTests {
    private static let spans: [Span] = {
        var traces = SampleTraces(seed: 7, start: 1_790_000_000_000_000_000)
        traces.troubledCamera = "cam-3"
        return traces.spans(atLeast: 20_000)
    }()

    /// All spans, in batches that cut traces apart.
    private static func counted(_ time: TestTime = TestTime()) throws -> SpanMetrics {
        let metrics = SpanMetrics(store: TestStore(), timeSource: time)
        var rest = spans[...]
        while !rest.isEmpty {
            try metrics.append(Array(rest.prefix(97)))
            rest = rest.dropFirst(97)
        }
        return metrics
    }

    @Test("calls, times and their sums are those of the spans")
    func calls() throws {
        let metrics = try Self.counted()
        let sets = Dictionary(grouping: Self.spans) { span in
            [span.service, span.name, "SPAN_KIND_\(span.kind)".uppercased(), "STATUS_CODE_\(span.status)".uppercased()]
        }
        #expect(sets.count > 20)
        func labels(_ name: String, _ set: [String], _ more: Label...) -> Labels {
            Labels(
                [
                    Label(Labels.metricName, name), Label("service_name", set[0]), Label("span_name", set[1]),
                    Label("span_kind", set[2]), Label("status_code", set[3]),
                ] + more)
        }
        let calls = "traces_span_metrics_calls_total"
        #expect(
            metrics.values(calls)
                == Dictionary(uniqueKeysWithValues: sets.map { (labels(calls, $0), Double($1.count)) }))
        let bounds: [Double] = [
            2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000, .infinity,
        ]
        let histogram = "traces_span_metrics_duration_milliseconds"
        let buckets = metrics.values(histogram + "_bucket")
        let sums = metrics.values(histogram + "_sum")
        let counts = metrics.values(histogram + "_count")
        #expect(buckets.count == sets.count * bounds.count)
        for (set, spans) in sets {
            for bound in bounds {
                let expected = spans.filter { Double($0.duration) <= bound * 1_000_000 }.count
                let le = Label("le", bound == .infinity ? "+Inf" : "\(Int(bound))")
                #expect(buckets[labels(histogram + "_bucket", set, le)] == Double(expected), "\(set) \(bound)")
            }
            let sum = spans.reduce(0.0) { $0 + Double($1.duration) / 1_000_000 }
            let shown = try #require(sums[labels(histogram + "_sum", set)])
            #expect(abs(shown - sum) <= sum * 1e-9)
            #expect(counts[labels(histogram + "_count", set)] == Double(spans.count))
        }
        #expect(metrics.value("traces_span_metrics_others_total") == 0)
    }

    @Test("who called whom is what the spans' parents say")
    func graph() throws {
        let time = TestTime()
        let metrics = try Self.counted(time)
        time.pass(3_600_000)
        let byID = Dictionary(Self.spans.map { ($0.spanID, $0) }) { first, _ in first }
        var edges: [String: Double] = [:]
        var failed: [String: Double] = [:]
        var calledBack: Set<SpanID> = []
        func count(_ edge: String, isFailed: Bool) {
            edges[edge, default: 0] += 1
            failed[edge, default: 0] += isFailed ? 1 : 0
        }
        for span in Self.spans where span.kind == .server || span.kind == .consumer {
            guard let caller = byID[span.parentID], caller.kind == .client || caller.kind == .producer else { continue }
            calledBack.insert(caller.spanID)
            let isMessage = span.kind == .consumer || caller.kind == .producer
            count(
                "\(caller.service)>\(span.service)" + (isMessage ? " messaging_system" : ""),
                isFailed: span.status == .error || caller.status == .error)
        }
        for span in Self.spans where span.kind == .client && !calledBack.contains(span.spanID) {
            if span["db.system.name"] != nil {
                count("\(span.service)>\(span["db.namespace"]?.text ?? "") database", isFailed: span.status == .error)
            } else if let address = span["server.address"] {
                count("\(span.service)>\(address.text) virtual_node", isFailed: span.status == .error)
            }
        }
        #expect(edges.keys.contains("uploader>footage.example.org virtual_node"))
        #expect(edges.keys.contains("api>vms database"))
        #expect(edges.keys.contains("recorder>indexer messaging_system"))
        #expect(metrics.edges == edges)
        #expect(metrics.edges("traces_service_graph_request_failed_total") == failed)
        #expect(metrics.value("traces_service_graph_dropped_spans_total") == 0)
        #expect(metrics.value("traces_service_graph_waiting_spans") == 0)
    }
}
