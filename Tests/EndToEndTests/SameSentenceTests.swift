import Foundation
import TestSupport
import Testing
import Transfers

/// Whoever hears of a fault, by whatever way, reads the same words.
@Suite("One sentence of a fault", .serialized)
struct SameSentenceTests {
    private struct Shown: Decodable {
        struct Alert: Decodable { let name, text: String }
        struct Telling: Decodable { let receiver: String }

        let key, sentence: String
        let alerts: [Alert]
        let told: [Telling]
    }

    private struct Alert: Decodable { let annotations: [String: String] }
    private struct Mail: Decodable { let parts: [String: String] }

    private struct Sight: Decodable {
        struct Row: Decodable {
            let open: [Bool]
            let typed: String
            let hasFocus, isFirst: Bool
            let selected: [Int]
        }

        let row: Row?
        let probed: String?
    }

    /// A shipped rule, which waits for nothing.
    private static func rule(_ name: String) throws -> String {
        let text = try String(contentsOfFile: "Sources/Site/BuiltInSite/rules/vms.yml", encoding: .utf8)
        let begin = try #require(text.firstRange(of: "      - alert: \(name)\n"))
        let rest = text[begin.upperBound...]
        let end = rest.firstRange(of: "      - alert: ")?.lowerBound ?? rest.endIndex
        return "groups:\n  - name: g\n    rules:\n" + text[begin.lowerBound..<end].replacing("for: 2m", with: "for: 4s")
    }

    @Test("is on the page, in its alert, in the mail and on the command line", .timeLimit(.minutes(1)))
    func everywhere() async throws {
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        // Nobody listens on the first port of all.
        let (id, port) = ("gate <1> & \"é\"/a", 1)
        try folder.write(
            "config/watchpost.yml",
            "instance: n1\ncameras:\n  - { id: '\(id)', url: \"rtsp://127.0.0.1:\(port)/a\", watch: [probe] }\n")
        try folder.write(
            "config/prometheus.yml",
            "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [rules.yml]\n")
        try folder.write("config/rules.yml", try Self.rule("CameraOffline"))
        try folder.write(
            "config/alertmanager.yml",
            """
            global: { smtp_smarthost: "127.0.0.1:\(sink.smtp)", smtp_from: "w@site.test", smtp_require_tls: false }
            route: { receiver: guard, group_wait: 100ms }
            receivers: [{ name: guard, email_configs: [{ to: "guard@site.test" }] }]
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let sentence = "127.0.0.1:\(port) refuses the connection."
        let line = try await sink.process.line(matching: Regex("mail (.*)"))
        let mail = try JSONDecoder().decode(Mail.self, from: Data(line.utf8))
        for (type, body) in mail.parts { #expect(body.contains(sentence), "\(type): \(body)") }
        let alerts: [Alert] = try await server.decode("/api/v2/alerts")
        #expect(alerts.map { $0.annotations["description"] } == [sentence])

        let fault = try await eventually("the row to say who was told", within: .seconds(10)) {
            let faults: [Shown] = try await server.decode("/api/watchpost/faults")
            return faults.count == 1 && faults[0].told.count == 1 ? faults[0] : nil
        }
        #expect(fault.key == "camera \(id)" && fault.sentence == sentence)
        #expect(fault.alerts.map(\.name) == ["CameraOffline"] && fault.alerts.map(\.text) == [sentence])
        #expect(fault.told.map(\.receiver) == ["guard"])

        let page = try await server.text("/")
        #expect(page.contains("<span class=\"why\">\(sentence)") && page.contains("Told guard (email)"))
        let command = try RunningProcess(Peers.watchpost, ["faults", "--server", server.url])
        try? await command.end()
        #expect(command.printed.contains(sentence) && command.printed.contains(id), "\(command.printed)")

        guard Peers.has("chromium") else { return }
        let browser = try Peers.browser(server.url, "typing", fault.key, "camera a")
        _ = try await browser.line(matching: Regex("saw (.*typing.*)"))
        // Stands before it.
        try folder.write(
            "config/watchpost.yml",
            try String(contentsOfFile: folder.path + "/config/watchpost.yml", encoding: .utf8)
                + "  - { id: a, url: \"rtsp://127.0.0.1:2/a\", watch: [probe] }\n")
        _ = try await server.post("/-/reload")
        try await browser.end(within: .seconds(40))
        let sights: [Sight] = browser.messages("saw")
        let row = try #require(sights.compactMap(\.row).first, "\(browser.printed)")
        #expect(row.open == [true, true] && row.typed == "I go there" && row.hasFocus && !row.isFirst)
        #expect(row.selected == [2, 4])
        #expect(sights.compactMap(\.probed) == [sentence])
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
