import Base
import Model
import SampleTraces
import TestSupport
import Testing

@testable import Telemetry

@Suite("Bounds of spans that come")
struct SpanBoundsTests {
    private static let ids = OTLPTracesTests.ids
    private static let times = OTLPTracesTests.times

    private static func json(_ spans: String) throws -> OTLPTraces {
        try OTLPTraces(json: Array(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(spans)]}]}]}"#.utf8))
    }

    @Test("a span of 10 MB is rejected and told, its neighbours are kept")
    func largeSpan() throws {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20)
        let traces = try OTLPTraces(
            protobuf: Wire.request([
                Wire.span(), Wire.span(attributes: [Wire.pair("a", Wire.bytes(1, long))]), Wire.span(),
            ]))
        #expect(traces.batch.spans.count == 2 && traces.rejected == 1 && traces.reasons.count == 1)
        let text = String(decoding: long, as: UTF8.self)
        let same = try Self.json("{\(Self.ids),\(Self.times),\"name\":\"\(text)\"},{\(Self.ids),\(Self.times)}")
        #expect(same.batch.spans.count == 1 && same.rejected == 1)
    }

    @Test("100,000 spans of one trace are taken; more than a message may hold are an error")
    func manySpans() throws {
        let span = Wire.bytes(2, Wire.span())
        func request(_ count: Int) -> [UInt8] {
            Wire.bytes(1, Wire.bytes(2, Array(repeatElement(span, count: count).joined())))
        }
        #expect(try OTLPTraces(protobuf: request(100_000)).batch.spans.count == 100_000)
        #expect(throws: OTLPError.self) { try OTLPTraces(protobuf: request(SpanBounds.spansMax + 1)) }
    }

    @Test("a long text is cut between characters, and long names too")
    func longTexts() throws {
        let limit = SpanBounds.valueBytesMax
        let text = String(repeating: "ä", count: limit / 2 + 10)
        let odd = "x" + text
        for value in [text, odd, odd + #"\n"#] {
            let traces = try Self.json(
                #"{\#(Self.ids),\#(Self.times),"name":"\#(value)","attributes":[{"key":"a","value":{"stringValue":"\#(value)"}},"#
                    + #"{"key":"\#(value)","value":{"stringValue":"b"}}]}"#)
            let span = traces.batch.span(0)
            guard case .string(let kept)? = span["a"] else {
                Issue.record("there is no text")
                return
            }
            #expect(value.hasPrefix(kept) && (limit - 1...limit).contains(kept.utf8.count))
            #expect(value.hasPrefix(span.name) && span.name.utf8.count <= SpanBounds.nameBytesMax)
            #expect(span.attributes.count == 1 && span.droppedAttributes == 1 && traces.reasons.count == 1)
        }
    }

    @Test("attributes, events and links above a limit are left out and counted")
    func longLists() throws {
        let count = SpanBounds.listMax + 3
        let pair = Wire.bytes(9, Wire.pair("a", Wire.varint(3, 1)))
        let link = Wire.bytes(
            13, Wire.bytes(1, Array(repeating: 1, count: 16)) + Wire.bytes(2, Array(repeating: 1, count: 8)))
        let more = Array((0..<count).map { _ in pair + Wire.bytes(11, []) + link }.joined())
        let row = try #require(try OTLPTraces(protobuf: Wire.request([Wire.span(more: more)])).batch.spans.first)
        #expect(Int(row.attributes.count) == SpanBounds.listMax && row.droppedAttributes == 3)
        #expect(Int(row.events.count) == SpanBounds.listMax && row.droppedEvents == 3)
        #expect(Int(row.links.count) == SpanBounds.listMax && row.droppedLinks == 3)
        let attribute = #"{"key":"a","value":{"intValue":"1"}}"#
        let event = "{}"
        let traces = try Self.json(
            #"{\#(Self.ids),\#(Self.times),"attributes":[\#(Array(repeating: attribute, count: count).joined(separator: ","))],"#
                + #""events":[\#(Array(repeating: event, count: count).joined(separator: ","))]}"#)
        #expect(traces.batch.spans.map(\.droppedAttributes) == [3] && traces.batch.spans.map(\.droppedEvents) == [3])
    }

    @Test("more attributes, events or resources than a message may hold are an error or are not kept")
    func budgets() throws {
        let pairs = Array(repeatElement(Wire.bytes(9, Wire.pair("a", [])), count: SpanBounds.listMax).joined())
        let spans = SpanBounds.allAttributesMax / SpanBounds.listMax + 1
        let many = Wire.request(Array(repeating: Wire.span(more: pairs), count: spans))
        #expect(throws: OTLPError.self) { try OTLPTraces(protobuf: many) }
        let events = Array(repeatElement(Wire.bytes(11, []), count: SpanBounds.listMax).joined())
        let eventful = Wire.request(
            Array(repeating: Wire.span(more: events), count: SpanBounds.partsMax / SpanBounds.listMax + 1))
        #expect(throws: OTLPError.self) { try OTLPTraces(protobuf: eventful) }
        let empty = try OTLPTraces(
            protobuf: Array(repeatElement([0x0a, 2, 0x12, 0] as [UInt8], count: 1 << 20).joined()))
        #expect(empty.batch.resources.isEmpty && empty.batch.scopes.isEmpty && empty.rejected == 0)
    }

    @Test("a value nested a thousand deep is left out, one of the deepest that may be is kept", arguments: [19, 1_000])
    func nesting(depth: Int) throws {
        var wire: [UInt8] = []
        for _ in 0..<depth { wire = Wire.list([wire]) }
        let protobuf = try OTLPTraces(
            protobuf: Wire.request([Wire.span(attributes: [Wire.pair("a", wire), Wire.pair("b", Wire.varint(3, 1))])]))
        var map: [UInt8] = []
        for _ in 0..<depth { map = Wire.map([Wire.pair("k", map)]) }
        let maps = try OTLPTraces(
            protobuf: Wire.request([Wire.span(attributes: [Wire.pair("a", map), Wire.pair("b", Wire.varint(3, 1))])]))
        let opened = String(repeating: #"{"arrayValue":{"values":["#, count: depth)
        let json = try Self.json(
            #"{\#(Self.ids),\#(Self.times),"attributes":[{"key":"a","value":\#(opened)\#(String(repeating: "]}}", count: depth))},"#
                + #"{"key":"b","value":{"intValue":1}}]}"#)
        let isKept = depth < 20
        for traces in [protobuf, maps, json] {
            #expect(traces.batch.spans.count == 1 && traces.reasons.count == (isKept ? 0 : 1))
            #expect(traces.batch.span(0).attributes.map(\.key) == (isKept ? ["a", "b"] : ["b"]))
            #expect(traces.batch.spans[0].droppedAttributes == (isKept ? 0 : 1))
        }
    }

    @Test("a list whose JSON is too long is left out")
    func longList() throws {
        let values = Array(repeating: Wire.bytes(1, [UInt8](repeating: 1, count: 1_000)), count: 50)
        let traces = try OTLPTraces(
            protobuf: Wire.request([Wire.span(attributes: [Wire.pair("a", Wire.list(values))])]))
        #expect(traces.batch.spans.map(\.droppedAttributes) == [1] && traces.batch.bytes.count < 60_000)
    }

    @Test("a message that is cut anywhere is an error, or has the spans before the cut")
    func truncated() throws {
        let whole = OTLPTraceProtobuf.request(of: [OTLPTracesTests.fullSpan()])
        for count in 1..<whole.count {
            #expect(throws: OTLPError.self) { try OTLPTraces(protobuf: Array(whole.prefix(count))) }
        }
        let json = Array(#"{"resourceSpans":"#.utf8) + OTLPTraceJSON.resourceSpans(of: [OTLPTracesTests.fullSpan()])
        for count in 0...json.count {
            #expect(throws: OTLPError.self) { try OTLPTraces(json: Array(json.prefix(count))) }
        }
    }

    @Test(
        "false lengths and kinds are errors",
        arguments: [
            [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x0a, 0x80], [0x0b], [0x0c], [0x0e],
            [0x0a, 3, 0x12, 5, 0], [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            [0x09, 1, 2],
            [0x0d, 1],
        ] as [[UInt8]])
    func falseLengths(message: [UInt8]) {
        #expect(throws: OTLPError.self) { try OTLPTraces(protobuf: message) }
    }

    @Test("whatever becomes of a message, what is read of it holds together")
    func mutations() throws {
        var random = SeededGenerator(for: "mutated spans")
        var samples = SampleTraces(seed: 3, start: Int64(OTLPTracesTests.start))
        let spans = Array(samples.spans(atLeast: 20).prefix(12)) + [OTLPTracesTests.fullSpan()]
        let protobuf = OTLPTraceProtobuf.request(of: spans)
        let json = Array(#"{"resourceSpans":"#.utf8) + OTLPTraceJSON.resourceSpans(of: spans) + Array("}".utf8)
        let zipkin =
            Array(
                #"[{"traceId":"1","id":"2","timestamp":1800000000000000,"localEndpoint":{"serviceName":"a","port":1},"#
                    .utf8)
            + Array(
                #""tags":{"otel.scope.name":"x","a":"b\n"},"annotations":[{"timestamp":5,"value":"{\"a\":{\"b\":1}}"}]},"#
                    .utf8)
            + Array(#"{"traceId":"1","id":"3","annotations":[{"timestamp":1800000000000000,"value":"cs"}]}]"#.utf8)
        for _ in 0..<3_000 {
            try check(try? OTLPTraces(protobuf: mutated(protobuf, &random)).batch)
            try check(try? OTLPTraces(json: mutated(json, &random)).batch)
            try check(try? ZipkinSpans(json: mutated(zipkin, &random)).batch)
        }
    }

    private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &random)))
            default:
                let other = Int.random(in: 0..<bytes.count, using: &random)
                bytes.swapAt(place, other)
            }
            if bytes.isEmpty { bytes = [0] }
        }
        return bytes
    }

    /// Looks at everything, which would end the process where a slice is false.
    private func check(_ batch: SpanBatch?) throws {
        guard let batch else { return }
        for index in batch.spans.indices {
            let span = batch.span(index)
            #expect(!span.traceID.isZero && !span.spanID.isZero && span.end >= span.start)
        }
        for resource in batch.resources { _ = batch.text(resource.service) }
    }
}
