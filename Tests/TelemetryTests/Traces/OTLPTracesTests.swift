import Base
import Foundation
import Model
import SampleTraces
import TestSupport
import Testing

@testable import Telemetry

@Suite("OTLP traces")
struct OTLPTracesTests {
    static let start: UInt64 = 1_800_000_000_000_000_000

    /// One request in both forms.
    enum Form: CaseIterable { case protobuf, json }

    private static func traces(_ form: Form, _ spans: [Span]) throws -> OTLPTraces {
        switch form {
        case .protobuf: try OTLPTraces(protobuf: OTLPTraceProtobuf.request(of: spans))
        case .json:
            try OTLPTraces(
                json: Array(#"{"resourceSpans":"#.utf8) + OTLPTraceJSON.resourceSpans(of: spans) + Array("}".utf8))
        }
    }

    private static func read(_ span: String, resource: String = "") throws -> OTLPTraces {
        try OTLPTraces(
            json: Array(
                #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(span)],"scope":{"name":"s"}}],"resource":{\#(resource)}}]}"#
                    .utf8))
    }

    static let ids = #""traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"b7ad6b7169203331""#
    static let times = #""startTimeUnixNano":"\#(start)","endTimeUnixNano":\#(start + 5)"#

    /// A span with something in every field.
    static func fullSpan() -> Span {
        var span = Span(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), start: Int64(start), end: Int64(start) + 1_000)
        span.parentID = SpanID(4)
        span.name = "segment \"write\" ä\n"
        span.kind = .consumer
        span.status = .error
        span.statusMessage = "disk\tfull"
        span.attributes = [
            SpanAttribute("text", .string("a\u{1}b\\")), SpanAttribute("empty", .string("")),
            SpanAttribute("yes", .boolean(true)), SpanAttribute("no", .boolean(false)),
            SpanAttribute("least", .integer(.min)), SpanAttribute("most", .integer(.max)),
            SpanAttribute("number", .number(-0.1)), SpanAttribute("infinite", .number(-.infinity)),
            SpanAttribute("bytes", .bytes([0, 0xff, 0xfe, 1])), SpanAttribute("none", .bytes([])),
        ]
        span.events = [
            Span.Event(time: Int64(start) + 1, name: "first", attributes: [SpanAttribute("e", .integer(1))]),
            Span.Event(time: Int64(start) + 2, name: "second"),
        ]
        span.links = [
            Span.Link(
                traceID: TraceID(high: 5, low: 6), spanID: SpanID(7), traceState: "a=b",
                attributes: [SpanAttribute("l", .string("x"))])
        ]
        span.traceState = "vendor=1"
        span.flags = 0x103
        (span.droppedAttributes, span.droppedEvents, span.droppedLinks) = (1, 2, 3)
        span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string("recorder"))])
        span.scope = SpanScope(name: "lib", version: "1.2", attributes: [SpanAttribute("s", .boolean(true))])
        return span
    }

    @Test("a span comes back with all it had, in both forms", arguments: Form.allCases)
    func roundTrip(form: Form) throws {
        var other = Self.fullSpan()
        other.spanID = SpanID(9)
        other.resource = SpanResource()
        other.scope = SpanScope()
        let traces = try Self.traces(form, [Self.fullSpan(), other])
        #expect(traces.rejected == 0 && traces.reasons.isEmpty)
        #expect(traces.batch.spans.indices.map { traces.batch.span($0) } == [Self.fullSpan(), other])
        let services = traces.batch.resources.map { traces.batch.text($0.service) }
        #expect(services == ["recorder", ""])
    }

    @Test("spans of a whole site come back equal, in both forms", arguments: Form.allCases)
    func samples(form: Form) throws {
        var samples = SampleTraces(seed: 7, start: Int64(Self.start))
        let spans = samples.spans(atLeast: 2_000)
        let traces = try Self.traces(form, spans)
        #expect(traces.rejected == 0)
        #expect(Set(traces.batch.spans.indices.map { traces.batch.span($0) }) == Set(spans))
    }

    @Test("lists and maps are JSON, whatever is in them; without a value there is an empty text")
    func lists() throws {
        let value = #"""
            {"kvlistValue":{"values":[{"key":"a\"b","value":{"arrayValue":{"values":[{"intValue":"-7"},{"intValue":8},
            {"boolValue":true},{"doubleValue":1.5},{"doubleValue":"NaN"},{"stringValue":"x\né"},{"bytesValue":"AP8="},{},null,
            {"arrayValue":{}}]}}},{"key":"c"}]}}
            """#
        let traces = try Self.read(
            """
            {\(Self.ids),\(Self.times),"attributes":[{"key":"map","value":\(value)},{"key":"bare"},
            {"key":"nothing","value":{}},{"key":"list","value":{"arrayValue":{"values":[]}}}]}
            """)
        let expected = #"{"a\"b":[-7,8,true,1.5,"NaN","x\né","AP8=",null,null,[]],"c":null}"#
        #expect(
            traces.batch.span(0).attributes == [
                SpanAttribute("map", .json(expected)), SpanAttribute("bare", .string("")),
                SpanAttribute("nothing", .string("")), SpanAttribute("list", .json("[]")),
            ])
        let wire = Wire.request([
            Wire.span(attributes: [
                Wire.pair(
                    "map",
                    Wire.map([
                        Wire.pair(
                            "a\"b",
                            Wire.list([
                                Wire.varint(3, UInt64(bitPattern: -7)), Wire.varint(3, 8), Wire.varint(2, 1),
                                Wire.fixed64(4, 1.5.bitPattern), Wire.fixed64(4, Double.nan.bitPattern),
                                Wire.bytes(1, Array("x\né".utf8)), Wire.bytes(7, [0, 0xff]), [], [], Wire.list([]),
                            ])), Wire.bytes(1, Array("c".utf8)),
                    ]))
            ])
        ])
        let span = try OTLPTraces(protobuf: wire).batch.span(0)
        #expect(span["map"] == .json(expected))
        // They are written as lists and maps again; a text that is no JSON stays one.
        var other = span
        other.attributes.append(SpanAttribute("torn", .json(#"["a"#)))
        let written = try Self.traces(.json, [other]).batch.span(0)
        #expect(written["map"] == .json(expected) && written["torn"] == .string(#"["a"#))
    }

    @Test("JSON is taken as clients write it: names or numbers, members in any order, what is unknown or null")
    func leniency() throws {
        let traces = try Self.read(
            """
            {"kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_ERROR","message":"no","x":[{}]},"events":null,"links":[],
            "flags":256,"parentSpanId":"","x":{"y":[1,{"z":"}"}]},"name":"a\\u00e4\\ud83d\\ude00\\ud83d",
            \(Self.times),\(Self.ids),"attributes":[{"value":{"intValue":5.0},"key":"n"},
            {"value":{"intValue":"99999999999999999999"},"key":"large"}]}
            """, resource: #""attributes":[{"key":"service.name","value":{"stringValue":"r\u0065c"}}]"#)
        let span = traces.batch.span(0)
        #expect(span.kind == .server && span.status == .error && span.statusMessage == "no" && span.isRoot)
        #expect(span.flags == 256 && span.name == "aä😀\u{fffd}" && span.service == "rec")
        #expect(span.traceID.description == "0af7651916cd43dd8448eb211c80319c" && span.duration == 5)
        #expect(span["n"] == .integer(5) && span["large"] == .string(""))
        #expect(traces.batch.text(traces.batch.resources[0].service) == "rec")
    }

    /// Members of a span, and why it is rejected.
    private static let wrongSpans: [(members: String, reason: String)] = [
        (#""traceId":"","spanId":"b7ad6b7169203331","# + times, "no trace id"),
        (#""spanId":"b7ad6b7169203331","# + times, "no trace id"),
        (#""traceId":"00000000000000000000000000000000","spanId":"b7ad6b7169203331","# + times, "no trace id"),
        (#""traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000000","# + times, "no span id"),
        (#""traceId":"0af7651916cd43dd","spanId":"b7ad6b7169203331","# + times, "wrong lengths"),
        (#""traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b71692033310a","# + times, "wrong lengths"),
        (#""traceId":"0af7651916cd43dd8448eb211c80319g","spanId":"b7ad6b7169203331","# + times, "wrong lengths"),
        (ids + #","parentSpanId":"b7","# + times, "wrong lengths"), (ids, "neither start nor end"),
        (ids + #","startTimeUnixNano":"0","endTimeUnixNano":0"#, "neither start nor end"),
        (ids + #","startTimeUnixNano":"1800000000000""#, "2000 to 2199"),
        (
            ids + #","startTimeUnixNano":"1800000000000000000","endTimeUnixNano":"18446744073709551615""#,
            "2000 to 2199"
        ),
        (ids + #","startTimeUnixNano":"99999999999999999999""#, "2000 to 2199"),
    ]

    @Test(
        "a span without right ids or times is rejected and told, and its neighbours are kept", arguments: wrongSpans)
    func rejected(members span: String, reason: String) throws {
        let good = "{\(Self.ids),\(Self.times)}"
        let events = #""events":[{"name":"e"}],"attributes":[{"key":"a","value":{"stringValue":"\n"}}]"#
        let traces = try Self.read("\(good),{\(events),\(span)},\(good)")
        #expect(traces.batch.spans.count == 2 && traces.rejected == 1 && traces.batch.attributes.isEmpty)
        #expect(traces.batch.events.isEmpty)
        #expect(traces.reasons.count == 1 && traces.reasons.allSatisfy { $0.contains(reason) })
    }

    @Test(
        "a span ends when it starts where it has no end or an earlier one, and starts at its end without a start",
        arguments: [(start, start - 1, 0), (start, 0, 0), (0, start, 0), (start, start + 7, 7)]
            as [(UInt64, UInt64, Int64)])
    func ends(start: UInt64, end: UInt64, duration: Int64) throws {
        let traces = try OTLPTraces(protobuf: Wire.request([Wire.span(start: start, end: end)]))
        #expect(traces.batch.spans.map { $0.end - $0.start } == [duration])
        #expect(traces.batch.spans.map(\.start) == [Int64(Self.start)])
    }

    @Test("wrong ids in protobuf reject the span; a link without ids is left out and counted")
    func wrongIDs() throws {
        let link = Wire.bytes(13, Wire.bytes(1, Array(repeating: 1, count: 16)))
        let traces = try OTLPTraces(
            protobuf: Wire.request([
                Wire.span(trace: [1]), Wire.span(span: [1, 2]), Wire.span(trace: Array(repeating: 0, count: 16)),
                Wire.span(trace: []), Wire.span(more: Wire.bytes(4, [1])), Wire.span(more: link),
            ]))
        #expect(traces.rejected == 5 && traces.reasons.count == 2)
        #expect(traces.batch.spans.map(\.droppedLinks) == [1] && traces.batch.links.isEmpty)
    }

    @Test("attributes of spans and of their events may stand between each other")
    func mixed() throws {
        func event(_ name: String) -> [UInt8] {
            Wire.bytes(11, Wire.bytes(2, Array(name.utf8)) + Wire.bytes(3, Wire.pair(name, Wire.varint(3, 1))))
        }
        let pairs = ["a", "b", "c"].map { Wire.bytes(9, Wire.pair($0, Wire.varint(3, 2))) }
        let traces = try OTLPTraces(
            protobuf: Wire.request([
                event("x") + pairs[0] + event("y") + pairs[1] + Wire.span() + pairs[2]
            ]))
        let span = traces.batch.span(0)
        #expect(span.attributes.map(\.key) == ["a", "b", "c"])
        #expect(span.events.map { $0.attributes.map(\.key) } == [["x"], ["y"]])
    }

    @Test("credentials are hidden wherever they come, also in lists whose slashes are escaped")
    func redaction() throws {
        let list = #"{"arrayValue":{"values":[{"stringValue":"rtsp:\/\/a:topsecret@cam"}]}}"#
        let traces = try Self.read(
            """
            {\(Self.ids),\(Self.times),"attributes":[{"key":"l","value":\(list)},
            {"key":"url.full","value":{"stringValue":"https:\\/\\/h\\/?token=topsecret"}}]}
            """)
        #expect(traces.batch.span(0)["l"] == .json(#"["rtsp://xxxxx:xxxxx@cam"]"#))
        #expect(traces.batch.span(0)["url.full"] == .string("https://h/?token=xxxxx"))
        var span = Self.fullSpan()
        span.attributes = [SpanAttribute("a", .string("rtsp://a:topsecret@cam"))]
        let wire = try OTLPTraces(protobuf: OTLPTraceProtobuf.request(of: [span]))
        #expect(!"\(wire.batch.span(0))".contains("topsecret"))
        #expect(!String(decoding: wire.batch.bytes, as: UTF8.self).contains("topsecret"))
    }

    @Test("resources and scopes without a span that is kept are not there", arguments: Form.allCases)
    func emptyGroups(form: Form) throws {
        var bad = Self.fullSpan()
        bad.spanID = SpanID(0)
        var good = Self.fullSpan()
        good.scope.name = "other"
        good.resource = SpanResource(attributes: [SpanAttribute("service.name", .string("kept"))])
        let traces = try Self.traces(form, [bad, good, bad])
        #expect(traces.batch.resources.count == 1 && traces.batch.scopes.count == 1)
        #expect(traces.batch.spans.count == 1 && traces.batch.span(0) == good && traces.rejected == 2)
    }
}

/// Protobuf by hand.
enum Wire {
    static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(field << 3 | 2)
        bytes.appendCounted(content)
        return bytes
    }

    static func varint(_ field: UInt64, _ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(field << 3)
        bytes.appendVarint(number)
        return bytes
    }

    static func fixed64(_ field: UInt64, _ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(field << 3 | 1)
        bytes.appendFixed64(number)
        return bytes
    }

    static func pair(_ key: String, _ value: [UInt8]) -> [UInt8] { bytes(1, Array(key.utf8)) + bytes(2, value) }
    static func list(_ values: [[UInt8]]) -> [UInt8] { bytes(5, values.flatMap { bytes(1, $0) }) }
    static func map(_ pairs: [[UInt8]]) -> [UInt8] { bytes(6, pairs.flatMap { bytes(1, $0) }) }

    static func span(
        trace: [UInt8] = Array(repeating: 7, count: 16), span: [UInt8] = Array(repeating: 8, count: 8),
        start: UInt64 = OTLPTracesTests.start, end: UInt64 = OTLPTracesTests.start + 1, attributes: [[UInt8]] = [],
        more: [UInt8] = []
    ) -> [UInt8] {
        bytes(1, trace) + bytes(2, span) + fixed64(7, start) + fixed64(8, end)
            + attributes.flatMap { bytes(9, $0) } + more
    }

    static func request(_ spans: [[UInt8]]) -> [UInt8] { bytes(1, bytes(2, spans.flatMap { bytes(2, $0) })) }
}
