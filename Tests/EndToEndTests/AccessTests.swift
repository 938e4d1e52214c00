import Foundation
import Model
import TestSupport
import Testing
import Transfers

/// Whether everybody can use the pages: who sees little, who hears them, who has no mouse.
@Suite("Access for all", .serialized, .enabled(if: Peers.has("chromium"), "chromium is not installed"))
struct AccessTests {
    /// A demo with a camera in trouble and a silence, and its pages; started once for both tests, the second ends it.
    private static let troubled = Task { try await troubledSite() }

    private static func troubledSite() async throws -> (server: Server, paths: [String]) {
        let port = try Peers.freePort()
        let process = try RunningProcess(
            Peers.watchpost, ["demo", "--listen", "127.0.0.1:\(port)", "--no-incident"])
        let server = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady(within: .seconds(90))
        _ = try await eventually("cam-3 to be well", within: .seconds(90)) {
            try await server.camera("cam-3")?.state == .online ? true : nil
        }
        let fault = try RunningProcess(Peers.watchpost, ["demo", "fault", "cam-3", "stall", "--server", server.url])
        try await fault.end()
        let silence = try RunningProcess(
            Peers.watchpost,
            ["silence", "add", "camera_id=cam-5", "--for", "1h", "--comment", "a test", "--server", server.url])
        try await silence.end()
        let alert = try await eventually("an alert's page", within: .seconds(120)) {
            try await Self.link(#/href="(/alerts/[0-9a-f]+)/#, on: "/alerts", of: server)
        }
        let event = try await eventually("an error in the logs", within: .seconds(60)) {
            try await Self.link(#/href="(/logs/event\?[^"]+)"/#, on: "/logs?query=ERROR", of: server)
        }
        let trace = try await eventually("a trace", within: .seconds(60)) {
            try await Self.link(#/href="(/traces/[0-9a-f]{32})/#, on: "/traces", of: server)
        }
        return (
            server,
            [
                "/", "/cameras", "/cameras?view=table&group=state", "/cameras?view=wall&sort=worst", "/views",
                "/cameras/cam-3", "/cameras/cam-1?with=cam-3", "/cameras/cam-1/record", "/alerts",
                "/alerts?tab=firing", "/alerts?tab=pending",
                "/alerts?tab=held", "/alerts?tab=history", "/alerts?tab=log", alert, "/alerts/maintenance", "/silences",
                "/silence?token=none", "/logs?query=ERROR", event,
                event.replacing("/logs/event", with: "/logs/context"), "/logs/searches", "/logs/pipelines", "/traces",
                trace, "/traces/services", "/dashboards", "/dashboards/system-overview", "/dashboards/ai-processing",
                "/dashboards/recording-performance", "/dashboards/live-streaming",
                "/graph?g0.expr=up&g1.expr=up&g1.tab=1&g2.expr=foo(1)", "/report", "/report/print", "/status",
                "/messages",
            ]
        )
    }

    private static func link(
        _ pattern: Regex<(Substring, Substring)>, on path: String, of server: Server
    ) async throws -> String? {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? [("query", String(parts[1].dropFirst("query=".count)))] : []
        let page = try await server.get(parts[0], query)
        return String(decoding: page.body, as: UTF8.self).firstMatch(of: pattern).map {
            String($0.1).replacing("&amp;", with: "&")
        }
    }

    @Test(
        "axe-core 4.12 finds nothing on any page, in both themes, on a phone and a desk; none scrolls sideways at 400 %",
        .timeLimit(.minutes(8)))
    func axeCore() async throws {
        let (server, paths) = try await Self.troubled.value
        // Two browsers, as a page is waited for longer than it is looked at.
        let halves = [paths.indices.filter { $0 % 2 == 0 }, paths.indices.filter { $0 % 2 == 1 }]
        let browsers = try halves.map { half in try AccessSight.look(at: half.map { paths[$0] }, of: server) }
        for (browser, half) in zip(browsers, halves) {
            try await browser.end(within: .seconds(300))
            AccessSight.judge(browser, pages: half.count)
        }
    }

    /// What keyboard.py tells of a step, or of a page.
    private struct KeySight: Decodable {
        let step: String?
        let presses: Int?
        let skip: String?
        let focus: String?
        let silenced: Bool?
        /// Whether each action of a fault's row shows that it has the focus.
        let seen: [Bool]?
        /// What had the focus still after live data, and what was typed there.
        let kept: [String]?
        let path: String?
        let stops: Int?
        let trapped: Bool?
        let unseen: [[String?]]?
        let errors: [String]?
    }

    @Test(
        "by keys alone: a fault's row and actions, its camera, the line that explains it, a trace, a silence; the focus is seen and never lost",
        .timeLimit(.minutes(8)))
    func keyboard() async throws {
        let (server, _) = try await Self.troubled.value
        let browser = try Peers.browser(script: "keyboard.py", server.url, "cam-3")
        try await browser.end(within: .seconds(240))
        let sights: [KeySight] = browser.messages("saw")
        #expect(sights.first?.skip == "#main" && sights.first?.focus == "main")
        #expect(sights.count { $0.step != nil } == 4, "\(browser.printed)")
        let row = try #require(sights.first { $0.kept != nil }, "\(browser.printed)")
        #expect(row.kept == ["probe now", "by", "guard 7"] && row.seen == Array(repeating: true, count: 6))
        #expect(sights.contains { $0.silenced == true }, "\(browser.printed)")
        let rounds = sights.filter { $0.stops != nil }
        #expect(rounds.count == 12, "\(browser.printed)")
        for page in rounds {
            #expect(page.trapped == false, "\(page.path ?? "") holds the focus")
            #expect(page.unseen?.isEmpty == true, "\(page.path ?? ""): the focus is not seen: \(page.unseen ?? [])")
        }
        #expect(sights.last?.errors == [])
        server.process.signal(SIGINT)
        try await server.process.end()
    }
}
