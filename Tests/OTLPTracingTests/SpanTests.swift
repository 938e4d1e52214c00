import Model
import Synchronization
import Testing
import Tracing

@testable import OTLPTracing

/// Keeps the spans that end.
final class SpanBox: SpanSink {
    private let list = Mutex<[Model.Span]>([])
    var spans: [Model.Span] { list.withLock { $0 } }
    func take(_ span: Model.Span) { list.withLock { $0.append(span) } }
}

struct LoginFailed: Error, CustomStringConvertible {
    var description: String { "cannot open rtsp://joe:secret@cam/1" }
}

@Suite("Spans as services make them")
struct SpanTests {
    private static let resource = SpanResource(attributes: [.init("service.name", .string("test"))])

    private static func maker(_ sampler: TraceSampler, _ box: SpanBox) -> SpanMaker {
        SpanMaker(resource: resource, scope: SpanScope(name: "tests"), sampler: sampler, sink: box)
    }

    @Test("have what was said of them until they ended")
    func recorded() throws {
        let box = SpanBox()
        let maker = Self.maker(.always, box)
        let root = maker.start("GET", context: .topLevel, kind: .server, at: 1_000)
        let child = maker.start("work", context: root.context, kind: .internal, at: 2_000)
        child.updateAttributes {
            $0["vms.camera.id"] = "gate"
            $0["count"] = 3
            $0["share"] = 0.5
            $0["isNight"] = true
            $0["list"] = ["a\"b", "c\n"]
            $0["numbers"] = [1, 2]
        }
        child.addEvent(SpanEvent(name: "frame", at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 2_500)))
        child.addLink(SpanLink(context: root.context, attributes: ["why": "test"]))
        child.addLink(SpanLink(context: .topLevel, attributes: [:]))
        child.recordError(LoginFailed())
        child.setStatus(SpanStatus(code: .error, message: "no"))
        child.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 3_000))
        child.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 9_000))
        child.attributes["late"] = 1
        root.operationName = "GET /x"
        root.setStatus(SpanStatus(code: .ok))
        root.setStatus(SpanStatus(code: .error, message: "too late"))
        root.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 500))
        try #require(box.spans.count == 2)
        let (first, second) = (box.spans[0], box.spans[1])
        #expect(first.traceID == second.traceID && first.parentID == second.spanID && second.isRoot)
        #expect(first.start == 2_000 && first.end == 3_000 && first.kind == .internal && first.name == "work")
        #expect(
            first.attributes == [
                .init("count", .integer(3)), .init("isNight", .boolean(true)),
                .init("list", .json(#"["a\"b","c\u000a"]"#)), .init("numbers", .json("[1,2]")),
                .init("share", .number(0.5)), .init("vms.camera.id", .string("gate")),
            ])
        #expect(first.events.map(\.name) == ["frame", "exception"] && first.events[0].time == 2_500)
        #expect(
            first.events[1].attributes.first { $0.key == "exception.message" }?.value.text.contains("secret") == false)
        #expect(first.links.map(\.spanID) == [second.spanID])
        #expect(first.status == .error && first.statusMessage == "no" && first.service == "test")
        #expect(second.name == "GET /x" && second.status == .ok && second.statusMessage.isEmpty)
        #expect(second.end == second.start && second.kind == .server && second.flags & 0xff == 3)
    }

    @Test("that are too large are cut, and what is left out is counted")
    func bounds() throws {
        let box = SpanBox()
        let span = Self.maker(.always, box).start("x", context: .topLevel, kind: .internal, at: 1)
        span.updateAttributes { for number in 0..<200 { $0["key\(number)"] = number } }
        span.attributes["a"] = String(repeating: "é", count: 20_000)
        for _ in 0..<200 {
            span.addEvent("e")
            span.addLink(SpanLink(context: span.context, attributes: [:]))
        }
        span.end()
        let made = try #require(box.spans.first)
        #expect(made.attributes.count == 128 && made.droppedAttributes == 73)
        #expect(made.events.count == 128 && made.droppedEvents == 72)
        #expect(made.links.count == 128 && made.droppedLinks == 72)
        #expect(made["a"]?.text.utf8.count == 16 << 10)
    }

    @Test("are kept as the sampler says, in a whole process alike")
    func sampling() {
        func kept(_ sampler: TraceSampler, parent: TraceContext? = nil) -> Bool {
            let box = SpanBox()
            let maker = Self.maker(sampler, box)
            var context = InstrumentationContext.topLevel
            context.traceContext = parent
            let root = maker.start("x", context: context, kind: .internal, at: 1)
            let child = maker.start("y", context: root.context, kind: .internal, at: 1)
            child.end()
            root.end()
            #expect(child.context.traceContext?.traceID == root.context.traceContext?.traceID)
            #expect(root.isRecording == child.isRecording && box.spans.count == (root.isRecording ? 2 : 0))
            return root.isRecording
        }
        func remote(_ low: UInt64, _ decision: Bool?) -> TraceContext {
            TraceContext(trace: TraceID(high: 1, low: low), span: SpanID(1), decision: decision, isRemote: true)
        }
        #expect(kept(.always) && !kept(.never) && kept(.ratio(1)) && !kept(.ratio(0)) && !kept(.ratio(.nan)))
        #expect(!kept(.parentBased(.always), parent: remote(1, false)))
        #expect(kept(.parentBased(.never), parent: remote(1, true)))
        #expect(
            kept(.parentBased(.always), parent: remote(1, nil)) && !kept(.parentBased(.never), parent: remote(1, nil)))
        #expect(kept(.always, parent: remote(1, false)) && !kept(.never, parent: remote(1, true)))
        #expect(kept(.ratio(0.25), parent: remote(.max / 5, nil)) && !kept(.ratio(0.25), parent: remote(.max / 3, nil)))
        // `b3: 0` decides for a trace that has no number yet.
        let denied = TraceContext(trace: TraceID(high: 0, low: 0), span: SpanID(0), decision: false, isRemote: true)
        #expect(!kept(.parentBased(.always), parent: denied))
    }

    @Test("of an error that is thrown through withSpan are errors")
    func thrown() async throws {
        let box = SpanBox()
        let tracer = TestTracer(maker: Self.maker(.always, box))
        try? await tracer.withSpan("outer") { _ async throws in
            try await tracer.withSpan("inner", ofKind: .client) { _ async throws in throw LoginFailed() }
        }
        let spans = box.spans
        #expect(spans.map(\.name) == ["inner", "outer"] && spans.allSatisfy { $0.status == .error })
        #expect(spans.first?.parentID == spans.last?.spanID)
    }
}

/// A tracer whose spans go to a box.
struct TestTracer: Tracer {
    typealias Span = OTLPSpan
    let maker: SpanMaker

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> OTLPSpan {
        maker.start(operationName, context: context(), kind: kind, at: instant().nanosecondsSinceEpoch)
    }

    func startAnySpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> any Tracing.Span {
        maker.start(operationName, context: context(), kind: kind, at: instant().nanosecondsSinceEpoch)
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}
}
