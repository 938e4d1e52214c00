package import Model

/// Cameras that failed together, as one thing that is wrong.
package struct CauseView: Sendable, Equatable {
    package let cause: SharedCause
    /// Who watches them, by name; empty where it is this host alone.
    package let nodes: [String]
    /// By node, then by identifier.
    package let cameras: [CameraStatus]

    package init(cause: SharedCause, nodes: [String], cameras: [CameraStatus]) {
        self.cause = cause
        self.nodes = nodes
        self.cameras = cameras
    }

    /// Since when the first one is down, in milliseconds since the Unix epoch.
    package var since: Int64 { cameras.map(\.since).min() ?? 0 }
    /// The worst of their states.
    package var state: CameraState { cameras.map(\.state).min() ?? .unknown }
}

extension [CameraStatus] {
    /// What cameras that failed together share, most cameras first. What several nodes of one site tell of one cause, at one
    /// time, is one.
    package var causes: [CauseView] {
        var groups: [CauseKey: [CameraStatus]] = [:]
        for camera in self {
            if let cause = camera.sharedCause { groups[CauseKey(camera.node, cause), default: []].append(camera) }
        }
        var views: [CauseView] = []
        for (_, parts) in Dictionary(grouping: groups, by: \.key.place) {
            let times = parts.map { ($0.key, $0.value, $0.value.map(\.since).min() ?? 0) }.sorted { $0.2 < $1.2 }
            var joined: [(CauseKey, [CameraStatus])] = []
            var before = Int64.min / 2
            for (key, cameras, since) in times {
                if since - before > 2 * SharedCause.window, !joined.isEmpty {
                    views.append(Self.view(joined))
                    joined = []
                }
                joined.append((key, cameras))
                before = since
            }
            if !joined.isEmpty { views.append(Self.view(joined)) }
        }
        return views.sorted { ($1.cameras.count, $0.cause.who) < ($0.cameras.count, $1.cause.who) }
    }

    private static func view(_ parts: [(key: CauseKey, cameras: [CameraStatus])]) -> CauseView {
        let cameras = parts.flatMap(\.cameras).sorted { left, right in
            (left.node?.name ?? "", left.id) < (right.node?.name ?? "", right.id)
        }
        let nodes = Set(parts.compactMap(\.key.node?.name)).sorted()
        let causes = parts.map(\.key.cause)
        let first = causes[0]
        if causes.count == 1 { return CauseView(cause: first, nodes: nodes, cameras: cameras) }
        let times = cameras.map(\.since)
        let span = (times.max() ?? 0) - (times.min() ?? 0)
        let cause = SharedCause(
            kind: first.kind, cause: first.cause, down: cameras.count,
            watched: causes.reduce(0) { $0 + $1.watched }, span: causes.contains { $0.span != nil } ? span : nil)
        return CauseView(cause: cause, nodes: nodes, cameras: cameras)
    }
}

extension AlertView {
    /// Whether the alert says what is shown of these causes anyway.
    package func isExplained(by causes: [CauseView]) -> Bool {
        guard let kind = labels["kind"], let cause = labels["cause"], (labels["camera_id"] ?? "").isEmpty else {
            return false
        }
        return causes.contains { $0.cause.kind.rawValue == kind && $0.cause.cause == cause }
    }
}

/// A cause as one node tells it.
private struct CauseKey: Hashable {
    /// What is one thing for all nodes of a site, and else for one.
    struct Place: Hashable {
        let kind: SharedCause.Kind
        let cause: String
        let site: String
        let instance: String
    }

    let node: CameraNode?
    let cause: SharedCause

    init(_ node: CameraNode?, _ cause: SharedCause) {
        (self.node, self.cause) = (node, cause)
    }

    var place: Place {
        let isOfNode = cause.kind == .node || cause.kind == .disk
        return Place(
            kind: cause.kind, cause: cause.cause, site: node?.site ?? "",
            instance: isOfNode ? node?.instance ?? "" : "")
    }
}
