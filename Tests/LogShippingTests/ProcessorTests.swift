import ConfigText
import Foundation
import LogShipping
import Model
import TestSupport
import Testing

/// `filebeat.yml` as a person writes it, to the events that are stored.
@Suite("Processors")
struct ProcessorTests {
    private func ship(_ processors: String, _ lines: [String], input: String = "") async throws -> [LogEvent] {
        let folder = try TemporaryDirectory()
        try folder.write("logs/a.log", (lines + ["the end"]).map { $0 + "\n" }.joined())
        let text = """
            filebeat.inputs:
              - { type: filestream, id: a, paths: ['\(folder.path)/logs/*.log'], fields: { site: hcm }, tags: [vms]\(input) }
            processors: \(processors)

            """
        let config = try #require(filebeat(text).config)
        try #require(config.refused.isEmpty, "\(config.refused)")
        let sink = MemoryAppender()
        try await shipper(config, sink).run { sink.messages.last == "the end" }
        return sink.events.dropLast()
    }

    static let conditions: [(condition: String, kept: [String])] = [
        ("contains.message: 'password='", ["GET /a 200", "user=joe"]),
        ("regexp.message: 'pass(word|code)?='", ["GET /a 200", "user=joe"]),
        ("equals.message: user=joe", ["password=hunter2", "GET /a 200"]),
        ("contains.tags: vms", []),
        ("equals: {fields.site: hcm, message: user=joe}", ["password=hunter2", "GET /a 200"]),
        ("equals.fields.site: other", ["password=hunter2", "GET /a 200", "user=joe"]),
        ("has_fields: [log.file]", []),
        ("has_fields: [log.file, nothing]", ["password=hunter2", "GET /a 200", "user=joe"]),
        ("range: {log.offset: {gte: 1, lt: 20}}", ["password=hunter2", "user=joe"]),
        ("range.log.offset.gt: 0", ["password=hunter2"]),
        ("not.contains.message: password", ["password=hunter2"]),
        ("or: [{contains.message: GET}, {contains.message: joe}]", ["password=hunter2"]),
        (
            "and: [{contains.message: user}, {not.contains.message: joe}]",
            ["password=hunter2", "GET /a 200", "user=joe"]
        ),
        ("equals.nothing: ''", ["password=hunter2", "GET /a 200", "user=joe"]),
    ]

    @Test("drop what their condition says, and nothing else", arguments: conditions)
    func drop(_ condition: String, _ kept: [String]) async throws {
        let lines = ["password=hunter2", "GET /a 200", "user=joe"]
        let wanted = condition.hasPrefix("not") || condition.contains("tags") || condition.contains("log.")
        // The last line ends the test and must be kept, also where nearly all are dropped.
        let all = wanted ? "{and: [{not.equals.message: the end}, {\(condition)}]}" : "{\(condition)}"
        let global = try await ship("[{drop_event.when: \(all)}]", lines)
        #expect(global.map(\.message) == kept)
        let own = try await ship("[]", lines, input: ", processors: [{drop_event.when: \(all)}]")
        #expect(own.map(\.message) == kept)
    }

    @Test("see a credential in an address before it is left out")
    func addresses() async throws {
        let lines = ["open rtsp://admin:opensesame@10.0.0.1/s", "open rtsp://guard:other@10.0.0.2/s"]
        let events = try await ship("[{drop_event.when.contains.message: 'admin:opensesame'}]", lines)
        #expect(events.count == 1 && events.first?.message.contains("10.0.0.2") == true)
        #expect(events.first?.message.contains("other@") == false)
    }

    @Test("take fields and parts of texts away, one after the other")
    func changes() async throws {
        let processors = """
            [{replace.fields: [{field: message, pattern: 'token=(\\w{2})\\w*', replacement: 'token=${1}…'}]},
             {truncate_fields: {fields: [message], max_bytes: 12}}, {drop_fields.fields: [log, '/^ag/', host.name]},
             {add_tags.tags: [clean]}, {add_fields: {target: '', fields: {checked: yes}}},
             {if.contains.message: second, then: {drop_fields.fields: [input]}, else: [{add_labels.labels: {k: v}}]}]
            """
        let events = try await ship(processors, ["x token=abcdef token=ghijkl and more", "second é"])
        #expect(events.map(\.message) == ["x token=ab", "second é"])
        for event in events {
            #expect(!event.fields.keys.contains { $0.hasPrefix("log.") || $0.hasPrefix("agent.") || $0 == "host.name" })
            #expect(event.fields["tags"] == .array([.string("vms"), .string("clean")]))
            #expect(event.fields["checked"] != nil)
        }
        #expect(events.map { $0.fields["labels.k"] } == [.string("v"), nil])
        #expect(events.map { $0.fields["input.type"] == nil } == [false, true])
    }

    @Test("keep the named fields alone")
    func include() async throws {
        let events = try await ship("[{include_fields.fields: [message, fields]}]", ["a"])
        #expect(events.first.map { Set($0.fields.keys) } == ["message", "fields.site"])
    }

    @Test("look at the keys of JSON")
    func json() async throws {
        let lines = [#"{"level":"debug","n":5,"ok":true,"message":"a"}"#, #"{"level":"info","n":7,"message":"b"}"#]
        let parsers = ", parsers: [{ndjson: {target: '', overwrite_keys: true}}]"
        for condition in ["equals.level: debug", "equals.n: 5", "equals.ok: true", "range.n.lte: 6"] {
            let events = try await ship("[{drop_event.when.\(condition)}]", lines, input: parsers)
            #expect(events.map(\.message) == ["b"], "\(condition)")
        }
    }

    /// Of a field that is not there.
    private static let absent = LogValue.string("(absent)")

    static let decoding: [(processors: String, line: String, wanted: [String: LogValue])] = [
        (
            "[{decode_json_fields: {fields: [message], target: ''}}]", #"{"user":"joe","n":7,"message":"hi"}"#,
            ["user": .string("joe"), "n": .integer(7), "message": .string(#"{"user":"joe","n":7,"message":"hi"}"#)]
        ),
        (
            "[{decode_json_fields: {fields: [message], target: '', overwrite_keys: true}}]", #"{"message":"hi"}"#,
            ["message": .string("hi")]
        ),
        (
            "[{decode_json_fields: {fields: [message]}}]", #"{"a":{"b":1}}"#,
            ["message.a.b": .integer(1), "message": absent]
        ),
        (
            "[{decode_json_fields: {fields: [message], target: x, max_depth: 2}}]",
            #"{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}"#,
            ["x.a.b": .string(#"{"c":1}"#)]
        ),
        (
            "[{decode_json_fields: {fields: [message], add_error_key: true}}]", "{bad",
            ["message": .string("{bad"), "error.field": .string("message")]
        ),
        (
            "[{decode_json_fields: {fields: [message], target: ''}}, {drop_fields: {fields: [password, message]}}]",
            #"{"password":"hunter2","user":"joe"}"#,
            ["password": absent, "message": absent, "user": .string("joe")]
        ),
        (
            "[{rename: {fields: [{from: fields.site, to: site}, {from: log, to: source}]}}]", "a",
            ["site": .string("hcm"), "fields.site": absent, "source.offset": .integer(0), "log.offset": absent]
        ),
        (
            "[{rename: {fields: [{from: fields.site, to: site}, {from: none, to: b}]}}]", "a",
            [
                "site": absent, "fields.site": .string("hcm"),
                "error.message": .string("Failed to rename fields in processor: the field none is not there"),
            ]
        ),
        (
            "[{rename: {ignore_missing: true, fields: [{from: none, to: b}]}}, "
                + "{copy_fields: {fields: [{from: message, to: event.original}]}}]", "a",
            ["event.original": .string("a"), "message": .string("a"), "error.message": absent]
        ),
        (
            "[{dissect: {tokenizer: '%{ip} - %{user} [%{?skipped}] \"%{verb} %{path}\" %{code|integer}'}}]",
            #"10.0.0.1 - joe [x] "GET /a b" 200"#,
            [
                "dissect.ip": .string("10.0.0.1"), "dissect.verb": .string("GET"), "dissect.path": .string("/a b"),
                "dissect.code": .integer(200), "dissect.skipped": absent,
            ]
        ),
        (
            "[{dissect: {tokenizer: '%{+t/2} %{+t/1} %{level->} %{*k}=%{&k}', target_prefix: ''}}]", "a b ERROR   x=y",
            ["t": .string("b a"), "level": .string("ERROR"), "x": .string("y")]
        ),
        (
            "[{dissect: {tokenizer: '%{a#2}%{b}', target_prefix: p, trim_values: all}}]", "xy z ",
            ["p.a": .string("xy"), "p.b": .string("z")]
        ),
        ("[{dissect: {tokenizer: '%{a}|%{b}'}}]", "x", ["log.flags": .array([.string("dissect_parsing_error")])]),
        (
            "[{dissect: {tokenizer: '%{a} %{n}'}}, {convert: {fields: [{from: dissect.n, to: n, type: long}], mode: rename}}]",
            "x 0x10", ["n": .integer(16), "dissect.n": absent]
        ),
        (
            "[{convert: {fields: [{from: message, type: ip}]}}]", "nowhere",
            ["error.message": .string("convert: the field message is not of the type ip")]
        ),
        ("[{convert: {fields: [{from: message, type: boolean}]}}]", "true", ["message": .boolean(true)]),
        ("[{urldecode: {fields: [{from: message, to: path}]}}]", "/a%20b+c", ["path": .string("/a b c")]),
        ("[{decode_base64_field: {field: {from: message, to: plain}}}]", "aGk=", ["plain": .string("hi")]),
        (
            "[{decode_csv_fields: {fields: {message: row}}}, {extract_array: {field: row, mappings: {b: 1, c: 2}}}]",
            #"x,"y ""z""",w"#, ["b": .string(#"y "z""#), "c": .string("w")]
        ),
        (
            "[{syslog: {field: message}}]", "<11>Nov 26 05:00:00 cam-host recd[7]: boom",
            [
                "message": .string("boom"), "log.syslog.hostname": .string("cam-host"), "level": .string("ERROR"),
                "log.syslog.procid": .string("7"),
            ]
        ),
        (
            "[{dissect: {tokenizer: '%{level} %{rest}', target_prefix: ''}}]", "warning x",
            ["level": .string("WARN"), "log.level": .string("warning")]
        ),
    ]

    @Test("decode, take apart and rename", arguments: decoding.indices)
    func decode(_ index: Int) async throws {
        let (processors, line, wanted) = Self.decoding[index]
        let events = try await ship(Self.exceptEnd(processors), [line])
        let event = try #require(events.first)
        for (name, value) in wanted {
            #expect(event.fields[name] ?? Self.absent == value, "\(name) of \(event.fields)")
        }
    }

    /// The processors for all lines but the one that ends the test.
    private static func exceptEnd(_ processors: String) -> String {
        "[{if.equals.message: the end, then: [{add_tags.tags: [end]}], else: \(processors)}]"
    }

    static let times: [(layouts: String, text: String, time: Int64?)] = [
        ("['2006-01-02 15:04:05']", "2026-11-26 12:00:00", 1_795_669_200_000),
        ("['2006-01-02 15:04:05.000 -0700']", "2026-11-26 05:00:00.250 +0000", 1_795_669_200_250),
        ("['02/Jan/2006:15:04:05 -0700']", "26/Nov/2026:05:00:00 +0000", 1_795_669_200_000),
        ("['2006-01-02T15:04:05Z07:00']", "2026-11-26T05:00:00.5Z", 1_795_669_200_500),
        ("['Mon Jan _2 15:04:05 2006', 'Jan 2, 2006 3:04:05 PM']", "Nov 26, 2026 12:00:00 PM", 1_795_669_200_000),
        ("[UNIX]", "1795669200", 1_795_669_200_000), ("[UNIX_MS]", "1795669200123", 1_795_669_200_123),
        ("['06-002 15:04']", "26-330 12:00", 1_795_669_200_000), ("['2006-01-02']", "26.11.2026", nil),
        ("['2006-01-02']", "2026-11-26 x", nil), ("['2006-01-02']", "2026-02-30", nil),
    ]

    @Test("read the time of a field by its layouts, in their zone", arguments: times)
    func timestamp(_ layouts: String, _ text: String, _ time: Int64?) async throws {
        let processors = "[{timestamp: {field: message, layouts: \(layouts), timezone: Asia/Ho_Chi_Minh}}]"
        let event = try #require(try await ship(Self.exceptEnd(processors), [text]).first)
        if let time { #expect(event.timestamp == time) }
        #expect((event.fields["error.message"] == nil) == (time != nil))
    }

    @Test("write a time into another field to the millisecond")
    func timestampText() async throws {
        let processors = "[{timestamp: {field: message, layouts: [UNIX_MS], target_field: at}}]"
        let lines = (520..<530).map { "1795862854\($0)" }
        let events = try await ship(Self.exceptEnd(processors), lines)
        let texts = (520..<530).map { LogValue.string("2026-11-28T10:47:34.\($0)Z") }
        #expect(events.compactMap { $0.fields["at"] } == texts)
    }

    @Test("know networks by name and by range")
    func networks() async throws {
        let lines = ["10.1.2.3", "8.8.8.8", "192.168.1.7", "::1", "2001:db8::1", "nothing", "127.0.0.1", "172.32.0.1"]
        let cases = [
            ("private", ["10.1.2.3", "192.168.1.7"]), ("loopback", ["::1", "127.0.0.1"]),
            ("[10.0.0.0/8, '2001:db8::/32']", ["10.1.2.3", "2001:db8::1"]),
            ("public", ["8.8.8.8", "2001:db8::1", "172.32.0.1"]), ("172.32.0.0/15", ["172.32.0.1"]),
        ]
        for (network, dropped) in cases {
            let events = try await ship("[{drop_event.when.network.message: \(network)}]", lines)
            #expect(events.map(\.message) == lines.filter { !dropped.contains($0) }, "\(network)")
        }
    }

    @Test("see the level and the camera of a line of text in their conditions, and may name such fields themselves")
    func facts() async throws {
        let lines = ["2026-11-26 05:00:00 DEBUG a", "2026-11-26 05:00:00 [ERROR] camera_id=7 b"]
        let events = try await ship("[{drop_event.when.equals.level: DEBUG}]", lines)
        #expect(events.map { $0.fields["camera_id"] } == [.string("7")])
        let others = try await ship("[{drop_fields.fields: [level]}]", lines)
        #expect(others.map { $0.fields["level"] } == [nil, nil])
    }
}
