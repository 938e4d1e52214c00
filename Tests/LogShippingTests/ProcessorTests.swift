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
}
