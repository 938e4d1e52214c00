import Model
import SampleTraces
import Testing

@testable import TraceSearch

@Suite("Summaries of traces, and the search of them")
struct TraceSummaryTests {
    private static func span(
        _ trace: UInt64, _ number: UInt64, parent: UInt64 = 0, at start: Int64, service: String = "api",
        camera: String? = nil
    ) -> Span {
        var span = Span(traceID: TraceID(high: 0, low: trace), spanID: SpanID(number), start: start, end: start + 10)
        span.parentID = SpanID(parent)
        span.name = "s\(number)"
        span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string(service))])
        if let camera { span.attributes = [SpanAttribute("camera_id", .string(camera))] }
        return span
    }

    @Test("root, services, errors and cameras")
    func summary() {
        var failed = Self.span(1, 3, parent: 1, at: 5, service: "indexer", camera: "cam-2")
        failed.status = .error
        failed.statusMessage = "disk full"
        let spans = [
            Self.span(1, 1, at: 0, camera: "cam-2"), Self.span(1, 2, parent: 1, at: 2, camera: "cam-1"), failed,
        ]
        let summary = TraceSummary(TraceID(high: 0, low: 1), Trace(spans: spans, isCut: true))
        #expect(summary.service == "api" && summary.name == "s1" && summary.hasRoot && summary.isCut)
        #expect(summary.start == 0 && summary.duration == 15 && summary.spans == 3 && summary.errors == 1)
        #expect(summary.error == "s3: disk full" && summary.cameras == ["cam-2", "cam-1"])
        #expect(summary.services.map(\.name) == ["api", "indexer"] && summary.services.map(\.spans) == [2, 1])
        #expect(summary.services.map(\.selfTime) == [2 + 10, 10])
    }

    @Test(
        "the error that is told is the one from which others follow",
        arguments: [
            // Failed spans, and which is told: 1 is the root, 2 and 4 are its children, 3 is the child of 2.
            ([1, 2, 3, 4], 3), ([1, 4], 4), ([1, 3, 4], 3), ([2, 4], 2), ([1], 1), ([4, 3], 3),
        ] as [([UInt64], UInt64)])
    func cause(failed: [UInt64], told: UInt64) {
        var spans = [
            Self.span(1, 1, at: 0), Self.span(1, 2, parent: 1, at: 1), Self.span(1, 3, parent: 2, at: 2),
            Self.span(1, 4, parent: 1, at: 3),
        ]
        for index in spans.indices where failed.contains(spans[index].spanID.number) { spans[index].status = .error }
        let summary = TraceSummary(TraceID(high: 0, low: 1), Trace(spans: spans))
        #expect(summary.error == "s\(told)" && summary.errors == failed.count)
    }

    @Test("of a trace without its root the first span gives the name")
    func rootless() {
        let summary = TraceSummary(TraceID(high: 0, low: 1), Trace(spans: [Self.span(1, 2, parent: 9, at: 2)]))
        #expect(summary.name == "s2" && !summary.hasRoot)
    }

    @Test("pages list each trace once, newest first, also where many begin in one moment", arguments: [1, 2, 7, 50])
    func pages(limit: Int) throws {
        var spans: [Span] = []
        for trace in 1...40 as ClosedRange<UInt64> {
            // Its spans lie far apart, so that others are between them.
            for number in 1...3 as ClosedRange<UInt64> {
                spans.append(Self.span(trace, number, at: Int64(number * 100 + trace / 4)))
            }
        }
        let source = SpanList(spans)
        var listed: [TraceID] = []
        var request = TraceSearchRequest(query: SpanQuery(), limit: limit, spans: 20)
        var pages = 0
        repeat {
            let found = try source.find(request)
            listed += found.traces.map(\.summary.id)
            #expect(found.traces.allSatisfy { $0.matches == 3 })
            request.cursor = found.next
            pages += 1
        } while request.cursor != nil && pages < 100
        #expect(listed.count == 40 && Set(listed).count == 40)
        #expect(pages == (40 + limit - 1) / limit)
    }

    @Test("the found spans are of the query, the summary of the whole trace")
    func conditions() throws {
        let source = SpanList([
            Self.span(1, 1, at: 10), Self.span(1, 2, parent: 1, at: 12, service: "db"), Self.span(2, 1, at: 11),
        ])
        let query = SpanQuery(conditions: [.init(.service, .equals("db"))])
        let found = try source.find(TraceSearchRequest(query: query))
        #expect(found.traces.map(\.summary.spans) == [2] && found.hits.map(\.service) == ["db"] && found.next == nil)
    }

    @Test("a cursor is text", arguments: ["12-00000000000000000000000000000001", "x", "-1-2", "1-", "1", "9e9-1"])
    func cursors(text: String) {
        #expect(TraceCursor(text).map(\.description) == (text.hasPrefix("12") ? text : nil))
    }
}
