import Foundation
import HTTPKit
import HTTPTestSupport
import Hummingbird
import Model
import SiteView
import Testing

@testable import WebUI

@Suite("Lists of cameras")
struct CameraListTests {
    private static func camera(
        _ id: String, _ state: CameraState = .online, since: Int64 = 0, node: String? = nil, reason: String = "",
        labels: [String: String] = [:]
    ) -> CameraStatus {
        var camera = CameraStatus(id: id, state: state, since: since)
        camera.node = node.map { CameraNode(site: "north", instance: $0) }
        camera.reason = reason
        camera.labels = labels
        return camera
    }

    private static let cameras = [
        camera("cam-10", .offline, since: 3, reason: "No answer"), camera("cam-2", labels: ["zone": "gate"]),
        camera("Cam-1", .degraded, since: 9, labels: ["zone": "yard 2"]), camera("cam-2", node: "rec-1"),
        camera("hall", .offline, since: 5, node: "rec-10"), camera("hall", node: "rec-2", labels: ["zone": "gate"]),
    ]

    @Test(
        "an address chooses, orders and groups",
        arguments: [
            ("", ["=Cam-1 cam-2 cam-10 cam-2 hall hall"]), ("state=offline", ["=cam-10 hall"]),
            ("state=wrong", ["=Cam-1 cam-10 hall"]), ("state=offline&state=degraded", ["=Cam-1 cam-10 hall"]),
            ("state=nonsense", ["=Cam-1 cam-2 cam-10 cam-2 hall hall"]), ("node=-", ["=Cam-1 cam-2 cam-10"]),
            ("node=north+%2F+rec-2", ["=hall"]), ("node=nowhere", []), ("label=zone%3Dgate", ["=cam-2 hall"]),
            ("q=ANSWER", ["=cam-10"]), ("q=gate+hall", ["=hall"]), ("q=rec-1", ["=cam-2 hall"]),
            ("sort=worst", ["=cam-10 hall Cam-1 cam-2 cam-2 hall"]),
            ("sort=since", ["=Cam-1 hall cam-10 cam-2 cam-2 hall"]),
            (
                "group=node",
                ["north / rec-1=cam-2", "north / rec-2=hall", "north / rec-10=hall", "=Cam-1 cam-2 cam-10"]
            ),
            ("group=state", ["Offline=cam-10 hall", "Degraded=Cam-1", "Online=cam-2 cam-2 hall"]),
            ("group=label:zone", ["gate=cam-2 hall", "yard 2=Cam-1", "=cam-10 cam-2 hall"]),
            ("group=nonsense", ["=Cam-1 cam-2 cam-10 cam-2 hall hall"]),
        ])
    func list(address: String, groups: [String]) {
        let list = CameraList(Self.cameras.shuffled(), CameraListAddress(FormFields(address)))
        #expect(list.groups.map { "\($0.name)=\($0.cameras.map(\.id).joined(separator: " "))" } == groups)
        #expect(
            list.total == 6
                && list.found == groups.reduce(0) { $0 + $1.split(separator: "=").last!.split(separator: " ").count })
    }

    @Test("a part of a long list has what an earlier one has not", arguments: [0, 1, 100, 4_950])
    func parts(from: Int) {
        let all = (0..<5_000).map { Self.camera("cam-\($0)", node: "rec-\($0 % 7)") }
        let list = CameraList(all.shuffled(), CameraListAddress(FormFields("group=node")))
        let flat = list.groups.flatMap(\.cameras).map(\.key)
        let part = list.part(from: from, count: 100).flatMap(\.cameras).map(\.key)
        #expect(part == Array(flat.dropFirst(from).prefix(100)) && flat.count == 5_000)
    }

    @Test(
        "an address says what it said",
        arguments: [
            "", "view=table", "view=wall&sort=worst&group=label%3Aa%20b", "q=%3Cb%3E%22x%22%20%26%20y%2F%C3%A9%252F",
            "state=offline&state=wrong&node=-&node=a%20%2F%20b&label=zone%3Da%3Db&from=300&rows=0",
        ])
    func roundTrip(text: String) {
        let address = CameraListAddress(FormFields(text))
        #expect(FormFields.text(address.parameters) == text)
        #expect(CameraListAddress(FormFields(FormFields.text(address.parameters))) == address)
    }

    @Test(
        "an address is bounded, and no place is out of the list",
        arguments: [
            "from=-5", "from=99999999999999999999", "view=x&sort=y",
            "group=label:" + String(repeating: "x", count: 10_000),
        ])
    func bounds(text: String) async throws {
        let address = CameraListAddress(FormFields(text))
        #expect(address == CameraListAddress())
        let many = CameraListAddress(FormFields((0..<200).map { "node=\($0)" }.joined(separator: "&")))
        #expect(many.nodes.count == 50)
    }

    private func pages(_ site: FixedSite) throws -> WebUI {
        try WebUI(view: site, dashboards: { [] }, siteName: "s", version: "test", isDemo: false)
    }

    @Test(
        "a page has all of a short list and a part of a long one, and says how many there are",
        arguments: [(0, 0, 0), (1, 1, 0), (200, 200, 0), (201, 100, 3), (5_000, 100, 50)])
    func page(count: Int, rows: Int, moves: Int) async throws {
        for view in ["grid", "table", "wall"] {
            let text = try await pages(FixedSite(cameraCount: count)).camerasPage(FormFields("view=\(view)")).text()
            #expect(text.components(separatedBy: "data-camera=").count - 1 == rows)
            #expect(
                text.contains("data-total=\"\(count)\"")
                    && text.components(separatedBy: "#cameras\"").count - 1 == moves)
            #expect(text.components(separatedBy: "<").count / 2 < 2_600)
        }
    }

    @Test("the last part of a list is reached without a script")
    func lastPart() async throws {
        let text = try await pages(FixedSite(cameraCount: 5_000)).camerasPage(FormFields("from=4900")).text()
        #expect(text.contains(">cam-5000<") && !text.contains(">cam-1<"))
        let beyond = try await pages(FixedSite(cameraCount: 5_000)).camerasPage(FormFields("from=900000")).text()
        #expect(beyond.contains(">cam-5000<"))
    }

    @Test(
        "names and words that want to be HTML stand there as text",
        arguments: ["<b>\"x\" & y/é%2F", String(repeating: "n", count: 200), "</a><script>"])
    func hostile(name: String) async throws {
        let query = FormFields.text([("q", name), ("group", "label:" + name), ("node", name)])
        let text = try await pages(FixedSite(namePrefix: name)).camerasPage(FormFields(query)).text()
        #expect(!text.contains("<b>\"x\"") && !text.contains("</a><script>"))
    }

    @Test("views that are kept lead to what they name, and a name that cannot be is refused")
    func views() async throws {
        let router = Routers.make()
        try pages(FixedSite()).addRoutes(to: router)
        let client = RouterClient(router)
        let list = try await client.get("/views?address=q%3Dgate%26view%3Dwall%26bad%3D1")
        #expect(list.text.contains("gates &lt;b&gt;") && list.text.contains("/cameras?view=table&amp;q=gate"))
        #expect(list.text.contains("value=\"view=wall&amp;q=gate\""))
        func post(_ path: String, _ fields: [(String, String?)]) async throws -> RouterClient.Reply {
            try await client.send(
                .post, path, headers: [.contentType: "application/x-www-form-urlencoded"],
                body: .init(string: FormFields.text(fields.map { (name: $0.0, value: $0.1) })))
        }
        let kept = try await post("/views", [("name", "gates"), ("address", "q=gate&from=100")])
        #expect(kept.status == 303 && kept.headers[.location] == "/cameras?q=gate")
        for name in ["", "  ", "full", "a\u{1}b", String(repeating: "x", count: 101)] {
            #expect(try await post("/views", [("name", name), ("address", "")]).status == 400, "\(name)")
        }
        #expect(try await post("/views/delete", [("name", "gates")]).status == 303)
    }

    @Test(
        "scripts and styles stand below the hash of them all, for good; a page has a tag that its time does not change")
    func assets() async throws {
        let router = Routers.make()
        try pages(FixedSite()).addRoutes(to: router)
        let client = RouterClient(router)
        let page = try await client.get("/status")
        for name in ["live.js", "style.css", "words.js"] {
            #expect(name == "words.js" || page.text.contains("/static/\(Assets.build)/\(name)\""))
            let pinned = try await client.get("/static/\(Assets.build)/\(name)")
            #expect(
                pinned.headers[.cacheControl] == "public, max-age=31536000, immutable" && pinned.headers[.eTag] != nil)
            #expect(try await client.get("/static/other/\(name)").headers[.cacheControl] == "max-age=60")
        }
        let tag = try #require(page.headers[.eTag])
        #expect(try await client.get("/silences").headers[.eTag] != tag)
        #expect(!page.text.contains("uplot") && page.headers[.cacheControl] == "no-store")
        #expect(try await client.get("/cameras/cam-1").text.contains("uplot.js"))
        // A worker that windows share has the policy of its own answer.
        let worker = try await client.get("/static/\(Assets.build)/live-worker.js")
        #expect(worker.headers[.contentSecurityPolicy]?.contains("connect-src 'self'") == true)
    }
}
