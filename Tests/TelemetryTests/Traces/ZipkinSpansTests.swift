import Base
import Foundation
import Model
import Testing

@testable import Telemetry

@Suite("Zipkin's spans")
struct ZipkinSpansTests {
    private static let ids = #""traceId":"463ac35c9f6413ad","id":"a2fb4a1d1a96d312""#
    private static let time: UInt64 = 1_800_000_000_000_000

    private static func read(_ spans: String...) throws -> [Span] {
        let spans = try ZipkinSpans(json: Array("[\(spans.joined(separator: ","))]".utf8))
        return spans.batch.spans.indices.map { spans.batch.span($0) }
    }

    @Test("a span of the second version has its kind, times, tags, events and both sides' addresses")
    func secondVersion() throws {
        let span = try #require(
            try Self.read(
                """
                {"traceId":"0af7651916cd43dd8448eb211c80319c","id":"b7ad6b7169203331","parentId":"00f067aa0ba902b7",
                "kind":"CLIENT","name":"get /cameras","timestamp":\(Self.time),"duration":1500,"debug":true,
                "localEndpoint":{"serviceName":"playback","ipv4":"10.0.0.1","port":8080},
                "remoteEndpoint":{"serviceName":"api","ipv6":"2001:db8::1","port":443},
                "annotations":[{"timestamp":\(Self.time + 1),"value":"first byte"}],
                "tags":{"http.method":"GET","camera.id":"7","n":1.5,"yes":true,"none":null,"list":[1]}}
                """
            ).first)
        #expect(
            span.traceID.description == "0af7651916cd43dd8448eb211c80319c"
                && span.parentID.description == "00f067aa0ba902b7")
        #expect(span.kind == .client && span.name == "get /cameras" && span.service == "playback" && span.flags == 1)
        #expect(span.start == Int64(Self.time) * 1_000 && span.duration == 1_500_000 && span.status == .unset)
        #expect(
            span.attributes == [
                SpanAttribute("http.method", .string("GET")), SpanAttribute("camera.id", .string("7")),
                SpanAttribute("n", .string("1.5")), SpanAttribute("yes", .string("true")),
                SpanAttribute("network.local.address", .string("10.0.0.1")),
                SpanAttribute("network.local.port", .integer(8080)), SpanAttribute("peer.service", .string("api")),
                SpanAttribute("network.peer.address", .string("2001:db8::1")),
                SpanAttribute("network.peer.port", .integer(443)),
            ])
        #expect(span.events == [Span.Event(time: (Int64(Self.time) + 1) * 1_000, name: "first byte")])
    }

    @Test(
        "ids are padded, and a kind that is missing or null is that of work within a service",
        arguments: [
            (#""traceId":"1","id":"2","parentId":null,"kind":null,"tags":{}"#, "1", Span.Kind.internal),
            (
                #""traceId":"463AC35C9F6413AD","id":"2","localEndpoint":null,"parentId":"""#, "463ac35c9f6413ad",
                .internal
            ),
            (#""traceId":"463ac35c9f6413ad","id":"2","kind":"PRODUCER""#, "463ac35c9f6413ad", .producer),
            (#""traceId":"463ac35c9f6413ad","id":"2""#, "463ac35c9f6413ad", .unspecified),
        ])
    func kinds(members: String, trace: String, kind: Span.Kind) throws {
        let span = try #require(try Self.read("{\(members),\"timestamp\":\(Self.time)}").first)
        #expect(span.traceID == TraceID(trace) && span.spanID == SpanID(2) && span.isRoot && span.kind == kind)
        #expect(span.service == SpanResource.noServiceName && span.duration == 0)
    }

    @Test("annotations of the first version give the kind, the times and the service; addresses the other side")
    func firstVersion() throws {
        let host = #""endpoint":{"serviceName":"recorder","ipv4":"10.0.0.2"}"#
        func annotation(_ value: String, _ offset: UInt64) -> String {
            #"{"timestamp":\#(Self.time + offset),"value":"\#(value)",\#(host)}"#
        }
        let spans = try Self.read(
            """
            {\(Self.ids),"name":"upload","annotations":[\(annotation("cr", 90)),\(annotation("cs", 0)),\(annotation("retry", 5))],
            "binaryAnnotations":[{"key":"sa","value":true,"endpoint":{"serviceName":"store","port":9000}},
            {"key":"size","value":"12",\(host)}]}
            """,
            #"{\#(Self.ids),"name":"upload","annotations":[\#(annotation("sr", 20)),\#(annotation("ss", 60))]}"#,
            #"{\#(Self.ids),"name":"index","timestamp":\#(Self.time),"duration":7,"binaryAnnotations":[{"key":"lc","value":"x",\#(host)}]}"#
        )
        #expect(spans.map(\.kind) == [.client, .server, .internal])
        #expect(spans.map { $0.start / 1_000 - Int64(Self.time) } == [0, 20, 0])
        #expect(spans.map { $0.duration / 1_000 } == [90, 40, 7])
        #expect(spans.allSatisfy { $0.service == "recorder" })
        #expect(spans[0].events.map(\.name) == ["retry"] && spans[0]["peer.service"] == .string("store"))
        #expect(spans[0]["size"] == .string("12") && spans[0]["sa"] == nil)
        // A client and a server that share a number are both kept.
        #expect(Set(spans.map(\.spanID)).count == 1)
    }

    @Test(
        "the tag error is the status",
        arguments: [
            ("true", Span.Status.error, ""), ("", .error, ""), ("no space left", .error, "no space left"),
            ("false", .unset, ""),
        ])
    func errors(value: String, status: Span.Status, message: String) throws {
        let span = try #require(
            try Self.read(#"{\#(Self.ids),"timestamp":\#(Self.time),"tags":{"error":"\#(value)"}}"#).first)
        #expect(span.status == status && span.statusMessage == message && span.attributes.isEmpty)
    }

    @Test("what exporters of OpenTelemetry write as tags and annotations becomes what it was")
    func openTelemetry() throws {
        let event =
            #"{\"upload\": {\"attempt\": 2, \"last\": false, \"rate\": 1.5, \"to\": \"a\\u00e4\", \"list\": [1, 2]}}"#
        let tags =
            #""service.name":"uploader","telemetry.sdk.language":"python","camera":"c1","otel.library.name":"lib","#
            + #""otel.scope.name":"lib","otel.scope.version":"1.0","otel.status_code":"ERROR","error":"disk full","#
            + #""otel.dropped_events_count":"3""#
        let text =
            #"{\#(Self.ids),"timestamp":\#(Self.time),"localEndpoint":{"serviceName":"uploader"},"tags":{\#(tags)},"#
            + #""annotations":[{"timestamp":\#(Self.time),"value":"\#(event)"},{"timestamp":1,"value":"{not json"}]}"#
        let spans = try ZipkinSpans(json: Array("[\(text),\(text)]".utf8))
        let span = spans.batch.span(1)
        #expect(span.scope == SpanScope(name: "lib", version: "1.0") && spans.batch.resources.count == 1)
        #expect(
            span.resource.attributes == [
                SpanAttribute("service.name", .string("uploader")),
                SpanAttribute("telemetry.sdk.language", .string("python")),
            ])
        #expect(span.status == .error && span.statusMessage == "disk full" && span.droppedEvents == 3)
        #expect(span.attributes == [SpanAttribute("camera", .string("c1"))])
        #expect(span.events.map(\.name) == ["upload", "{not json"])
        #expect(
            span.events.first?.attributes == [
                SpanAttribute("attempt", .integer(2)), SpanAttribute("last", .boolean(false)),
                SpanAttribute("rate", .number(1.5)), SpanAttribute("to", .string("aä")),
                SpanAttribute("list", .json("[1,2]")),
            ])
    }

    @Test("spans of services in turn keep each their own")
    func services() throws {
        func span(_ service: String) -> String {
            #"{\#(Self.ids),"timestamp":\#(Self.time),"localEndpoint":{"serviceName":"\#(service)"}}"#
        }
        let spans = try Self.read(span("a"), span("b"), #"{\#(Self.ids)}"#, span("b"), span("a"))
        #expect(spans.map(\.service) == ["a", "b", "b", "a"])
    }

    @Test(
        "a span without ids or times is rejected and told; its neighbours are kept",
        arguments: [
            ids, #""traceId":"1","timestamp":1800000000000000"#,
            #""traceId":"x","id":"2","timestamp":1800000000000000"#,
            #""traceId":"0","id":"2","timestamp":1800000000000000"#,
            ids + #","parentId":"+1","timestamp":1800000000000000"#,
            ids + #","timestamp":1800000000"#, ids + #","timestamp":18446744073709551615"#,
            ids + #","timestamp":1800000000000000,"duration":18446744073709551615"#,
        ])
    func rejected(members: String) throws {
        let good = #"{\#(Self.ids),"timestamp":\#(Self.time),"tags":{"a":"b"}}"#
        let spans = try ZipkinSpans(json: Array("[\(good),{\(members),\"tags\":{\"c\":\"d\\n\"}},\(good)]".utf8))
        #expect(spans.batch.spans.count == 2 && spans.rejected == 1 && spans.reasons.count == 1)
        #expect(spans.batch.attributes.map { spans.batch.text($0.key) } == ["a", "a"])
    }

    @Test(
        "what is no list of spans is an error", arguments: ["", "{}", "[", "[{}", #"[{"traceId":}]"#, "[] x", "[1,]"])
    func errors(text: String) {
        #expect(throws: ZipkinError.self) { try ZipkinSpans(json: Array(text.utf8)) }
    }

    @Test("credentials in tags, annotations and names are hidden")
    func redaction() throws {
        let span = try #require(
            try Self.read(
                #"{\#(Self.ids),"timestamp":\#(Self.time),"name":"open rtsp://a:topsecret@cam/1","#
                    + #""tags":{"http.url":"http:\/\/u:topsecret@h\/x","error":"cannot open rtsp://a:topsecret@cam"},"#
                    + #""annotations":[{"timestamp":1,"value":"rtsp://a:topsecret@cam"},"#
                    + #"{"timestamp":1,"value":"{\"e\":{\"l\":[\"rtsp:\\/\\/a:topsecret@cam\"]}}"}]}"#
            ).first)
        #expect(!"\(span)".contains("topsecret") && span.statusMessage.hasPrefix("cannot open rtsp://"))
        #expect(span["http.url"] == .string("http://xxxxx:xxxxx@h/x"))
    }
}
