internal import Model
internal import State

/// Notifications on which templates are tried before they are needed.
enum SampleNotification {
    /// Two cameras are down, and a third is back.
    static let firing = notification(firing: ["cam-1", "cam-2"], resolved: ["cam-3"])
    /// One camera is back.
    static let resolved = notification(firing: [], resolved: ["cam-3"])

    private static func notification(firing: [String], resolved: [String]) -> Notification {
        let alerts = firing.map { alert($0, isResolved: false) } + resolved.map { alert($0, isResolved: true) }
        let intent = NotificationIntent(
            key: .init(groupKey: "{}:{alertname=\"CameraOffline\"}", receiver: "sample", integration: "none"),
            identifier: "sample", createdAt: 0, firing: Set(alerts.filter { !$0.isResolved }.map(\.fingerprint)),
            resolved: Set(alerts.filter(\.isResolved).map(\.fingerprint)), untold: [])
        return Notification(
            intent: intent, integration: .none,
            groupLabels: ["alertname": "CameraOffline"], alerts: alerts, repeatInterval: 0)
    }

    private static func alert(_ camera: String, isResolved: Bool) -> NotificationAlert {
        let labels: Labels = [
            "alertname": "CameraOffline", "camera_id": camera, "instance": "node-1", "severity": "critical",
        ]
        let alert = Alert(
            labels: labels, annotations: ["summary": "Camera \(camera) is offline", "description": "for 2 minutes"],
            startsAt: 0, endsAt: 60_000, generatorURL: "http://watch.test/graph")
        return NotificationAlert(fingerprint: labels.fingerprint, alert: alert, isResolved: isResolved, updatedAt: 0)
    }
}
