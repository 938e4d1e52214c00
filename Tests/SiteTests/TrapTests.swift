import Site
import Testing

@Suite("Traps: right by the letter, wrong in the field")
struct TrapTests {
    private static let strip =
        #"relabel_configs: [{source_labels: [__address__], regex: '\[?([^\]]+?)\]?(?::\d+)?', target_label: instance}]"#

    private func warnings(_ files: [String: String]) throws -> [String] { try TemporarySite(files).warnings() }

    private func rule(_ expr: String) -> [String: String] {
        ["rules/a.yml": "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: '\(expr)'\n"]
    }

    static let expressions: [(String, String)] = [
        ("histogram_quantile(0.99, disk_io_latency_ms) > 100", "histogram_quantile over a bare metric"),
        ("rate(camera_frames_dropped_total[5m]) > 0.05", "as if it were a ratio"),
        ("camera_fps < 20", "a fixed rate"),
        ("camera_connection_status == 0", "ends by itself"),
        ("rate(camera_frames_dropped[5m])", "camera_frames_dropped_total"),
    ]

    @Test("an expression of the seed", arguments: expressions)
    func expression(_ expr: String, _ what: String) throws {
        let warnings = try warnings(rule(expr))
        #expect(warnings.count == 1, "\(warnings)")
        #expect(warnings.first?.hasPrefix("rules/a.yml:5:16: warning: ") == true)
        #expect(warnings.first?.contains(what) == true)
    }

    @Test(
        "its mend is not pointed out",
        arguments: [
            "histogram_quantile(0.99, sum by (le) (rate(disk_io_latency_ms_bucket[5m]))) > 100",
            "rate(camera_frames_dropped_total[5m]) / (rate(camera_frames_dropped_total[5m]) + rate(camera_frames_total[5m])) > 0.05",
            "camera_fps < 0.8 * camera_fps_expected",
            "camera_connection_status == 0 or (last_over_time(camera_connection_status[1d]) == 0 unless camera_connection_status)",
        ])
    func mended(_ expr: String) throws {
        #expect(try warnings(rule(expr)) == [])
    }

    @Test("an inhibition by instance where instances have ports")
    func inhibition() throws {
        let alertmanager = """
            route: {receiver: a}
            receivers: [{name: a}]
            inhibit_rules:
              - {source_matchers: [alertname=NodeDown], target_matchers: [alertname=Other], equal: [instance]}
            """
        func prometheus(_ relabel: String) -> String {
            "rule_files: []\nscrape_configs:\n  - job_name: a\n    static_configs: [{targets: ['n1:9100', 'n2:9100']}]\n    \(relabel)\n"
        }
        let wrong = try warnings(["alertmanager.yml": alertmanager, "prometheus.yml": prometheus("")])
        #expect(wrong.contains { $0.hasPrefix("alertmanager.yml:4:5: warning: equal: [instance]") }, "\(wrong)")
        let right = try warnings(["alertmanager.yml": alertmanager, "prometheus.yml": prometheus(Self.strip)])
        #expect(!right.contains { $0.contains("equal: [instance]") }, "\(right)")
    }

    @Test("two targets that become one")
    func mergedTargets() throws {
        let warnings = try warnings([
            "prometheus.yml":
                "scrape_configs:\n  - job_name: a\n    static_configs: [{targets: ['n1:9100', 'n1:9101']}]\n    \(Self.strip)\n"
        ])
        #expect(warnings.contains { $0.contains(#"both become instance="n1" in one job"#) }, "\(warnings)")
    }

    @Test("cameras that are not probed, as others write their recordings, are told once")
    func unprobed() throws {
        let warnings = try warnings([
            "watchpost.yml": """
            cameras:
              - { id: gate, url: "rtsp://192.0.2.1/1" }
              - { id: yard, url: "rtsp://192.0.2.2/1" }
              - { id: probed, url: "rtsp://192.0.2.3/1", watch: [probe] }
              - { id: ours, url: "rtsp://192.0.2.4/1" }
              - { id: unrecorded, url: "rtsp://192.0.2.5/1" }
            recordings:
              - { camera: gate, path: /r/gate }
              - { camera: yard, path: /r/yard }
              - { camera: probed, path: /r/probed }
              - { camera: ours, path: /r/ours }
            recorders:
              - { camera: ours, command: [ffmpeg, -i, "{url}", "{path}/%Y.mkv"] }
            """
        ]).filter { $0.contains("not probed") }
        #expect(warnings.count == 1 && warnings[0].contains("session: gate, yard;"), "\(warnings)")
    }

    @Test("secrets in the file, placeholders, and receivers that never say that it is over")
    func receivers() throws {
        let warnings = try warnings([
            "alertmanager.yml": """
            global: {smtp_smarthost: 'm.test:587', smtp_from: a@b.test, smtp_auth_password: hunter2}
            route: {receiver: a}
            receivers:
              - name: a
                email_configs: [{to: 'ops@example.com'}]
                slack_configs: [{api_url: 'https://hooks.slack.com/services/YOUR/WEBHOOK/URL', send_resolved: true}]
            """
        ])
        #expect(warnings.contains { $0.contains("smtp_auth_password stands in the file itself") })
        #expect(warnings.contains { $0.contains("example.com is a placeholder") })
        #expect(warnings.contains { $0.contains("YOUR/WEBHOOK is a placeholder") })
        #expect(warnings.contains { $0.contains("sends no mail when the trouble is over") })
        #expect(warnings.count == 4, "\(warnings)")
        #expect(!warnings.joined().contains("hunter2"))
    }

    @Test("an event's own time that is dropped, inputs that are off, an interface that is fixed")
    func logsAndPanels() throws {
        let warnings = try warnings([
            "filebeat.yml": "filebeat.inputs:\n  - {type: log, paths: [a], json.keys_under_root: true}\n",
            "dashboards/a.json": "{\n  \"expr\": \"rate(x{interface='eth0'}[5m])\"\n}\n",
        ])
        #expect(warnings.count == 3, "\(warnings)")
        #expect(warnings.contains { $0.hasPrefix("dashboards/a.json:2:19: warning: eth0") }, "\(warnings)")
    }
}
