import Model
import Synchronization
import Testing
import Tracing

@testable import OTLPTracing
@testable import RTSP
@testable import Recorders
@testable import Server

@Suite("Traces that a server makes of itself")
struct OwnTraceTests {
    private final class Box: SpanSink {
        private let list = Mutex<[Model.Span]>([])
        var spans: [Model.Span] { list.withLock { $0 } }
        func take(_ span: Model.Span) { list.withLock { $0.append(span) } }
    }

    private static func span(
        _ trace: UInt64, parent: UInt64 = 0, duration: Int64 = 1, isError: Bool = false, isRemote: Bool = false
    ) -> Model.Span {
        var span = Model.Span(
            traceID: TraceID(high: 1, low: trace), spanID: SpanID(trace &+ parent &+ 1), start: 0, end: duration)
        span.parentID = SpanID(parent)
        if isError { span.status = .error }
        span.flags = isRemote ? 0x301 : 0x101
        return span
    }

    @Test("are kept whole where they are slow, wrong or wanted, and of the others a part")
    func chosen() {
        let box = Box()
        let choice = TraceChoice(.init(ratio: 0.1, slow: 100, tracesPerSecond: 0, burst: 1_000), now: { 0 }, sink: box)
        // Quick and good, with numbers that are not among the tenth.
        choice.take(Self.span(.max / 2, parent: 7))
        choice.take(Self.span(.max / 2))
        #expect(box.spans.isEmpty)
        choice.take(Self.span(.max / 3, parent: 7, isError: true))
        #expect(box.spans.isEmpty)
        choice.take(Self.span(.max / 3))
        #expect(box.spans.count == 2)
        choice.take(Self.span(.max / 4, duration: 100))
        choice.take(Self.span(.max / 5, parent: 9, isRemote: true))
        choice.take(Self.span(3))
        #expect(box.spans.count == 5)
    }

    @Test("are no more than so many a second, and those without an end do not gather")
    func bounded() {
        let box = Box()
        let now = Mutex<Int64>(0)
        let choice = TraceChoice(
            .init(ratio: 1, slow: 100, tracesPerSecond: 2, burst: 3), now: { now.withLock { $0 } }, sink: box)
        for trace in 1...10 { choice.take(Self.span(UInt64(trace))) }
        #expect(box.spans.count == 3)
        now.withLock { $0 = 1_000_000_000 }
        for trace in 1...10 { choice.take(Self.span(UInt64(trace))) }
        #expect(box.spans.count == 5)
        for trace in 1...100_000 { choice.take(Self.span(UInt64(trace), parent: 5)) }
        now.withLock { $0 = 2_000_000_000 }
        for _ in 1...1_000 { choice.take(Self.span(100_000, parent: 5)) }
        choice.take(Self.span(100_000))
        #expect(box.spans.count == 5 + 64 + 1)
    }

    @Test(
        "are none of requests through which something is stored, or that go on and on",
        arguments: [
            ("/v1/traces", false, true), ("/v1/logs", false, true), ("/api/v1/write", false, true),
            ("/api/v2/spans", false, true), ("/loki/api/v1/push", false, true), ("/api/watchpost/ingest", false, true),
            ("/_bulk", false, true), ("/index/_doc/7", false, true), ("/metrics", true, true),
            ("/-/healthy", true, true),
            ("/api/watchpost/events", true, true), ("/api/watchpost/logs/arrivals", true, true),
            ("/assets/site.css", true, true), ("/", true, false), ("/api/v1/query", true, false),
            ("/api/v1/query", false, false), ("/api/v2/silences", false, false), ("/loki/api/v1/labels", true, false),
            ("/index/_search", false, false), ("/api/traces", true, false), ("/v1x", false, false),
        ])
    func leftOut(_ path: String, _ isRead: Bool, _ wanted: Bool) {
        #expect(TracedRequests.isLeftOut(path, isRead: isRead) == wanted, "\(path)")
    }

    @Test(
        "have no credentials of a query",
        arguments: [
            ("query=up&token=abc", "query=up&token=xxxxx"), ("api%5Fkey=abc", "api%5Fkey=xxxxx"),
            ("a&b=&=c", "a&b=&=c"),
            ("", ""), ("url=rtsp://joe:pw@cam/1", "url=rtsp://xxxxx:xxxxx@cam/1"),
        ])
    func queries(_ query: String, _ wanted: String) { #expect(TracedRequests.redacted(query) == wanted) }

    @Test("of a connection to a camera show its steps, and the one that failed")
    func connection() throws {
        let box = Box()
        let tracer = OwnTracer(service: "watchpost", host: "nvr-1", environment: [:], sink: box)
        var attempt = ConnectAttempt(
            camera: "gate", language: "rtsp", host: "10.0.0.7", port: 554, number: 2, start: 1_000, end: 9_000,
            steps: [
                .init(name: "connect", start: 1_000, end: 2_000), .init(name: "DESCRIBE", start: 2_000, end: 9_000),
            ],
            firstFrame: nil, failure: .timeout, detail: "10.0.0.7:554 did not answer DESCRIBE within 7 s.")
        tracer.connected(attempt)
        let root = try #require(box.spans.first { $0.isRoot })
        #expect(root.name == "camera connect" && root.camera == "gate" && root.status == .error)
        #expect(root.statusMessage.contains("DESCRIBE") && root.service == "watchpost")
        #expect(root["error.type"]?.text == "timeout" && root["vms.connect.attempt"]?.text == "2")
        let steps = box.spans.filter { !$0.isRoot }
        #expect(steps.map(\.name) == ["connect", "DESCRIBE"] && steps.allSatisfy { $0.parentID == root.spanID })
        #expect(steps.map(\.status) == [.unset, .error] && steps.allSatisfy { $0.traceID == root.traceID })
        attempt.failure = nil
        attempt.firstFrame = 5_000
        tracer.connected(attempt)
        let good = try #require(box.spans.last)
        #expect(good.isRoot && good.status == .unset && good.events.map(\.time) == [5_000])
    }

    @Test("of a recorder are what it told, and what is wrong in it is passed over")
    func recorder() throws {
        let box = Box()
        let tracer = OwnTracer(service: "watchpost", host: "nvr-1", environment: [:], sink: box)
        var told = RecorderSpan(
            trace: "4bf92f3577b34da6a3ce929d0e0e4736", span: "00f067aa0ba902b7", name: "segment write", start: 1, end: 9
        )
        told.linkedTrace = "4bf92f3577b34da6a3ce929d0e0e4737"
        told.linkedSpan = "00f067aa0ba902b8"
        told.numbers["vms.segment.size"] = 7
        told.problem = "rtsp://joe:pw@cam/ is away"
        var wrong = told
        wrong.trace = "x"
        tracer.recorded(camera: "gate", [wrong, told])
        let span = try #require(box.spans.first)
        #expect(box.spans.count == 1 && span.camera == "gate" && span["vms.segment.size"] == .integer(7))
        #expect(span.links.first?.spanID.description == "00f067aa0ba902b8" && span.service == "watchpost-recorder")
        #expect(span.status == .error && !span.statusMessage.contains("pw"))
    }

    @Test("of work within a request lie beneath it, and are chosen with it")
    func within() throws {
        let box = Box()
        let tracer = OwnTracer(
            service: "watchpost", host: "h", environment: ["OTEL_TRACES_SAMPLER": "always_on"], sink: box)
        let span = tracer.maker.start("GET", context: .topLevel, kind: .server, at: 1)
        let place = try #require(span.context.traceContext)
        tracer.witness(in: place)(FinishedWork("PromQL query", start: 2, end: 3, problem: "no"))
        #expect(box.spans.isEmpty)
        span.end()
        #expect(box.spans.map(\.name) == ["PromQL query", "GET"] && box.spans[0].parentID == box.spans[1].spanID)
        tracer.witness(FinishedWork("scrape", start: 1, end: 2))
        #expect(box.spans.last?.isRoot == true)
    }
}
