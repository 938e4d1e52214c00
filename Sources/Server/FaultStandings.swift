internal import Alerting
internal import Model
internal import SiteView

/// What is known of faults by their keys, at one moment.
struct FaultStandings {
    let overview: Overview

    func standing(of key: String) -> AlertRouter.Standing {
        if let fault = overview.faults.first(where: { $0.key == key }) {
            let fingerprints = fault.firing + fault.alerts.map(\.fingerprint)
            return .there(alerts: Set(fingerprints.compactMap { UInt64($0, radix: 16) }))
        }
        let parts = key.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return .unknown }
        return switch parts[0] {
        case "alert": alert(String(parts[1]))
        case "camera": camera(String(parts[1]))
        case "node": node(String(parts[1]))
        // What only the list of faults knows is over when it is no longer there.
        case "cause", "disk", "cameras", "host", "service", "alerts", "finding": .over
        default: .unknown
        }
    }

    private func alert(_ fingerprint: String) -> AlertRouter.Standing {
        // Its number stays with it: a notification that waits may still tell of it.
        guard let number = UInt64(fingerprint, radix: 16),
            overview.alerts.contains(where: { $0.fingerprint == fingerprint })
        else { return .over }
        return .there(alerts: [number])
    }

    private func camera(_ key: String) -> AlertRouter.Standing {
        let cameras = overview.cameras.filter { $0.key == key }
        let nodes = overview.cameras.nodes
        let alerts = numbers { alert in cameras.contains { alert.concerns($0, nodes: nodes) } }
        return alerts.isEmpty && cameras.allSatisfy { $0.state == .online } ? .over : .there(alerts: alerts)
    }

    private func node(_ name: String) -> AlertRouter.Standing {
        let nodes = overview.nodes.filter { $0.node.name == name }
        let alerts = numbers { alert in
            (alert.labels["camera_id"] ?? "").isEmpty
                && nodes.contains { status in
                    let site = alert.labels["site"] ?? ""
                    return alert.labels["instance"] == status.node.instance
                        && (site.isEmpty || site == status.node.site)
                }
        }
        return alerts.isEmpty && nodes.allSatisfy { $0.problem == nil } ? .over : .there(alerts: alerts)
    }

    private func numbers(_ isMeant: (AlertView) -> Bool) -> Set<UInt64> {
        Set(overview.alerts.filter(isMeant).compactMap { UInt64($0.fingerprint, radix: 16) })
    }
}
