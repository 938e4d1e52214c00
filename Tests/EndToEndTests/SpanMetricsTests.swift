import Foundation
import TestSupport
import Testing
import Transfers

/// Spans that come in, and the metrics that are counted from them.
@Suite("Metrics of spans, end to end", .serialized)
struct SpanMetricsTests {
    private static func hex(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// A request as OTLP has it in JSON: of each call the spans of a caller, of whom it calls, and of that one's database.
    private static func request(calls: Range<Int>) -> String {
        let now = Int(Date().timeIntervalSince1970 * 1_000) * 1_000_000
        func span(
            _ call: Int, _ id: Int, parent: Int?, _ name: String, kind: Int, milliseconds: Int, _ more: String = ""
        ) -> String {
            let parent = parent.map { #""parentSpanId":"\#(hex($0, 16))","# } ?? ""
            let (start, end) = (now - milliseconds * 1_000_000, now)
            return
                #"{"traceId":"\#(hex(call + 1, 32))","spanId":"\#(hex(id, 16))",\#(parent)"name":"\#(name)","kind":\#(kind),"startTimeUnixNano":"\#(start)","endTimeUnixNano":"\#(end)"\#(more)}"#
        }
        func service(_ name: String, _ spans: [String]) -> String {
            #"{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\#(name)"}}]},"scopeSpans":[{"spans":[\#(spans.joined(separator: ","))]}]}"#
        }
        let database =
            #","attributes":[{"key":"db.system","value":{"stringValue":"postgresql"}},{"key":"db.name","value":{"stringValue":"vms"}}]"#
        let failed = #","status":{"code":2}"#
        let gateway = calls.map { span($0, 1, parent: nil, "GET", kind: 3, milliseconds: 300) }
        let api = calls.flatMap { call in
            [
                span(
                    call, 2, parent: 1, "GET /plates", kind: 2, milliseconds: call == 0 ? 3_000 : 30,
                    call == 0 ? failed : ""),
                span(call, 3, parent: 2, "SELECT plates", kind: 3, milliseconds: 1, database),
            ]
        }
        return #"{"resourceSpans":[\#(service("gateway", gateway)),\#(service("api", api))]}"#
    }

    /// What a browser saw.
    private struct Sight: Decodable {
        let links: [[String]]?
        let errors: [String]?
    }

    private struct Exemplars: Decodable {
        struct Series: Decodable {
            struct One: Decodable {
                let labels: [String: String]
                let value: String
            }

            let seriesLabels: [String: String]
            let exemplars: [One]
        }

        let data: [Series]
    }

    @Test(
        "spans are counted within a scrape interval, with exemplars that lead to them, and drawn as a map",
        .timeLimit(.minutes(2)))
    func metrics() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        #expect(try await server.post("/v1/traces", Self.request(calls: 0..<20)).status == 200)
        let calls = #"traces_span_metrics_calls_total{service_name="api",span_kind="SPAN_KIND_SERVER"}"#
        _ = try await eventually("the counted spans", within: .seconds(10)) {
            try await server.query("sum(\(calls))").first?.value == 20 ? true : nil
        }
        let sets = try await server.query(calls)
        #expect(sets.count == 2 && sets.allSatisfy { $0.labels["job"] == "watchpost" })
        #expect(sets.first { $0.labels["status_code"] == "STATUS_CODE_ERROR" }?.value == 1)
        let histogram = "traces_span_metrics_duration_milliseconds"
        #expect(
            try await server.query(#"\#(histogram)_bucket{span_name="GET /plates",le="50"}"#).map(\.value).max() == 19)
        let graph = "traces_service_graph_request_total"
        #expect(try await server.query(#"\#(graph){client="gateway",server="api"}"#).map(\.value) == [20])
        #expect(
            try await server.query(#"\#(graph){client="api",server="vms",connection_type="database"}"#).map(\.value)
                == [20])
        // Stored with the zero at which it began, the first count is an increase too, as far as it reaches.
        _ = try await eventually("an increase", within: .seconds(20)) {
            try await server.query(#"increase(\#(graph){server="api"}[5m]) > 15"#).isEmpty ? nil : true
        }

        let found: Exemplars = try await server.decode(
            "/api/v1/query_exemplars",
            [
                ("query", #"\#(histogram)_bucket{status_code="STATUS_CODE_ERROR"}"#), ("start", "0"),
                ("end", "9999999999"),
            ]
        )
        #expect(found.data.map { $0.seriesLabels["le"] } == ["5000"])
        #expect(found.data.first?.exemplars.first?.labels["trace_id"] == Self.hex(1, 32))
        #expect(found.data.first?.exemplars.first?.labels["span_id"] == Self.hex(2, 16))
        #expect(found.data.first?.exemplars.first?.value == "3000")
        // A Prometheus that scrapes this server gets them as well.
        let page = try await Transfers().send(
            HTTPRequest(
                url: server.url + "/metrics", headers: [("Accept", "application/openmetrics-text")],
                timeout: .seconds(30)))
        let text = String(decoding: page.body, as: UTF8.self)
        #expect(
            text.contains(##"} 1 # {span_id="\##(Self.hex(2, 16))",trace_id="\##(Self.hex(1, 32))"} 3000 "##))

        // A build may be without the chart library.
        if try await server.get("/assets/uplot.js").status == 200 {
            let query = [
                URLQueryItem(
                    name: "g0.expr", value: "histogram_quantile(0.9, sum by (le) (rate(\(histogram)_bucket[5m])))")
            ]
            var chart = URLComponents(string: "/graph")
            chart?.queryItems = query
            let browser = try Peers.browser(
                server.url, "links", chart?.string?.replacing("+", with: "%2B") ?? "", "a.exemplar")
            try await browser.end(within: .seconds(90))
            let sights: [Sight] = browser.messages("saw")
            #expect(sights.last?.errors == [], "\(browser.printed)")
            let links = sights.compactMap(\.links).flatMap(\.self)
            #expect(
                links.contains { $0.first == "/traces/\(Self.hex(1, 32))" && $0.last?.contains("GET /plates") == true })
        }

        let map = try await server.text("/traces/services")
        #expect(map.contains("gateway calls api: "))
        #expect(map.contains("api calls vms: "))
        #expect(map.contains("5.0 %"))
        server.process.signal(SIGTERM)
        try await server.process.end()

        // The counts begin anew with the process; what is stored goes on to tell of those before.
        let again = try await Server.serve(configuration: nil, data: folder.path + "/data")
        #expect(try await again.post("/v1/traces", Self.request(calls: 20..<25)).status == 200)
        _ = try await eventually("both counts together", within: .seconds(20)) {
            let map = try await again.get("/traces/services", [("from", "now-15m")])
            return String(decoding: map.body, as: UTF8.self).contains("gateway calls api: 1.7/min, 4.0 % of them fail")
                ? true : nil
        }
        again.process.signal(SIGTERM)
        try await again.process.end()
    }
}
