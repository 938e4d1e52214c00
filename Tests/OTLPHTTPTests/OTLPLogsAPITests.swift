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

@Suite("OTLP's door for logs")
struct OTLPLogsAPITests {
    /// Keeps what it is given, or fails.
    private final class Appender: LogAppender {
        struct Full: Error, CustomStringConvertible { let description = "no space left on the disk" }

        let isBroken: Bool
        private let events = Mutex<[LogEvent]>([])

        init(isBroken: Bool = false) { self.isBroken = isBroken }

        var kept: [LogEvent] { events.withLock { $0 } }

        func append(_ events: [LogEvent], offset: TailOffset?) throws {
            if isBroken { throw Full() }
            self.events.withLock { $0 += events }
        }
    }

    private static func request(_ record: String) -> ByteBuffer {
        ByteBuffer(string: #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[\#(record)]}]}]}"#)
    }

    private func post(
        _ body: ByteBuffer, type: String = "application/json", path: String = "/v1/logs", to appender: Appender,
        _ doors: LogDoors = LogDoors()
    ) async throws -> RouterClient.Reply {
        let router = Routers.make()
        let receiver = OTLPReceiver(
            samples: NoSamples(), events: appender, spans: NoSpans(), logDoors: doors, traceDoors: TraceDoors())
        OTLPAPI(receiver: receiver, lanes: MessageLanes()).addRoutes(to: router)
        return try await RouterClient(router).send(.post, path, headers: [.contentType: type], body: body)
    }

    @Test("takes records at both of its paths, and counts them", arguments: ["/v1/logs", "/otlp/v1/logs"])
    func takes(path: String) async throws {
        let (appender, doors) = (Appender(), LogDoors())
        let body = Self.request(#"{"severityText":"err","body":{"stringValue":"lost"}}"#)
        let reply = try await post(body, path: path, to: appender, doors)
        #expect(reply.status == 200 && reply.text == "{}")
        #expect(appender.kept.map(\.message) == ["lost"])
        #expect(appender.kept.first?.fields["level"] == .string("ERROR"))
        #expect(doors.families.flatMap(\.points).map(\.value) == [1, Double(body.readableBytes), 0])
    }

    @Test("says how many records were too long")
    func partialSuccess() async throws {
        let long = String(repeating: "x", count: 1 << 20 | 1)
        let reply = try await post(Self.request(#"{"body":{"stringValue":"\#(long)"}}"#), to: Appender())
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix(#"{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"a record's body"#))
    }

    @Test("asks the sender to come again where the store failed, and refuses for good what it cannot read")
    func refusals() async throws {
        let doors = LogDoors()
        #expect(try await post(Self.request("{}"), to: Appender(isBroken: true), doors).status == 503)
        #expect(try await post(ByteBuffer(string: "{"), to: Appender(), doors).status == 400)
        let text = try await post(ByteBuffer(string: "x"), type: "text/plain", to: Appender(), doors)
        #expect(text.status == 415)
        #expect(doors.families.flatMap(\.points).map(\.value) == [0, 0, 3])
    }
}

/// Takes no samples.
struct NoSamples: SampleAppender {
    func resolve(_ labels: Labels) throws -> SeriesRef { SeriesRef(rawValue: 0) }
    func append(_ samples: [RefSample]) throws -> AppendOutcome { AppendOutcome() }
}

/// Takes no events.
struct NoEvents: LogAppender {
    func append(_ events: [LogEvent], offset: TailOffset?) throws {}
}

/// Takes no spans.
struct NoSpans: SpanAppender {
    func append(_ batch: SpanBatch) throws {}
}
