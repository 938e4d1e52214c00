import Foundation
import TestSupport
import Testing

/// Dashboards as people export them, of any age, against what Grafana documents of them.
@Suite("Dashboards against an oracle", .serialized, .enabled(if: Peers.has("chromium"), "chromium is not installed"))
struct DashboardOracleTests {
    /// What feed.py tells: the times between which there are samples, in seconds.
    private struct Feed: Decodable {
        let start: Int
        let end: Int
        let series: Int
    }

    /// What run.py tells: a difference, or at the end how many panels there were of each state.
    private struct Sight: Decodable {
        let file: String?
        let panel: String?
        let expected: String?
        let sight: String?
        let counts: [String: Int]?
        let errors: [String]?
    }

    @Test(
        "every panel with data is drawn, none is falsely empty, names, texts, colours and cells are those of Grafana",
        .timeLimit(.minutes(3)))
    func boards() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", "global: { scrape_interval: 15s }\n")
        let names = try FileManager.default.contentsOfDirectory(atPath: Peers.part("oracle/boards")).sorted()
        let files = names.filter { $0.hasSuffix(".json") }
        for file in files {
            let text = try String(contentsOfFile: Peers.part("oracle/boards/\(file)"), encoding: .utf8)
            try folder.write("config/dashboards/\(file)", text)
        }
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let sender = try RunningProcess(Peers.python, [Peers.part("oracle/feed.py"), server.url])
        try await sender.end(within: .seconds(30))
        let fed: [Feed] = sender.messages("saw")
        let feed = try #require(fed.last, "\(sender.printed)")
        #expect(feed.series > 2_000)
        let browser = try RunningProcess(
            Peers.python,
            [Peers.part("oracle/run.py"), server.url, String(feed.end - 1_800), String(feed.end)]
                + files.map { Peers.part("oracle/boards/\($0)") })
        try await browser.end(within: .seconds(150))
        let sights: [Sight] = browser.messages("saw")
        for sight in sights where sight.file != nil {
            Issue.record(
                """
                \(sight.file ?? ""), \(sight.panel ?? ""): \(sight.sight ?? ""), \
                should be \(sight.expected ?? "")
                """)
        }
        let last = try #require(sights.last, "\(browser.printed.suffix(2_000))")
        let counts = try #require(last.counts, "\(browser.printed.suffix(2_000))")
        #expect(counts["files"] == files.count && files.count >= 40, "\(counts)")
        #expect(counts["drawn", default: 0] >= 500 && counts["falsely empty", default: 0] == 0, "\(counts)")
        #expect(last.errors == [], "\(browser.printed.suffix(2_000))")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
