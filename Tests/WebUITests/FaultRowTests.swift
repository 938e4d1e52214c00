import Foundation
import HTTPTestSupport
import Model
import Testing

@testable import SiteView
@testable import WebUI

@Suite("The rows of faults")
struct FaultRowTests {
    private static func row(
        _ fault: Fault, cameras: [CameraStatus] = [], now: Int64 = 1_000_000
    ) -> FaultRow {
        let overview = Overview(
            siteName: "s", version: "v", now: now, cameras: cameras, alerts: [], mounts: [], findings: [],
            faults: [fault], isDemo: false)
        return FaultRow(fault, FaultLinks(overview), now: now)
    }

    private static func fault(_ kind: Fault.Kind, camera: String? = nil, node: CameraNode? = nil) -> Fault {
        var fault = Fault(
            key: "camera gate", kind: kind, severity: .critical, title: camera ?? "x", state: "Offline",
            sentence: "no answer", since: 400_000)
        fault.cameras =
            camera.map { [.init(id: $0, node: node, state: .offline, reason: "no answer", since: 400_000)] } ?? []
        fault.node = node
        return fault
    }

    @Test("the page has one row a fault, with its actions, and no second list of alerts")
    func page() async throws {
        let html = try await WebUI(
            view: FixedSite(isTroubled: true), dashboards: { [] }, siteName: "s", version: "v", isDemo: false
        ).overviewPage()
        #expect(html.components(separatedBy: "data-fault=").count == 3)
        #expect(html.contains("data-fault=\"camera cam-2\"") && html.contains("data-fault=\"camera cam-3\""))
        #expect(html.contains("role=\"status\""))
        #expect(html.contains("data-probe=\"/api/watchpost/cameras/cam-2/probe\""))
        #expect(html.contains("action=\"/faults/silence\"") && html.contains("action=\"/faults/acknowledge\""))
        // The alert stands in the row of its camera.
        #expect(html.components(separatedBy: "/alerts/00000000000000c2").count == 2)
        #expect(!html.contains("arrives <script>"))
    }

    @Test("a camera is probed from here only where it is, and says else why not")
    func probe() {
        var camera = CameraStatus(id: "gate", state: .offline, since: 0)
        camera.sources = ["probe"]
        #expect(Self.row(Self.fault(.camera, camera: "gate"), cameras: [camera]).probe?.camera == "gate")
        camera.sources = ["recorder"]
        let recorded = Self.row(Self.fault(.camera, camera: "gate"), cameras: [camera])
        #expect(recorded.probe == nil && recorded.unprobed?.isEmpty == false)
        camera.node = CameraNode(site: "", instance: "rec-1")
        let remote = Self.row(Self.fault(.camera, camera: "gate", node: camera.node), cameras: [camera])
        #expect(remote.probe == nil && remote.unprobed?.contains("rec-1") == true)
        #expect(remote.link == "/cameras/gate?instance=rec-1")
    }

    @Test("of a camera that is watched no more the row leads to the alert that tells of it")
    func goneCamera() {
        var fault = Self.fault(.camera)
        #expect(Self.row(fault).link == "/alerts" && Self.row(fault).probe == nil && Self.row(fault).chart == nil)
        fault.alerts = [
            .init(
                name: "A", fingerprint: "aa", state: .firing, severity: "critical", text: "t", activeAt: 0, held: [])
        ]
        #expect(Self.row(fault).link == "/alerts/aa")
    }

    @Test("logs begin before the fault and end behind it, and never in the future")
    func logs() {
        let row = Self.row(Self.fault(.camera, camera: "a \"b\" & c/é%"))
        #expect(row.logs.hasSuffix("start=280000&end=1120000"))
        #expect(row.logs.hasPrefix("/logs?query=camera_id") && !row.logs.contains("\"") && !row.logs.contains(" "))
        var disk = Self.fault(.disk)
        disk.mountPoint = "/rec"
        #expect(Self.row(disk).logs.contains("%2Frec") && Self.row(disk).traces == nil)
    }

    @Test("what holds alerts back is told in words")
    func held() {
        var fault = Self.fault(.camera, camera: "gate")
        func words(_ hold: AlertHold) -> String {
            fault.alerts = [
                .init(
                    name: "A", fingerprint: "aa", state: .firing, severity: "critical", text: "t", activeAt: 0,
                    held: [hold])
            ]
            return Self.row(fault).held.joined()
        }
        #expect(
            words(AlertHold(kind: .alert, name: "bb", about: "NodeDown of rec-3")) == "Held back by NodeDown of rec-3.")
        #expect(
            words(AlertHold(silence: "7", by: "Minh", comment: "", until: 2_000_000)) == "Silent until 00:33, by Minh.")
        #expect(Self.row(fault).silence == nil)
    }

    @Test("the copy of a fault has all that the row says, in lines")
    func report() {
        var fault = Self.fault(.camera, camera: "gate")
        fault.noFootageSince = 500_000
        fault.told = [AlertTelling(receiver: "ops", integration: "email[0]", time: 600_000)]
        let row = Self.row(fault)
        #expect(row.report.split(separator: "\n").prefix(2) == ["gate: Offline", "no answer"])
        #expect(row.report.contains("Told ops") && row.report.contains("No footage since 1970-01-01"))
        #expect(row.told.map(\.text) == ["Told ops (email) 00:10."] && row.lost?.text == "No footage for 8 min.")
    }
}
