import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Listening
import Model
import NIOCore
import OTLPHTTP
import OTLPReceiver
import Synchronization
import Testing

@Suite("OTLP's door for spans")
struct OTLPTracesAPITests {
    /// Keeps what it is given, or fails.
    private final class Appender: SpanAppender {
        struct Full: Error, CustomStringConvertible { let description = "no space left on the disk" }

        let isBroken: Bool
        private let spans = Mutex<[Span]>([])

        init(isBroken: Bool = false) { self.isBroken = isBroken }

        var kept: [Span] { spans.withLock { $0 } }

        func append(_ batch: SpanBatch) throws {
            if isBroken { throw Full() }
            spans.withLock { $0 += batch.spans.indices.map { batch.span($0) } }
        }
    }

    private static let good =
        #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"read","#
        + #""startTimeUnixNano":"1800000000000000000","endTimeUnixNano":"1800000000000000001"}"#

    private static func request(_ spans: String) -> ByteBuffer {
        ByteBuffer(string: #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(spans)]}]}]}"#)
    }

    private func post(
        _ body: ByteBuffer, type: String = "application/json", path: String = "/v1/traces", to appender: Appender,
        _ doors: TraceDoors = TraceDoors()
    ) async throws -> RouterClient.Reply {
        let router = Routers.make()
        let receiver = OTLPReceiver(
            samples: NoSamples(), events: NoEvents(), spans: appender, logDoors: LogDoors(), traceDoors: doors)
        OTLPAPI(receiver: receiver, lanes: MessageLanes()).addRoutes(to: router)
        return try await RouterClient(router).send(.post, path, headers: [.contentType: type], body: body)
    }

    @Test("takes spans at both of its paths, and counts them", arguments: ["/v1/traces", "/otlp/v1/traces"])
    func takes(path: String) async throws {
        let (appender, doors) = (Appender(), TraceDoors())
        let body = Self.request(Self.good)
        let reply = try await post(body, path: path, to: appender, doors)
        #expect(reply.status == 200 && reply.text == "{}")
        #expect(appender.kept.map(\.name) == ["read"])
        #expect(doors.families.flatMap(\.points).map(\.value) == [1, Double(body.readableBytes), 0, 0])
        #expect(try await post(ByteBuffer(), type: "application/x-protobuf", path: path, to: appender).status == 200)
    }

    @Test("says how many spans had no ids, and keeps the others")
    func partialSuccess() async throws {
        let (appender, doors) = (Appender(), TraceDoors())
        let reply = try await post(Self.request(#"{"name":"x"},\#(Self.good)"#), to: appender, doors)
        #expect(reply.status == 200 && appender.kept.count == 1)
        #expect(
            reply.text.hasPrefix(#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"a span has no trace id"#))
        #expect(doors.families.flatMap(\.points).map(\.value).suffix(2) == [1, 0])
    }

    @Test("tells of what was left out of a span that was taken")
    func warning() async throws {
        let (appender, doors) = (Appender(), TraceDoors())
        let nameless = Self.good.dropLast() + #","attributes":[{"key":"","value":{"stringValue":"x"}}]}"#
        let reply = try await post(Self.request(String(nameless)), to: appender, doors)
        #expect(reply.status == 200 && appender.kept.count == 1)
        #expect(
            reply.text.hasPrefix(#"{"partialSuccess":{"rejectedSpans":"0","errorMessage":"an attribute has no name"#),
            "\(reply.text)")
        #expect(doors.families.flatMap(\.points).map(\.value).suffix(2) == [0, 0])
    }

    @Test("asks the sender to come again where the store failed, and refuses for good what it cannot read")
    func refusals() async throws {
        let doors = TraceDoors()
        #expect(try await post(Self.request(Self.good), to: Appender(isBroken: true), doors).status == 503)
        #expect(try await post(ByteBuffer(string: "{"), to: Appender(), doors).status == 400)
        let damaged = ByteBuffer(bytes: [0x0a, 5, 1])
        #expect(try await post(damaged, type: "application/x-protobuf", to: Appender(), doors).status == 400)
        #expect(try await post(ByteBuffer(string: "x"), type: "text/plain", to: Appender(), doors).status == 415)
        #expect(doors.families.flatMap(\.points).map(\.value) == [0, 0, 0, 4])
    }
}
