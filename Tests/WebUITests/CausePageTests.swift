import Foundation
import HTTPTestSupport
import Model
import SiteView
import Testing

@testable import WebUI

@Suite("Cameras that failed together, on the pages")
struct CausePageTests {
    private static func page(_ cause: SharedCause, of cameras: Int, isTroubled: Bool = false) async throws -> String {
        let site = FixedSite(cameraCount: cameras, isTroubled: isTroubled, namePrefix: "<b>cam-", cause: cause)
        return try await WebUI(view: site, dashboards: { [] }, siteName: "s", version: "v", isDemo: false)
            .overviewPage()
    }

    private static func list(_ html: String) throws -> String {
        String(try #require(html.firstMatch(of: /<ul class="wrong">(?s)(.*?) data-key=/)).1)
    }

    @Test("stand together under what they share, which is the headline, with the rule beside it")
    func together() async throws {
        let cause = SharedCause(
            kind: .subnet, cause: "10.50.3.0/24", down: 11, watched: 12, span: 4_000,
            alsoShared: ["11 of 11 cameras of the node <rec>"])
        let html = try await Self.page(cause, of: 13)
        #expect(html.contains("<h1>1 needs attention</h1>"))
        let list = try Self.list(html)
        #expect(list.components(separatedBy: "data-fault=").count == 2, "one thing is wrong")
        #expect(list.contains("11 of 12 cameras of 10.50.3.0/24 are down, and fell within 4 s"))
        #expect(list.contains("three or more, and at least 60 %") && list.contains("within 60 s"))
        #expect(list.contains("They are also 11 of 11 cameras of the node &lt;rec&gt;."))
        for number in 1...11 { #expect(list.contains("&lt;b&gt;cam-\(number)</a>")) }
        #expect(!list.contains("cam-12</a>") && !html.contains("<b>cam") && !html.contains("<camera>"))
    }

    @Test("name twenty of many, and stand beside cameras that failed alone")
    func many() async throws {
        let cause = SharedCause(kind: .disk, cause: "/mnt/<x>", down: 30, watched: 40, span: nil)
        let html = try await Self.page(cause, of: 40)
        #expect(
            html.contains("30 of 40 cameras recorded to /mnt/&lt;x&gt; are not recorded, ever since they are watched"))
        #expect(html.contains("and 10 more"))
        let few = SharedCause(kind: .address, cause: "10.1.1.1", down: 1, watched: 1, span: 0)
        let mixed = try await Self.page(few, of: 6, isTroubled: true)
        #expect(mixed.contains("<h1>3 need attention</h1>"))
        #expect(try Self.list(mixed).components(separatedBy: "data-fault=").count == 4)
    }

    private static func camera(
        _ id: String, _ node: CameraNode?, since: Int64, _ kind: SharedCause.Kind = .subnet, down: Int = 3
    ) -> CameraStatus {
        var camera = CameraStatus(id: id, state: .offline, since: since * 1_000)
        camera.node = node
        camera.sharedCause = SharedCause(kind: kind, cause: "x", down: down, watched: 4, span: 1_000)
        return camera
    }

    @Test("are one group where several nodes of a site tell of one cause at one time, and else are not")
    func severalNodes() {
        let (one, two) = (CameraNode(site: "a", instance: "1"), CameraNode(site: "a", instance: "2"))
        let other = CameraNode(site: "b", instance: "1")
        func groups(
            _ left: CameraNode, _ right: CameraNode, after seconds: Int64, _ kind: SharedCause.Kind = .subnet
        ) -> [String] {
            let cameras =
                (0..<3).map { Self.camera("l\($0)", left, since: 1_000 + $0, kind) }
                + (0..<3).map { Self.camera("r\($0)", right, since: 1_000 + seconds, kind) }
            return cameras.causes.map { "\($0.cause.headline) at \($0.nodes.joined(separator: "+"))" }
        }
        #expect(groups(one, two, after: 9) == ["6 of 8 cameras of x, within 9 s at a / 1+a / 2"])
        #expect(groups(one, two, after: 900).count == 2)
        #expect(groups(one, other, after: 9).count == 2)
        #expect(groups(one, two, after: 9, .node).count == 2)
        #expect([CameraStatus]().causes.isEmpty)
    }

    @Test("explain their own alert, and no other one")
    func alert() {
        let causes = [Self.camera("c", nil, since: 1)].causes
        func isExplained(_ labels: [String: String]) -> Bool {
            AlertView(
                name: "A", fingerprint: "", state: .firing, suppressedBy: [], severity: "critical", summary: "",
                description: "", labels: labels, activeAt: 0, value: ""
            ).isExplained(by: causes)
        }
        #expect(isExplained(["kind": "subnet", "cause": "x", "instance": "i"]))
        #expect(!isExplained(["kind": "address", "cause": "x"]))
        #expect(!isExplained(["kind": "subnet", "cause": "x", "camera_id": "c"]))
        #expect(!isExplained(["instance": "i"]))
    }
}
