import Foundation
import HTTPTestSupport
import HTTPTypes
import JaegerHTTP
import LogDocuments
import Model
import Testing

/// What is answered, word for word. Each file has a request, and the answer that was written by hand of what is known of
/// Jaeger's.
@Suite("Golden answers of Jaeger's API")
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".json") }.sorted()
    }()

    @Test("an answer is the golden one", arguments: names)
    func answer(name: String) async throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let golden = try DocumentReader.value(text)
        let request = try #require(golden["request"]?.string)
        let reply = try await JaegerServer(samples: Self.samples).get(request)
        #expect(DocumentValue.integer(Int64(reply.status)) == golden["status"], "\(reply.text.prefix(500))")
        #expect(reply.headers[.contentType].map(DocumentValue.string) == golden["type"])
        let answer = try DocumentReader.value(reply.text)
        #expect(answer.sorted.json == golden["answer"]?.sorted.json, "\(request)")
    }

    @Test("there are golden answers of both families")
    func families() {
        #expect(Self.names.filter { $0.hasPrefix("v3-") }.count > 15)
        #expect(Self.names.filter { !$0.hasPrefix("v3-") }.count > 20)
    }

    /// Metrics of spans, of which each counts so many a second.
    private static var samples: [SeriesColumn] {
        let start = GoldenSpans.start / 1_000_000
        let times = stride(from: start - 900_000, through: start + 60_000, by: 15_000).map { Int64($0) }
        func series(_ name: String, _ labels: [String: String], _ rate: Double) -> SeriesColumn {
            SeriesColumn(
                labels: Labels((labels.map { Label($0.key, $0.value) }) + [Label("__name__", name)]), timestamps: times,
                values: times.map { rate * Double($0 - times[0]) / 1_000 })
        }
        func calls(_ service: String, _ operation: String, _ kind: Span.Kind, _ status: Span.Status, _ rate: Double)
            -> SeriesColumn
        {
            series(
                "traces_span_metrics_calls_total",
                [
                    "service_name": service, "span_name": operation, "span_kind": kind.longName,
                    "status_code": status.longName,
                ], rate)
        }
        let buckets = ["2": 0.0, "4": 1, "6": 3, "8": 4, "+Inf": 4].map { bound, rate in
            series(
                "traces_span_metrics_duration_milliseconds_bucket",
                [
                    "service_name": "gateway", "span_name": "GET", "span_kind": Span.Kind.server.longName, "le": bound,
                ], rate)
        }
        return buckets + [
            calls("gateway", "GET", .server, .unset, 1), calls("gateway", "GET", .server, .error, 1),
            calls("gateway", "PUT", .server, .ok, 1), calls("gateway", "POST", .client, .ok, 4),
            // A dot in a name is no pattern.
            calls("a.i", "infer", .server, .unset, 1), calls("a-i", "infer", .server, .unset, 7),
        ]
    }
}
