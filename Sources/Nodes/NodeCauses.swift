internal import Base
internal import Model
internal import SharedCauses

/// What cameras of other nodes that failed together share: as their nodes tell it; of nodes that tell nothing of causes,
/// that they are of one node is all that is known.
struct NodeCauses {
    /// A cause of a node.
    struct Key: Hashable {
        let node: CameraNode
        let kind: SharedCause.Kind
        let cause: String

        /// `nil` where the labels name none.
        init?(_ labels: Labels) {
            guard let kind = SharedCause.Kind(rawValue: labels["kind"]), !labels["cause"].isEmpty else { return nil }
            (node, self.kind, cause) = (NodeReader.node(labels), kind, labels["cause"])
        }
    }

    /// What else is told of it.
    struct Size: Equatable {
        var watched = 0
        var span: Int64?
    }

    let sizes: [Key: Size]

    /// Writes the causes into what is known of a node's cameras.
    /// - Parameters:
    ///   - series: of the same cameras, in the same order.
    ///   - sawFall: whether each was seen to become what it is.
    func tell(_ statuses: inout ArraySlice<CameraStatus>, _ series: [CameraSeries], sawFall: [Bool]) {
        let keys = series.map { camera in
            camera.value(.sharedCause) == 1 ? camera.infos[.sharedCause].flatMap(Key.init) : nil
        }
        let down = Dictionary(grouping: keys.compactMap { $0 }) { $0 }.mapValues(\.count)
        if down.isEmpty { return judge(&statuses, sawFall) }
        for (index, key) in zip(statuses.indices, keys) {
            guard let key, let count = down[key] else { continue }
            let size = sizes[key]
            statuses[index].sharedCause = SharedCause(
                kind: key.kind, cause: Redaction.urls(in: key.cause), down: count,
                watched: max(count, size?.watched ?? 0), span: size?.span)
        }
    }

    private func judge(_ statuses: inout ArraySlice<CameraStatus>, _ sawFall: [Bool]) {
        let cameras = zip(statuses, sawFall).compactMap { status, sawFall -> WatchedCamera? in
            guard let node = status.node, status.state != .unknown else { return nil }
            let isDown = status.state == .offline || status.state == .stalled
            let fall = WatchedCamera.Fall(at: status.since, trouble: .down, wasWell: sawFall)
            return WatchedCamera(status.id, isDown ? fall : nil, shares: [.init(.node, node.instance)])
        }
        guard let group = SharedCauses.groups(of: cameras).first else { return }
        let members = Set(group.cameras)
        for index in statuses.indices where members.contains(statuses[index].id) {
            statuses[index].sharedCause = group.cause
        }
    }
}
