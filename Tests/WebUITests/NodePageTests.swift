import Foundation
import HTTPTestSupport
import HTTPTypes
import HummingbirdCore
import Model
import SiteView
import Testing

@testable import WebUI

@Suite("Pages of cameras that other nodes watch")
struct NodePageTests {
    private static let rec1 = CameraNode(site: "", instance: "rec-1:9090")
    private static let north = CameraNode(site: "north & <south>", instance: "rec-1:9090")

    private static func status(_ node: CameraNode, _ problem: String? = nil, cameras: Int = 2) -> NodeStatus {
        NodeStatus(node: node, problem: problem, lastSample: 0, cameras: cameras)
    }

    private func pages(_ nodes: [NodeStatus], own: Int = 0) throws -> WebUI {
        try WebUI(
            view: FixedSite(cameraCount: own, nodes: nodes), dashboards: { [] }, siteName: "s", version: "v",
            isDemo: false)
    }

    @Test("the first page has them all, each with its node and a link that leads to it")
    func overview() async throws {
        let nodes = [Self.status(Self.rec1), Self.status(Self.north)]
        let pages = try pages(nodes, own: 2)
        let html = await pages.overviewPage()
        #expect(html.contains("All well") && html.contains("6 of 6 online"))
        let links = html.matches(of: /class="tile [a-z]+" href="([^"]+)"/).map { String($0.1) }
        #expect(Set(links).count == 6)
        for link in links {
            let address = link.replacing("&amp;", with: "&")
            let parts = address.split(separator: "?", maxSplits: 1)
            let id = Links.decoded(String(parts[0].dropFirst("/cameras/".count)))
            let page = try await pages.cameraPage(id: id, FormFields(parts.count > 1 ? String(parts[1]) : ""))
            #expect(page.status == .ok, "\(link)")
        }
        #expect(!html.contains("<south>"))
    }

    @Test("a node that is gone is one thing that is wrong, however many cameras it has")
    func gone() async throws {
        let html = try await pages([Self.status(Self.rec1, "connection refused", cameras: 30), Self.status(Self.north)])
            .overviewPage()
        #expect(html.contains("<h1>1 needs attention</h1>"))
        // In its row, and in what is copied of it.
        #expect(html.components(separatedBy: "30 cameras are unknown: connection refused.").count == 3)
        // In the list of what is wrong there is no camera of it; its tiles are grey.
        let list = try #require(html.firstMatch(of: /<ul class="wrong">(?s)(.*?)<\/ul>/)).1
        #expect(list.components(separatedBy: "data-fault=").count == 2)
        #expect(html.components(separatedBy: "class=\"tile unknown\"").count == 31)
        let two = try await pages([Self.status(Self.rec1, "a"), Self.status(Self.north, "b", cameras: 1)])
            .overviewPage()
        #expect(two.contains("<h1>2 need attention</h1>") && two.contains("1 camera is unknown: b."))
    }

    @Test(
        "a link finds the camera that it names",
        arguments: [
            ("cam-1", "", 200, "<h1>Which cam-1?</h1>"),
            ("cam-1", "instance=rec-1:9090", 200, "href=\"/cameras/cam-1?instance=rec-1%3A9090&amp;site=\""),
            // The one without a site can be chosen, too.
            ("cam-1", "instance=rec-1:9090&site=", 200, "data-key=\"headline\""),
            ("cam-1", "instance=rec-1%3A9090&site=north%20%26%20%3Csouth%3E", 200, "as-its-node-has-it"),
            ("cam-1", "from=now-6h", 200, "href=\"/cameras/cam-1?instance=rec-1%3A9090&amp;site=&amp;from=now-6h\""),
            // Beside one of two of a name: which is asked, and the answer keeps the time.
            (
                "cam-1", "instance=rec-1:9090&site=&with=cam-1&with_instance=rec-1:9090&from=5", 200,
                "More than one node watches"
            ),
            (
                "cam-1", "instance=rec-1:9090&site=&with=cam-1", 200,
                "&amp;with=cam-1&amp;with_site=&amp;with_instance=rec-1%3A9090"
            ),
            (
                "cam-1", "instance=rec-1:9090&site=&with=cam-1&with_site=&with_instance=rec-1:9090", 200,
                "Both are the same"
            ),
            (
                "cam-1",
                "instance=rec-1:9090&site=&with=cam-1&with_site=north+%26+%3Csouth%3E&with_instance=rec-1:9090", 200,
                "with_site=north%20%26%20%3Csouth%3E&amp;with_instance=rec-1%3A9090"
            ),
            // An alert of this host's cameras, which are none of a node's.
            ("cam-1", "instance=here", 404, "There is no camera"), ("none", "", 404, "There is no camera"),
            // What was told of a camera that is no longer watched.
            ("former", "", 200, "not watched any more"), ("former", "instance=gone", 200, "not watched any more"),
        ])
    func links(id: String, address: String, status: Int, text: String) async throws {
        let page = try await pages([Self.status(Self.rec1), Self.status(Self.north)])
            .cameraPage(id: id, FormFields(address))
        #expect(page.status.code == status)
        #expect(try await page.text().contains(text))
    }

    @Test("a camera's charts are of its own node alone")
    func charts() async throws {
        let page = try await pages([Self.status(Self.rec1)]).cameraPage(id: "cam-1", FormFields(""))
        let html = try await page.text()
        let selector = "camera_fps{camera_id=\\\"cam-1\\\", site=\\\"\\\", instance=\\\"rec-1:9090\\\"}"
        #expect(html.replacing("&quot;", with: "\"").contains(selector), "\(html)")
    }

    private func alert(_ name: String, _ labels: [String: String]) -> AlertView {
        AlertView(
            name: name, fingerprint: "1", state: .firing, suppressedBy: [], severity: "warning", summary: "s",
            description: "", labels: labels, activeAt: 0, value: "1")
    }

    @Test("an alert of a node's camera that is watched no more is none of another camera")
    func formerAlerts() {
        var other = CameraStatus(id: "yard", state: .online, since: 0)
        other.node = Self.rec1
        let cameras = [CameraStatus(id: "gate", state: .online, since: 0), other]
        let alert = alert("CameraMissing", ["camera_id": "gate", "instance": Self.rec1.instance])
        #expect(cameras.judged(by: [alert]).allSatisfy { $0.state == .online })
        #expect(cameras.named("gate", site: nil, instance: Self.rec1.instance).isEmpty)
        #expect(cameras.named("gate", site: nil, instance: "here").count == 1)
    }

    @Test("what only its agent's death explains hides nothing that its host tells")
    func explained() {
        var gone = Self.status(Self.rec1, "refused")
        gone.jobs = ["recording-nodes"]
        for (labels, isHostUp, isExplained) in [
            (["instance": "rec-1:9090", "job": "recording-nodes"], true, true),
            (["instance": "rec-1:9090", "job": "node-exporter"], true, false),
            (["instance": "rec-1:9090", "job": "node-exporter"], false, true),
            (["instance": "rec-2:9090", "job": "node-exporter"], false, false),
            (["instance": "rec-1:9090", "job": "recording-nodes", "camera_id": "gate"], false, false),
        ] {
            gone.isHostUp = isHostUp
            #expect(alert("A", labels).isExplained(by: gone) == isExplained, "\(labels)")
        }
    }

    @Test("an alert is of the camera of its own node")
    func alerts() {
        func camera(_ node: CameraNode?) -> CameraStatus {
            var camera = CameraStatus(id: "gate", state: .online, since: 0)
            camera.node = node
            return camera
        }
        let cameras = [camera(nil), camera(Self.rec1), camera(Self.north)]
        for (labels, expected) in [
            ([:], [true, true, true]), (["instance": "server"], [true, false, false]),
            (["instance": "rec-1:9090"], [false, true, true]),
            (["instance": "rec-1:9090", "site": "north & <south>"], [false, false, true]),
            // Under a name that is nobody's, as where our own page is scraped.
            (["instance": "rec-2:9090"], [true, false, false]),
        ] as [([String: String], [Bool])] {
            let alert = alert("A", labels.merging(["camera_id": "gate"]) { $1 })
            let judged = cameras.judged(by: [alert])
            let degraded = cameras.map { camera in judged.first { $0.key == camera.key }?.state == .degraded }
            #expect(degraded == expected, "\(labels)")
        }
    }
}
