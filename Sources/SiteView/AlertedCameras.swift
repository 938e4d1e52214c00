package import Model

extension [CameraStatus] {
    /// The cameras with what alerts say of them: one that carries a firing alert of severity warning or critical, which
    /// no silence covers, is at least Degraded, and the alert is its reason. Worst first.
    /// - Parameter alerts: pending and firing ones; the label `camera_id` names the camera, `instance` and `site` its node.
    package func judged(by alerts: [AlertView]) -> [CameraStatus] {
        var byCamera: [String: [AlertView]] = [:]
        for alert in alerts where alert.state == .firing && ["warning", "critical"].contains(alert.severity) {
            guard let camera = alert.labels["camera_id"],
                !alert.suppressedBy.contains(where: { $0.hasPrefix("silence ") })
            else { continue }
            byCamera[camera, default: []].append(alert)
        }
        if byCamera.isEmpty { return sorted() }
        let nodes = nodes
        return map { camera in
            // Nothing is known of a camera whose node is gone, whatever still fires.
            guard camera.state >= .degraded, camera.nodeProblem == nil else { return camera }
            let alerts = byCamera[camera.id, default: []].filter { $0.concerns(camera, nodes: nodes) }
            if alerts.isEmpty { return camera }
            var camera = camera
            let told = alerts.map { "\($0.name): \($0.summary)" }.sorted().joined(separator: "; ")
            if camera.state == .degraded {
                camera.reason += "; alert \(told)"
            } else {
                camera.state = .degraded
                camera.since = alerts.map(\.activeAt).min() ?? camera.since
                camera.reason = "Alert \(told)"
            }
            return camera
        }.sorted()
    }

    private func sorted() -> Self {
        let keys = map { ($0.state, $0.key) }
        return indices.sorted { keys[$0] < keys[$1] }.map { self[$0] }
    }
}
