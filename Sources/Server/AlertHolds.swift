internal import Alerting
internal import Model
internal import SiteView
internal import State

/// What keeps alerts from being told, at one moment.
struct AlertHolds {
    private let silences: [String: Silence]
    private let alerts: [String: RoutedAlert]
    private let maintenance: [String: MaintenanceWindow]
    private let now: Int64

    init(_ router: AlertRouter, among routed: [Labels: RoutedAlert]) {
        let isAnyHeld = routed.values.contains { $0.state == .suppressed }
        silences = isAnyHeld ? Dictionary(router.silences().map { ($0.id, $0) }) { $1 } : [:]
        now = router.time
        maintenance = isAnyHeld ? Dictionary(router.maintenance().map { ($0.id, $0) }) { $1 } : [:]
        alerts = isAnyHeld ? Dictionary(routed.values.map { ($0.fingerprint, $0) }) { $1 } : [:]
    }

    func of(_ alert: RoutedAlert) -> [AlertHold] {
        alert.silencedBy.map { id in
            let silence = silences[id]
            return AlertHold(
                silence: id, by: silence?.createdBy ?? "", comment: silence?.comment ?? "", until: silence?.endsAt ?? 0)
        }
            + alert.maintainedBy.map { id in
                let window = maintenance[id]
                return AlertHold(
                    kind: .maintenance, name: id, about: window?.comment ?? "", by: window?.createdBy ?? "",
                    until: window.flatMap { MaintenanceTime($0).end(at: now) })
            }
            + alert.inhibitedBy.map { fingerprint in
                AlertHold(
                    kind: .alert, name: fingerprint,
                    about: alerts[fingerprint].map { Self.about($0.labels) } ?? fingerprint)
            } + alert.mutedBy.map { AlertHold(kind: .interval, name: $0, about: $0) }
    }

    /// `NodeDown of rec-3`.
    private static func about(_ labels: Labels) -> String {
        let subject = ["camera_id", "mount_point", "mountpoint", "cause", "instance", "site"].map { labels[$0] }.first {
            !$0.isEmpty
        }
        return labels["alertname"] + (subject.map { " of \($0)" } ?? "")
    }
}
