import ConfigText
import LogShipping
import Testing

@Suite("Processors of filebeat.yml")
struct FilebeatProcessorTests {
    private func config(_ processors: String, input: String = "") throws -> FilebeatConfig {
        let text = """
            filebeat.inputs:
              - { type: filestream, id: first, paths: [/var/log/a.log]\(input) }
              - { type: filestream, id: second, paths: [/var/log/b.log] }
            processors: \(processors)

            """
        return try #require(filebeat(text).config)
    }

    /// What takes something away and cannot be done as it is written.
    static let wrong = [
        ("[{drop_event: ~}]", "no settings"),
        ("[{drop_event: {}}]", "no condition"),
        ("[{drop_event.when.network.source.ip: private}]", "the condition network is not done here"),
        ("[{drop_event.when.contians.message: a}]", "did you mean contains?"),
        ("[{drop_event.when: {contains.message: a, equals.level: b}}]", "2 conditions"),
        ("[{drop_event.when.regexp.message: '('}]", "not a pattern"),
        ("[{drop_event.when.range.http.code: 400}]", "no bound"),
        ("[{drop_event.when.contains.message: [a, b]}]", "must be a text"),
        ("[{drop_event.when.or: [{contains.message: a}, {network.ip: private}]}]", "network"),
        ("[{drop_event.when.not.has_field: [a]}]", "did you mean has_fields?"),
        ("[{drop_event.when.equals: ~}]", "names no field"),
        ("[{drop_event.when.contains: {}}]", "names no field"),
        ("[{drop_event.when.and: []}]", "is empty"),
        ("[{drop_event.when.not.or: ~}]", "is empty"),
        ("[{drop_event.when.has_fields: []}]", "is empty"),
        ("[{drop_event.when: ~}]", "no condition"),
        ("[{drop_evnt.when.contains.message: a}]", "did you mean drop_event?"),
        ("[{drop_fields: {}}]", "no fields"),
        ("[{drop_fields.fields: ['/(/']}]", "not a pattern"),
        ("[{truncate_fields: {fields: [message]}}]", "one length"),
        ("[{replace.fields: [{field: message, replacement: x}]}]", "no pattern"),
        ("[{script: {lang: javascript, source: x}}]", "script is not done here"),
        (
            "[{decode_json_fields.fields: [message]}, {drop_event.when.equals.level: debug}]",
            "behind decode_json_fields"
        ),
        ("[{if.equals.level: debug, then: [{drop_event.when.network.ip: private}]}]", "network"),
    ]

    @Test("start no input where one cannot be done, and the rest of the site goes on", arguments: wrong)
    func refused(_ processors: String, _ reason: String) throws {
        let config = try config(processors)
        #expect(config.inputs.isEmpty && config.refused.map(\.id) == ["first", "second"])
        #expect(config.refused.first?.reason.contains(reason) == true, "\(config.refused)")
    }

    @Test("of one input stop that one alone", arguments: wrong)
    func refusedInOne(_ processors: String, _ reason: String) throws {
        let config = try config("[]", input: ", processors: \(processors)")
        #expect(config.inputs.map(\.id) == ["second"] && config.refused.map(\.id) == ["first"])
        #expect(config.refused.first?.reason.contains(reason) == true, "\(config.refused)")
    }

    @Test(
        "other parts of an input that leave lines out and cannot be done stop it too",
        arguments: [
            ", parsers: [{include_message.patterns: [a]}]", ", encoding: utf-16le, exclude_lines: [password]",
            ", encoding: utf-16le, processors: [{drop_event.when.contains.message: a}]",
            ", parsers: [{ndjson: {target: ''}}], exclude_lines: [password]",
            ", parsers: [{syslog: ~}], processors: [{drop_event.when.equals.level: a}]",
            ", parsers: [{multiline: {type: count, count_lines: 3}}]", ", exclude_lines: ['(']",
        ])
    func filters(_ input: String) throws {
        let config = try config("[]", input: input)
        #expect(config.inputs.map(\.id) == ["second"] && config.refused.map(\.id) == ["first"])
    }

    @Test("that only add something are left out with a warning, and stop nothing")
    func harmless() throws {
        let config = try config("[{add_cloud_metadata: ~}, {rename.fields: []}, {add_tags.tags: [a]}]")
        #expect(config.inputs.count == 2 && config.refused.isEmpty && config.processors.count == 1)
    }

    @Test(
        "links are followed where it says so", arguments: [", symlinks: true", ", prospector.scanner.symlinks: true"])
    func links(_ input: String) throws {
        #expect(try config("[]", input: input).inputs.map(\.followsLinks) == [true, false])
    }
}
