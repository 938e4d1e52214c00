import Model

/// The spans of which the golden answers tell: attributes of every kind, events, links, states, a service without a name, ids
/// of 64 bits, a clock that is a second ahead, a number that a client and a server share.
enum GoldenSpans {
    /// Nanoseconds since the Unix epoch: 2026-11-28T12:00:00Z.
    static let start: Int64 = 1_795_867_200_000_000_000

    static let traceA = TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736)
    static let traceB = TraceID(high: 0, low: 0x463a_c35c_9f64_13ad)
    static let traceC = TraceID(high: 0, low: 0xc)

    static var all: [Span] { requests + [segment] + frames }

    private static func resource(_ service: String?, _ host: String? = nil) -> SpanResource {
        SpanResource(
            attributes: [service.map { SpanAttribute("service.name", .string($0)) }].compactMap(\.self)
                + [host.map { SpanAttribute("host.name", .string($0)) }].compactMap(\.self))
    }

    private static func span(
        _ trace: TraceID, _ id: UInt64, parent: UInt64 = 0, _ name: String, _ kind: Span.Kind,
        from: Int64, to: Int64, _ resource: SpanResource
    ) -> Span {
        var span = Span(traceID: trace, spanID: SpanID(id), start: start + from, end: start + to)
        span.parentID = SpanID(parent)
        span.name = name
        span.kind = kind
        span.resource = resource
        return span
    }

    private static let link = Span.Link(traceID: traceB, spanID: SpanID(0x7248_5a39_53bb_6124))

    private static var requests: [Span] {
        var gateway = resource("gateway", "vms-1")
        gateway.attributes.append(SpanAttribute("process.pid", .integer(4_711)))
        var root = span(
            traceA, 0x00f0_67aa_0ba9_02b7, "GET /cameras/{id}", .server, from: 1_500, to: 20_000_999, gateway)
        root.attributes = [
            SpanAttribute("http.request.method", .string("GET")),
            SpanAttribute("http.response.status_code", .integer(500)),
            SpanAttribute("vms.camera.id", .string("Tür \"vorn\" 🚪")),
            SpanAttribute("cached", .boolean(false)),
            SpanAttribute("ratio", .number(0.25)),
            SpanAttribute("nothing", .number(.nan)),
            SpanAttribute("largest.exact", .integer(9_007_199_254_740_992)),
            SpanAttribute("beyond", .integer(9_007_199_254_740_993)),
            SpanAttribute("below", .integer(-9_007_199_254_740_993)),
            SpanAttribute("raw", .bytes([0, 255, 16])),
            SpanAttribute("list", .json(#"["a",{"b":1}]"#)),
            SpanAttribute("empty", .string("")),
            SpanAttribute("error", .string("yes")),
        ]
        root.status = .error
        root.statusMessage = "the camera\nis gone"
        root.traceState = "vms=1"
        root.flags = 257
        root.scope = SpanScope(name: "http", version: "1.2")
        root.events = [
            Span.Event(
                time: start + 5_000_000, name: "exception",
                attributes: [
                    SpanAttribute("exception.type", .string("Timeout")), SpanAttribute("attempt", .integer(3)),
                ]),
            Span.Event(
                time: start + 6_000_000, name: "",
                attributes: [SpanAttribute("note", .string("an event without a name"))]),
        ]
        root.links = [link, Span.Link(traceID: TraceID(high: 0, low: 0), spanID: SpanID(0))]
        var call = span(
            traceA, 2, parent: root.spanID.number, "POST /infer", .client, from: 2_000_000, to: 12_000_000, gateway)
        call.status = .ok
        var infer = span(
            traceA, 3, parent: 2, "infer", .server, from: 1_004_000_000, to: 1_010_000_000, resource("ai", "vms-2"))
        infer.events = [Span.Event(time: start + 1_005_000_000, name: "loaded")]
        infer.links = [link]
        return [root, call, infer]
    }

    private static var segment: Span {
        span(
            traceB, 0x7248_5a39_53bb_6124, parent: 0x99, "segment write", .unspecified, from: 60_000_000_000,
            to: 60_000_000_000,
            resource(nil, "edge"))
    }

    private static var frames: [Span] {
        let second: Int64 = 120_000_000_000
        let decode = span(
            traceC, 0xc2, parent: 0xc1, "decode", .internal, from: second + 2_000_000, to: second + 3_000_000,
            resource("indexer"))
        return [
            span(traceC, 0xc1, "get frame", .client, from: second, to: second + 10_000_000, resource("recorder")),
            span(
                traceC, 0xc1, "get frame", .server, from: second + 1_000_000, to: second + 9_000_000,
                resource("indexer")),
            decode, decode,
        ]
    }
}
