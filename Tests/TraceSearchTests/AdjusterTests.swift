import Model
import SampleTraces
import TestSupport
import Testing
import TraceSearch

/// What is put right in a trace before it is shown.
@Suite("Traces put right")
struct AdjusterTests {
    private static let ms: Int64 = 1_000_000

    /// A span of a service on a host, in milliseconds.
    private static func span(
        _ id: UInt64, _ parent: UInt64, _ kind: Span.Kind, _ from: Int64, _ to: Int64,
        service: String = "a", host: String? = nil
    ) -> Span {
        var span = Span(traceID: TraceID(high: 1, low: 1), spanID: SpanID(id), start: 0, end: 0)
        span.start = (1_000_000 + from) * ms
        span.end = (1_000_000 + to) * ms
        span.parentID = SpanID(parent)
        span.kind = kind
        span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string(service))])
        if let host { span.resource.attributes.append(SpanAttribute("host.name", .string(host))) }
        return span
    }

    // MARK: Clocks

    struct ClockCase: Sendable {
        var name: String
        var parent: Span
        var child: Span
        /// By how many milliseconds the child is moved.
        var shift: Double
    }

    static let clocks: [ClockCase] = [
        .init(
            name: "a server an hour ahead", parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, 3_600_000, 3_600_006, service: "b", host: "y"), shift: 2 - 3_600_000),
        .init(
            name: "a server behind", parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, -5, 1, service: "b", host: "y"), shift: 7),
        .init(
            name: "without hosts, by the services", parent: span(1, 0, .client, 0, 10),
            child: span(2, 1, .server, 20, 30, service: "b"), shift: -20),
        .init(
            name: "a server that lasts longer than its client begins no earlier",
            parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, -20, 100, service: "b", host: "y"), shift: 20),
        .init(
            name: "a server that lasts longer and begins later stays", parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, 5, 100, service: "b", host: "y"), shift: 0),
        .init(
            name: "the same host has one clock", parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, 20, 30, service: "b", host: "x"), shift: 0),
        .init(
            name: "the same service has one clock", parent: span(1, 0, .client, 0, 10),
            child: span(2, 1, .server, 20, 30), shift: 0),
        .init(
            name: "within its parent", parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, 0, 10, service: "b", host: "y"), shift: 0),
        .init(
            name: "a server that ends a little after its client", parent: span(1, 0, .client, 0, 10, host: "x"),
            child: span(2, 1, .server, 5, 11, service: "b", host: "y"), shift: 0),
        .init(
            name: "work from a queue comes later", parent: span(1, 0, .producer, 0, 1, host: "x"),
            child: span(2, 1, .consumer, 60_000, 61_000, service: "b", host: "y"), shift: 0),
        .init(
            name: "but never earlier", parent: span(1, 0, .producer, 0, 2, host: "x"),
            child: span(2, 1, .consumer, -60_000, -59_999, service: "b", host: "y"), shift: 60_000.5),
    ]

    @Test("clocks of other hosts are set right, and that is told", arguments: clocks)
    func clock(_ test: ClockCase) throws {
        var child = test.child
        child.events = [Span.Event(time: child.start, name: "e")]
        let adjusted = TraceAdjustment.adjusted([child, test.parent])
        let moved = try #require(adjusted.first { $0.span.spanID == child.spanID })
        let shift = Int64(test.shift * Double(Self.ms))
        #expect(moved.span.start - child.start == shift && moved.span.end - child.end == shift, "\(test.name)")
        #expect(moved.span.events[0].time == moved.span.start)
        #expect(moved.warnings.isEmpty == (shift == 0))
        #expect(adjusted.first { $0.span.spanID == test.parent.spanID }?.span == test.parent)
        if shift != 0 { #expect(moved.warnings[0].hasSuffix("are moved by \(Self.text(test.shift)) ms")) }
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() ? String(Int64(value)) : String(value)
    }

    @Test("what a moved span's own host did moves with it, and a third host is set by the second")
    func chain() {
        let spans = [
            Self.span(1, 0, .client, 0, 100, service: "a", host: "x"),
            Self.span(2, 1, .server, 1_010, 1_090, service: "b", host: "y"),
            Self.span(3, 2, .client, 1_020, 1_080, service: "b", host: "y"),
            Self.span(4, 3, .server, 5_000, 5_040, service: "c", host: "z"),
        ]
        let starts = TraceAdjustment.adjusted(spans).map { ($0.span.start / Self.ms) - 1_000_000 }
        #expect(starts == [0, 10, 20, 30])
    }

    // MARK: Numbers

    @Test("a server that shares its client's number gets its own, with the children")
    func shared() throws {
        let spans = [
            Self.span(7, 0, .client, 0, 10, service: "a"), Self.span(7, 0, .server, 1, 9, service: "b"),
            Self.span(8, 7, .internal, 2, 3, service: "b"), Self.span(9, 7, .internal, 2, 3, service: "b"),
        ]
        let adjusted = TraceAdjustment.adjusted(spans)
        #expect(adjusted.map(\.span.spanID).count == 4 && Set(adjusted.map(\.span.spanID)).count == 4)
        let server = try #require(adjusted.first { $0.span.kind == .server }).span
        #expect(server.parentID == SpanID(7) && server.spanID != SpanID(7))
        #expect(adjusted.filter { $0.span.kind == .internal }.allSatisfy { $0.span.parentID == server.spanID })
        #expect(TraceAdjustment.adjusted(spans) == adjusted, "the numbers are the same each time")
        #expect(TraceAdjustment.asSent(spans).map(\.span) == spans)
    }

    @Test("a span that came twice is there once; two that differ stay")
    func doubled() {
        let span = Self.span(1, 0, 0, 10)
        var other = span
        other.name = "other"
        #expect(TraceAdjustment.adjusted([span, span, other, span]).count == 2)
    }

    private static func span(_ id: UInt64, _ parent: UInt64, _ from: Int64, _ to: Int64) -> Span {
        span(id, parent, .internal, from, to)
    }

    // MARK: Parents

    @Test("a circle of parents is opened at its earliest span, which is told")
    func circles() throws {
        let spans = [
            Self.span(1, 3, 5, 10), Self.span(2, 1, 2, 10), Self.span(3, 2, 4, 10),
            // Its own parent, one that hangs from the circle, and an orphan.
            Self.span(4, 4, 1, 2), Self.span(5, 3, 6, 7), Self.span(6, 99, 0, 1),
        ]
        let adjusted = TraceAdjustment.adjusted(spans)
        #expect(adjusted.map(\.span.spanID.number) == [6, 4, 2, 3, 1, 5])
        let roots = adjusted.filter { $0.span.isRoot }
        #expect(roots.map(\.span.spanID.number) == [4, 2])
        #expect(adjusted.filter { !$0.warnings.isEmpty } == roots)
        #expect(adjusted.first { $0.span.spanID == SpanID(6) }?.span.parentID == SpanID(99))
    }

    @Test("links that lead nowhere are left out, which is told")
    func links() {
        var span = Self.span(1, 0, 0, 1)
        let link = Span.Link(traceID: TraceID(high: 0, low: 1), spanID: SpanID(1))
        span.links = [
            Span.Link(traceID: TraceID(high: 0, low: 0), spanID: SpanID(1)), link,
            Span.Link(traceID: TraceID(high: 0, low: 1), spanID: SpanID(0)),
        ]
        let adjusted = TraceAdjustment.adjusted([span])
        #expect(adjusted[0].span.links == [link])
        #expect(adjusted[0].warnings == ["2 links that lead nowhere are left out"])
    }

    // MARK: Size

    /// What grows with the square of the number would take hours.
    @Test(
        "100,000 spans are put right in time, whatever their parents and numbers", .timeLimit(.minutes(3)),
        arguments: 0..<5)
    func large(shape: Int) {
        let spans = (1...UInt64(100_000)).map { number in
            let parent: UInt64 =
                switch shape {
                case 0: number - 1
                case 1: number == 1 ? 100_000 : number - 1
                case 2: number ^ 1
                case 3: 1
                default: number * 7_919 % 100_000
                }
            // All of one number, in the third shape.
            var span = Self.span(shape == 3 ? 1 : number, parent, Int64(number), Int64(number) + 1)
            span.kind = number % 2 == 0 ? .server : .client
            span.resource = SpanResource(
                attributes: [SpanAttribute("service.name", .string(number % 3 == 0 ? "a" : "b"))])
            return span
        }
        #expect(TraceAdjustment.adjusted(spans).count == 100_000)
    }

    @Test("traces as a site makes them keep their spans; what is put right once stays")
    func samples() {
        var generator = SeededGenerator(for: "traces put right")
        let seed = generator.next()
        var samples = SampleTraces(seed: seed, start: 1_795_867_200_000_000_000)
        let spans = samples.spans(atLeast: 3_000)
        for trace in Dictionary(grouping: spans, by: \.traceID).values {
            let adjusted = TraceAdjustment.adjusted(trace.shuffled(using: &generator))
            #expect(adjusted.count == trace.count)
            let again = TraceAdjustment.adjusted(adjusted.map(\.span))
            #expect(again.map(\.span) == adjusted.map(\.span) && again.allSatisfy(\.warnings.isEmpty))
        }
    }
}
