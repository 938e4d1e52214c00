import ConfigText
import LogShipping
import Testing

@Suite("filebeat.yml")
struct FilebeatConfigTests {
    private func config(_ text: String) throws -> FilebeatConfig {
        try #require(filebeat(text).config)
    }

    @Test("dotted and nested keys are the same")
    func dottedKeys() throws {
        let config = try config(
            """
            filebeat.inputs:
              - type: log
                paths: [/var/log/a/*.log]
                fields: {component: api, host: {rack: 7}}
                json.keys_under_root: true
                json:
                  overwrite_keys: true
                  add_error_key: true
                close_inactive: 90s
            output.logstash:
              hosts: ["logstash:5044"]
            processors:
              - add_host_metadata:
                  when.not.contains.tags: forwarded
              - add_cloud_metadata: ~
            """)
        let input = try #require(config.inputs.first)
        #expect(input.kind == .log && input.paths == ["/var/log/a/*.log"])
        #expect(input.fields == ["component": "api", "host.rack": "7"])
        #expect(
            input.json?.keysUnderRoot == true && input.json?.overwriteKeys == true && input.json?.addErrorKey == true)
        #expect(input.closeInactive == .seconds(90))
        #expect(config.output?.value == "logstash")
        #expect(config.addHostMetadata && config.hostMetadataUnlessTagged == "forwarded")
    }

    @Test("a filestream has its multiline and JSON among the parsers")
    func parsers() throws {
        let input = try #require(
            try config(
                """
                filebeat:
                  inputs:
                    - type: filestream
                      id: a
                      paths: /var/log/a.log
                      parsers:
                        - multiline: {type: pattern, pattern: '^x', negate: true, match: before, max_lines: 9, timeout: 2s}
                        - ndjson: {target: "", overwrite_keys: true, message_key: msg}
                """
            ).inputs.first)
        #expect(input.id == "a")
        #expect(input.multiline?.match == .before && input.multiline?.maxLines == 9 && input.multiline?.negate == true)
        #expect(input.multiline?.timeout == .seconds(2))
        #expect(input.json?.keysUnderRoot == true && input.json?.messageKey == "msg")
    }

    @Test(
        "what changes which lines are read and is not acted on is told",
        arguments: [
            ("prospector.scanner: {include_files: [a]}", "include_files"), ("close_timeout: 5m", "close_timeout"),
            ("close.reader: {after_interval: 5m}", "after_interval"),
            ("line_terminator: carriage_return", "line_terminator"), ("compression: auto", "compression"),
            ("delete: {enabled: true}", "delete"),
            ("parsers: [{multiline: {pattern: a, match: after}}, {ndjson: {target: ''}}]", "line by line"),
        ])
    func notActedOn(key: String, told: String) throws {
        let text = "filebeat.inputs: [{type: filestream, id: a, paths: [a], \(key)}]"
        let warnings = filebeat(text).problems.filter { $0.severity == .warning }
        #expect(warnings.contains { $0.description.contains(told) }, "\(warnings)")
    }

    static let refused: [(String, String)] = [
        ("filebeat.inputs: [{type: lgo, paths: [a]}]", "did you mean log?"),
        ("filebeat.inputs: [{type: filestream, id: a}]", "no paths"),
        ("filebeat.inputs: [{type: filestream, id: a, paths: [a], parsers: [{multilin: {}}]}]", "unknown parser"),
        ("filebeat.inputs: [{type: log, paths: [a], json: {}, multiline: {pattern: a, match: after}}]", "message_key"),
        ("filebeat.inputs: [{type: log, paths: [a], multiline.pattern: '('}]", "not a pattern"),
        (
            "filebeat.inputs: [{type: filestream, id: a, paths: [x]}, {type: filestream, id: a, paths: [y]}]",
            "two filestream inputs"
        ),
        ("filebeat.inputs: [{type: log, paths: [a], clean_inactive: 1h, ignore_older: 2h}]", "clean_inactive"),
        ("output: {logstash: {hosts: [a]}, console: {pretty: true}}", "two outputs"),
        ("filebeat.inpust: []", "did you mean \"inputs\"?"),
        ("processors: [{add_host_metdata: ~}]", "did you mean add_host_metadata?"),
    ]

    @Test("what Filebeat refuses is refused", arguments: refused)
    func refusal(_ text: String, _ reason: String) throws {
        let errors = filebeat(text).problems.filter { $0.severity == .error }
        #expect(errors.contains { $0.description.contains(reason) }, "\(errors)")
    }
}
