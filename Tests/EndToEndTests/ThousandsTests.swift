import Foundation
import TestSupport
import Testing

/// A site of five thousand cameras, in a real browser.
@Suite("Thousands of cameras on a screen", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct ThousandsTests {
    private struct Sight: Decodable {
        let width: Int?
        let path: String?
        let ready: Double?
        let rows: Int?
        let elements: Int?
        let total: Int?
        let wide: Bool?
        let calmBytes: Double?
        let calmWork: Double?
        let most: Int?
        let search: String?
        let found: String?
        let address: String?
        let keys: [String?]?
        let link: String?
        let heading: String?
        let plain: Int?
        let errors: [String]?
    }

    // What people run is the release; a debug binary takes longer for the page's data.
    private static let readyMax = Peers.watchpost.contains("/release/") ? 1_000.0 : 4_000.0

    @Test(
        "are there within a second, in under two thousand elements, and cost next to nothing in calm",
        .timeLimit(.minutes(5)))
    func thousands() async throws {
        let site = try await ManyCameras.serve(5_000)
        let browser = try Peers.browser(script: "screen.py", "thousands", site.server.url)
        try await browser.end(within: .seconds(200))
        let sights: [Sight] = browser.messages("saw")
        let pages = sights.filter { $0.ready != nil }
        try #require(pages.count == 9, "\(browser.printed)")
        for page in pages {
            let ready = try #require(page.ready)
            #expect(ready < Self.readyMax, "\(page.width ?? 0) \(page.path ?? "")")
            #expect(page.elements ?? 0 < 2_000 && page.total == 5_000 && page.rows ?? 0 > 3, "\(page)")
            #expect(page.wide == false, "\(page)")
        }
        let calm = try #require(sights.first { $0.calmBytes != nil }, "\(browser.printed)")
        #expect(calm.calmBytes ?? .infinity < 5_000)
        #expect(calm.calmWork ?? .infinity < 0.01)
        let keys = try #require(sights.first { $0.most != nil }, "\(browser.printed)")
        #expect(keys.most ?? 0 < 2_000 && keys.search == "q" && keys.address?.hasSuffix("/?q=cam-49") == true)
        // cam-49 and cam-490 to cam-499, cam-4900 to cam-4999.
        #expect(keys.found == "111 of 5,000 cameras")
        #expect(keys.keys?.count == 6 && keys.keys?[0] == "cam-490 north / rec-0" && keys.keys?[3] == keys.keys?[0])
        #expect(keys.keys?[2] == keys.keys?[4] && keys.heading?.hasPrefix("cam-") == true)
        #expect(sights.contains { $0.plain == 111 })
        #expect(sights.last?.errors == [])
        try await site.end()
    }
}

/// Windows of one browser.
@Suite("One stream for all windows of a browser", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct SharedStreamTests {
    private struct Sight: Decodable {
        let open: Int?
        let most: Int?
        let pulses: [String]?
        let lost: Int?
        let restOpen: Int?
        let restPulses: [String]?
    }

    @Test("twenty windows have one connection, and all are live", .timeLimit(.minutes(3)), arguments: ["", "led"])
    func windows(how: String) async throws {
        let site = try await ManyCameras.serve(50)
        let browser = try Peers.browser(script: "screen.py", "shared", site.server.url, "20", how)
        try await browser.end(within: .seconds(120))
        let sights: [Sight] = browser.messages("saw")
        let all = try #require(sights.first { $0.open != nil }, "\(browser.printed)")
        #expect(all.open == 1 && all.lost == 0)
        #expect(all.pulses?.count == 20)
        // A tick a second, and as much again for a busy host.
        func isLive(_ pulse: String) -> Bool { pulse.firstMatch(of: /live, ([0-4]) s/) != nil }
        #expect(all.pulses?.allSatisfy(isLive) == true, "\(all.pulses ?? [])")
        let rest = try #require(sights.first { $0.restOpen != nil }, "\(browser.printed)")
        #expect(rest.restOpen == 1 && rest.restPulses?.count == 10)
        #expect(rest.restPulses?.allSatisfy(isLive) == true, "\(rest.restPulses ?? [])")
        try await site.end()
    }

    @Test("a worker that never says anything is given up", .timeLimit(.minutes(2)))
    func deaf() async throws {
        let site = try await ManyCameras.serve(10)
        let browser = try Peers.browser(script: "screen.py", "deaf", site.server.url)
        try await browser.end(within: .seconds(60))
        let sight = try #require((browser.messages("saw") as [Sight]).first { $0.open != nil }, "\(browser.printed)")
        #expect(sight.open == 1 && sight.lost == 0)
        try await site.end()
    }
}

/// The address of a list, as people go through it.
@Suite("A list's address", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct ListAddressTests {
    private struct Step: Decodable {
        let step: String?
        let address: String?
        let found: String?
        let query: String?
        let node: String?
        let wall: String?
        let top: Double?
        let wide: Bool?
        let errors: [String]?
    }

    @Test("has all that is chosen, on a phone too; back and forth go through it", .timeLimit(.minutes(3)))
    func steps() async throws {
        let site = try await ManyCameras.serve(300)
        let browser = try Peers.browser(script: "screen.py", "steps", site.server.url)
        try await browser.end(within: .seconds(90))
        let steps = (browser.messages("saw") as [Step]).filter { $0.step != nil }
        try #require(steps.count == 6, "\(browser.printed)")
        #expect(
            steps.map(\.address) == [
                "node=north+%2F+rec-3&q=cam-12", "node=north+%2F+rec-3", "", "node=north+%2F+rec-3", "sort=worst",
                "state=online&state=offline&node=north+%2F+rec-1&node=north+%2F+rec-2&q=cam-1",
            ])
        #expect(
            steps.map(\.found) == [
                "1 of 300 cameras", "30 of 300 cameras", "300 cameras", "30 of 300 cameras", "300 cameras",
                "23 of 300 cameras",
            ])
        #expect(steps.map(\.query) == ["cam-12", "", "", "", "", "cam-1"] && steps[2].node == "")
        #expect(steps[1].wall == "/cameras?node=north+%2F+rec-3&view=wall")
        // Where it was left, but for what a click moves.
        #expect((19_000...21_000).contains(steps[4].top ?? 0) && steps.allSatisfy { $0.wide == false })
        #expect((browser.messages("saw") as [Step]).last?.errors == [])
        try await site.end()
    }
}

/// The first load over a slow link.
@Suite("A slow link", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct SlowLinkTests {
    private struct Sight: Decodable {
        let paint: Double?
        let bytes: Int?
        let ready: Double?
    }

    @Test(
        "shows a site of five thousand cameras soon, in few bytes", .timeLimit(.minutes(3)),
        arguments: [("200000", "150", 1_500.0), ("50000", "400", 4_000.0)])
    func slow(rate: String, latency: String, paint: Double) async throws {
        let site = try await ManyCameras.serve(5_000)
        let browser = try Peers.browser(script: "screen.py", "slow", site.server.url, rate, latency)
        try await browser.end(within: .seconds(90))
        let sight = try #require((browser.messages("saw") as [Sight]).first { $0.paint != nil }, "\(browser.printed)")
        print("first paint \(sight.paint ?? 0) ms, \(sight.bytes ?? 0) bytes, alive after \(sight.ready ?? 0) ms")
        #expect(sight.paint ?? .infinity < paint)
        #expect(sight.bytes ?? .max < 150_000)
        try await site.end()
    }
}

/// What a reader has done to a page.
@Suite("A reader's place on a page", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct KeptPlaceTests {
    private struct Summary: Decodable {
        let uid: String
    }

    private struct Sight: Decodable {
        let path: String?
        let selected: String?
        let still: String?
        let top: Double?
        let lost: Int?
    }

    @Test("what is marked and how far a page is scrolled stay over a minute of live data", .timeLimit(.minutes(4)))
    func kept() async throws {
        let server = try await Demo.shared.server()
        let dashboards: [Summary] = try await server.decode("/api/watchpost/dashboards")
        let paths =
            [
                "/", "/cameras", "/cameras?view=table&group=state&sort=worst", "/cameras?view=wall&sort=worst",
                "/cameras/cam-1", "/alerts", "/logs", "/traces", "/dashboards", "/report", "/status", "/silences",
                "/messages",
            ] + dashboards.prefix(1).map { "/dashboards/\($0.uid)" }
        let browser = try RunningProcess(Peers.python, [Peers.part("screen.py"), "kept", server.url, "60"] + paths)
        try await browser.end(within: .seconds(180))
        let sights = (browser.messages("saw") as [Sight]).filter { $0.path != nil }
        #expect(sights.count == paths.count, "\(browser.printed)")
        for sight in sights {
            #expect(sight.still == sight.selected && sight.selected?.isEmpty == false, "\(sight)")
            #expect(sight.top == 150 && sight.lost == 0, "\(sight)")
        }
        try await Demo.shared.stop()
    }
}
