import CameraRecords
import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Model
import SiteView
import Testing

@testable import WebUI

@Suite("The page of a camera")
struct CameraPageTests {
    private static func client(_ site: FixedSite = FixedSite()) throws -> RouterClient {
        let router = Routers.make()
        try WebUI(view: site, dashboards: { [] }, siteName: "HCM site", version: "test", isDemo: false)
            .addRoutes(to: router)
        return RouterClient(router)
    }

    private static let day = "from=1795392000000&to=1795478400000"  // 23 November 2026, UTC.

    @Test("shows what became of it as bands, and the same in words")
    func band() async throws {
        let page = try await Self.client().get("/cameras/cam-1?\(Self.day)").text
        #expect(page.contains("viewBox=\"0 0 720 16\""))
        #expect(page.contains("<g class=\"offline\"><title>Offline, 11-23 12:00:00 to 11-23 18:00:00 (6 h)</title>"))
        #expect(page.contains("<rect x=\"360\" y=\"0\" width=\"180\" height=\"16\"/>"))
        #expect(page.contains("<title>no footage, 11-23 12:00:00 to 11-23 18:00:00 (6 h)</title>"))
        #expect(page.contains("class=\"hatch\" fill=\"url(#hatch-1)\""))
        #expect(page.contains("aria-label=\"Footage: 1 gap in the footage, 6 h in all\""))
        #expect(page.contains("data-alerts=\"1795435200000-1795456800000\""))
        #expect(page.contains("<a href=\"/alerts/00000000000000c2\">alert CameraOffline</a>"))
        #expect(page.contains("Online 75.00 %, Offline 6 h"))
        #expect(!page.contains("goes on"))
    }

    @Test("a band that cannot be had says why, and the page is there")
    func refusedBand() async throws {
        let page = try await Self.client().get("/cameras/cam-6")
        #expect(page.status == 200 && page.text.contains("cannot be shown: others came before it"))
    }

    @Test("of another node's camera there is no record of footage here, and the page says where it is")
    func otherNode() async throws {
        let node = CameraNode(site: "", instance: "rec-1:9090")
        let site = FixedSite(
            cameraCount: 0, nodes: [NodeStatus(node: node, problem: nil, lastSample: 0, cameras: 1)])
        let page = try await Self.client(site).get("/cameras/cam-1").text
        #expect(
            page.contains("This host keeps no record of the camera&#39;s footage") || page.contains("keeps no record"))
        #expect(page.contains("Its footage lies on rec-1:9090") && !page.contains("data-picture"))
    }

    @Test("a quick look leaves out what is dear to find, and keeps what is said of the camera")
    func quick() async throws {
        let page = try await Self.client().get("/cameras/cam-1?quick=1").text
        #expect(page.contains("data-key=\"headline\""))
        for part in ["band 1", "logs", "traces", "days"] { #expect(!page.contains("data-key=\"\(part)\""), "\(part)") }
    }

    @Test(
        "a range that no clock has is brought into one",
        arguments: [
            ("from=-9223372036854775808&to=9223372036854775807", 1.0 / 24), ("from=1&to=now", 400),
            ("from=5&to=1", 1.0 / 24), ("from=now-1d&to=now", 1), ("", 1.0 / 24),
            ("from=9223372036854775807&to=0", 1.0 / 24), ("from=now-10y&to=now", 400), ("from=now-1ms&to=now", 0),
            ("from=now%2B1h&to=now%2B2h", 1.0 / 24), ("from=now-1M/M", 31), ("span=now-1d&start=&end=", 1),
            ("from=now-1d/d", 1), ("from=%3Cb%3E&to=now", 1.0 / 24),
        ] as [(String, Double)])
    func ranges(address: String, days: Double) async throws {
        let span = WebUI.shownSpan(FormFields(address), now: 1_795_392_000_000)
        #expect(abs(Double(span.length) / 86_400_000 - days) < 0.001 && span.end >= span.start)
        #expect(try await Self.client().get("/cameras/cam-1?\(address)").status == 200)
    }

    @Test("a time that cannot be read, or runs backwards, is told without a script, too; a form keeps what is compared")
    func unread() async throws {
        let unread = try await Self.client().get("/cameras/cam-1?from=%3Cb%3E").text
        #expect(unread.contains("<output class=\"error\">Cannot read the time &quot;&lt;b&gt;&quot;"))
        let backwards = try await Self.client().get("/cameras/cam-1?from=5&to=1").text
        #expect(backwards.contains("<output class=\"error\">The time range ends before it begins."))
        let compared = try await Self.client().get("/cameras/cam-1?with=cam-2&with_site=x&span=now-7d&start=&end=").text
        for text in [
            "name=\"with\" value=\"cam-2\"", "name=\"with_site\" value=\"x\"", "with=cam-2&amp;with_site=x",
            "<option value=\"now-7d\" data-to=\"now\" selected>", "<output class=\"error\" hidden></output>",
        ] { #expect(compared.contains(text), "\(text)") }
    }

    @Test("a band of alerts shows all that fired, however many are listed")
    func manyFirings() {
        let range = TimeSpan(start: 0, end: 30 * 86_400_000)
        let firings = (0..<10_000).map { index in
            CameraPast.Firing(
                name: index % 2 == 0 ? "Hot" : "Cold", severity: "warning", fingerprint: "",
                start: Int64(index) * 259_200,
                end: Int64(index) * 259_200 + 60_000, isOpen: false)
        }
        let states = firings.flatMap {
            [BandSpan(CameraState.offline, $0.start, $0.end), BandSpan(.online, $0.end, $0.start + 259_200)]
        }
        let past = CameraPast(camera: "gate", range, states, footage: nil, firings: firings)
        #expect(past.firings.count == 200 && past.firingCount == 10_000 && past.troubleCount == 10_000)
        #expect(past.alertLanes.map(\.name) == ["Cold", "Hot"] && past.alertLanes.map(\.count) == [5_000, 5_000])
        #expect(past.alertLanes.allSatisfy { $0.segments.first?.start ?? .max < 600_000 && $0.segments.count <= 720 })
        let band = CameraBandContent(.success(past), range, key: "1", name: nil)
        #expect(band.lanes.map(\.parts.count).allSatisfy { $0 <= 720 } && band.rows.count == 100)
        #expect(band.lanes[1].words == "Cold fired 5000 times" || band.lanes[1].words == "Cold fired 5,000 times")
    }

    @Test("bands and days are dated in the reader's language")
    func dated() throws {
        let words = Words(
            code: "xx", text: "[language]\ndate = {day}/{month}/{year}\nday = {day}/{month}\ndecimal = ,\ngroup = .\n")
        let now: Int64 = 1_795_392_000_000 + 43_200_000
        let range = TimeSpan(start: now - 12 * 86_400_000, end: now)
        var footage = FootageSpans()
        footage.known.insert(range)
        footage.present = footage.known
        let past = CameraPast(
            camera: "gate", range, [BandSpan(CameraState.online, range.start, range.end)], footage: footage, firings: []
        )
        let (band, days) = Reader.$current.withValue(Reader(words: words, zone: .gmt)) {
            (
                CameraBandContent(.success(past), range, key: "1", name: nil),
                FootageDays(footage, CameraStatus(id: "gate", state: .online, since: 0), now: now).days
            )
        }
        #expect(band.ticks.map(\.text) == ["11/11", "14/11", "17/11", "20/11", "23/11"])
        #expect(band.lanes[0].parts[0].words.contains("11/11 12:00:00 to 23/11 12:00:00"))
        #expect(
            days.last?.number == "23" && days.last?.hours == "12,0 h"
                && days.last?.words.hasPrefix("23/11/2026: ") == true)
        #expect(days.first { $0.number.count > 2 }?.number == "01/11")
    }

    @Test("the line that explains a fault stands first, is marked in the list, and leads to its place")
    func explaining() async throws {
        let page = try await Self.client(FixedSite(isTroubled: true)).get("/cameras/cam-2").text
        #expect(page.contains("The line that explains it") && page.contains("class=\"explain level-ERROR\""))
        #expect(page.contains("href=\"/logs/event?"))
        #expect(page.contains("class=\"level-ERROR explains\"") && page.contains("explains it</span>"))
        let calm = try await Self.client(FixedSite(isTroubled: true)).get("/cameras/cam-6").text
        #expect(!calm.contains("class=\"explain "))
    }

    @Test("the fault that is meant is the present one, else the last one of the shown time")
    func fault() {
        let range = TimeSpan(start: 1_000_000, end: 2_000_000)
        var camera = CameraStatus(id: "gate", state: .offline, since: 1_500_000)
        let past = CameraPast(
            camera: "gate", range,
            [
                BandSpan(CameraState.online, 1_000_000, 1_200_000), BandSpan(.stalled, 1_200_000, 1_300_000),
                BandSpan(.online, 1_300_000, 2_000_000),
            ], footage: nil, firings: [])
        #expect(FaultTime(camera, past, range) == FaultTime(start: 1_500_000, end: nil))
        // What begins later is not of this time.
        camera.since = 3_000_000
        #expect(FaultTime(camera, past, range) == FaultTime(start: 1_200_000, end: 1_300_000))
        camera.state = .online
        #expect(FaultTime(camera, past, range) == FaultTime(start: 1_200_000, end: 1_300_000))
        #expect(FaultTime(camera, nil, range) == nil)
        #expect(FaultTime(start: 1_200_000, end: nil).searched == TimeRange(start: 1_170_000, end: 1_800_000))
    }

    @Test("its days are those of the reader's calendar, with their gaps named")
    func days() throws {
        let zone = try #require(TimeZone(identifier: "Asia/Ho_Chi_Minh"))
        let now: Int64 = 1_795_392_000_000 + 43_200_000
        var footage = FootageSpans()
        footage.known.insert(TimeSpan(start: now - 2 * 86_400_000, end: now))
        // From 02:14 to 02:31 there.
        let gap = TimeSpan(start: now - 86_400_000 + 26_040_000, end: now - 86_400_000 + 27_060_000)
        footage.present = footage.known.subtracting(TimeSpans([gap]))
        let found = Reader.$current.withValue(Reader(words: .standard, zone: zone)) {
            FootageDays(footage, CameraStatus(id: "gate", state: .online, since: 0), now: now).days
        }
        #expect(found.count == 30 && found.last?.number == "23" && found[0].style == "unknown")
        #expect(
            found[29].words == "2026-11-23: 18.7 h of footage; no footage 02:14 to 02:31 (17 min)", "\(found[29].words)"
        )
        #expect(found[28].words == "2026-11-22: 24.0 h of footage" && found[28].style == "whole")
        #expect(found[27].hours == "5.0 h")
        #expect(found[29].link == "/cameras/gate?from=1795366800000&to=1795453200000")
        // What is still to come is no gap.
        #expect(
            found[29].parts.map(\.style) == ["footage-present", "footage-gap", "footage-present", "footage-unknown"])
    }

    @Test(
        "days with a change of the clock are as long as they are",
        arguments: [
            ("Europe/Berlin", 1_774_785_600_000, 23.0), ("Europe/Berlin", 1_792_929_600_000, 25.0),
            ("UTC", 1_774_785_600_000, 24.0),
        ])
    func changes(zone: String, now: Int64, hours: Double) throws {
        let spans = FootageDays.spans(before: now, in: try #require(TimeZone(identifier: zone)))
        #expect(spans.last.map { Double($0.length) / 3_600_000 } == hours)
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.end == $1.start } && spans.count == 30)
    }

    @Test("two cameras stand side by side, on one axis")
    func compare() async throws {
        let page = try await Self.client().get("/cameras/cam-1?with=cam-2&\(Self.day)").text
        for text in ["data-key=\"band 1\"", "data-key=\"band 2\"", "cam-1: Frames a second", "cam-2: Frames a second"] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(page.components(separatedBy: "data-panel=").count == 13)
        #expect(page.components(separatedBy: "data-dashboard").count == 2)
        #expect(page.contains("with=cam-2") && page.contains("url(#hatch-2)"))
        let same = try await Self.client().get("/cameras/cam-1?with=cam-1").text
        #expect(same.contains("Both are the same camera."))
        let none = try await Self.client().get("/cameras/cam-1?with=%3Cb%3E").text
        #expect(none.contains("There is no camera &lt;b&gt;") && !none.contains("<b>"))
    }

    @Test("a picture is sent as it is, with its time, and where there is none it says why")
    func picture() async throws {
        let client = try Self.client(FixedSite(isTroubled: true))
        let picture = try await client.get("/cameras/cam-1/still")
        #expect(picture.status == 200 && picture.headers[.contentType] == "image/jpeg")
        #expect(picture.headers[.cacheControl] == "no-store")
        let name = try #require(HTTPField.Name("Picture-Time"))
        #expect(picture.headers[name] == "2026-11-28T10:43:59.000Z")
        let none = try await client.get("/cameras/a%2Fb%3C2/still")
        #expect(none.status == 404 && none.text == "no footage of <a/b<2> is known")
        #expect(none.headers[.contentType]?.hasPrefix("text/plain") == true)
        #expect(
            try await client.get("/cameras/cam-1").text.contains("data-picture=\"cam-1\" href=\"/cameras/cam-1/still\"")
        )
        #expect(try await Self.client().get("/cameras/cam-1").text.contains("stills: on in watchpost.yml"))
    }

    @Test(
        "a name that wants to be HTML, or is very long, is a text",
        arguments: ["<b>\"x\" & y/é%2F", String(repeating: "long", count: 50)])
    func names(prefix: String) async throws {
        let site = FixedSite(isTroubled: true, namePrefix: prefix)
        let client = try Self.client(site)
        let link = Links.ownCamera(prefix + "1")
        for address in [link, link + "?with=" + FormFields.encoded(prefix + "2"), link + "/still"] {
            let page = try await client.get(address)
            #expect(page.status == 200 && !page.text.contains("<b>"), "\(address)")
        }
    }
}
