import Model
import SiteView
import Testing

@Suite("A camera with an alert of its own")
struct AlertedCamerasTests {
    private static func alert(
        _ state: AlertView.State = .firing, severity: String = "warning", camera: String? = "gate",
        suppressedBy: [String] = []
    ) -> AlertView {
        AlertView(
            name: "CameraClockOff", fingerprint: "1", state: state, suppressedBy: suppressedBy, severity: severity,
            summary: "The clock is wrong", description: "", labels: camera.map { ["camera_id": $0] } ?? [:],
            activeAt: 500, value: "3")
    }

    @Test(
        "is at least Degraded while it fires, unsilenced, with severity warning or critical",
        arguments: [
            (alert(), true), (alert(severity: "critical"), true), (alert(suppressedBy: ["alert 2"]), true),
            (alert(.pending), false), (alert(severity: "info"), false), (alert(severity: ""), false),
            (alert(camera: "yard"), false), (alert(camera: nil), false),
            (alert(suppressedBy: ["silence 7"]), false),
        ])
    func alerted(alert: AlertView, isDegraded: Bool) {
        for state in CameraState.allCases {
            var camera = CameraStatus(id: "gate", state: state, since: 1_000)
            camera.reason = state == .online ? "" : "before"
            let judged = [camera].judged(by: [alert])[0]
            guard isDegraded, state >= .degraded else {
                #expect(judged == camera)
                continue
            }
            #expect(judged.state == .degraded)
            #expect(judged.reason.contains("CameraClockOff: The clock is wrong"))
            #expect(judged.reason.contains("before") == (state == .degraded))
        }
    }
}
