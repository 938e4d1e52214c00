import ConfigText
import Foundation
import Site
import Testing

@Suite("What is wrong in a file is told with its place and the mend")
struct ProblemTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let title: String
        let file: String
        let text: String
        let expected: [String]
        var testDescription: String { title }
    }

    static let cases = [
        Case(
            title: "an unknown key, with the one that was meant", file: "prometheus.yml",
            text: """
                rule_files: [a.yml]
                global:
                  scrape_intervall: 15s
                """,
            expected: [
                "prometheus.yml:3:3: error: unknown key \"scrape_intervall\" in global; did you mean \"scrape_interval\"?"
            ]),
        Case(
            title: "a duration that is none", file: "prometheus.yml",
            text: """
                rule_files: [a.yml]
                global:
                  scrape_interval: fast
                """,
            expected: [
                "prometheus.yml:3:20: error: global.scrape_interval is not a duration: \"fast\"; "
                    + "write a number with one of ms s m h d w y, as in 30s or 1h30m"
            ]),
        Case(
            title: "a key that stands twice", file: "watchpost.yml",
            text: """
                listen: 127.0.0.1:1
                instance: a
                listen: 127.0.0.1:2
                """,
            expected: [
                "watchpost.yml:3:1: error: the key \"listen\" stands twice in one mapping; keep one; the first is on line 1"
            ]),
        Case(
            title: "a camera whose name is a way", file: "watchpost.yml", text: "cameras: [{ id: .. }]\n",
            expected: ["watchpost.yml:1:17: error: no camera can be called \"..\"; give it another id"]),
        Case(
            title: "a file that is not YAML", file: "filebeat.yml", text: "filebeat.inputs:\n  - type: 'log\n",
            expected: ["filebeat.yml:3:1: error: this is not YAML"]),
        Case(
            title: "a wrong kind of value", file: "prometheus.yml",
            text: "rule_files: [a.yml]\nscrape_configs:\n  - job_name: a\n    static_configs: here\n",
            expected: [
                "prometheus.yml:4:21: error: scrape_configs[0].static_configs must be a list, and is a text; write a list"
            ]),
        Case(
            title: "a credential that is of the wrong kind is not shown", file: "prometheus.yml",
            text: "rule_files: [a.yml]\nscrape_configs:\n  - {job_name: a, basic_auth: hunter2}\n",
            expected: [
                "prometheus.yml:3:31: error: scrape_configs[0].basic_auth must be a mapping, and is a text; write a mapping"
            ]),
        Case(
            title: "frame rates that no camera has", file: "watchpost.yml",
            text: "cameras:\n  - { id: a, fps: 1e30 }\n  - { id: b, fps: 0 }\n  - { id: c, fps: { min: 6, max: 5 } }\n"
                + "  - { id: d, fps: { max: 5 } }\n  - { id: e, fps: { min: -1 } }\n",
            expected: [
                "watchpost.yml:2:19: error: cameras[0].fps is not above 0 and at most 1000; write the frames a second",
                "watchpost.yml:3:19: error: cameras[1].fps is not above 0 and at most 1000; write the frames a second",
                "watchpost.yml:4:34: error: cameras[2].fps.max is below min; write the highest rate that is usual",
                "watchpost.yml:5:19: error: cameras[3].fps has no min; write the lowest rate that is usual",
                "watchpost.yml:6:26: error: cameras[4].fps.min is not above 0 and at most 1000; write the frames a second",
            ]),
        Case(
            title: "kinds of streams that are not watched, and checks of what is none", file: "watchpost.yml",
            text: "cameras:\n  - { id: a, url: \"srt://h:9000\" }\n  - { id: b, url: \"ftp://h/x\" }\n"
                + "  - { id: c, check: \"tcp://h\" }\n  - { id: d, check: \"rtsp://h/a\" }\n"
                + "  - { id: e, check: \"tcp://h:80\", watch: probe }\n",
            expected: [
                "watchpost.yml:2:19: error: cameras[0].url is a stream of SRT, which is not watched; leave url out and watch it "
                    + "by its recorder and recordings, or by the gateway that takes it; or write check: tcp://HOST:PORT, which "
                    + "tells only whether it can be reached",
                "watchpost.yml:3:19: error: cameras[1].url is not a camera's address; write rtsp://HOST:PORT/PATH",
                "watchpost.yml:4:21: error: cameras[2].check has no host and port; write tcp://HOST:PORT",
                "watchpost.yml:5:21: error: cameras[3].check is nothing that can be reached; write tcp://HOST:PORT or "
                    + "http://HOST/PATH",
                "watchpost.yml:6:42: error: a camera with check has no stream to probe; remove watch, or write url instead",
            ]),
        Case(
            title: "a camera that nobody knows", file: "watchpost.yml",
            text: "cameras: [{id: gate-1}]\nrecordings: [{camera: gate1, path: /v}]\n",
            expected: ["watchpost.yml:2:23: error: there is no camera \"gate1\"; did you mean \"gate-1\"?"]),
        Case(
            title: "a recorder of ours whose folder is a pattern", file: "watchpost.yml",
            text: "cameras: [{id: a}]\nrecordings: [{camera: a, path: /v/%Y/*.mkv}]\n"
                + "recorders:\n  - { camera: a, command: [ffmpeg, \"{path}/%Y.mkv\"] }\n",
            expected: [
                "watchpost.yml:4:5: error: the command has {path}, and recordings has a pattern for \"a\"; "
                    + "write the folder alone as its path"
            ]),
        Case(
            title: "a receiver that nobody knows", file: "alertmanager.yml",
            text: "route: {receiver: ops, routes: [{receiver: opps}]}\nreceivers: [{name: ops}]\n",
            expected: ["alertmanager.yml:1:44: error: there is no receiver \"opps\"; did you mean \"ops\"?"]),
        Case(
            title: "a job that only a cloud could fill", file: "prometheus.yml",
            text: "rule_files: [a.yml]\nscrape_configs:\n  - job_name: a\n    ec2_sd_configs: [{region: x}]\n",
            expected: [
                "prometheus.yml:4:5: error: scrape_configs[0].ec2_sd_configs is known and not acted on, so this job"
            ]),
    ]

    @Test("an error", arguments: cases)
    func error(_ test: Case) throws {
        let errors = try TemporarySite([test.file: test.text]).errors()
        #expect(errors.count == test.expected.count, "\(errors)")
        for (found, expected) in zip(errors, test.expected) { #expect(found.hasPrefix(expected), "\(found)") }
    }

    @Test("all errors of all files are told at once")
    func allErrors() throws {
        let site = try TemporarySite([
            "watchpost.yml": "lissten: a\nstorage: {sync: maybe}\n",
            "alertmanager.yml": "route: {}\n",
            "prometheus.yml": "rule_files: [r.yml]\nscrape_configs: [{scheme: ftp}]\n",
            "r.yml": "groups:\n  - name: a\n    rules:\n      - expr: up\n      - {alert: A, expr: ''}\n",
        ])
        let files = site.errors().map { $0.prefix { $0 != " " } }
        #expect(
            files == [
                "alertmanager.yml:1:8:", "prometheus.yml:2:18:", "prometheus.yml:2:27:", "r.yml:4:9:", "r.yml:5:9:",
                "watchpost.yml:1:1:", "watchpost.yml:2:17:",
            ])
    }

    @Test("the name in a certificate is the name of a host")
    func serverName() throws {
        func errors(_ name: String) throws -> [String] {
            let text = "rule_files: []\nscrape_configs: [{job_name: a, tls_config: {server_name: '\(name)'}}]\n"
            return try TemporarySite(["prometheus.yml": text]).errors()
        }
        #expect(try errors("exporter.test").isEmpty)
        let wanted = "prometheus.yml:2:58: error: scrape_configs[0].tls_config.server_name is not the name of a host"
        #expect(try errors("exporter.test:9100").first?.hasPrefix(wanted) == true)
    }

    @Test("a proxy is written or the environment's, and exceptions are those of one that is written")
    func proxies() throws {
        func errors(_ keys: String) throws -> Int {
            try TemporarySite(["prometheus.yml": "rule_files: []\nscrape_configs: [{job_name: a, \(keys)}]\n"]).errors()
                .count
        }
        #expect(try errors("proxy_from_environment: true") == 0)
        #expect(try errors("proxy_url: 'http://p:1', no_proxy: '.test'") == 0)
        #expect(try errors("no_proxy: '.test'") == 1)
        #expect(try errors("proxy_url: 'http://p:1', proxy_from_environment: true") == 1)
    }

    @Test("a URL among targets is refused where nothing is relabelled, and only there")
    func urls() throws {
        func errors(_ rest: String) throws -> Int {
            let text =
                "rule_files: []\nscrape_configs: [{job_name: a, static_configs: [{targets: ['https://a.test/x']}]\(rest)}]\n"
            return try TemporarySite(["prometheus.yml": text]).errors().count
        }
        #expect(try errors("") == 1)
        #expect(try errors(", relabel_configs: [{target_label: __address__, replacement: '127.0.0.1:9115'}]") == 0)
    }

    @Test("a directory that is not there is refused")
    func noDirectory() {
        #expect(throws: ConfigRefused.self) { try SiteLoader.load(directory: "/nowhere/at/all") }
    }

    @Test("an absent file switches its part off, and an empty directory is pointed out")
    func emptyDirectory() throws {
        let site = try TemporarySite()
        let loaded = try site.load()
        #expect(loaded.prometheus == nil && loaded.alertmanager == nil && loaded.filebeat == nil)
        #expect(loaded.ruleFiles.isEmpty && loaded.dashboards.isEmpty)
        #expect(site.warnings().count == 1)
    }

    @Test(
        "what is wanted and comes in a later version is told, and what is not wanted is not",
        arguments: [
            ("access: { users: [] }", ["access"]), ("access: {}", []), ("forward: { logs: true }", []),
        ])
    func later(text: String, told: [String]) throws {
        let warnings = try TemporarySite(["watchpost.yml": text]).warnings().filter { $0.contains("a later version") }
        #expect(warnings.count == told.count)
        #expect(zip(warnings, told).allSatisfy { $0.contains("watchpost.yml:1:") && $0.contains("\($1) comes in") })
    }

    @Test("aliases of aliases do not fill the memory")
    func aliasBomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        let errors = try TemporarySite(["watchpost.yml": text]).errors()
        #expect(errors.contains { $0.contains("more than 300000 values") })
    }

    @Test("without prometheus.yml the folder rules is read; with one, what it names")
    func ruleFiles() throws {
        let rules = "groups: [{name: g, rules: []}]"
        #expect(try TemporarySite(["rules/a.yml": rules, "rules/b.yml": rules]).load().ruleFiles.count == 2)
        let site = try TemporarySite(["prometheus.yml": "{}", "rules/a.yml": rules])
        #expect(try site.load().ruleFiles.isEmpty)
        #expect(site.warnings().first?.contains("no alert is ever evaluated") == true)
    }
}
