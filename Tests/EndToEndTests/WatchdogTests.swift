import Foundation
import TestSupport
import Testing
import Transfers

@Suite("The watchdog", .serialized)
struct WatchdogTests {
    private struct Delivery: Decodable {
        let receiver: String
        let status: String
        let repeats: Int
    }

    @Test(
        "calls outside again and again while all is well, and is no trouble on any page",
        .timeLimit(.minutes(1)))
    func life() async throws {
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        let initialize = try RunningProcess(Peers.watchpost, ["init", folder.path + "/config"])
        try await initialize.end()
        func change(_ file: String, _ edits: [(String, String)]) throws {
            var text = try String(contentsOfFile: folder.path + "/config/" + file, encoding: .utf8)
            for (from, to) in edits {
                #expect(text.contains(from), "\(file) has no \(from)")
                text = text.replacing(from, with: to)
            }
            try folder.write("config/" + file, text)
        }
        try change(
            "alertmanager.yml",
            [
                ("group_interval: 1m\n      repeat_interval: 50s", "group_interval: 1s\n      repeat_interval: 500ms"),
                (
                    "#     webhook_configs:\n#       - url_file: /etc/watchpost/dead-mans-switch-url\n#         send_resolved: false",
                    "    webhook_configs:\n      - url: http://127.0.0.1:\(sink.web)/ping\n        send_resolved: false"
                ),
            ])
        try change("rules/watchpost.yml", [("interval: 15s", "interval: 1s")])
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        func pings() -> Int { sink.process.printed.components(separatedBy: "\npost ").count - 1 }
        _ = try await eventually("five pings", within: .seconds(30)) { pings() >= 5 ? true : nil }
        #expect(sink.process.printed.contains(#""alertname": "Watchdog""#))
        let deliveries: [Delivery] = try await server.decode("/api/watchpost/deliveries")
        let mine = deliveries.filter { $0.receiver == "dead-mans-switch" }
        #expect(mine.count == 1 && mine.first?.status == "sent" && (mine.first?.repeats ?? 0) >= 3, "\(mine)")
        #expect(try await server.text("/api/watchpost/alerts").contains("Watchdog") == false)
        #expect(try await server.text("/api/v2/alerts").contains("Watchdog"))
        let metrics = try await server.text("/metrics")
        #expect(metrics.contains(#"alertmanager_notifications_total{integration="webhook"}"#))
        #expect(metrics.contains("notices_waiting 0"))

        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
