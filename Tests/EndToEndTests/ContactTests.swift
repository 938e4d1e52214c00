import Foundation
import TestSupport
import Testing

/// A page whose server is gone, in a real browser.
@Suite("A page without contact", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct ContactTests {
    private struct Look: Decodable {
        let text: String
        let title: String
        let headline: String
        let icon: String
        let tiles: [String]
        let filters: [String]

        /// Whether anything on it says that all is well now.
        var saysWell: Bool {
            [text, title, headline].contains { $0.localizedCaseInsensitiveContains("well") }
                || tiles.contains { $0.contains("Online") && !$0.contains(" ago: Online") }
        }
    }

    private struct Sight: Decodable {
        let before: Look?
        let lost: Look?
        let again: Look?
    }

    @Test(
        "says so within ten seconds, and in a tab that nobody sees within seventy", .timeLimit(.minutes(4)),
        arguments: [
            ("SIGKILL", 10, [String]()), ("SIGSTOP", 10, []), ("SIGTERM", 10, []),
            // A proxy that keeps the stream open and lets nothing of it through; pages still come.
            ("SIGSTOP", 10, ["silent"]), ("SIGSTOP", 70, ["hidden"]),
            ("SIGKILL", 70, ["hidden", "nothread"]),
        ])
    func lost(_ signal: String, _ seconds: Int, _ how: [String]) async throws {
        let folder = try TemporaryDirectory()
        let cameras = try SimulatedCameras(["gate"])
        defer { cameras.stop() }
        _ = try folder.write(
            "config/watchpost.yml",
            "cameras:\n  - { id: gate, url: \"\(cameras.url(of: "gate"))\", watch: [probe] }\n")
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let browser = try Peers.browser(
            server.url, ["lost", String(server.process.pid), signal, String(seconds)] + how)
        try await browser.end(within: .seconds(200))
        let sights: [Sight] = browser.messages("saw")
        let before = try #require(sights.compactMap(\.before).first, "\(browser.printed)")
        #expect(before.saysWell && before.headline == "All well")
        let lost = try #require(sights.compactMap(\.lost).first, "\(browser.printed)")
        #expect(!lost.saysWell, "\(lost)")
        #expect(lost.headline.hasPrefix("No contact for ") && lost.title.hasPrefix("No contact for "))
        #expect(lost.icon.hasPrefix("data:image/svg+xml") && !before.icon.hasPrefix("data:"))
        #expect(lost.filters.allSatisfy { $0.contains("grayscale") } && lost.tiles.count == 1)
        if signal == "SIGSTOP" {
            let again = try #require(sights.compactMap(\.again).first, "\(browser.printed)")
            #expect(again.headline == "All well" && again.icon == before.icon && !again.title.contains("contact"))
        }
        server.process.signal(SIGCONT)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
