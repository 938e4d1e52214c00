import Base
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

@Suite("OTLP's door for metrics")
struct OTLPMetricsAPITests {
    /// Keeps what it is given, and fails or calls it too old where told to.
    private final class Appender: SampleAppender {
        enum Mood { case well, broken, late }
        struct Full: Error, CustomStringConvertible { let description = "no space left on the disk" }

        private let mood: Mood
        private let names = Mutex<[String]>([])

        init(_ mood: Mood) { self.mood = mood }

        var kept: [String] { names.withLock { $0 } }

        func resolve(_ labels: Labels) throws -> SeriesRef {
            if mood == .broken { throw Full() }
            return names.withLock { names in
                names.append(labels.metricName)
                return SeriesRef(rawValue: UInt32(names.count - 1))
            }
        }

        func append(_ samples: [RefSample]) throws -> AppendOutcome {
            var outcome = AppendOutcome()
            if mood == .late { outcome.tooOld = samples.count } else { outcome.accepted = samples.count }
            return outcome
        }
    }

    private static let gauge = ByteBuffer(
        string: #"{"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"metrics":[{"name":"plates","#
            + #""gauge":{"dataPoints":[{"timeUnixNano":"1700000000000000000","asDouble":1.5}]}}]}]}]}"#)
    private static let json: HTTPFields = [.contentType: "application/json"]

    private func post(
        _ body: ByteBuffer, headers: HTTPFields = json, path: String = "/v1/metrics", to appender: Appender
    ) async throws -> RouterClient.Reply {
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        let receiver = OTLPReceiver(
            samples: appender, events: NoEvents(), spans: NoSpans(), logDoors: LogDoors(), traceDoors: TraceDoors())
        OTLPAPI(receiver: receiver, lanes: MessageLanes()).addRoutes(to: router)
        return try await RouterClient(router).send(.post, path, headers: headers, body: body)
    }

    @Test("takes points at both of its paths", arguments: ["/v1/metrics", "/api/v1/otlp/v1/metrics"])
    func takes(path: String) async throws {
        let appender = Appender(.well)
        let reply = try await post(Self.gauge, path: path, to: appender)
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "application/json")
        #expect(reply.text == "{}")
        #expect(appender.kept.contains("plates"))
    }

    @Test("says how many points the store would not have")
    func partialSuccess() async throws {
        let reply = try await post(Self.gauge, to: Appender(.late))
        #expect(reply.status == 200)
        #expect(reply.text.hasPrefix(#"{"partialSuccess":{"rejectedDataPoints":""#))
        #expect(reply.text.contains("too old"))
    }

    @Test("asks the sender to come again where the store failed")
    func brokenStore() async throws {
        let reply = try await post(Self.gauge, to: Appender(.broken))
        #expect(reply.status == 503)
        #expect(reply.text == #"{"message":"no space left on the disk"}"#)
    }

    @Test(
        "what it cannot read is refused for good",
        arguments: [
            ("text/plain", nil, "{}", 415), ("application/json", "br", "{}", 415),
            ("application/json", nil, "{", 400), ("application/json", "gzip", "no gzip", 400),
            ("application/x-protobuf", nil, "\u{7f}\u{7f}", 400),
        ] as [(String, String?, String, Int)])
    func refusals(type: String, encoding: String?, body: String, status: Int) async throws {
        var headers: HTTPFields = [.contentType: type]
        headers[.contentEncoding] = encoding
        let reply = try await post(ByteBuffer(string: body), headers: headers, to: Appender(.well))
        #expect(reply.status == status)
        #expect(!reply.text.isEmpty)
    }

    @Test("a request over its limit is refused with 413, and another site's page sends nothing")
    func limitAndOrigin() async throws {
        let long = ByteBuffer(repeating: UInt8(ascii: " "), count: MessageLanes.bodyBytesMax + 1)
        #expect(try await post(long, to: Appender(.well)).status == 413)
        let appender = Appender(.well)
        var headers = Self.json
        headers[.origin] = "https://evil.test"
        #expect(try await post(Self.gauge, headers: headers, to: appender).status == 403)
        #expect(appender.kept.isEmpty)
    }
}
