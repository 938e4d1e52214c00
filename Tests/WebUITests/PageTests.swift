import Dashboards
import Foundation
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Model
import NIOCore
import SiteView
import Synchronization
import Testing

@testable import WebUI

@Suite("Pages")
struct PageTests {
    private func pages(of site: FixedSite, dashboards: [Dashboard] = []) throws -> WebUI {
        try WebUI(view: site, dashboards: { dashboards }, siteName: "HCM site", version: "test", isDemo: true)
    }

    @Test("a calm site says so in one line")
    func calm() async throws {
        let html = try await pages(of: FixedSite()).overviewPage()
        #expect(html.contains("6 cameras recording, all well, checked "))
        #expect(html.contains("<h1>All well</h1>"))
        #expect(html.components(separatedBy: "data-camera=").count == 7)
    }

    @Test("a site is not called well while an alert fires or something is found wrong")
    func alertsWithoutCameras() async throws {
        var html = try await pages(of: FixedSite(hasDiskAlert: true)).overviewPage()
        #expect(html.contains("<h1>1 needs attention</h1>") && !html.contains("all well"))
        let alert = try #require(html.range(of: "Disk space critically low"))
        let grid = try #require(html.range(of: "id=\"cameras\""))
        #expect(alert.lowerBound < grid.lowerBound)
        let finding = Finding(.error, part: "storage", text: "the disk is full")
        html = try await pages(of: FixedSite(findings: [finding])).overviewPage()
        #expect(html.contains("<h1>1 needs attention</h1>") && !html.contains("all well"))
    }

    @Test("what is wrong stands first, with the reason and what is at stake")
    func troubled() async throws {
        let html = try await pages(of: FixedSite(isTroubled: true)).overviewPage()
        #expect(html.contains("<h1>2 need attention</h1>"))
        #expect(html.contains("unauthorized (401): the password was refused"))
        #expect(html.contains("No footage for 12 min."))
        #expect(html.contains("9.8 fps (expects 25)"))
        let wrong = try #require(html.range(of: "class=\"wrong\""))
        let grid = try #require(html.range(of: "id=\"cameras\""))
        #expect(wrong.lowerBound < grid.lowerBound)
    }

    @Test("texts from outside are escaped")
    func escaping() async throws {
        let html = try await pages(of: FixedSite(isTroubled: true)).alertsPage()
        #expect(html.contains("&lt;script&gt;"))
        #expect(!html.contains("arrives <script>"))
    }

    @Test("a site without cameras says how to get some")
    func empty() async throws {
        let html = try await pages(of: FixedSite(cameraCount: 0)).overviewPage()
        #expect(html.contains("No cameras yet"))
        #expect(html.contains("watchpost.yml"))
    }

    @Test("a query that cannot be understood shows why, and stays in its field")
    func refusedQuery() async throws {
        let html = try await pages(of: FixedSite()).logsPage(.init("query=("))
        #expect(html.contains("a closing parenthesis is missing"))
        #expect(html.contains("value=\"(\""))
    }

    @Test(
        "a link to a camera leads to it, whatever it is called",
        arguments: ["gate ", "a/b?c#d%41", "Tür \"1\" & <2> ", "../", "日本"])
    func links(prefix: String) async throws {
        let pages = try pages(of: FixedSite(namePrefix: prefix))
        let link = Links.camera(CameraStatus(id: prefix + "1", state: .online, since: 0))
        #expect(try await pages.overviewPage().contains("href=\"\(link)\""))
        let parts = link.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        #expect(parts.count == 2 && parts[0] == "cameras")
        let page = try await pages.cameraPage(id: Links.decoded(String(parts[1])), .init(""))
        #expect(page.status == .ok)
        let query = try #require(Links.logs(ofCamera: prefix + "1").split(separator: "?").last)
        #expect(FormFields(query)["query"] == Links.query(ofCamera: prefix + "1"))
    }

    @Test(
        "a page shows the range that its address names",
        arguments: [
            ("", 100_000 - 60_000, Int64.max), ("from=now-10s&to=now", 90_000, .max),
            ("from=2000&to=3000", 2_000, 3_000), ("from=never&to=later", 40_000, .max),
        ])
    func range(address: String, start: Int64, end: Int64) {
        let shown = ShownRange(FormFields(address), now: 100_000, standard: "now-1m")
        #expect(shown.range == TimeRange(start: start, end: end))
    }

    @Test(
        "a moment in an address is milliseconds, or as the reader's clock has it",
        arguments: [
            ("1500", 1_500), ("1970-01-01T00:01", 60_000), ("1970-01-01T00:00:02", 2_000),
            ("1970-01-01 00:00:02.250", 2_250), ("now-1s", 99_000), ("now/h", 0), ("", nil),
            ("yesterday at about noon", nil),
        ] as [(String, Int64?)])
    func moment(text: String, milliseconds: Int64?) {
        #expect(ShownRange.moment(text, now: 100_000) == milliseconds)
    }

    @Test(
        "a moment is shown to the millisecond",
        arguments: [
            (1_795_862_854_527, "2026-11-28 10:47:34.527"), (0, "1970-01-01 00:00:00.000"),
            (-1, "1969-12-31 23:59:59.999"), (-1_000, "1969-12-31 23:59:59.000"),
        ] as [(Int64, String)])
    func shownMoment(milliseconds: Int64, text: String) {
        #expect(Shown.moment(milliseconds) == text && Shown.clock(milliseconds) == String(text.dropFirst(11)))
        #expect(ShownRange.moment(Shown.field(milliseconds), now: 0) == milliseconds)
    }

    @Test("the log search keeps the moments that its address names")
    func chosenLogRange() async throws {
        let html = try await pages(of: FixedSite()).logsPage(.init("start=60000&end=1970-01-01T00%3A02"))
        #expect(html.contains("name=\"start\" class=\"moment\" value=\"1970-01-01 00:01:00\""))
        #expect(html.contains("name=\"end\" class=\"moment\" value=\"1970-01-01 00:02:00\""))
    }

    @Test("the engine room counts a log input's events")
    func inputs() async throws {
        #expect(try await pages(of: FixedSite()).statusPage().contains("<td class=\"num\">123</td>"))
    }

    @Test("a quick look at a camera leaves its logs out")
    func quickLook() async throws {
        let pages = try pages(of: FixedSite())
        let overview = await FixedSite().overview()
        let camera = try #require(overview.cameras.first)
        #expect(await pages.page(of: camera, in: overview, .init("")).contains("data-key=\"logs\""))
        let quick = await pages.page(of: camera, in: overview, .init("quick=1"))
        #expect(quick.contains("data-key=\"headline\"") && !quick.contains("data-key=\"logs\""))
    }

    @Test("a camera's page has its charts, alerts and logs, and an unknown camera is not found")
    func camera() async throws {
        let pages = try pages(of: FixedSite(isTroubled: true))
        #expect(try await pages.cameraPage(id: "cam-2", .init("")).status == .ok)
        #expect(try await pages.cameraPage(id: "nowhere", .init("")).status == .notFound)
    }

    @Test("an address of no dashboard says what is not there")
    func unknownDashboard() async throws {
        let response = try pages(of: FixedSite()).dashboardPage(uid: "no <where>")
        let html = try await response.text()
        #expect(response.status == .notFound && html.contains("the uid no &lt;where&gt;"), "\(html)")
    }

    // MARK: Alerts and silences

    @Test("an alert's page says who is told when and what holds it; of one that is over, that it is")
    func alert() async throws {
        let pages = try pages(of: FixedSite(isTroubled: true))
        let response = await pages.alertPage(fingerprint: "00000000000000c2")
        let html = try await response.text()
        #expect(response.status == .ok)
        for part in [
            "Camera cam-2 is offline", "{severity=&quot;critical&quot;}", "mail to ops@site.test",
            "told again in 50 min",
            "The silence s-1 of guard (new lens) holds it", "by the time interval nights", "next look in 20 s",
            "/cameras/cam-2?from=", "value=\"token-1\"",
        ] { #expect(html.contains(part), "\(part) in \(html)") }
        #expect(!html.contains("<script>") && html.contains("&lt;script&gt;"))
        #expect(await pages.alertPage(fingerprint: "none").status == .notFound)
        // A notification's link is good for ever.
        let over = await pages.alertPage(fingerprint: "0000000000000000")
        let text = try await over.text()
        #expect(over.status == .ok && text.contains("neither fires nor is pending"))
    }

    @Test("an alert's expression has a page with its chart, as Prometheus' links name it")
    func expression() throws {
        let pages = try pages(of: FixedSite())
        let html = pages.explorePage(.init("g0.expr=up%20%3D%3D%200%20and%20x%7Ba%3D%22%3Cb%3E%22%7D&g0.tab=1"))
        #expect(html.contains(">up == 0 and x{a=&quot;&lt;b&gt;&quot;}</textarea>") && html.contains("data-panel="))
        #expect(!pages.explorePage(.init("")).contains("data-panel="))
    }

    @Test(
        "the time of Prometheus' addresses is read, and the last hour shown where there is none",
        arguments: [
            ("", "now-1h", "now"), ("g0.range_input=1h30m", "now-1h30m", "now"),
            ("g0.range_input=%20", "now-1h", "now"),
            ("g1.range_input=2d", "now-2d", "now"), ("g0.range_input=soon", "now-1h", "now"),
            ("g0.range_input=0", "now-1s", "now"), ("g0.range_input=10m&g0.end_input=now", "now-10m", "now"),
            ("g0.range_input=10m&g0.end_input=2026-11-28%2010:00", "1795859400000", "1795860000000"),
            ("g0.end_input=2026-11-28T10:00:00Z", "1795856400000", "1795860000000"),
            ("g0.range_input=99999999999999999999y", "now-1h", "now"),
        ])
    func prometheusTime(address: String, from: String, to: String) {
        let time = WebUI.prometheusTime(.init(address))
        #expect(time.from == from && time.to == to)
    }

    @Test("a silence link only asks, and says what is wrong with a bad one")
    func silenceLink() async throws {
        let pages = try pages(of: FixedSite())
        let question = try await pages.silencePage(.init("token=token-1")).text()
        #expect(question.contains("Silence this alert?") && question.contains("cam-2&lt;script&gt;"))
        let bad = await pages.silencePage(.init("token=x"))
        #expect(bad.status == .badRequest)
        #expect(try await bad.text().contains("the link is damaged"))
    }

    @Test("the page of silences has those that hold something, and keeps what was typed when it is refused")
    func silences() async throws {
        let pages = try pages(of: FixedSite())
        let html = await pages.silencesPage()
        #expect(html.contains("camera_id=&quot;&lt;gate&gt;&quot;") && html.contains("Linh") && html.contains("50 min"))
        #expect(!html.contains("gone"), "what is over is not shown")
        let refused = await pages.silencesPage(
            refusal: "cannot read matchers x", .init("matchers=x%22%3E&who=Linh&comment=c"))
        #expect(refused.contains("cannot read matchers x") && refused.contains("value=\"x&quot;&gt;\""))
    }
}
