import Foundation
import TestSupport
import Testing

/// Pages of dashboards in a real browser: every shape of file, variables, layout, and charts by mouse, touch and
/// keyboard.
@Suite("Pages of Grafana's files", .serialized, .enabled(if: Peers.has("chromium"), "chromium is not installed"))
struct DashboardPageTests {
    /// What dashboard_pages.py tells.
    private struct Sight: Decodable {
        let wrong: String?
        let seen: String?
        let drawn: Int?
        let errors: [String]?
    }

    /// Seconds until a first screen is there, and until twenty charts are drawn: what people run is the release; a debug
    /// binary takes longer, as all tests beside each other do.
    private static let most = Peers.watchpost.contains("/release/") ? "1" : "10"

    /// Series of a few hosts, which rules make each second: nothing else is needed.
    private static let rules = """
        groups:
          - name: made
            interval: 1s
            rules:
              - { record: load, expr: vector(1.5), labels: { job: node, host: "10.0.0.5:9121" } }
              - { record: load, expr: vector(2.5), labels: { job: node, host: "10.0.0.6:9121" } }
              - { record: load, expr: vector(9), labels: { job: else, host: other } }
              - { record: saw, expr: vector(time() % 60) }
              - record: process_start_time_seconds
                expr: floor(vector(time() / 5))
                labels: { job: node, instance: "10.0.0.5:9100" }
              - { alert: Always, expr: vector(1) }
              - { alert: Heartbeat, expr: vector(1), labels: { severity: none } }
        """

    @Test("each shape of file is drawn as Grafana documents, and its charts can be used", .timeLimit(.minutes(3)))
    func pages() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", "rule_files: [rules.yml]\n")
        try folder.write("config/rules.yml", Self.rules)
        let boards = Peers.part("boards")
        for name in try FileManager.default.contentsOfDirectory(atPath: boards) {
            try folder.write("config/dashboards/\(name)", String(contentsOfFile: "\(boards)/\(name)", encoding: .utf8))
        }
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("some seconds of samples", within: .seconds(30)) {
            try await server.query("min(count_over_time(load[1m])) >= 8").isEmpty ? nil : true
        }
        let browser = try Peers.browser(
            script: "dashboard_pages.py", server.url, Peers.part("variable_cases.json"), Self.most)
        try await browser.end(within: .seconds(120))
        let sights: [Sight] = browser.messages("saw")
        for sight in sights where sight.wrong != nil { Issue.record("\(sight.wrong ?? ""): \(sight.seen ?? "")") }
        #expect(sights.contains { $0.drawn != nil }, "\(browser.printed.suffix(2_000))")
        #expect(sights.last?.errors == [], "\(browser.printed.suffix(2_000))")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
