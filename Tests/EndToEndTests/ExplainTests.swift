import Foundation
import Model
import TestSupport
import Testing
import Transfers

@Suite("Alerts explain themselves", .serialized)
struct ExplainTests {
    private static let configuration = """
        global: { smtp_smarthost: "127.0.0.1:SMTP", smtp_from: "watch@site.test", smtp_require_tls: false }
        route:
          receiver: everybody
          group_by: [alertname]
          group_wait: 200ms
          group_interval: 2s
          routes:
            - matchers: [severity="critical"]
              receiver: guard
              continue: true
            - matchers: [severity="critical"]
              receiver: nights
              active_time_intervals: [never]
        receivers:
          - name: everybody
          - name: guard
            email_configs: [{ to: "guard@site.test", send_resolved: false }]
          - name: nights
            webhook_configs: [{ url: "http://127.0.0.1:1/s3cret" }]
        time_intervals: [{ name: never, time_intervals: [{ years: ["1999"] }] }]
        inhibit_rules:
          - { source_matchers: [alertname="NodeDown"], target_matchers: [alertname=~"Camera.*"], equal: [instance] }

        """

    private struct SilenceCount: Decodable { let id: String }

    private static func explain(_ server: Server, _ alert: String) async throws -> String {
        let process = try RunningProcess(Peers.watchpost, ["alerts", "explain", "--server", server.url, alert])
        try await process.end()
        return process.printed
    }

    private static func fire(_ server: Server, _ labels: [String: String]) async throws {
        let body = try JSONEncoder().encode([["labels": labels, "annotations": ["summary": "gate is gone"]]])
        #expect(try await server.post("/api/v2/alerts", String(decoding: body, as: UTF8.self)).status == 200)
    }

    @Test("who is told, when, and what holds it; and a notification's link silences one alert", .timeLimit(.minutes(1)))
    func life() async throws {
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        try folder.write(
            "config/alertmanager.yml", Self.configuration.replacing("SMTP", with: String(sink.smtp)))
        try folder.write(
            "config/prometheus.yml", "global: { evaluation_interval: 500ms }\nrule_files: [rules.yml]\n")
        try folder.write(
            "config/rules.yml",
            """
            groups:
              - name: g
                rules:
                  - { alert: CameraStalled, expr: vector(1), for: 1h, labels: { severity: critical, instance: n2 } }
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let camera = [
            "alertname": "CameraOffline", "camera_id": "gate 1", "instance": "n1", "severity": "critical",
        ]

        let absent = try await Self.explain(server, #"CameraOffline{severity="critical"}"#)
        #expect(absent.contains("is not there now") && absent.contains("receiver  guard"), "\(absent)")
        #expect(try await Self.explain(server, "CameraOffline").contains("no rule has that name"))
        #expect(try await Self.explain(server, "a=\"b").contains("cannot read the alert"))
        let pending = try await eventually("the pending alert") {
            let text = try await Self.explain(server, "CameraStalled")
            return text.contains("pending since") ? text : nil
        }
        #expect(pending.contains("fires at") && pending.contains("not told yet"), "\(pending)")

        try await Self.fire(server, camera)
        let mail = try await sink.process.line(matching: Regex("mail (.*)"))
        let told = try await eventually("the word that it was told") {
            let text = try await Self.explain(server, #"camera_id="gate 1""#)
            return text.contains("told as firing") ? text : nil
        }
        #expect(told.contains("mail to guard@site.test") && told.contains("its end is not told"), "\(told)")
        #expect(told.contains("first after 200ms, news after 2s, again after 4h"))
        #expect(told.contains("HELD by the time interval never") && !told.contains("s3cret"))
        #expect(told.contains(#"{} -> {severity="critical"}"#))

        // The links of the mail.
        let plain =
            try #require(
                (try JSONSerialization.jsonObject(with: Data(mail.utf8)) as? [String: Any])?["parts"]
                    as? [String: String])[
                "text/plain"] ?? ""
        func link(_ path: String) throws -> String {
            let match = try #require(plain.firstMatch(of: try Regex("http://[^\\s]*\(path)[^\\s]*")))
            return String(plain[match.range].dropFirst(server.url.count))
        }
        #expect(plain.contains("gate is gone") && plain.contains("since:"))
        #expect(try link("/cameras/").contains("/cameras/gate%201?from="))
        let page = try await server.text(try link("/alerts/"))
        #expect(page.contains("CameraOffline") && page.contains("mail to guard@site.test"), "\(page)")
        let token = String(try link("/silence").drop { $0 != "=" }.dropFirst())
        for _ in 0..<3 {
            let question = String(
                decoding: try await server.get("/silence", [("token", token)]).body, as: UTF8.self)
            #expect(question.contains("Silence this alert?") && question.contains("gate 1"))
        }
        #expect(try await server.text("/api/v2/silences") == "[]", "to look changes nothing")
        let form = "application/x-www-form-urlencoded"
        #expect(try await server.post("/silence", "token=\(token)x&minutes=60", type: form).status == 400)
        #expect(try await server.post("/silence", "token=\(token)&minutes=999999", type: form).status == 400)
        let foreign = try await Transfers().send(
            HTTPRequest(
                method: "POST", url: server.url + "/silence",
                headers: [("Content-Type", form), ("Sec-Fetch-Site", "cross-site")],
                body: Array("token=\(token)&minutes=60".utf8), timeout: .seconds(5)))
        #expect(foreign.status == 403)
        #expect(try await server.text("/api/v2/silences") == "[]")
        var client = HTTPClientConfig()
        client.followRedirects = false
        let done = try await Transfers().send(
            HTTPRequest(
                method: "POST", url: server.url + "/silence", headers: [("Content-Type", form)],
                body: Array("token=\(token)&minutes=60&who=Linh&comment=new+lens".utf8), timeout: .seconds(5),
                client: client))
        #expect(done.status == 303)
        let id = try #require(done.headers["location"]?.split(separator: "=").last)
        // The page may be loaded again.
        for _ in 0..<2 {
            let page = try await server.get("/silence/done", [("id", String(id))])
            #expect(String(decoding: page.body, as: UTF8.self).contains("Silenced for 1 hour"))
        }
        let silences: [SilenceCount] = try await server.decode("/api/v2/silences")
        #expect(silences.count == 1)
        let silenced = try await Self.explain(server, "CameraOffline")
        #expect(silenced.contains("HELD by the silence") && silenced.contains("Linh") && silenced.contains("new lens"))

        try await Self.fire(server, ["alertname": "NodeDown", "instance": "n1", "severity": "critical"])
        let inhibited = try await Self.explain(server, "CameraOffline")
        #expect(inhibited.contains("HELD by {") && inhibited.contains("NodeDown"), "\(inhibited)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
