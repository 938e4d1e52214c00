import Foundation
import HTTPTestSupport
import Hummingbird
import Model
import SampleTraces
import SiteView
import Testing
import TraceSearch

@testable import WebUI

@Suite("The pages of traces")
struct TracePageTests {
    private static let now = Int64(Date().timeIntervalSince1970 * 1e3) * 1_000_000
    private static let id = TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736)

    private static func span(
        _ number: UInt64, parent: UInt64 = 0, after: Int64 = 0, takes: Int64, service: String = "recorder",
        camera: String? = "cam-2"
    ) -> Span {
        let start = now - 60_000_000_000 + after * 1_000_000
        var span = Span(traceID: id, spanID: SpanID(number), start: start, end: start + takes * 1_000_000)
        span.parentID = SpanID(parent)
        span.name = "s\(number)"
        span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string(service))])
        if let camera { span.attributes = [SpanAttribute("vms.camera.id", .string(camera))] }
        return span
    }

    private func pages(_ spans: [Span]) throws -> WebUI {
        try WebUI(view: FixedSite(spans: spans), dashboards: { [] }, siteName: "s", version: "test", isDemo: false)
    }

    private func search(_ query: String, _ spans: [Span]) async throws -> (status: Int, text: String) {
        let response = try await pages(spans).tracesPage(FormFields(query), host: "box:9900")
        return (response.status.code, try await response.text())
    }

    @Test("without any trace the page says how to send some")
    func help() async throws {
        let text = try await search("", []).text
        #expect(text.contains("No traces yet") && text.contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://box:9900"))
        #expect(text.contains("/api/v2/spans") && text.contains("vms.camera.id"))
    }

    @Test("what is there already, but not in this time, is told otherwise")
    func otherTime() async throws {
        let text = try await search("start=1000&end=2000", [Self.span(1, takes: 5)]).text
        #expect(!text.contains("No traces yet") && text.contains("Choose a longer time"))
    }

    @Test("a list shows root, errors and camera; texts from outside are escaped")
    func list() async throws {
        var failed = Self.span(2, parent: 1, after: 5, takes: 1_500)
        failed.name = "<script>write</script>"
        failed.status = .error
        failed.statusMessage = "cannot put rtsp://user:secret@cam/1"
        let text = try await search("", [Self.span(1, takes: 2_000), failed]).text
        #expect(text.contains("✕ 1 error: &lt;script&gt;write") && !text.contains("<script>write"))
        #expect(
            !text.contains("secret") && text.contains("/cameras/cam-2?from=") && text.contains("1 trace, newest first"))
        #expect(text.contains("href=\"/traces/\(Self.id)\"") && text.contains("2 s</td>"))
        // Charts lead to narrower searches.
        #expect(text.contains("duration%3E%3D") && text.contains("class=\"dot error\""))
        #expect(text.contains("service%3Drecorder") && text.contains("<option value=\"cam-1\">"))
    }

    @Test("the camera's field and the query hold together")
    func camera() async throws {
        let spans = [Self.span(1, takes: 5)]
        #expect(try await search("camera=cam-2&q=duration%3C1s", spans).text.contains("1 trace"))
        #expect(try await search("camera=cam-3", spans).text.contains("No traces"))
        #expect(try await search("camera=cam-2&q=duration%3E1s", spans).text.contains("No traces"))
    }

    @Test("a number leads to its trace")
    func number() async throws {
        let answer = try await search("q=\(Self.id)", [])
        #expect(answer.status == 303)
    }

    @Test(
        "what cannot be read is told, with its place",
        arguments: [
            ("q=duration%3E5", "<mark>5</mark>", "a unit behind the number"),
            ("q=a+AND+b", "<mark>A</mark>", "leave AND out"),
            ("q=service%3D", "<mark>⏎</mark>", "a value must stand"), ("since=soon", "", "time range"),
            ("start=2000&end=1000", "", "before it begins"), ("q=busy", "", "others came before it"),
        ])
    func problems(query: String, mark: String, words: String) async throws {
        let text = try await search(query, []).text
        #expect(text.contains(words) && text.contains("problem\"") && (mark.isEmpty || text.contains(mark)))
    }

    private func trace(_ spans: [Span], _ query: String = "") async throws -> String {
        try await pages(spans).tracePage(Self.id.description, FormFields(query)).text()
    }

    @Test("a trace shows its spans in order, gaps in words, services and cameras")
    func waterfall() async throws {
        let spans = [
            Self.span(1, takes: 5_000), Self.span(2, parent: 1, after: 100, takes: 1_000),
            Self.span(3, parent: 1, after: 2_500, takes: 2_000, service: "<indexer>"),
            Self.span(4, parent: 9, takes: 1),
        ]
        let text = try await trace(spans)
        #expect(text.contains("nobody below &quot;s1&quot; of recorder worked here for 1.4 s"))
        #expect(text.contains("1 span names a parent that is not here"))
        #expect(text.contains("&lt;indexer&gt;") && !text.contains("<indexer>"))
        #expect(text.contains("took 5 s") && text.contains("4 spans") && text.contains("cam-2 at that time"))
        #expect(text.components(separatedBy: "class=\"wf-row").count == 5 && text.contains("class=\"critical\""))
        #expect(text.contains("data-table=\"/api/watchpost/traces/\(Self.id)?form=table"))
        #expect(!text.contains("style=\""))
    }

    @Test("a search within a trace marks and lists what it found")
    func within() async throws {
        let spans = [Self.span(1, takes: 5_000), Self.span(2, parent: 1, takes: 1_000)]
        let text = try await trace(spans, "q=duration%3C2s")
        #expect(text.contains("1 found") && text.contains("class=\"wf-row hit\" role=\"row\" id=\"row-1\""))
        #expect(try await trace(spans, "q=duration%3C2").contains("a unit behind the number"))
        #expect(try await trace(spans, "q=nothing").contains("No span of this trace is so."))
    }

    @Test("of a large trace the first rows can be read without the script")
    func large() async throws {
        let spans = (1...1_000).map { Self.span(UInt64($0), parent: $0 == 1 ? 0 : 1, after: Int64($0), takes: 1) }
        let text = try await trace(spans)
        #expect(text.components(separatedBy: "class=\"wf-row").count == 201 && text.contains("800 more spans"))
    }

    @Test("an unknown trace is 404, and the page says what may be")
    func unknown() async throws {
        let response = try await pages([]).tracePage(Self.id.description, FormFields(""))
        #expect(response.status == .notFound)
        let text = try await response.text()
        #expect(text.contains("has not come yet") && text.contains("older than what is kept"))
        #expect(try await pages([]).tracePage("xyz", FormFields("")).status == .notFound)
        #expect(try await pages([]).tracePage("0", FormFields("")).status == .notFound)
    }

    @Test("a span shows attributes, events, links and resource, each to search by")
    func span() async throws {
        var span = Self.span(2, parent: 1, after: -10, takes: 5)
        span.kind = .client
        span.attributes += [
            SpanAttribute("url.full", .string("http://u:secret@host/<a>")), SpanAttribute("n", .integer(5)),
            SpanAttribute("long", .string(String(repeating: "x", count: 10_000))),
        ]
        span.events = [
            .init(time: span.start + 1_000_000, name: "retry", attributes: [SpanAttribute("try", .integer(2))])
        ]
        span.links = [.init(traceID: TraceID(high: 0, low: 7), spanID: SpanID(8))]
        span.droppedEvents = 3
        let pages = try pages([Self.span(1, takes: 50), span])
        let text = try await pages.traceSpanPage(Self.id.description, span: SpanID(2).description).text()
        #expect(text.contains("data-part") && text.contains("&lt;a&gt;") && !text.contains("secret"))
        #expect(text.contains("q=n%3D5") && text.contains("retry") && text.contains("+1 ms"))
        #expect(text.contains("/traces/00000000000000000000000000000007") && text.contains("left out 3 events"))
        #expect(text.contains("begins 10 ms before its parent") && text.contains("service.name"))
        #expect(text.contains("xxx…") && !text.contains(String(repeating: "x", count: 5_000)))
        #expect(try await pages.traceSpanPage(Self.id.description, span: "77").status == .notFound)
        #expect(try await pages.traceSpanPage(Self.id.description, span: "zz").status == .notFound)
    }

    @Test("the logs of a trace are found by its number, and by its camera in its time")
    func logs() async throws {
        let text = try await pages([]).traceLogsPage(
            Self.id.description, FormFields("start=1000&end=2000&camera=cam-2")
        ).text()
        #expect(text.contains("Logs of this trace") && text.contains("Logs of cam-2 meanwhile"))
        #expect(text.contains("/logs/event?") && text.contains("trace_id%3A%22\(Self.id)"))
        #expect(try await pages([]).traceLogsPage(Self.id.description, FormFields("start=5&end=1")).status == .notFound)
    }

    @Test("a line of a log leads to its trace")
    func logLine() {
        let event = LogEventView(LogEvent(timestamp: 1, fields: ["trace_id": .string("\(Self.id)")]))
        let row = LogRow(event, LogsAddress(.init("columns=trace_id")))
        #expect(row.cells[0].target?.link == "/traces/\(Self.id)")
        let other = LogEventView(LogEvent(timestamp: 1, fields: ["trace_id": .string("request 7")]))
        #expect(LogRow(other, LogsAddress(.init("columns=trace_id"))).cells[0].target == nil)
    }

    @Test("a camera's page shows its newest traces on its time, an alert's page leads to them")
    func joins() async throws {
        let site = FixedSite(
            isTroubled: true, spans: [Self.span(1, takes: 2_000), Self.span(9, takes: 1, camera: "cam-3")])
        let pages = try WebUI(view: site, dashboards: { [] }, siteName: "s", version: "test", isDemo: false)
        let camera = try await pages.cameraPage(id: "cam-2", FormFields("")).text()
        #expect(camera.contains("data-trace=\"/traces/\(Self.id)\"") && camera.contains("class=\"mark-line\""))
        #expect(camera.contains("href=\"/traces?camera=cam-2\""))
        let quick = try await pages.cameraPage(id: "cam-2", FormFields("quick=1")).text()
        #expect(!quick.contains("data-trace"))
        let early = try await pages.cameraPage(id: "cam-2", FormFields("from=1000&to=2000")).text()
        #expect(early.contains("None in this range.") && !early.contains("data-trace"))
        let alert = try await pages.alertPage(fingerprint: "00000000000000c2").text()
        #expect(alert.contains("/traces?camera=cam-2&amp;start="))
    }

    @Test("made-up traces are shown, each")
    func samples() async throws {
        var samples = SampleTraces(seed: 3, start: Self.now - 1_800_000_000_000)
        let spans = samples.spans(atLeast: 1_500)
        let pages = try pages(spans)
        for id in Set(spans.map(\.traceID)).prefix(40) {
            let response = await pages.tracePage(id.description, FormFields(""))
            #expect(response.status == .ok)
        }
        #expect(try await search("since=1d", spans).text.contains("50 traces, newest first"))
    }
}
