import Foundation
import TestSupport
import Testing
import Transfers

/// Alertmanager's API, asked by programs that we did not write.
@Suite("Alertmanager's API, end to end", .serialized)
struct AlertmanagerAPITests {
    private static let route = """
        route: { receiver: operators, group_by: [alertname], group_wait: 1s, group_interval: 1s }
        receivers:
          - name: operators
            webhook_configs: [{ url: "http://127.0.0.1:PORT/hook/t0ken" }]
          - name: others

        """

    private static func serve(_ folder: TemporaryDirectory, webhook: Int) async throws -> Server {
        try folder.write("config/alertmanager.yml", route.replacing("PORT", with: String(webhook)))
        return try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
    }

    private static func amtool(_ server: Server, _ arguments: String...) async throws -> String {
        let process = try RunningProcess("amtool", ["--alertmanager.url=\(server.url)"] + arguments)
        try await process.end()
        // It warns of every server whose version is not its own.
        return process.printed.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Warning: amtool version") }.joined(separator: "\n")
    }

    @Test(
        "what is beyond a limit is refused with the limit's name, and the largest post that is taken holds up nobody",
        .timeLimit(.minutes(3)))
    func limits() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        func alerts(_ count: Int) -> String {
            "[" + (0..<count).map { #"{"labels":{"alertname":"A","camera_id":"cam-\#($0)"}}"# }.joined(separator: ",")
                + "]"
        }
        func silence(_ matchers: Int) -> String {
            let list = (0..<matchers).map { #"{"name":"camera_id","value":"cam.*|\#($0)","isRegex":true}"# }
            return #"{"matchers":[\#(list.joined(separator: ","))],"startsAt":"2020-01-01T00:00:00Z","#
                + #""endsAt":"2099-01-01T00:00:00Z","createdBy":"me","comment":"c"}"#
        }
        let tooMuch: [(path: String, body: String, limit: String)] = [
            ("/api/v2/alerts", alerts(20_001), "20000 alerts"), ("/api/v2/silences", silence(101), "100"),
            ("/api/v2/silences", silence(10_001), "items"),
            ("/api/v2/alerts", "[" + String(repeating: "{},", count: 3_000_000) + "{}]", "20000 alerts"),
            (
                "/api/v2/alerts", #"[{"labels":{"# + String(repeating: #""a":"","#, count: 1_100_000) + #""b":""}}]"#,
                "items"
            ),
        ]
        for (path, body, limit) in tooMuch {
            let answer = try await server.post(path, body)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 413 && text.contains(limit), "\(limit): \(answer.status) \(text)")
        }
        #expect(try await server.post("/api/v2/silences", silence(100)).status == 200)
        let posting = Task { try await server.post("/api/v2/alerts", alerts(20_000)).status }
        let page = try await server.get("/-/healthy")
        #expect(page.status == 200)
        #expect(try await posting.value == 200)
        #expect(try await server.get("/alerts").status == 200)
    }

    @Test(
        "amtool adds, lists, silences and expires", .enabled(if: Peers.has("amtool"), "amtool is not installed"),
        .timeLimit(.minutes(2)))
    func amtool() async throws {
        let folder = try TemporaryDirectory()
        let (webhook, port) = try await Peers.webhook()
        let server = try await Self.serve(folder, webhook: port)
        let added = try await Self.amtool(
            server, "alert", "add", "alertname=CameraOffline", "camera_id=gate", "--annotation=summary=gone")
        #expect(!added.contains("error"), "\(added)")
        _ = try await Self.amtool(server, "alert", "add", "alertname=DiskFull", "instance=node-1")
        let alerts = try await Self.amtool(server, "alert", "query", "-o", "json")
        #expect(alerts.contains("CameraOffline") && alerts.contains("DiskFull"), "\(alerts)")
        let some = try await Self.amtool(server, "alert", "query", "camera_id=~g.*", "-o", "simple")
        #expect(some.contains("CameraOffline") && !some.contains("DiskFull"), "\(some)")
        let silenced = try await Self.amtool(
            server, "silence", "add", "camera_id=gate", "--comment=lens", "--author=me", "--duration=1h")
        let id = silenced.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(UUID(uuidString: id) != nil, "\(silenced)")
        let listed = try await Self.amtool(server, "silence", "query")
        #expect(listed.contains("camera_id=") && listed.contains("lens"), "\(listed)")
        let active = try await Self.amtool(server, "alert", "query", "-o", "simple")
        #expect(!active.contains("CameraOffline") && active.contains("DiskFull"), "\(active)")
        let suppressed = try await Self.amtool(server, "alert", "query", "--silenced", "-o", "simple")
        #expect(suppressed.contains("CameraOffline"), "\(suppressed)")
        #expect(try await Self.amtool(server, "silence", "expire", id).isEmpty)
        #expect(try await Self.amtool(server, "silence", "query").contains(id) == false)
        let config = try await Self.amtool(server, "config", "show")
        #expect(config.contains("receiver: operators") && !config.contains("t0ken"), "\(config)")
        let routes = try await Self.amtool(server, "config", "routes", "test", "alertname=x")
        #expect(routes.contains("operators"), "\(routes)")
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = webhook
    }

    @Test("our own command silences as amtool does, and silences outlive a restart", .timeLimit(.minutes(2)))
    func command() async throws {
        let folder = try TemporaryDirectory()
        let (webhook, port) = try await Peers.webhook()
        var server = try await Self.serve(folder, webhook: port)
        func silence(_ arguments: String...) async throws -> String {
            let process = try RunningProcess(
                Peers.watchpost, ["silence", arguments[0], "--server", server.url] + arguments.dropFirst())
            try await process.end()
            return process.printed.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let id = try await silence("add", #"camera_id="gate""#, "alertname=~.*", "--for", "2h", "--comment", "new lens")
        #expect(UUID(uuidString: id) != nil, "\(id)")
        #expect(try await silence("add", "camera_id=", "--comment", "x").contains("match the empty string"))
        #expect(try await silence("add", "=x", "--comment", "x").contains("cannot read the matcher"))
        #expect(try await silence("expire", "nothing").contains("none with this identifier"))
        server.process.signal(SIGKILL)
        try await server.process.end()
        server = try await Self.serve(folder, webhook: port)
        let list = try await silence("list")
        #expect(list.contains(id) && list.contains(#"camera_id="gate""#) && list.contains("new lens"), "\(list)")
        #expect(try await silence("expire", id).isEmpty)
        #expect(try await silence("list") == "No silences.")
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = webhook
    }

    @Test(
        "a real Prometheus sends its alerts here", .enabled(if: Peers.has("prometheus"), "prometheus is not installed"),
        .timeLimit(.minutes(2)))
    func prometheus() async throws {
        let folder = try TemporaryDirectory()
        let (webhook, webhookPort) = try await Peers.webhook()
        let server = try await Self.serve(folder, webhook: webhookPort)
        let port = try Peers.freePort()
        let address = server.url.dropFirst("http://".count)
        let config = try folder.write(
            "prometheus.yml",
            """
            global: { evaluation_interval: 1s, external_labels: { site: hcm } }
            rule_files: [rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['\(address)'] }] }] }

            """)
        try folder.write(
            "rules.yml",
            "groups: [{ name: g, rules: [{ alert: Always, expr: vector(1), for: 10s, annotations: { summary: 'it is {{ $value }}' } }] }]\n"
        )
        let process = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
        // A Prometheus knows where to send to after some seconds only, and would send again after a minute.
        let post = try await webhook.line(matching: Regex(#"post (.*Always.*)"#))
        #expect(post.contains(#""site": "hcm""#) && post.contains("it is 1") && post.contains(#""status": "firing""#))
        let groups = try await server.text("/api/v2/alerts/groups")
        #expect(groups.contains(#""receiver":{"name":"operators"}"#) && groups.contains("Always"), "\(groups)")
        process.signal(SIGTERM)
        try await process.end()
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "a real Alertmanager, found by a file, gets our alerts as its entry relabels them",
        .enabled(if: Peers.has("prometheus-alertmanager"), "prometheus-alertmanager is not installed"),
        .timeLimit(.minutes(2)))
    func forwarding() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("alertmanager.yml", "route: { receiver: a }\nreceivers: [{ name: a }]\n")
        let alertmanager = try await Peers.alertmanager(in: folder)
        let address = alertmanager.url.dropFirst("http://".count)
        try folder.write(
            "config/prometheus.yml",
            """
            global: { evaluation_interval: 1s, external_labels: { site: hcm, replica: a } }
            rule_files: [rules.yml]
            alerting:
              alert_relabel_configs: [{ regex: replica, action: labeldrop }]
              alertmanagers:
                - file_sd_configs: [{ files: [peers.yml] }]
                  relabel_configs: [{ source_labels: [role], regex: main, action: keep }]
                  alert_relabel_configs: [{ target_label: by, replacement: watchpost }]
            """)
        try folder.write("config/peers.yml", "[]")
        try folder.write("config/rules.yml", "groups: [{ name: g, rules: [{ alert: Always, expr: vector(1) }] }]\n")
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        try folder.write(
            "config/peers.yml",
            "[{ targets: ['\(address)'], labels: { role: main } }, { targets: ['127.0.0.1:1'], labels: { role: other } }]"
        )
        _ = try await eventually("the Alertmanager to be found", within: .seconds(20)) {
            let known = try await server.text("/api/v1/alertmanagers")
            return known.contains(address) && !known.contains("127.0.0.1:1/") ? true : nil
        }
        let alerts = try await eventually("the alert over there", within: .seconds(75)) {
            let alerts = try await alertmanager.text("/api/v2/alerts")
            return alerts.contains("Always") ? alerts : nil
        }
        #expect(
            alerts.contains(#""labels":{"alertname":"Always","by":"watchpost","site":"hcm"}"#), "\(alerts)")
        for process in [server.process, alertmanager.process] {
            process.signal(SIGTERM)
            try await process.end()
        }
    }

    @Test("what is wrong is refused with its reason", .timeLimit(.minutes(1)))
    func refusals() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Self.serve(folder, webhook: 1)
        let cases: [(path: String, body: String, status: Int, text: String)] = [
            ("/api/v2/alerts", "{", 400, "not JSON"),
            ("/api/v2/alerts", #"[{"labels":{}}]"#, 400, "at least one label"),
            ("/api/v2/alerts", #"[{"labels":{"a":"b"},"startsAt":"yesterday"}]"#, 400, "is no time"),
            (
                "/api/v2/alerts",
                #"[{"labels":{"a":"b"},"startsAt":"2026-11-23T12:00:00Z","endsAt":"2026-11-22T12:00:00Z"}]"#, 400,
                "before end time"
            ),
            ("/api/v2/silences", #"{"matchers":[]}"#, 400, "is missing"),
            (
                "/api/v2/silences",
                #"{"matchers":[{"name":"a","value":"(","isRegex":true}],"startsAt":"2026-11-23T12:00:00Z","endsAt":"2036-11-23T12:00:00Z","createdBy":"","comment":""}"#,
                400, "cannot compile"
            ),
        ]
        for (path, body, status, text) in cases {
            let response = try await server.post(path, body)
            let answer = String(decoding: response.body, as: UTF8.self)
            #expect(response.status == status && answer.contains(text), "\(body): \(response.status) \(answer)")
        }
        #expect(try await server.get("/api/v2/silence/nothing").status == 404)
        #expect(try await server.get("/api/v2/alerts", [("filter", "=x")]).status == 400)
        #expect(try await server.get("/api/v2/alerts", [("receiver", "(")]).status == 400)
        #expect(try await server.text("/api/v2/receivers") == #"[{"name":"operators"},{"name":"others"}]"#)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
