import Base
import Codecs
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Listening
import Model
import NIOCore
import Synchronization
import Testing

@testable import LokiHTTP

@Suite("Loki's door for log lines")
struct LokiAPITests {
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

    private static let json: HTTPFields = [.contentType: "application/json"]
    private static let protobuf: HTTPFields = [.contentType: "application/x-protobuf"]

    private func post(
        _ body: ByteBuffer, headers: HTTPFields = json, path: String = "/loki/api/v1/push", to appender: Appender,
        doors: LogDoors = LogDoors()
    ) async throws -> RouterClient.Reply {
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        LokiAPI(appender: appender, doors: doors, lanes: MessageLanes(), isReady: { true }).addRoutes(to: router)
        return try await RouterClient(router).send(.post, path, headers: headers, body: body)
    }

    private func events(_ json: String) async throws -> [LogEvent] {
        let appender = Appender()
        let reply = try await post(ByteBuffer(string: json), to: appender)
        #expect(reply.status == 204, "\(reply.text)")
        return appender.kept
    }

    private static func stream(_ labels: String, _ values: String) -> String {
        #"{"streams":[{"stream":{\#(labels)},"values":[\#(values)]}]}"#
    }

    @Test("labels and metadata are fields under their own names, and the line is the message")
    func fields() async throws {
        let events = try await events(
            Self.stream(
                #""component":"recording","message":"label","host":"n1""#,
                #"["1700000000123456789","camera 7 lost",{"trace_id":"ab","host":"other"}],["1700000000000000000",""]"#)
        )
        #expect(events.map(\.timestamp) == [1_700_000_000_123, 1_700_000_000_000])
        #expect(events.map(\.message) == ["camera 7 lost", ""])
        let first = try #require(events.first)
        for (name, value) in [
            "component": "recording", "labels.message": "label", "host": "n1", "trace_id": "ab",
            "metadata.host": "other",
        ] { #expect(first[name] == .string(value), "\(name)") }
    }

    @Test(
        "the level is that of a label, of the metadata, or of the line",
        arguments: [
            (#""level":"warning""#, "x", "{}", "WARN"), (#""severity":"err""#, "x", "{}", "ERROR"),
            ("", "x", #"{"level":"debug"}"#, "DEBUG"), ("", "x", #"{"detected_level":"critical"}"#, "FATAL"),
            ("", "ERROR camera 7", #"{"detected_level":"unknown"}"#, "ERROR"), ("", "level=info msg=x", "{}", "INFO"),
            (#""app":"x""#, "nothing", "{}", nil),
        ] as [(String, String, String, String?)])
    func levels(labels: String, line: String, metadata: String, level: String?) async throws {
        let events = try await events(Self.stream(labels, #"["1700000000000000000","\#(line)",\#(metadata)]"#))
        #expect(events.first?.fields["level"] == level.map { .string($0) })
    }

    @Test("no password of an address is stored")
    func redaction() async throws {
        let events = try await events(
            Self.stream(
                #""url":"rtsp://a:secret@cam""#, #"["1","open rtsp://a:secret@cam/1",{"u":"http://a:secret@h"}]"#))
        #expect(!"\(events)".contains("secret"))
    }

    @Test("protobuf in snappy is read, with Go's escapes in labels")
    func protobuf() async throws {
        let push = PushWriter.push([
            (
                #"{component="db", path="C:\\x \"q\" é\t\x41", raw=`a\b`}"#,
                [(1_700_000_000, 5_000_000, "line", ["k": "v"])]
            )
        ])
        let appender = Appender()
        let reply = try await post(ByteBuffer(bytes: Snappy.compress(push)), headers: Self.protobuf, to: appender)
        #expect(reply.status == 204, "\(reply.text)")
        let event = try #require(appender.kept.first)
        #expect(event.timestamp == 1_700_000_000_005 && event.message == "line")
        #expect(event["component"] == .string("db") && event["k"] == .string("v"))
        #expect(event["path"] == .string("C:\\x \"q\" é\tA") && event["raw"] == .string("a\\b"))
    }

    @Test("gzipped JSON and the form of the first versions are read")
    func forms() async throws {
        let appender = Appender()
        let old = #"{"streams":[{"labels":"{app=\"x\"}","entries":[{"ts":"2023-11-14T22:13:20.5Z","line":"old"}]}]}"#
        #expect(try await post(ByteBuffer(string: old), path: "/api/prom/push", to: appender).status == 204)
        #expect(appender.kept.first?.timestamp == 1_700_000_000_500 && appender.kept.first?["app"] == .string("x"))
        var headers = Self.json
        headers[.contentEncoding] = "gzip"
        // {"streams":[{"stream":{},"values":[["1","zipped"]]}]}
        let zipped: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 171, 86, 42, 46, 41, 74, 77, 204, 45, 86, 178, 138, 174, 134,
            178, 149, 172, 170, 107, 117, 148, 202, 18, 115, 74, 83, 65, 194, 209, 74, 134, 74, 58, 74, 85, 153,
            5, 5, 169, 41, 74, 177, 177, 181, 177, 181, 0, 171, 45, 108, 33, 53, 0, 0, 0,
        ]
        #expect(try await post(ByteBuffer(bytes: zipped), headers: headers, to: appender).status == 204)
        #expect(appender.kept.last?.message == "zipped")
    }

    @Test("a line that is too long is left out and told, and the others are stored")
    func longLine() async throws {
        let appender = Appender()
        let long = String(repeating: "x", count: LokiPush.Limits.lineBytes + 1)
        let body = Self.stream("", #"["1","\#(long)"],["2","short"]"#)
        let doors = LogDoors()
        let reply = try await post(ByteBuffer(string: body), to: appender, doors: doors)
        #expect(reply.status == 400 && reply.text.contains("1 lines were not stored"))
        #expect(appender.kept.map(\.message) == ["short"])
        let values = doors.families.flatMap(\.points).map(\.value)
        #expect(values == [1, Double(body.utf8.count), 1])
    }

    @Test(
        "what it cannot read is refused for good, with a text",
        arguments: [
            ("text/plain", nil, "{}", 415), ("application/json", "br", "{}", 415), ("application/json", nil, "{", 400),
            ("application/json", nil, "[]", 400), ("application/json", "gzip", "no gzip", 400),
            ("application/json", nil, stream("", #"["soon","x"]"#), 400),
            ("application/json", nil, stream("", #"[1,"x"]"#), 400),
            ("application/json", nil, stream(#""a":1"#, #"["1","x"]"#), 400),
            ("application/json", nil, #"{"streams":[{"labels":"{a=b}","entries":[]}]}"#, 400),
            ("application/json", nil, String(repeating: "[", count: 100_000), 400),
            ("application/x-protobuf", nil, "\u{7f}\u{7f}", 400),
            ("application/x-protobuf", "gzip", "", 415),
        ] as [(String, String?, String, Int)])
    func refusals(type: String, encoding: String?, body: String, status: Int) async throws {
        var headers: HTTPFields = [.contentType: type]
        headers[.contentEncoding] = encoding
        let appender = Appender()
        let reply = try await post(ByteBuffer(string: body), headers: headers, to: appender)
        #expect(reply.status == status, "\(reply.text)")
        #expect(!reply.text.isEmpty && appender.kept.isEmpty)
    }

    @Test("the sender is asked to come again where the store failed")
    func broken() async throws {
        let reply = try await post(
            ByteBuffer(string: Self.stream("", #"["1","x"]"#)), to: Appender(isBroken: true))
        #expect(reply.status == 503 && reply.headers[.retryAfter] == "1" && reply.text.contains("no space left"))
    }

    @Test("a block that says it would be huge is refused unread, and so are too many streams")
    func bombs() async throws {
        var block: [UInt8] = []
        block.appendVarint(UInt64(1) << 31)
        #expect(try await post(ByteBuffer(bytes: block), headers: Self.protobuf, to: Appender()).status == 413)
        let many = PushWriter.push(Array(repeating: ("{}", []), count: LokiPush.Limits.streams + 1))
        let reply = try await post(
            ByteBuffer(bytes: Snappy.compress(many)), headers: Self.protobuf, to: Appender())
        #expect(reply.status == 400 && reply.text.contains("smaller batches"))
    }
}

/// Writes `logproto.PushRequest`, by its definition.
enum PushWriter {
    typealias Entry = (seconds: Int64, nanoseconds: Int64, line: String, metadata: [String: String])

    static func push(_ streams: [(labels: String, entries: [Entry])]) -> [UInt8] {
        streams.reduce(into: []) { bytes, stream in
            var content: [UInt8] = []
            add(1, Array(stream.labels.utf8), to: &content)
            for entry in stream.entries { add(2, self.entry(entry), to: &content) }
            add(1, content, to: &bytes)
        }
    }

    private static func entry(_ entry: Entry) -> [UInt8] {
        var time: [UInt8] = [1 << 3]
        time.appendVarint(UInt64(bitPattern: entry.seconds))
        time.append(2 << 3)
        time.appendVarint(UInt64(bitPattern: entry.nanoseconds))
        var bytes: [UInt8] = []
        add(1, time, to: &bytes)
        add(2, Array(entry.line.utf8), to: &bytes)
        for (name, value) in entry.metadata.sorted(by: { $0.key < $1.key }) {
            var pair: [UInt8] = []
            add(1, Array(name.utf8), to: &pair)
            add(2, Array(value.utf8), to: &pair)
            add(3, pair, to: &bytes)
        }
        return bytes
    }

    private static func add(_ field: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(field << 3 | 2)
        bytes.appendCounted(content)
    }
}
