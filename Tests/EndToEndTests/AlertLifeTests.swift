import Foundation
import LocalTime
import SiteView
import TestSupport
import Testing

/// What people do about an alert, from its begin to its place in the history.
@Suite("An alert's life", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct AlertLifeTests {
    private static let zone = "Asia/Ho_Chi_Minh"

    private struct Post: Decodable {
        struct Body: Decodable {
            struct One: Decodable {
                let status: String
                let annotations: [String: String]
                let fingerprint: String
            }

            let status: String
            let receiver: String
            let alerts: [One]
        }

        let body: Body
    }

    private struct Sight: Decodable {
        let because: String?
        let code: [String]?
        let taken: String?
        let routes: String?
        let silenced: String?
        let clicks: Int?
        let held: String?
        let undone: String?
        let over: String?
        let camera: String?
        let form: String?
        let refused: String?
        let kept: String?
        let list: String?
        let alert: String?
        let looks: String?
        let windows: String?
        let rows: [String]?
        let day: Int?
        let errors: [String]?
    }

    private static func configure(_ folder: TemporaryDirectory, webhook: Int) throws {
        _ = try folder.write("config/watchpost.yml", "time_zone: \(zone)\n")
        _ = try folder.write(
            "config/alertmanager.yml",
            """
            route: { receiver: guards, group_by: [alertname], group_wait: 200ms, group_interval: 1s, repeat_interval: 1h }
            receivers:
              - name: guards
                webhook_configs: [{ url: "http://127.0.0.1:\(webhook)/", send_resolved: true }]

            """)
        _ = try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 1s, evaluation_interval: 500ms }
            rule_files: [rules.yml]
            scrape_configs: [{ job_name: gate, static_configs: [{ targets: ["127.0.0.1:1"] }] }]

            """)
        _ = try folder.write(
            "config/rules.yml",
            """
            groups:
              - name: g
                rules:
                  - alert: CameraOffline
                    expr: up{job="gate"} > 5 or (up{job="gate"} == 0 unless on () nothing)
                    labels: { severity: critical, camera_id: gate }
                    annotations: { summary: Gate is dark }

            """)
    }

    private static func command(_ server: Server, _ arguments: String...) async throws -> String {
        let process = try RunningProcess(Peers.watchpost, Array(arguments) + ["--server", server.url])
        try await process.end()
        return process.printed.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func posts(_ webhook: RunningProcess) throws -> [Post.Body] {
        try webhook.printed.split(separator: "\n").filter { $0.hasPrefix("post ") }.map {
            try JSONDecoder().decode(Post.self, from: Data($0.dropFirst(5).utf8)).body
        }
    }

    private static func sights(_ arguments: String...) async throws -> [Sight] {
        let process = try RunningProcess(Peers.python, [Peers.part("alert_life.py")] + arguments)
        try await process.end(within: .seconds(60))
        let sights: [Sight] = process.messages("saw")
        #expect(sights.last?.errors == [], "\(process.printed)")
        return sights
    }

    @Test(
        "it fires, somebody looks after it, others hear of that once, it is silent in two clicks, works hold it over a kill, and its history says so",
        .timeLimit(.minutes(1)))
    func life() async throws {
        let folder = try TemporaryDirectory()
        let (webhook, port) = try await Peers.webhook()
        try Self.configure(folder, webhook: port)
        var server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await webhook.line(matching: Regex("post (.*)"))
        let first = try #require(try Self.posts(webhook).first)
        #expect(first.status == "firing" && first.receiver == "guards" && first.alerts.count == 1)
        #expect(first.alerts[0].annotations == ["summary": "Gate is dark"])
        let fingerprint = first.alerts[0].fingerprint

        let taken = try await Self.sights("take", server.url, fingerprint, "Lê Minh")
        func seen<Value>(_ path: KeyPath<Sight, Value?>, of sights: [Sight]) throws -> Value {
            try #require(sights.lazy.compactMap { $0[keyPath: path] }.first)
        }
        #expect(try seen(\.because, of: taken).hasPrefix("It fires since "))
        #expect(try seen(\.because, of: taken).contains("because the camera gave no pictures."))
        #expect(try seen(\.code, of: taken).contains { $0.hasPrefix("up{job=\"gate\"} == 0") }, "the side that fires")
        #expect(try seen(\.taken, of: taken).contains("Lê Minh looks after it"))
        #expect(try seen(\.taken, of: taken).contains("on my way"))
        #expect(try seen(\.routes, of: taken).contains("not told again: Lê Minh looks after it"))
        #expect(try !seen(\.routes, of: taken).contains("told again in"))
        #expect(try seen(\.clicks, of: taken) == 2 && seen(\.silenced, of: taken).contains("Silenced for 1 hour"))
        #expect(try seen(\.held, of: taken).contains("silent until"))
        #expect(try seen(\.undone, of: taken).contains("Nothing is silenced."))
        #expect(try seen(\.held, of: taken).contains("by Lê Minh"), "a browser remembers who somebody is")
        #expect(try seen(\.over, of: taken).hasSuffix("/silences"))
        #expect(try seen(\.camera, of: taken) == "gate" && seen(\.form, of: taken).contains(Self.zone))
        #expect(try seen(\.refused, of: taken).contains("is not after its begin"))
        #expect(try seen(\.kept, of: taken) == "<Ann>")

        // The others heard of it, once, and in the words of the page and of the command line.
        let words = "Lê Minh looks after it"
        #expect(try Self.posts(webhook).count == 2)
        let second = try #require(try Self.posts(webhook).last)
        #expect(second.status == "firing")
        #expect(
            second.alerts.map(\.annotations) == [
                [
                    "summary": "Gate is dark (\(words))", "acknowledged_by": "Lê Minh",
                    "acknowledged_comment": "on my way",
                ]
            ])
        #expect(try await Self.command(server, "alerts", "explain", fingerprint).contains("not told again: \(words)"))
        #expect(try await Self.command(server, "acknowledge").contains("Lê Minh"))

        // Works for some seconds, by the clock of the site; the server is killed in them.
        let end = Int64(Date().timeIntervalSince1970) * 1_000 + 9_000
        let until = ZoneText(try #require(TimeZone(identifier: Self.zone))).moment(end).prefix(19)
        let planned = try await Self.command(
            server, "maintenance", "add", "--camera", "gate", "--until", String(until), "--by", "Ann", "--comment",
            "lens")
        #expect(planned.contains("maintenance until") && planned.contains("by Ann"), "\(planned)")
        #expect(planned.contains("No camera gate is known now."))
        server.process.signal(SIGKILL)
        try await server.process.end()
        server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let alerts: [AlertView] = try await eventually("the alert to be held") {
            let alerts: [AlertView] = try await server.decode("/api/watchpost/alerts")
            return alerts.first?.heldBy.isEmpty == false ? alerts : nil
        }
        #expect(alerts.count == 1 && alerts[0].acknowledgedBy == "Lê Minh")
        #expect(
            alerts[0].heldBy.map { [$0.kind.rawValue, $0.by, $0.about, "\($0.until ?? 0)"] }
                == [["maintenance", "Ann", "lens", "\(end)"]])
        let works = try await Self.sights("works", server.url, fingerprint)
        #expect(try seen(\.list, of: works).contains("maintenance until"))
        #expect(try seen(\.list, of: works).contains("by Ann: lens"))
        #expect(try seen(\.alert, of: works).contains("maintenance until"))
        #expect(try seen(\.looks, of: works).contains(words))
        #expect(try seen(\.windows, of: works).contains("by Ann"))
        #expect(try await Self.command(server, "maintenance", "list").contains("camera_id=\"gate\""))
        #expect(try Self.posts(webhook).count == 2, "nobody hears of it meanwhile")

        // They are over, and it is not.
        let posts = try await eventually("the word that it is left", within: .seconds(20)) {
            let posts = try Self.posts(webhook)
            return posts.count > 2 ? posts : nil
        }
        #expect(Int64(Date().timeIntervalSince1970 * 1_000) >= end)
        #expect(posts.count == 3 && posts[2].alerts.map(\.fingerprint) == [fingerprint])
        let past = try await Self.sights("past", server.url)
        let rows = try seen(\.rows, of: past)
        #expect(rows.count == 1 && rows[0].contains("CameraOffline") && rows[0].contains("guards (webhook)"), "\(rows)")
        #expect(rows.first?.contains("goes on") == true, "over a kill one stays one")
        #expect(try seen(\.day, of: past) == 1)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
