import Foundation
import Model
import TestSupport
import Testing
import Transfers

/// The same alerts under the same `alertmanager.yml`, here and in a real Alertmanager: who is told, and what.
@Suite("Notifications beside a real Alertmanager's", .serialized)
struct NotificationEqualityTests {
    /// The seed's file as `init --seed` writes it, and as it stands in the seed.
    enum File: String, CaseIterable, CustomTestStringConvertible {
        case corrected
        case wordForWord = "word for word"

        var testDescription: String { rawValue }
    }

    /// Ends the test as not run where the seed is not there.
    private static func text(_ file: File) async throws -> String {
        if file == .corrected {
            let folder = try TemporaryDirectory()
            let initialize = try RunningProcess(Peers.watchpost, ["init", "--seed", folder.path + "/site"])
            try await initialize.end()
            return try String(contentsOfFile: folder.path + "/site/alertmanager.yml", encoding: .utf8)
        }
        let seed = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"].flatMap {
            try? String(contentsOfFile: $0 + "/../seed/07_Observability_Monitoring.md", encoding: .utf8)
        }
        guard let seed, let start = seed.range(of: "# /etc/alertmanager/alertmanager.yml"),
            let end = seed[start.upperBound...].range(of: "```")
        else {
            // Of a single case that is cancelled nothing is said by itself.
            print("SKIPPED, word for word: the seed is not beside CONFORMANCE_DIR")
            try Test.cancel("the seed is not beside CONFORMANCE_DIR")
        }
        return String(seed[start.lowerBound..<end.lowerBound])
    }

    private static func randomLabels(_ dice: inout SeededGenerator) -> [String: String] {
        let names = [
            "CameraOffline", "LowCameraFPS", "NodeDown", "DiskSpaceWarning", "HighCPUUsage", "Odd \"name\", x",
        ]
        let severities = ["critical", "warning", "info", "Critical", "critical ", ""]
        var labels = ["alertname": names.randomElement(using: &dice) ?? ""]
        if Int.random(in: 0..<8, using: &dice) > 0 { labels["severity"] = severities.randomElement(using: &dice) }
        if Bool.random(using: &dice) { labels["instance"] = "node-\(Int.random(in: 1...3, using: &dice))" }
        if Bool.random(using: &dice) { labels["camera_id"] = "cam-\(Int.random(in: 1...9, using: &dice))" }
        if Bool.random(using: &dice) { labels["component"] = ["camera", "storage", "api"].randomElement(using: &dice) }
        return labels.filter { !$0.value.isEmpty }
    }

    @Test(
        "a hundred random alerts take the routes that amtool finds",
        .enabled(if: Peers.has("amtool"), "amtool is not installed"), .timeLimit(.minutes(3)), arguments: File.allCases)
    func routes(_ file: File) async throws {
        let text = try await Self.text(file)
        let folder = try TemporaryDirectory()
        try folder.write("config/alertmanager.yml", text)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        var dice = SeededGenerator(for: "alerts and routes")
        for _ in 0..<100 {
            let labels = Self.randomLabels(&dice)
            let amtool = try RunningProcess(
                "amtool",
                ["config", "routes", "test", "--config.file=\(folder.path)/config/alertmanager.yml"]
                    + labels.map { "\($0.key)=\"\($0.value.replacing("\"", with: "\\\""))\"" })
            try await amtool.end()
            let matchers = labels.sorted { $0.key < $1.key }
                .map { "\($0.key)=\"\($0.value.replacing("\"", with: "\\\""))\"" }.joined(separator: ",")
            let found: [AlertExplanation] = try await server.decode(
                "/api/watchpost/alerts/explain", [("alert", "{\(matchers)},".dropLast().description)])
            let ours = (found.first?.routes ?? []).map(\.receiver).joined(separator: ",")
            let theirs = amtool.printed.split(separator: "\n").last.map(String.init) ?? ""
            #expect(ours == theirs, "\(file.testDescription): \(labels)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    // MARK: Content

    private struct Mail: Decodable {
        let sender: String
        let to: [String]
        let headers: [String: String]
        let parts: [String: String]
    }

    /// What a side told: mails by subject, and posts as normalised JSON by path.
    private struct Told {
        var mails: [(head: String, page: String, plain: String?)] = []
        var posts: [String] = []

        init(_ printed: String) throws {
            for line in printed.split(separator: "\n") {
                if line.hasPrefix("mail ") {
                    let mail = try JSONDecoder().decode(Mail.self, from: Data(line.dropFirst(5).utf8))
                    mails.append(
                        (
                            "\(mail.sender) -> \(mail.headers["To"] ?? "") \(mail.to.sorted()): "
                                + (mail.headers["Subject"] ?? ""), mail.parts["text/html"] ?? "",
                            mail.parts["text/plain"]
                        ))
                } else if line.hasPrefix("post ") {
                    let post = try #require(
                        try JSONSerialization.jsonObject(with: Data(line.dropFirst(5).utf8)) as? [String: Any])
                    let body = try JSONSerialization.data(
                        withJSONObject: post["body"] ?? [:], options: [.sortedKeys, .withoutEscapingSlashes])
                    posts.append(Self.normalised("\(post["path"] ?? "") \(String(decoding: body, as: UTF8.self))"))
                }
            }
            mails.sort { ($0.head, Self.facts($0.page).joined()) < ($1.head, Self.facts($1.page).joined()) }
            posts.sort()
        }

        /// Times and addresses differ between two servers by their nature.
        static func normalised(_ text: String) -> String {
            text.replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)/#, with: "TIME")
                .replacing(#/http:\/\/[^\s"|>]*/#, with: "URL")
        }

        /// What a mail's page says in Alertmanager's words: how many, for what, and each label and annotation.
        static func facts(_ page: String) -> [String] {
            let text = page.replacing(#/<style[\s\S]*?<\/style>/#, with: "").replacing(
                #/<(br|\/?(div|p|h1|h2|td|tr))[^>]*>/#, with: "\n"
            )
            .replacing(#/<[^>]*>/#, with: "")
            .replacing("&#34;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&").replacing("&quot;", with: "\"")
            var facts: [String] = []
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if words.firstMatch(of: #/^[A-Za-z_]+ = /#) != nil || words.hasPrefix("[") && words.contains("] ") {
                    facts.append(words)
                }
            }
            let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if let match = flat.firstMatch(of: #/[0-9]+ alerts? for( [A-Za-z_]+=[^ ]+)*/#) {
                facts.append(String(match.output.0))
            }
            return facts.sorted()
        }
    }

    private static let alerts = """
        [{"labels": {"alertname": "CameraOffline", "camera_id": "gate", "instance": "node-1", "severity": "critical"},
          "annotations": {"summary": "Camera gate is <offline> & \\"gone\\"", "description": "since 2 minutes"},
          "generatorURL": "http://prometheus.test/graph?g0.expr=x"},
         {"labels": {"alertname": "CameraOffline", "camera_id": "yard", "instance": "node-1", "severity": "critical"},
          "annotations": {"summary": "Camera yard is offline", "description": "since 3 minutes"}},
         {"labels": {"alertname": "DiskSpaceWarning", "instance": "node-2", "mount_point": "/mnt", "severity": "warning"},
          "annotations": {"summary": "Low on disk", "description": "18 % left"}},
         {"labels": {"alertname": "Nobody", "instance": "node-3"}, "annotations": {"summary": "no severity"}}]
        """

    private static func side(_ file: String, isOurs: Bool, templates: String? = nil) async throws -> Told {
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        // Placeholders are replaced, or nobody of ours would be told; times are seconds instead of minutes.
        var text = file
        for (from, to) in [
            ("smtp.gmail.com:587", "127.0.0.1:\(sink.smtp)"), ("example.com", "site.test"),
            ("https://hooks.slack.com/services/YOUR/WEBHOOK/URL", "http://127.0.0.1:\(sink.web)/slack"),
            ("http://localhost:5000/send-sms", "http://127.0.0.1:\(sink.web)/send-sms"),
        ] { text = text.replacing(from, with: to) }
        text = text.replacing(#/smtp_auth_(username|password|password_file): .*/#, with: "")
            .replacing(
                #/slack_configs:\s+- api_url_file: .*/#,
                with: "slack_configs:\n      - api_url: 'http://127.0.0.1:\(sink.web)/slack'"
            )
            .replacing("global:", with: "global:\n  smtp_require_tls: false")
            .replacing(#/group_wait: [0-9]+s/#, with: "group_wait: 1s")
            .replacing(#/group_interval: [0-9]+m/#, with: "group_interval: 3s")
        if let templates { text += "\ntemplates: ['\(templates)']\n" }
        try folder.write("config/alertmanager.yml", text)
        let server =
            isOurs
            ? try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
            : try await Peers.alertmanager(in: folder, file: "config/alertmanager.yml")
        #expect(try await server.post("/api/v2/alerts", alerts).status == 200)
        try await Task.sleep(for: .seconds(3))
        // One is over, the others go on.
        let over =
            #"[{"labels": {"alertname": "CameraOffline", "camera_id": "gate", "instance": "node-1", "severity": "critical"}, "annotations": {"summary": "Camera gate is <offline> & \"gone\"", "description": "since 2 minutes"}, "endsAt": "2020-01-01T00:00:00Z", "startsAt": "2019-12-31T00:00:00Z"}]"#
        let ended = over.replacing(
            "2020-01-01T00:00:00Z",
            with: Date().addingTimeInterval(-0.2).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        #expect(try await server.post("/api/v2/alerts", ended).status == 200)
        try await Task.sleep(for: .seconds(5))
        server.process.signal(SIGTERM)
        try await server.process.end()
        return try Told(sink.process.printed)
    }

    @Test(
        "say the same: recipients, subjects, JSON, every label and annotation",
        .enabled(if: Peers.has("prometheus-alertmanager"), "prometheus-alertmanager is not installed"),
        .timeLimit(.minutes(3)), arguments: File.allCases)
    func content(_ file: File) async throws {
        let text = try await Self.text(file)
        async let ourSide = Self.side(text, isOurs: true)
        async let theirSide = Self.side(text, isOurs: false)
        let (ours, theirs) = try await (ourSide, theirSide)
        #expect(theirs.mails.count >= 3 && theirs.posts.count >= 2, "\(theirs)")
        #expect(ours.mails.map(\.head) == theirs.mails.map(\.head), "\(file.testDescription)")
        for (our, their) in zip(ours.mails, theirs.mails) {
            let missing = Set(Told.facts(their.page)).subtracting(Told.facts(our.page))
            #expect(missing.isEmpty, "\(file.testDescription), \(our.head): \(missing)")
            #expect(our.plain?.isEmpty == false)
        }
        #expect(ours.posts == theirs.posts, "\(file.testDescription)")
    }

    private static let theirTemplates = "/usr/share/prometheus/alertmanager"

    @Test(
        "Alertmanager's own templates give here what they give there, letter for letter",
        .enabled(
            if: Peers.has("prometheus-alertmanager")
                && FileManager.default.fileExists(atPath: theirTemplates + "/email.tmpl"),
            "Alertmanager and its templates are not installed"), .timeLimit(.minutes(2)))
    func theirOwnTemplates() async throws {
        let text = try await Self.text(.corrected)
        async let ourSide = Self.side(text, isOurs: true, templates: Self.theirTemplates + "/*.tmpl")
        async let theirSide = Self.side(text, isOurs: false)
        let (ours, theirs) = try await (ourSide, theirSide)
        #expect(ours.mails.count == theirs.mails.count && !ours.mails.isEmpty)
        for (our, their) in zip(ours.mails, theirs.mails) {
            #expect(our.head == their.head)
            #expect(Told.normalised(our.page) == Told.normalised(their.page), "\(our.head)")
        }
        #expect(ours.posts == theirs.posts)
    }
}
