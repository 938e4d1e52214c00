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
            ("close_timeout: 5m", "close_timeout"), ("no_such_key: 1", "unknown key"),
            ("close.reader: {after_interval: 5m}", "after_interval"),
            ("delete: {enabled: true}", "delete"),
            ("parsers: [{ndjson: {keys_under_root: false}}]", "does not look at keys_under_root"),
            ("fields: {event.timezone: Mars/Olympus}", "no time zone"),
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

    @Test("prospectors of Filebeat 5 get the mend, and are told as not started")
    func prospectors() throws {
        let read = filebeat("filebeat.prospectors: [{input_type: log, paths: [/var/log/a.log]}]")
        #expect(read.problems.contains { $0.severity == .error && $0.description.contains("write filebeat.inputs") })
        #expect(read.config?.refused.map(\.id) == ["filebeat.prospectors"])
    }

    @Test("options of a parser that stand beside it are told with the mend")
    func misplaced() throws {
        let read = filebeat(
            """
            filebeat.inputs:
              - type: filestream
                id: a
                paths: [/var/log/a.log]
                parsers:
                  - ndjson:
                    keys_under_root: true
                    overwrite_keys: true
            """)
        #expect(read.config?.refused.first?.reason.contains("by two columns more") == true)
    }

    @Test("what is switched off is not looked at")
    func switchedOff() {
        let read = filebeat("filebeat.inputs: [{type: filestream, enabled: false, nothing: right}]")
        #expect(read.problems.isEmpty && read.config?.inputs.isEmpty == true && read.config?.refused.isEmpty == true)
    }

    private func read(_ text: String, _ environment: [String: String] = [:], _ files: [String: String] = [:])
        -> (config: FilebeatConfig?, problems: [ConfigProblem])
    {
        let problems = ProblemList()
        let config = FilebeatReader.read(
            text, path: "/etc/site/filebeat.yml", environment: environment, problems: problems
        ) { pattern in files[pattern].map { [(pattern, $0)] } ?? [] }
        return (config, problems.all)
    }

    static let variables: [(paths: String, wanted: [String])] = [
        ("['${DIR}/*.log']", ["/srv/logs/*.log"]), ("['${NONE:/var/log}/a.log']", ["/var/log/a.log"]),
        ("['${DIR:/x}/${NAME:b}.log']", ["/srv/logs/b.log"]), ("'${LIST}'", ["/a.log", "/b.log"]),
        ("['$${DIR}/a.log']", ["${DIR}/a.log"]), ("['/a/${1}.log']", ["/a/${1}.log"]), ("['/a$/b.log']", ["/a$/b.log"]),
        ("['${path.config}/logs/a.log']", ["/etc/site/logs/a.log"]), ("['${NONE:}/a.log']", ["/a.log"]),
    ]

    @Test("variables are put in, with their defaults", arguments: variables)
    func putIn(_ paths: String, _ wanted: [String]) {
        let environment = ["DIR": "/srv/logs", "LIST": "/a.log,/b.log"]
        let config = read("filebeat.inputs: [{type: filestream, id: a, paths: \(paths)}]", environment).config
        #expect(config?.inputs.first?.paths == wanted)
    }

    @Test("a variable that is not set stops the input in which it stands, and no other")
    func unset() {
        let text = """
            filebeat.inputs:
              - {type: filestream, id: a, paths: ['${NONE}/a.log']}
              - {type: filestream, id: b, paths: ['${NONE:?say where}/a.log']}
              - {type: filestream, id: c, paths: [/c.log], enabled: '${ON:true}', max_bytes: '${BYTES:100}'}
            output.elasticsearch: {hosts: ['${ES_HOSTS}'], password: '${ES_PASSWORD}'}
            """
        let config = read(text).config
        #expect(config?.inputs.map(\.id) == ["c"] && config?.inputs.first?.maxBytes == 100)
        #expect(config?.refused.first?.reason.contains("${NONE} is not set; set it") == true)
        #expect(config?.refused.last?.reason.contains("say where") == true)
    }

    @Test("inputs of other files are read")
    func otherFiles() {
        let files = [
            "/etc/site/inputs.d/*.yml": "- {type: filestream, id: a, paths: [/a.log]}\n- {type: filestream, id: b}\n",
            "/etc/site/modules.d/*.yml": "- module: nginx\n  access: {enabled: true, var.paths: [/n.log]}\n",
        ]
        let text = """
            filebeat.config.inputs: {enabled: true, path: inputs.d/*.yml, reload.enabled: true}
            filebeat.config.modules: {path: '${path.config}/modules.d/*.yml', reload.enabled: false}
            """
        let read = read(text, [:], files)
        #expect(read.config?.inputs.map(\.id) == ["a", "module:nginx/access", "module:nginx/error"])
        #expect(read.config?.inputs[1].paths == ["/n.log"])
        #expect(read.config?.refused.first?.reason.contains("inputs.d/*.yml:2") == true)
        #expect(self.read("filebeat.config.inputs: {path: a/*.yml, enabled: false}").problems.isEmpty)
    }

    @Test("modules are inputs with their usual paths")
    func modules() throws {
        let text = """
            filebeat.modules:
              - {module: nginx, error: {enabled: false}, access: {input: {exclude_lines: [health]}}}
              - {module: system}
              - {module: netflow}
            """
        let read = read(text)
        let inputs = try #require(read.config?.inputs)
        #expect(inputs.map(\.id) == ["module:nginx/access", "module:system/syslog", "module:system/auth"])
        #expect(inputs[0].excludeLines.count == 1 && inputs[1].multiline != nil)
        #expect(inputs[2].paths == ["/var/log/auth.log*", "/var/log/secure*"])
        #expect(inputs[2].moduleFields["event.dataset"] == "system.auth")
        #expect(read.problems.map(\.severity) == [.warning] && read.problems[0].what.contains("netflow"))
    }

    @Test("container inputs have their parser first")
    func containers() throws {
        let text = """
            filebeat.inputs:
              - {type: container, paths: [/c.log], stream: stderr, json.keys_under_root: true}
              - {type: docker, containers: {ids: ['*'], stream: stdout}}
            """
        let inputs = try #require(read(text).config?.inputs)
        #expect(inputs.map(\.kind) == [.container, .container])
        #expect(inputs[1].paths == ["/var/lib/docker/containers/*/*.log"])
        guard case .container(let first)? = inputs[0].parsers.first, case .ndjson? = inputs[0].parsers.last,
            case .container(let second)? = inputs[1].parsers.first
        else { throw TestFailure() }
        #expect(first.stream == .stderr && second.stream == .stdout)
    }

    private struct TestFailure: Error {}
}
