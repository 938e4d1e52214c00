import Model
import Testing

@Suite("Credentials in spans")
struct SpanRedactionTests {
    private static func redacted(_ span: Span) -> Span {
        var batch = SpanBatch([span])
        batch.redact()
        #expect(!String(decoding: batch.bytes, as: UTF8.self).contains("topsecret"), "they are still in the buffer")
        return batch.span(0)
    }

    private static func span(_ attributes: [SpanAttribute] = []) -> Span {
        var span = Span(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), start: 1, end: 2)
        span.attributes = attributes
        return span
    }

    @Test(
        "are hidden in the values of attributes",
        arguments: [
            ("url", "rtsp://admin:topsecret@cam/1", "rtsp://xxxxx:xxxxx@cam/1"),
            ("url.full", "https://h/x?token=topsecret&n=1", "https://h/x?token=xxxxx&n=1"),
            ("db.connection_string", "postgres://u:topsecret@db/vms", "postgres://xxxxx:xxxxx@db/vms"),
            (
                "exception.message", "cannot open rtsp://a:topsecret@cam: no route",
                "cannot open rtsp://xxxxx:xxxxx@cam: no route"
            ),
            ("url.query", "n=1&api_key=topsecret", "n=1&api_key=xxxxx"),
            ("url.query", "password=topsecret", "password=xxxxx"),
            ("http.target", "/cameras?token=topsecret", "/cameras?token=xxxxx"),
            (
                "target", "http://prober/?target=rtsp%3A%2F%2Fa%3Atopsecret%40cam",
                "http://prober/?target=rtsp%3A%2F%2Fxxxxx%3Axxxxx%40cam"
            ),
            ("http.request.header.authorization", "Bearer topsecret", "xxxxx"), ("db.password", "topsecret", "xxxxx"),
            ("API-KEY", "topsecret", "xxxxx"), ("pwd", "topsecret", "xxxxx"),
            ("http.request.header.cookie", "a=topsecret", "xxxxx"),
        ])
    func values(key: String, value: String, shown: String) {
        for kind in [SpanValue.string(value), .json(value)] {
            let span = Self.redacted(Self.span([SpanAttribute(key, kind), SpanAttribute("after", .string("it"))]))
            #expect(span[key]?.text == shown && span["after"] == .string("it"))
        }
    }

    @Test("are hidden in names, messages, events, links, scopes and resources")
    func places() {
        let secret = "rtsp://a:topsecret@cam"
        let attributes = [
            SpanAttribute("a", .string(secret)), SpanAttribute("b.secret", .bytes(Array("topsecret".utf8))),
        ]
        var span = Self.span()
        span.name = "open " + secret
        span.status = .error
        span.statusMessage = secret
        span.traceState = "a=b"
        span.events = [Span.Event(time: 1, name: secret, attributes: attributes)]
        span.links = [Span.Link(traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), attributes: attributes)]
        span.scope = SpanScope(name: "s", attributes: attributes)
        span.resource = SpanResource(attributes: attributes + [SpanAttribute("service.name", .string("vms"))])
        let shown = Self.redacted(span)
        #expect(!"\(shown)".contains("topsecret") && shown.service == "vms" && shown.name.hasPrefix("open rtsp://"))
    }

    @Test(
        "are not seen where there are none",
        arguments: [
            ("http.request.method", "GET"), ("url.full", "http://h:8080/a/b?camera=7"), ("code.function", "a::b"),
            ("email", "a@b.c"), ("vms.segment.name", "cam-1/2026-11-28T17:00:00Z.mp4"), ("session.id", "abc"),
            ("aws.s3.key", "a/b"), ("gen_ai.token", "x"), ("messaging.message.key", "7"), ("url.query", "a=b&c=d"),
            ("", ""),
            ("url.path", "/a%20b%3Ac"), ("k", "100%"), ("monkey", "x"), ("forward", "x"), ("keyword", "x"),
        ])
    func others(key: String, value: String) {
        #expect(
            Self.redacted(Self.span([SpanAttribute(key, .string(value))])).attributes == [
                SpanAttribute(key, .string(value))
            ])
    }
}
