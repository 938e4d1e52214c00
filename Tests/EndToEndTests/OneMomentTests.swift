import Foundation
import TestSupport
import Testing
import Transfers

/// A moment is told by one clock: on pages by the browser's, in mails and on the command line by the site's.
@Suite("Local time", .serialized)
struct OneMomentTests {
    private struct Sight: Decodable {
        let browser: String
        let zone: String
        /// Of each its machine-readable form, its text and what is shown to who points at it.
        let times: [[String]]
    }

    private struct Mail: Decodable { let parts: [String: String] }

    private static func text(_ date: Date, _ zone: String, _ format: String) throws -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = try #require(TimeZone(identifier: zone))
        formatter.dateFormat = format
        return formatter.string(from: date)
    }

    private static func run(_ server: Server, _ arguments: [String]) async throws -> String {
        // The machine of who types it may stand anywhere.
        let command = try RunningProcess(
            Peers.watchpost, arguments + ["--server", server.url], environment: ["TZ": "America/New_York"])
        try? await command.end()
        return command.printed
    }

    @Test(
        "is the same moment on the page of a browser in Viet Nam, in mails and on the command line",
        .timeLimit(.minutes(1)))
    func moment() async throws {
        let site = "Asia/Ho_Chi_Minh"
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        try folder.write("config/watchpost.yml", "time_zone: \(site)\n")
        try folder.write("config/prometheus.yml", "global: { evaluation_interval: 500ms }\nrule_files: [rules.yml]\n")
        try folder.write(
            "config/rules.yml",
            """
            groups:
              - name: g
                rules:
                  - alert: Gate
                    expr: vector(1)
                    labels: { severity: critical }
                    annotations: { summary: The gate is open }
            """)
        try folder.write(
            "config/alertmanager.yml",
            """
            global: { smtp_smarthost: "127.0.0.1:\(sink.smtp)", smtp_from: "w@site.test", smtp_require_tls: false }
            route: { receiver: guard, group_wait: 100ms }
            receivers: [{ name: guard, email_configs: [{ to: "guard@site.test" }] }]
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let line = try await sink.process.line(matching: Regex("mail (.*)"))
        let mail = try JSONDecoder().decode(Mail.self, from: Data(line.utf8))
        struct Alert: Decodable { let startsAt: String }
        let alerts: [Alert] = try await server.decode("/api/v2/alerts")
        let began = try Date(
            #require(alerts.first).startsAt, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let local = try Self.text(began, site, "yyyy-MM-dd HH:mm:ss")
        let clock = String(local.suffix(8))

        for (type, body) in mail.parts {
            #expect(body.replacing("&#43;", with: "+").contains(local + " UTC+7"), "\(type): \(body)")
        }
        #expect(mail.parts.count == 2)
        for command in [["alerts"], ["faults"], ["alerts", "explain", "Gate"]] {
            let printed = try await Self.run(server, command)
            #expect(printed.contains(local.replacing(" ", with: "T")) && printed.contains("+07:00"), "\(printed)")
        }
        let asked = try await Self.run(server, ["alerts", "--zone", "UTC"])
        #expect(asked.contains(try Self.text(began, "UTC", "yyyy-MM-dd'T'HH:mm:ss")), "\(asked)")

        guard Peers.has("chromium") else { return }
        let zones = [site, "Europe/Berlin", "America/St_Johns"]
        for path in ["/", "/alerts"] {
            let browser = try RunningProcess(Peers.python, [Peers.part("moment.py"), server.url, path] + zones)
            try await browser.end(within: .seconds(40))
            let sights: [Sight] = browser.messages("saw")
            try #require(sights.map(\.browser) == zones, "\(browser.printed)")
            for sight in sights {
                let shown = try Self.text(began, sight.browser, "HH:mm")
                let utc = try Self.text(began, "UTC", "yyyy-MM-dd HH:mm:ss") + " UTC"
                let seen = sight.times.contains { $0[1].contains(shown) && $0[2] == utc }
                #expect(seen && sight.zone.contains(sight.browser), "\(path) \(clock): \(sight)")
            }
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
