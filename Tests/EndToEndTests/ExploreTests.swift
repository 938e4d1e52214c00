import Foundation
import TestSupport
import Testing

/// The page of one's own expressions in a real browser: what is proposed, errors at their place, tables, addresses.
@Suite("Explore", .serialized, .enabled(if: Peers.has("chromium"), "chromium is not installed"))
struct ExploreTests {
    /// What explore.py tells.
    private struct Sight: Decodable {
        let wrong: String?
        let seen: String?
        let errors: [String]?
    }

    @Test(
        "metrics, labels, values and functions are proposed by keys, mouse and touch, early and late; errors stand at their place; addresses are Prometheus' own",
        .timeLimit(.minutes(2)))
    func explore() async throws {
        let folder = try TemporaryDirectory()
        // What it tells of itself is all that is needed.
        let port = try Peers.freePort()
        try folder.write(
            "config/prometheus.yml",
            """
            scrape_configs:
              - { job_name: self, scrape_interval: 1s, static_configs: [{ targets: ["127.0.0.1:\(port)"] }] }

            """)
        let server = try await Server.serve(
            configuration: folder.path + "/config", data: folder.path + "/data", port: port)
        _ = try await eventually("its own series", within: .seconds(30)) {
            let names = try await server.query("count by (le) (http_request_duration_seconds_bucket)")
            let interval = try await server.query("own_series_interval_seconds")
            return names.isEmpty || interval.isEmpty ? nil : true
        }
        let browser = try Peers.browser(script: "explore.py", server.url)
        try await browser.end(within: .seconds(80))
        let sights: [Sight] = browser.messages("saw")
        for sight in sights where sight.wrong != nil { Issue.record("\(sight.wrong ?? ""): \(sight.seen ?? "")") }
        #expect(sights.last?.errors == [], "\(browser.printed.suffix(2_000))")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
