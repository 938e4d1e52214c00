import Base
import Foundation
import LogShipping
import Model
import Patterns
import Synchronization
import TestSupport
import Testing

@Suite("Events of lines")
struct EventTests {
    let directory: TemporaryDirectory
    let path: String
    let sink = MemoryAppender()

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/app.log"
    }

    private func ship(_ text: String, count: Int, _ change: (inout FilebeatInput) throws -> Void = { _ in })
        async throws -> [LogEvent]
    {
        try append(text, to: path)
        let sink = sink
        try await shipper(try input(directory.path + "/*.log", change: change), sink).run { sink.events.count >= count }
        return sink.events
    }

    @Test("have Filebeat's fields")
    func fields() async throws {
        try append("hello rtsp://user:secret@10.0.0.1/x\n", to: path)
        var config = input(directory.path + "/*.log") {
            $0.fields = ["component": "recording"]
            $0.tags = ["vms"]
        }
        config.addHostMetadata = true
        config.hostMetadataUnlessTagged = "forwarded"
        let sink = sink
        try await shipper(config, sink).run { sink.events.count >= 1 }
        let fields = try #require(sink.events.first?.fields)
        #expect(sink.messages == ["hello rtsp://xxxxx:xxxxx@10.0.0.1/x"])
        let expected: [String: LogValue] = [
            "log.file.path": .string(path), "log.offset": .integer(0), "input.type": .string("filestream"),
            "agent.name": .string("host-1"), "agent.version": .string("1.2.3"), "host.name": .string("host-1"),
            "fields.component": .string("recording"), "tags": .array([.string("vms")]),
            "host.hostname": .string("host-1"),
        ]
        for (name, value) in expected { #expect(fields[name] == value, "\(name)") }
        #expect(fields["ecs.version"] != nil && fields["agent.id"] != nil && fields["host.os.type"] == .string("linux"))
        #expect(fields["level"] == nil && fields["log.flags"] == nil)
    }

    @Test("leave out what the filters say")
    func filters() async throws {
        let events = try await ship("a 1\n\nb DEBUG\na DEBUG\nc\na 2\n", count: 2) {
            $0.includeLines = [try Pattern("^[ab]")]
            $0.excludeLines = [try Pattern("DEBUG")]
        }
        #expect(events.map(\.message) == ["a 1", "a 2"])
        // What was left out is not looked at again.
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64)
        #expect(sink.offsets.map(\.offset) == [size])
    }

    @Test("cut lines at the limit")
    func longLines() async throws {
        let long = String(repeating: "x", count: 700_000)
        let events = try await ship("short\n\(long)\nafter\n", count: 3) { $0.maxBytes = 100 }
        #expect(events.map(\.message) == ["short", String(repeating: "x", count: 100), "after"])
        #expect(events[1].fields["log.flags"] == .array([.string("truncated")]))
        #expect(events[2].fields["log.offset"] == .integer(700_007))
    }

    private static let head = #"^\d{4}-\d{2}-\d{2}"#

    private func multiline(_ change: (inout FilebeatInput.Multiline) throws -> Void = { _ in }) throws
        -> FilebeatInput.Multiline
    {
        var multiline = FilebeatInput.Multiline(pattern: try Pattern(Self.head), match: .after)
        multiline.negate = true
        try change(&multiline)
        return multiline
    }

    @Test("join lines, over a restart and by the timeout")
    func joining() async throws {
        let sink = sink
        let config = try input(directory.path + "/*.log") {
            $0.multiline = try multiline { $0.timeout = .milliseconds(600) }
        }
        try append("2026-11-23 a\n  at b\n\n  at c\n2026-11-23 d\n", to: path)
        let shipper = shipper(config, sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first event") { sink.events.isEmpty ? nil : true }
        #expect(sink.messages == ["2026-11-23 a\n  at b\n\n  at c"])
        _ = try await eventually("the second event by the timeout") { sink.events.count > 1 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages.last == "2026-11-23 d")
        #expect(sink.events[0].fields["log.flags"] == .array([.string("multiline")]))
        #expect(sink.events[1].fields["log.flags"] == nil && sink.events[1].fields["log.offset"] == .integer(28))
        try append("2026-11-23 e\n  f\n", to: path)
        try await LogShippingTests.shipper(config, sink, sink.offsets).run { sink.events.count >= 3 }
        #expect(sink.messages.last == "2026-11-23 e\n  f")
    }

    @Test("that are open at the end are read again by the next run, and shipped whole and once")
    func openAtEnd() async throws {
        let sink = sink
        let config = try input(directory.path + "/*.log") { $0.multiline = try multiline { $0.timeout = .seconds(60) } }
        try append("2026-11-23 a\n  b\n2026-11-23 c\n  d\n", to: path)
        try await shipper(config, sink).run { sink.events.count >= 1 }
        #expect(sink.messages == ["2026-11-23 a\n  b"])
        try append("  e\n2026-11-23 f\n", to: path)
        try await shipper(config, sink, sink.offsets).run { sink.events.count >= 2 }
        #expect(sink.messages == ["2026-11-23 a\n  b", "2026-11-23 c\n  d\n  e"])
    }

    @Test("join lines with a limit, a flush pattern, without newlines, and towards the next line")
    func joiningOptions() async throws {
        var events = try await ship("2026-11-23 a\n1\n2\n3\n2026-11-23 b\n2026-11-23 c\n", count: 2) {
            $0.multiline = try multiline {
                $0.maxLines = 2; $0.skipNewline = true
            }
        }
        #expect(events.prefix(2).map(\.message) == ["2026-11-23 a1", "2026-11-23 b"])
        #expect(events[0].fields["log.flags"] == .array([.string("multiline"), .string("truncated")]))
        try FileManager.default.removeItem(atPath: path)
        sink.state.withLock { $0.events = [] }
        events = try await ship("x \\\ny \\\nz\nlast\n", count: 2) {
            $0.multiline = FilebeatInput.Multiline(pattern: try Pattern(#"\\$"#), match: .before)
        }
        #expect(events.map(\.message) == ["x \\\ny \\\nz", "last"])
        try FileManager.default.removeItem(atPath: path)
        sink.state.withLock { $0.events = [] }
        events = try await ship("begin\n1\nend\nstray\n", count: 1) {
            $0.multiline = try multiline {
                $0.flushPattern = try Pattern("^end"); $0.timeout = .seconds(60)
            }
        }
        #expect(events.first?.message == "begin\n1\nend")
    }

    @Test("say what plain lines begin with")
    func facts() async throws {
        let cases: [(line: String, time: String?, level: String?, camera: String?)] = [
            ("2026-11-20T00:00:00.123Z [ERROR] x", "2026-11-20T00:00:00.123Z", "ERROR", nil),
            (
                "2026-11-20 01:00:00,500+0100 [INFO ] [recording-node-1] [cam-017] camera: x",
                "2026-11-20T00:00:00.500Z", "INFO", "cam-017"
            ),
            (
                "[2026-11-20T00:00:00Z] WARNING camera_id=front-1, slow", "2026-11-20T00:00:00.000Z", "WARN",
                "front-1"
            ),
            ("CRITICAL stream camera=cam-3 gone", nil, "FATAL", "cam-3"),
            (
                "10.5.0.1 - joe [20/Nov/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 200", "2026-11-20T00:00:00.000Z", nil,
                nil
            ),
            ("ERROR licence ended 2019-01-01 00:00:00", nil, "ERROR", nil),
            ("ERROR 2026-11-20T00:00:00Z x", "2026-11-20T00:00:00.000Z", "ERROR", nil),
            ("[INFO ] - 2026-11-20T00:00:00Z x", "2026-11-20T00:00:00.000Z", "INFO", nil),
            ("2026-11-20 07:00:00 UTC [12] LOG: x", "2026-11-20T07:00:00.000Z", "INFO", nil),
            ("2026-11-20 07:00:00.250 Z INFO x", "2026-11-20T07:00:00.250Z", "INFO", nil),
            ("2026-11-20 07:00:00 GMT x", "2026-11-20T07:00:00.000Z", nil, nil),
            ("2026-11-20 07:00:00 UTC+7 x", "2026-11-20T00:00:00.000Z", nil, nil),
            ("2026-11-20 07:00:00 +0000 x", "2026-11-20T07:00:00.000Z", nil, nil),
            ("2026-11-20 07:00:00,500 +0700 x", "2026-11-20T00:00:00.500Z", nil, nil),
            ("2026-11-20 07:00:00 +07:00 [info] x", "2026-11-20T00:00:00.000Z", "INFO", nil),
            ("2026-11-20 07:00:00.1 +07 [12] LOG: x", "2026-11-20T00:00:00.100Z", "INFO", nil),
            ("[2026-11-20 07:00:00 -03:30] x", "2026-11-20T10:30:00.000Z", nil, nil),
            ("nothing INFORMATIVE here, 2026-13-45 12:00:00", nil, nil, nil),
        ]
        let before = SystemTimeSource().now()
        let events = try await ship(cases.map { $0.line + "\n" }.joined(), count: cases.count)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for (event, expected) in zip(events, cases) {
            let time = formatter.string(from: Date(timeIntervalSince1970: Double(event.timestamp) / 1_000))
            if let wanted = expected.time {
                #expect(time == wanted, "\(expected.line)")
            } else {
                #expect(event.timestamp >= before)
            }
            #expect(event.fields["level"] == expected.level.map(LogValue.string), "\(expected.line)")
            #expect(event.fields["camera_id"] == expected.camera.map(LogValue.string), "\(expected.line)")
        }
    }

    private static let json =
        #"{"@timestamp":"2026-11-23T12:00:00.250Z","message":"hi","level":"INFO","n":1,"d":1.5,"b":true,"z":null,"#
        + #""o":{"p":{"q":"x"},"r.s":2},"a":[1,"two",{"k":3}],"host":{"name":"other"},"u":"\u00e9\ud83d\ude00 rtsp://a:b@h/"}"#

    @Test("take JSON apart", arguments: [(false, false), (true, false), (true, true)])
    func json(_ isUnderRoot: Bool, _ overwrites: Bool) async throws {
        let events = try await ship(Self.json + "\n", count: 1) {
            var json = FilebeatInput.JSON()
            json.keysUnderRoot = isUnderRoot
            json.overwriteKeys = overwrites
            $0.json = json
        }
        let event = try #require(events.first)
        let prefix = isUnderRoot ? "" : "json."
        let expected: [String: LogValue] = [
            "message": .string("hi"), "n": .integer(1), "d": .double(1.5), "b": .boolean(true), "z": .null,
            "o.p.q": .string("x"),
            "o.r.s": .integer(2), "a": .array([.integer(1), .string("two")]), "a.k": .array([.integer(3)]),
            "u": .string("é\u{1F600} rtsp://xxxxx:xxxxx@h/"),
        ]
        for (name, value) in expected { #expect(event.fields[prefix + name] == value, "\(name)") }
        // Under the root a name that stands there already is kept, as in Filebeat.
        #expect((event.timestamp == 1_795_435_200_250) == (overwrites || !isUnderRoot))
        #expect(event.fields["host.name"] == .string(overwrites ? "other" : "host-1"))
        #expect(event.fields["@timestamp"] == nil)
    }

    static let names: [(line: String, time: Int64?, level: String?, message: String?)] = [
        (#"{"ts":1795669200.123,"severity":"Warning","msg":"a"}"#, 123, "WARN", "a"),
        (#"{"time":1795669200123,"level":30,"msg":"a"}"#, 123, "INFO", "a"),
        (#"{"time":"2026-11-26T05:00:00.123Z","level":50,"name":"bunyan","msg":"a"}"#, 123, "ERROR", "a"),
        (#"{"asctime":"2026-11-26 12:00:00,123","levelname":"CRITICAL","message":"a"}"#, 123, "FATAL", "a"),
        (#"{"@timestamp":"2026-11-26 12:00:00","log":{"level":"warn"},"message":"a"}"#, 0, "WARN", "a"),
        (#"{"timestamp":"2026-11-26T12:00:00+07:00","level":"info","event":"a"}"#, 0, "INFO", "a"),
        (#"{"t":{"$date":"2026-11-26T12:00:00.123+07:00"},"s":"E","msg":"a"}"#, 123, "ERROR", "a"),
        (#"{"log":"a","stream":"stderr","time":"2026-11-26T05:00:00.123456789Z"}"#, 123, nil, "a"),
        (#"{"__REALTIME_TIMESTAMP":"1795669200123456","PRIORITY":"3","MESSAGE":"a"}"#, 123, "ERROR", "a"),
        (#"{"@t":"2026-11-26T05:00:00.123Z","@l":"Error","@m":"a"}"#, 123, "ERROR", "a"),
        (#"{"timestamp":1795669200123456789,"level":"TRACE","message":"a"}"#, 123, "TRACE", "a"),
        (#"{"version":"1.1","timestamp":1795669200.123,"level":4,"short_message":"a"}"#, 123, "WARN", "a"),
        (#"{"event":{"timezone":"+00:00"},"time":"2026-11-26 05:00:00.123","level":"err"}"#, 123, "ERROR", nil),
        (#"{"time":12.5,"level":80,"message":"battery"}"#, nil, nil, "battery"),
        (#"{"level":"high","severity":"error","message":"a"}"#, nil, "high", "a"),
        (#"{"level":["a"],"ts":null,"time":{},"message":"a"}"#, nil, nil, "a"),
    ]

    @Test("of JSON have their time, level and text under whichever name, and the zone of the input", arguments: names)
    func jsonNames(_ line: String, _ milliseconds: Int64?, _ level: String?, _ message: String?) async throws {
        let before = SystemTimeSource().now()
        let events = try await ship(line + "\n", count: 1) {
            var json = FilebeatInput.JSON()
            json.keysUnderRoot = true
            json.overwriteKeys = true
            $0.json = json
            $0.timeZone = "Asia/Ho_Chi_Minh"
        }
        let event = try #require(events.first)
        if let milliseconds {
            #expect(event.timestamp == 1_795_669_200_000 + milliseconds)
        } else {
            #expect(event.timestamp >= before)
        }
        switch event.fields["level"] {
        case .string(let text)?: #expect(text == level)
        default: #expect(level == nil)
        }
        #expect(event.message == message ?? "")
    }

    @Test("keep the level as it was written beside the one that all have")
    func writtenLevel() async throws {
        let events = try await ship("{\"level\":\"warning\"}\n{\"level\":30}\n{\"level\":\"INFO\"}\n", count: 3) {
            var json = FilebeatInput.JSON()
            json.keysUnderRoot = true
            $0.json = json
        }
        #expect(events.map { $0.fields["level"] } == [.string("WARN"), .string("INFO"), .string("INFO")])
        #expect(events.map { $0.fields["log.level"] } == [.string("warning"), .integer(30), nil])
    }

    @Test("what a line calls as the store calls its own stands behind json, and is seen")
    func reservedNames() async throws {
        let events = try await ship("{\"_id\":\"x\",\"_source\":\"{}\",\"n\":1}\n", count: 1) {
            var json = FilebeatInput.JSON()
            json.keysUnderRoot = true
            json.overwriteKeys = true
            $0.json = json
        }
        let fields = try #require(events.first).fields
        #expect(fields["json._id"] == .string("x") && fields["json._source"] == .string("{}"))
        #expect(fields["_id"] == nil && fields["_source"] == nil && fields["n"] == .integer(1))
    }

    @Test("have the zone of their input, else of the site", arguments: [(nil, 0), ("Asia/Tokyo", -7_200_000)])
    func zones(_ ofInput: String?, _ difference: Int64) async throws {
        try append("2026-11-26 12:00:00 x\n2026-11-26 05:00:00 UTC x\n", to: path)
        var config = input(directory.path + "/*.log") { $0.timeZone = ofInput }
        config.timeZone = "Asia/Ho_Chi_Minh"
        let sink = sink
        try await shipper(config, sink).run { sink.events.count >= 2 }
        #expect(sink.events.map { $0.timestamp - 1_795_669_200_000 } == [difference, 0])
    }

    @Test("keep lines that are not JSON, with the reason if asked for", arguments: [false, true])
    func badJSON(_ addsError: Bool) async throws {
        let texts = ["{\"a\":1", "plain", "{\"a\":01x}", "[1]", "{} x", "{\"a\":\"\\q\"}", "{\"a\":1}"]
        let events = try await ship(texts.map { $0 + "\n" }.joined(), count: texts.count) {
            var json = FilebeatInput.JSON()
            json.keysUnderRoot = true
            json.addErrorKey = addsError
            $0.json = json
        }
        #expect(events.dropLast().map(\.message) == texts.dropLast())
        for event in events.dropLast() {
            #expect(event.fields["error.type"] == (addsError ? .string("json") : nil))
            #expect((event.fields["error.message"] != nil) == addsError)
        }
        #expect(events.last?.fields["a"] == .integer(1) && events.last?.fields["error.type"] == nil)
    }

    @Test("join and filter the text of a key of JSON")
    func messageKey() async throws {
        let texts = [
            #"{"log":"2026-11-23 a","s":1}"#, #"{"log":" b","s":2}"#, #"{"log":"2026-11-23 DROP"}"#,
            #"{"log":"2026-11-23 c"}"#, #"{"x":1}"#,
        ]
        let events = try await ship(texts.map { $0 + "\n" }.joined(), count: 2) {
            var json = FilebeatInput.JSON()
            json.keysUnderRoot = true
            json.addErrorKey = true
            json.messageKey = "log"
            $0.json = json
            $0.multiline = try multiline { $0.timeout = .milliseconds(300) }
            $0.excludeLines = [try Pattern("DROP")]
        }
        #expect(events.count == 2)
        #expect(events.map { $0.fields["log"] } == [.string("2026-11-23 a\n b"), .string("2026-11-23 c\n{\"x\":1}")])
        #expect(events.first?.fields["s"] == .integer(2))
    }
}
