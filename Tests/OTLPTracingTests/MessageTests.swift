import Codecs
import Model
import Telemetry
import TestSupport
import Testing

@testable import OTLPTracing

@Suite("Messages of spans")
struct MessageTests {
    static var spans: [Model.Span] {
        var span = Model.Span(
            traceID: TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 7), spanID: SpanID(0xf0_67aa_0ba9_02b7),
            start: 1_795_669_200_123_456_789, end: 1_795_669_201_000_000_000)
        span.parentID = SpanID(9)
        span.name = "segment write"
        span.kind = .producer
        span.status = .error
        span.statusMessage = "the disk is full"
        span.traceState = "a=1"
        span.flags = 0x301
        span.attributes = [
            .init("text", .string("")), .init("yes", .boolean(true)), .init("no", .boolean(false)),
            .init("zero", .integer(0)), .init("small", .integer(-5)), .init("share", .number(-0.25)),
            .init("bytes", .bytes([0, 255])), .init("list", .json(#"["a",1,true]"#)),
        ]
        span.events = [.init(time: span.start + 5, name: "frame", attributes: [.init("n", .integer(1))])]
        span.links = [
            .init(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), traceState: "b=2", attributes: [])
        ]
        (span.droppedAttributes, span.droppedEvents, span.droppedLinks) = (1, 2, 3)
        span.resource = SpanResource(attributes: [.init("service.name", .string("recorder"))])
        span.scope = SpanScope(name: "scope", version: "1", attributes: [.init("x", .string("y"))])
        let plain = Model.Span(traceID: span.traceID, spanID: SpanID(1), start: span.start, end: span.start)
        var sibling = span
        sibling.spanID = SpanID(10)
        return [span, sibling, plain]
    }

    @Test("are read again as they were")
    func roundTrip() throws {
        let read = try OTLPTraces(protobuf: SpanMessage.bytes(Self.spans)).batch
        #expect(read.resources.count == 2 && read.scopes.count == 2)
        #expect(read.spans.indices.map { read.span($0) } == Self.spans)
        #expect(SpanMessage.bytes([]).isEmpty)
    }

    @Test("that are compressed are those that were")
    func compressed() throws {
        var generator = SeededGenerator(for: "gzip")
        for count in [0, 1, 100, 70_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...(count > 100 ? 255 : 3), using: &generator) }
            let compressed = try Gzip.compress(bytes)
            #expect(try Gzip.decompress(compressed, limit: count) == bytes)
        }
        let spans = SpanMessage.bytes((0..<100).flatMap { _ in Self.spans })
        #expect(try Gzip.compress(spans).count < spans.count / 10)
    }
}
