import Foundation
import HTTPTestSupport
import HTTPTypes
import JaegerHTTP
import LogDocuments
import Model
import Testing

/// Which traces are found, and how many at once.
@Suite("Searches of Jaeger's API")
struct SearchTests {
    private static let a = GoldenSpans.traceA.description
    private static let b = GoldenSpans.traceB.description
    private static let c = GoldenSpans.traceC.description
    /// The server's clock is ten minutes behind the spans, so that all are of the last two days.
    private static let all = [c, b, a]

    static let searches: [(query: String, found: [String])] = [
        ("", all),
        ("service=gateway", [a]), ("service=ai", [a]), ("service=OTLPResourceNoServiceName", [b]), ("service=gate", []),
        ("operation=segment+write", [b]), ("operation=POST%20%2Finfer&service=gateway", [a]),
        // All holds of one span, which has the name, and another the service.
        ("operation=infer&service=gateway", []),
        // Tags that Jaeger adds are no attributes.
        ("tag=error:true", [a]), ("tag=error:false", [c, b, a]), ("tag=error:yes", [a]),
        ("tag=otel.status_code:ERROR", [a]), ("tag=otel.status_code:OK", [a]), ("tag=otel.status_code:UNSET", all),
        ("tag=span.kind:server", [c, a]), ("tag=span.kind:client&service=recorder", [c]), ("tag=span.kind:nothing", []),
        ("tag=service.name:indexer", [c]), ("tag=event:exception", [a]), ("tag=exception.type:Timeout", [a]),
        // Names old and new.
        ("tag=http.status_code:500", [a]), ("tag=http.response.status_code:500", [a]), ("tag=http.status_code:404", []),
        ("tag=http.method:GET&tag=http.status_code:500", [a]), ("tag=http.method:GET&tag=http.status_code:501", []),
        ("tag=camera_id:T%C3%BCr%20%22vorn%22%20%F0%9F%9A%AA", [a]), ("tag=host.name:edge", [b]),
        ("tag=ratio:0.25", [a]), ("tag=ratio:0.250", [a]), ("tag=cached:false", [a]), ("tag=empty:", [a]),
        ("tag=beyond:9007199254740993", [a]),
        // A value may have colons.
        ("tag=list:%5B%22a%22%2C%7B%22b%22%3A1%7D%5D", [a]),
        (#"tags={"error":"true","http.status_code":"500"}"#, [a]),
        (#"tags={"http.status_code":500,"cached":false}"#, [a]),
        (#"tags={"http.status_code":"500"}&tag=http.method:PUT"#, []), ("tags={}", all), ("tags=", all),
        ("minDuration=10ms", [c, a]), ("minDuration=10.001ms", [a]), ("maxDuration=0", [b]),
        ("minDuration=1us", [c, a]),
        ("minDuration=8ms&maxDuration=9.9ms", [c]), ("minDuration=19.9995ms", []), ("maxDuration=1ms", [c, b]),
        ("start=1795867260000000&end=1795867260000000", [b]), ("start=1795867260000001", [c]),
        ("end=1795867259999999", [a]), ("start=1795867320002000&end=1795867320002000", [c]),
        ("start=1795867320003000", []),
        // Ten minutes have gone since the first span, eight since the last.
        ("lookback=10m", [c, b, a]), ("lookback=9m30s", [c, b]), ("lookback=2d", all), ("lookback=0s", []),
        ("lookback=custom&start=1795867260000000", [c, b]), ("lookback=1s&start=1795867200000000", all),
        ("lookback=custom", all),
        ("traceID=\(a)", [a]), ("traceID=463ac35c9f6413ad&traceID=c&traceID=00c", [b, c]),
        // Nothing else counts beside an id.
        ("traceID=c&service=gateway", [c]), ("traceID=1", []),
        ("limit=1", [c]), ("limit=1&offset=1", [b]), ("limit=2&offset=1", [b, a]), ("offset=3", []),
        ("limit=100000&unknown=1", all),
    ]

    @Test("a search finds the traces that have a span that matches", arguments: searches)
    func search(query: String, found: [String]) async throws {
        let escaped = query.replacing("{", with: "%7B").replacing("}", with: "%7D").replacing("\"", with: "%22")
        #expect(try await JaegerServer().found(escaped) == found, "\(query)")
    }

    @Test("a client that pages until the total has all, each once")
    func pages() async throws {
        let spans = (0..<137).flatMap { Self.trace(number: $0, spans: 3) }
        var bounds = JaegerServer.bounds
        bounds.counted = 10
        let server = JaegerServer(spans, bounds: bounds)
        var (seen, offset, requests): ([String], Int, Int) = ([], 0, 0)
        while true {
            // As boundary-analyzer does it.
            let answer = try await server.ask("/api/traces?service=s&lookback=10m&limit=25&offset=\(offset)")
            let batch = try #require(answer["data"]?.array)
            seen += batch.compactMap { $0["traceID"]?.string }
            requests += 1
            let total = try #require(answer["total"]?.whole)
            let limit = try #require(answer["limit"]?.whole)
            #expect(total >= seen.count && limit == 25)
            if batch.isEmpty || offset + limit >= total { break }
            offset += limit
        }
        #expect(seen.count == 137 && Set(seen).count == 137 && requests == 6)
    }

    @Test("the total is counted as far as it is said")
    func total() async throws {
        let spans = (0..<40).flatMap { Self.trace(number: $0, spans: 1) }
        var bounds = JaegerServer.bounds
        bounds.counted = 30
        let answer = try await JaegerServer(spans, bounds: bounds).ask("/api/traces?limit=5")
        #expect(answer["total"]?.whole == 30)
        let whole = try await JaegerServer(spans).ask("/api/traces?limit=5")
        #expect(whole["total"]?.whole == 40)
    }

    @Test("a large trace is given in part, which is said, and leaves room for the others")
    func shares() async throws {
        var bounds = JaegerServer.bounds
        bounds.spansInAll = 120
        bounds.spansOfFound = 90
        bounds.spansOfEach = 10
        let spans = (0..<4).flatMap { Self.trace(number: $0, spans: 100) }
        let answer = try await JaegerServer(spans, bounds: bounds).ask("/api/traces")
        let traces = try #require(answer["data"]?.array)
        #expect(traces.map { $0["spans"]?.array?.count } == [90, 10, 10, 10])
        for trace in traces {
            let warning = try #require(trace["warnings"]?[0]?.string)
            #expect(warning.hasPrefix("the trace has more spans than the "))
        }
        bounds.spansOfOne = 100
        let one = try await JaegerServer(spans, bounds: bounds).ask("/api/traces/1")
        #expect(one["data"]?[0]?["spans"]?.array?.count == 100 && one["data"]?[0]?["warnings"] == .null)
    }

    @Test("an answer that would be too long is cut, and says where to go on")
    func bytes() async throws {
        var bounds = JaegerServer.bounds
        bounds.bytes = 5_000
        let spans = (0..<10).flatMap { Self.trace(number: $0, spans: 10) }
        let server = JaegerServer(spans, bounds: bounds)
        let answer = try await server.ask("/api/traces?limit=10")
        let traces = try #require(answer["data"]?.array)
        #expect(traces.count == 2 && answer["limit"]?.whole == 2 && answer["total"]?.whole == 10)
        #expect(answer["errors"]?[0]?["code"]?.whole == 413)
        #expect(answer["errors"]?[0]?["msg"]?.string?.hasSuffix("ask with offset=2 for them") == true)
        // The last has what fits, its first span at least.
        let last = try #require(traces.last)
        #expect((1..<10).contains(last["spans"]?.array?.count ?? 0))
        #expect(last["warnings"]?[0]?.string?.hasSuffix(" spans are left out") == true)
        let v3 = try await server.ask(
            "/api/v3/traces?query.startTimeMin=2026-11-28T11:00:00Z&query.startTimeMax=2026-11-28T13:00:00Z")
        let count = try #require(v3["result"]?["resourceSpans"]?.array?.count)
        #expect((1..<10).contains(count))
    }

    @Test("spans of 30,000 spans in a trace, a chain as deep as there are, are given")
    func deep() async throws {
        let spans = (0..<30_000).map { number in
            var span = Self.trace(number: 0, spans: 1)[0]
            span.spanID = SpanID(UInt64(number + 1))
            span.parentID = SpanID(UInt64(number))
            span.start += Int64(number)
            return span
        }
        let reply = try await JaegerServer(spans).get("/api/traces/1")
        #expect(reply.status == 200 && reply.text.components(separatedBy: "\"operationName\"").count == 30_001)
    }

    private static func trace(number: Int, spans: Int) -> [Span] {
        (0..<spans).map { place in
            let start = GoldenSpans.start + Int64(number) * 1_000_000
            var span = Span(
                traceID: TraceID(high: 0, low: UInt64(number + 1)), spanID: SpanID(UInt64(place + 1)), start: start,
                end: start + 1_000)
            span.parentID = SpanID(place == 0 ? 0 : 1)
            span.name = "work"
            span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string("s"))])
            return span
        }
    }
}
