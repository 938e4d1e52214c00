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
        ("[{drop_event.when.network.source.ip: nowhere}]", "is no network"),
        ("[{drop_event: ~, when.contains.message: a}]", "stands beside drop_event"),
        ("[{drop_event.when.contians.message: a}]", "did you mean contains?"),
        ("[{drop_event.when: {contains.message: a, equals.level: b}}]", "2 conditions"),
        ("[{drop_event.when.regexp.message: '('}]", "not a pattern"),
        ("[{drop_event.when.range.http.code: 400}]", "no bound"),
        ("[{drop_event.when.contains.message: [a, b]}]", "must be a text"),
        ("[{drop_event.when.or: [{contains.message: a}, {network.ip: 10.0.0.0/99}]}]", "network"),
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
        ("[{rate_limit.limit: 1/s}]", "rate_limit is not done here"),
        ("[{decode_cef.field: message}]", "decode_cef is not done here"),
        (
            "[{add_docker_metadata: ~}, {drop_event.when.equals.container.name: a}]", "behind add_docker_metadata"
        ),
        ("[{lowercase.fields: [a]}, {drop_fields: {fields: [x], when.has_fields: [b]}}]", "behind lowercase"),
        (
            "[{add_cloud_metadata: ~}, {if.has_fields: [cloud.region], then: {drop_event.when.has_fields: [a]}}]",
            "behind"
        ),
        ("[{if.equals.level: debug, then: [{drop_event.when.network.ip: x}]}]", "network"),
        ("[{if.equals.level: debug}]", "no then"),
        ("[{rename.fields: [{from: a}]}]", "has no to"),
        ("[{rename: {}}]", "no fields"),
        ("[{dissect: {tokenizer: 'x'}}]", "no %{key}"),
        ("[{dissect: {tokenizer: '%{a}%{b}'}}]", "nothing stands between"),
        ("[{dissect: {}}]", "no tokenizer"),
        ("[{decode_json_fields: {max_depth: 2}}]", "no fields"),
        ("[{convert.fields: [{from: a, type: intger}]}]", "did you mean integer?"),
        ("[{timestamp: {field: a}}]", "no layouts"),
        ("[{timestamp: {field: a, layouts: ['2006-01-02'], test: ['26.11.2026']}}]", "no layout fits"),
        ("[{timestamp: {field: a, layouts: ['2006'], timezone: Mars/Olympus}}]", "no time zone"),
        ("[{extract_array: {field: a, mappings: {b: x}}}]", "no index"),
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
            ", parsers: [{include_message: {}}]", ", encoding: utf-17, exclude_lines: [password]",
            ", parsers: [{ndjson: {target: ''}}], exclude_lines: [password]",
            ", parsers: [{ndjson: {target: ''}}, {multiline: {pattern: a, match: after}}]",
            ", parsers: [{multiline: {type: count}}]", ", exclude_lines: ['(']", ", exclude_line: [a]",
            ", line_terminator: semicolon", ", parsers: [{syslog.timezone: Mars/Olympus}]",
            ", parsers: [{container.stream: stdin}]",
        ])
    func filters(_ input: String) throws {
        let config = try config("[]", input: input)
        #expect(config.inputs.map(\.id) == ["second"] && config.refused.map(\.id) == ["first"])
    }

    @Test("that only add something are left out with a warning, and stop nothing")
    func harmless() throws {
        let config = try config("[{add_cloud_metadata: ~}, {dns: {type: reverse}}, {add_tags.tags: [a]}]")
        #expect(config.inputs.count == 2 && config.refused.isEmpty && config.processors.count == 1)
    }

    @Test(
        "links are followed where it says so", arguments: [", symlinks: true", ", prospector.scanner.symlinks: true"])
    func links(_ input: String) throws {
        #expect(try config("[]", input: input).inputs.map(\.followsLinks) == [true, false])
    }
}
