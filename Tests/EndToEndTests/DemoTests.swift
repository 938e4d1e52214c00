import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// The demo as a newcomer meets it. One demo serves all of these tests; the last one ends it.
@Suite("The demo, end to end", .serialized)
struct DemoTests {
    @Test("six cameras are online, at 25 frames a second, and recorded", .timeLimit(.minutes(4)))
    func sixCameras() async throws {
        let server = try await Demo.shared.server()
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let cameras = try await server.cameras()
        #expect(cameras.count == 6)
        for camera in cameras {
            #expect(camera.state == .online, "\(camera.id): \(camera.reason)")
            #expect(abs((camera.fps ?? 0) - 25) <= 1, "\(camera.id): \(camera.fps ?? -1) fps")
            #expect(now - (camera.lastRecorded ?? 0) < 15_000, "\(camera.id) was recorded too long ago")
        }
    }

    @Test("every query of the four dashboards and every alert's expression has its answer", .timeLimit(.minutes(3)))
    func everySeedExpression() async throws {
        let server = try await Demo.shared.server()
        // Rates need two samples.
        for metric in [
            "camera_frames_total", "disk_io_write_bytes_total", "disk_io_latency_ms_count",
            "network_bytes_received_total", "webrtc_connection_attempts_total", "stream_bytes_sent_total",
            "ai_processing_duration_seconds_count",
        ] {
            _ = try await eventually("a rate of \(metric)", within: .seconds(60)) {
                try await server.query("rate(\(metric)[5m])").isEmpty ? nil : true
            }
        }
        // A quantile or a share is a number once there was something to observe within the window.
        for metric in [
            "disk_io_latency_ms_count", "webrtc_connection_attempts_total", "ai_processing_duration_seconds_count",
        ] {
            _ = try await eventually("something of \(metric)", within: .seconds(60)) {
                try await server.query("rate(\(metric)[5m]) > 0").isEmpty ? nil : true
            }
        }
        for row in try await SeedExpressions.all(of: server) {
            let answer: QueryAnswer = try await server.decode("/api/v1/query", [("query", row.expression)])
            #expect(answer.status == "success", "\(row.name): \(row.expression): \(answer.error ?? "")")
            let rows = answer.data?.rows ?? []
            let isEmptyFor = SeedExpressions.whyEmpty(row)
            print(
                "  \(row.name): \(rows.isEmpty ? "empty: \(isEmptyFor ?? "?")" : rows.prefix(2).map { "\($0.value)" }.joined(separator: ", "))"
            )
            if SeedExpressions.isOfTheMachine(row) { continue }
            if let isEmptyFor {
                #expect(rows.isEmpty, "\(row.name) is not empty, though \(isEmptyFor)")
            } else {
                #expect(!rows.isEmpty, "\(row.name) is empty: \(row.expression)")
                #expect(rows.allSatisfy { $0.value.isFinite }, "\(row.name) is not a number")
            }
        }
    }

    @Test(
        "promtool finds nothing in /metrics but names of the seed and of OpenTelemetry",
        .enabled(if: Peers.has("promtool"), "promtool is not installed"))
    func promtool() async throws {
        let server = try await Demo.shared.server()
        let folder = try TemporaryDirectory()
        let file = try folder.write("metrics", try await server.text("/metrics"))
        let check = try RunningProcess("/bin/sh", ["-c", "promtool check metrics < \(file); echo done"])
        _ = try await check.line(matching: Regex("done"))
        let complaints = check.printed.split(separator: "\n").map(String.init).filter { $0 != "done" }
        for complaint in complaints {
            let isKnown = SeedExpressions.namingComplaints.contains { complaint.hasPrefix($0 + " ") }
            #expect(isKnown, "\(complaint)")
        }
    }

    @Test(
        "a real Prometheus scrapes it and sees the same values",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func prometheus() async throws {
        let server = try await Demo.shared.server()
        let folder = try TemporaryDirectory()
        let target = server.url.dropFirst("http://".count)
        let config = try folder.write(
            "prometheus.yml",
            "global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: w, static_configs: [{ targets: ['\(target)'] }] }]\n"
        )
        let port = try Peers.freePort()
        let process = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
        let real = Server(process: process, url: "http://127.0.0.1:\(port)")
        for (expression, tolerance) in [
            ("count(camera_connection_status == 1)", 0.0), ("avg(camera_fps)", 1.0), ("count(camera_frames_total)", 0),
            ("count(disk_space_total_bytes)", 0), ("max(disk_space_total_bytes)", 0), ("sum(camera_fps_expected)", 0),
        ] {
            let theirs = try await eventually("Prometheus to answer \(expression)", within: .seconds(30)) {
                (try? await real.query(expression))?.first?.value
            }
            let ours = try #require(try await server.query(expression).first?.value, "\(expression)")
            #expect(abs(theirs - ours) <= tolerance, "\(expression): Prometheus \(theirs), Watchpost \(ours)")
        }
    }

    @Test("the recorders' lines are in the logs, by component and level")
    func recorderLogs() async throws {
        let server = try await Demo.shared.server()
        let events = try await eventually("log events of the recorders", within: .seconds(20)) {
            let found = try await server.logs("component:recording")
            return found.isEmpty ? nil : found
        }
        #expect(events.allSatisfy { $0.component == "recording" })
        let refusal = try await server.get("/api/watchpost/logs", [("query", "component:(")])
        #expect(refusal.status == 400)
    }

    @Test(
        "a real browser opens every page and draws every panel",
        .enabled(if: Peers.has("chromium"), "chromium is not installed"), .timeLimit(.minutes(3)))
    func browserOpensPages() async throws {
        let server = try await Demo.shared.server()
        // Charts have steps of some seconds: what is to be drawn must be there for several of them.
        _ = try await eventually("half a minute of samples", within: .seconds(60)) {
            try await server.query("min(count_over_time(disk_io_write_bytes_total[5m])) >= 6").isEmpty ? nil : true
        }
        let browser = try Peers.browser(server.url, "check")
        try await browser.end(within: .seconds(120))
        let sights = browser.printed.split(separator: "\n").filter { $0.hasPrefix("saw ") }.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.dropFirst(4).utf8)) as? [String: Any]
        }
        let front = try #require(sights.first, "\(browser.printed)")
        let cameras = try #require(front["cameras"] as? [[String]])
        #expect(cameras.count == 6)
        #expect(cameras.allSatisfy { $0[1] == "Online" && $0[2].contains("fps") })
        let errors = try #require(sights.last?["errors"] as? [String], "\(browser.printed)")
        #expect(errors.isEmpty)
        let dashboards = sights.compactMap { $0["panels"] as? [[Any]] }
        #expect(dashboards.count == 4)
        #expect(dashboards.map(\.count).reduce(0, +) == 19)
        for panel in dashboards.joined() {
            let title = panel[0] as? String ?? ""
            let state = panel[1] as? String ?? ""
            let drawn = panel[3] as? Int ?? 0
            #expect(state == "drawn" && drawn > 0, "\(title): \(panel)")
        }
    }

    @Test(
        "each of the 19 panels shows in a real browser what the API answers for its query at that moment",
        .enabled(if: Peers.has("chromium"), "chromium is not installed"), .timeLimit(.minutes(3)))
    func panelsShowTheirValues() async throws {
        let server = try await Demo.shared.server()
        _ = try await eventually("every panel's samples", within: .seconds(60)) {
            try await server.query("min(count_over_time(active_streams_total[5m])) >= 8").isEmpty ? nil : true
        }
        let browser = try Peers.browser(script: "panels.py", server.url)
        try await browser.end(within: .seconds(120))
        let sights: [PanelSight] = browser.messages("saw")
        let panels = sights.filter { $0.title != nil }
        #expect(panels.count == 19, "\(browser.printed)")
        for panel in panels {
            let title = panel.title ?? ""
            #expect(panel.state == "drawn" && panel.page?.isEmpty == false, "\(title) is empty")
            #expect(panel.page == panel.api, "\(title)")
        }
        #expect(sights.last?.errors == [], "\(browser.printed)")
    }

    /// A panel as panels.py saw it: its texts on the page, and as the API has them.
    private struct PanelSight: Decodable {
        let title: String?
        let state: String?
        let page: [String]?
        let api: [String]?
        let errors: [String]?
    }

    @Test(
        "the demo's own words say how it is used",
        arguments: [
            (
                ["demo", "--help"],
                ["--cameras", "--no-incident", "--listen", "fault", "Example: watchpost demo --cameras 6"]
            ),
            (
                ["demo", "fault", "--help"],
                ["stall", "keyless", "Example: watchpost demo fault cam-3 stall", "--server"]
            ),
        ])
    func help(arguments: [String], expected: [String]) async throws {
        let command = try RunningProcess(Peers.watchpost, arguments)
        try await command.end()
        for text in expected { #expect(command.printed.contains(text), "\(command.printed)") }
    }

    @Test(
        "after a fault one camera turns red in the browser, an alert fires, and all of it heals",
        .timeLimit(.minutes(7)))
    func faultTurnsRed() async throws {
        let server = try await Demo.shared.server()
        let browser = try Peers.browser(server.url, "wait", "cam-3", "Stalled", "90")
        let fault = try RunningProcess(Peers.watchpost, ["demo", "fault", "cam-3", "stall", "--server", server.url])
        try await fault.end()
        try await browser.end(within: .seconds(100))
        #expect(browser.printed.contains("\"state\": \"Stalled\""), "\(browser.printed)")
        // The colour of what is bad, in the light theme or the dark one.
        #expect(
            browser.printed.contains("rgb(192, 39, 31)") || browser.printed.contains("rgb(240, 96, 90)"),
            "\(browser.printed)")
        let mail = try await eventually("a message in the inbox", within: .seconds(60)) {
            let messages: [InboxMessage] = try await server.decode("/api/watchpost/messages")
            return messages.first { $0.body.contains("cam-3") }
        }
        #expect(!mail.subject.isEmpty)
        // A message that somebody reads stays open while the page lives.
        let reader = try Peers.browser(server.url, "read")
        try await reader.end(within: .seconds(60))
        #expect(reader.printed.contains("\"stayed_open\": true"), "\(reader.printed)")
        #expect(reader.printed.contains("\"readable\": true"), "a phone shows whole log lines: \(reader.printed)")
        #expect(reader.printed.contains("\"typed_start\": true"), "a typed moment is kept: \(reader.printed)")
        #expect(reader.printed.contains("from=1577836800000&to=1577840400000"), "\(reader.printed)")
        #expect(reader.printed.contains("Frames a second: delivered"), "charts have words: \(reader.printed)")
        let heal = try RunningProcess(Peers.watchpost, ["demo", "fault", "cam-3", "none", "--server", server.url])
        try await heal.end()
        // An alert of the hole in its footage keeps a camera Degraded for minutes, though its pictures are well again.
        _ = try await eventually("pictures of cam-3 to come again", within: .seconds(90)) { () -> Bool? in
            guard let camera = try await server.camera("cam-3"), [.online, .degraded].contains(camera.state) else {
                return nil
            }
            return (camera.fps ?? 0) >= 20 ? true : nil
        }
        _ = try await eventually("a message that it is over", within: .seconds(180)) {
            let messages: [InboxMessage] = try await server.decode("/api/watchpost/messages")
            return messages.contains {
                $0.body.lowercased().contains("resolved") || $0.subject.lowercased().contains("resolved")
            }
                ? true : nil
        }
    }

    @Test("the command line shows the cameras, alerts and logs to people and to programs", .timeLimit(.minutes(1)))
    func commandLine() async throws {
        let server = try await Demo.shared.server()
        for (arguments, expected) in [
            (["cameras"], "cam-1"), (["cameras", "--json"], "\"id\":\"cam-1\""), (["alerts"], ""),
            (["alerts", "--deliveries"], ""), (["logs", "component:recording", "--since", "1h"], ""),
            (["logs", "component:recording", "--limit", "1", "--context", "1"], "the recorder of cam-"),
            (["query", "count(camera_fps)"], "6"), (["query", "camera_fps", "--json"], "\"resultType\":\"vector\""),
        ] {
            let command = try RunningProcess(Peers.watchpost, arguments + ["--server", server.url])
            try await command.end()
            #expect(
                !command.printed.isEmpty && (expected.isEmpty || command.printed.contains(expected)),
                "\(arguments): \(command.printed)")
            #expect(!command.printed.contains("Error:"), "\(arguments): \(command.printed)")
        }
    }

    @Test("Ctrl-C ends everything that the demo started, within seconds", .timeLimit(.minutes(1)))
    func endsAll() async throws {
        let server = try await Demo.shared.server()
        let started = Self.descendants(of: server.process.pid)
        #expect(started.count >= 6)
        try await Demo.shared.stop()
        _ = try await eventually("the recorders to end", within: .seconds(10)) {
            started.contains { kill($0, 0) == 0 && !Self.isZombie($0) } ? nil : true
        }
    }

    private static func stat(_ pid: Int32) -> [Substring] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        return text.split(separator: ")").last?.split(separator: " ") ?? []
    }

    private static func isZombie(_ pid: Int32) -> Bool { stat(pid).first.map { $0 == "Z" } ?? true }

    private static func descendants(of pid: Int32) -> [Int32] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        let children = all.filter { stat($0).dropFirst().first.flatMap { Int32($0) } == pid }
        return children + children.flatMap { descendants(of: $0) }
    }
}
