import Alerting
import HTTPTestSupport
import Model
import SiteView
import Testing

@testable import Server

@Suite("What is known of faults")
struct FaultStandingsTests {
    private static func alert(_ number: UInt64, _ labels: [String: String]) -> AlertView {
        AlertView(
            name: "A", fingerprint: AlertRouter.fingerprint(number), state: .firing, suppressedBy: [],
            severity: "warning", summary: "", description: "", labels: labels, activeAt: 0, value: "1")
    }

    private static func camera(_ id: String, _ state: CameraState, node: CameraNode? = nil) -> CameraStatus {
        var camera = CameraStatus(id: id, state: state, since: 0)
        camera.node = node
        return camera
    }

    private static let far = CameraNode(site: "hcm", instance: "rec-3")

    private static let overview = Overview(
        siteName: "", version: "", now: 0,
        cameras: [
            camera("cam-1", .online), camera("cam-2", .offline), camera("cam-1", .offline, node: far),
            camera("a b/<é>", .stalled),
        ],
        alerts: [
            alert(1, ["camera_id": "cam-1", "instance": "here"]),
            alert(2, ["camera_id": "cam-1", "instance": "rec-3", "site": "hcm"]),
            alert(3, ["instance": "rec-3", "site": "hcm"]), alert(0xF, ["mount": "/"]),
        ], mounts: [], findings: [], isDemo: false)

    @Test(
        "a key names a fault with its alerts, also where two nodes have cameras of one name",
        arguments: [
            ("camera cam-1", .there(alerts: [1])), ("camera cam-1 hcm / rec-3", .there(alerts: [2])),
            ("camera cam-2", .there(alerts: [])), ("camera a b/<é>", .there(alerts: [])),
            ("camera no such", .over), ("alert 000000000000000f", .there(alerts: [0xF])),
            ("alert 00000000000000f0", .over), ("alert xyz", .over), ("disk /mnt/rec", .over), ("", .unknown),
            ("camera", .unknown),
        ] as [(String, AlertRouter.Standing)])
    func keys(key: String, standing: AlertRouter.Standing) {
        #expect(FaultStandings(overview: Self.overview).standing(of: key) == standing)
    }

    @Test("every fault of the list is there by its key, and over once it is gone")
    func ownKeys() {
        let mounts = [MountView(mountPoint: "/mnt/rec", totalBytes: 100, freeBytes: 1, usedPercent: 99)]
        let overview = Overview(
            siteName: "", version: "", now: 0,
            cameras: (1...3).map { Self.camera("cam-\($0)", .offline) } + [Self.camera("x", .stalled)],
            nodes: [NodeStatus(node: Self.far, problem: "refused", lastSample: 0, cameras: 1)],
            alerts: [
                Self.alert(1, ["instance": "n"]), Self.alert(2, ["component": "api", "instance": "n"]),
                Self.alert(3, ["mount_point": "/mnt/rec"]), Self.alert(4, ["device": "sda"]),
            ], mounts: mounts, findings: [Finding(.warning, part: "host", text: "odd")], isDemo: false)
        let bare = Overview(
            siteName: "", version: "", now: 0, cameras: [], alerts: [], mounts: [], findings: [], isDemo: false)
        #expect(
            Set(overview.faults.map(\.kind)).isSuperset(of: [.disk, .camera, .node, .host, .service, .alert, .finding]))
        for fault in overview.faults {
            let alerts = Set(fault.alerts.compactMap { UInt64($0.fingerprint, radix: 16) })
            #expect(
                FaultStandings(overview: overview).standing(of: fault.key) == .there(alerts: alerts), "\(fault.key)")
            #expect(FaultStandings(overview: bare).standing(of: fault.key) == .over, "\(fault.key)")
        }
    }
}
