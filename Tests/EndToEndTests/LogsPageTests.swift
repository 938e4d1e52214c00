import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// The page of logs of a running server, in a real browser.
@Suite("The page of logs", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct LogsPageTests {
    private struct Sight: Decodable {
        var rows: [String]?
        var times: [String]?
        var columns: Int?
        var wide: Bool?
        var top: String?
        var tail: String?
        var detail: String?
        var stayed: Bool?
        var after: [String]?
        var waiting: Int?
        var focused: String?
        var place: Int?
        var around: String?
        var closed: Bool?
        var zoomed: String?
        var since: String?
        var filtered: [String]?
        var filter: String?
        var kept: String?
        var mark: String?
        var plain: Int?
        var heading: String?
        var line: String?
        var hits: Int?
        var errors: [String]?
    }

    @Test(
        "follows, opens, zooms, filters and keeps searches, and nothing in a line acts on it",
        .timeLimit(.minutes(3)))
    func page() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - type: filestream
                id: text
                paths: [\(folder.path)/*.log]
                fields: { component: app }

            """)
        let now = Date()
        func line(_ secondsAgo: Double, _ text: String) -> String {
            now.addingTimeInterval(-secondsAgo).ISO8601Format() + " " + text + "\n"
        }
        let nasty = [
            "ERROR <script>alert(1)</script><img src=x onerror=alert(2)>", "WARN \u{1B}[31mred \u{202E}gnp.exe",
            "INFO " + String(repeating: "x", count: 1_000_000), "INFO last",
        ]
        try folder.write("app.log", nasty.enumerated().map { line(Double(600 - $0 * 100), $1) }.joined())
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("all events", within: .seconds(30)) {
            try await server.logs("component:app").count == 4 ? true : nil
        }
        let browser = try Peers.browser(server.url, "logs", folder.path + "/app.log")
        try await browser.end(within: .seconds(120))
        let sights: [Sight] = browser.messages("saw")
        func sight<Value>(_ value: (Sight) -> Value?) throws -> Value {
            try #require(sights.lazy.compactMap(value).first, "\(browser.printed)")
        }
        let rows = try sight(\.rows)
        #expect(rows.count == 4 && rows[3].contains("<script>alert(1)</script>"))
        #expect(rows[2].contains("⟨ESC⟩[31mred ⟨U+202E⟩gnp.exe"))
        #expect(rows[1].contains("show all (1.0 MB)") && rows[1].count < 1_200)
        #expect(try sight(\.times)[1].hasSuffix(" UTC") && sight(\.columns) > 10 && sight(\.wide) == false)
        #expect(try sight(\.top).contains("came later") && sight(\.tail).contains("1 new since the search"))
        #expect(try sight(\.stayed) && sight(\.detail).contains("log.file.path"))
        #expect(try sight(\.after).first?.contains("two more") == true && sight(\.waiting) == 0)
        #expect(try sight(\.focused) == "query" && sight(\.place) == 5 && sight(\.closed))
        #expect(try sight(\.around).contains("came later"))
        #expect(try sight(\.zoomed).contains("start=") && sight(\.since) == "")
        #expect(try sight(\.filtered).count == 1 && sight(\.filter).contains("level:\"ERROR\""))
        #expect(try sight(\.kept) == "query=component%3Aapp&filter=level%3A%22ERROR%22")
        #expect(try sight(\.mark) == "&")
        #expect(try sight(\.plain) == 7 && sight(\.heading).hasPrefix("Log event") && sight(\.hits) == 1)
        #expect(try sight(\.line).contains("two more"))
        // A build may be without the chart library.
        let errors = try sight(\.errors).filter { !$0.contains("uplot") && !$0.contains("404") }
        #expect(errors.isEmpty)
        let kept = try await server.get("/logs/searches.json").body
        #expect(String(decoding: kept, as: UTF8.self).contains("\"errors of mine\""))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
