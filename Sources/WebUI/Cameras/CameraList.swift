internal import Base
internal import Model
internal import SiteView

/// The cameras that an address asks for, in their order and groups.
struct CameraList: Sendable {
    struct Group: Sendable, Equatable {
        /// Empty where nothing is grouped, or for those that have none of what it is grouped by.
        let name: String
        let cameras: [CameraStatus]
    }

    let groups: [Group]
    /// How many were found, and of how many.
    let found: Int
    let total: Int

    init(_ cameras: [CameraStatus], _ address: CameraListAddress) {
        total = cameras.count
        let words = address.query.lowercased().split(separator: " ").map(String.init)
        let labels = address.labels.map { label in
            let pair = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (name: pair[0], value: pair[1])
        }
        let states = Set(address.states)
        let nodes = Set(address.nodes)
        let wanted = cameras.filter { camera in
            (states.isEmpty || states.contains(camera.state.style)
                || states.contains("wrong") && camera.state != .online)
                && (nodes.isEmpty || nodes.contains(camera.node?.name ?? ""))
                && labels.allSatisfy { camera.labels[$0.name] == $0.value } && Self.has(words, camera)
        }
        found = wanted.count
        let ordered = Self.ordered(wanted.inNaturalOrder(), by: address.order)
        guard !address.group.isEmpty else {
            groups = ordered.isEmpty ? [] : [Group(name: "", cameras: ordered)]
            return
        }
        let grouped = Dictionary(grouping: ordered) { Self.group(of: $0, by: address.group) }
        let isByState = address.group == "state"
        groups = grouped.sorted { left, right in
            if isByState, let first = left.value.first, let second = right.value.first {
                return first.state < second.state
            }
            // Those of no group stand last.
            if left.key.isEmpty != right.key.isEmpty { return right.key.isEmpty }
            return NaturalOrder(left.key) < NaturalOrder(right.key)
        }.map { Group(name: $0.key, cameras: $0.value) }
    }

    private static func has(_ words: [String], _ camera: CameraStatus) -> Bool {
        if words.isEmpty { return true }
        let state = [camera.state.rawValue, camera.state.words]
        let text = ([camera.id, camera.node?.name ?? "", camera.reason] + state + camera.labels.values)
            .joined(separator: "\n").lowercased()
        return words.allSatisfy { text.contains($0) }
    }

    /// - Parameter cameras: in natural order, in which those stay that are alike.
    private static func ordered(_ cameras: [CameraStatus], by order: CameraListAddress.Order) -> [CameraStatus] {
        let places = cameras.indices
        return switch order {
        case .name: cameras
        case .worst:
            places.sorted { (cameras[$0].state, $0) < (cameras[$1].state, $1) }.map { cameras[$0] }
        case .since:
            places.sorted { (-cameras[$0].since, $0) < (-cameras[$1].since, $1) }.map { cameras[$0] }
        }
    }

    private static func group(of camera: CameraStatus, by group: String) -> String {
        switch group {
        case "site": camera.node?.site ?? ""
        case "node": camera.node?.name ?? ""
        case "state": camera.state.rawValue
        default: camera.labels[String(group.dropFirst("label:".count))] ?? ""
        }
    }

    /// A part of the list, in its groups.
    func part(from: Int, count: Int) -> [Group] {
        var skip = from
        var rest = count
        var part: [Group] = []
        for group in groups where rest > 0 {
            let cameras = group.cameras.dropFirst(skip).prefix(rest)
            skip = max(0, skip - group.cameras.count)
            rest -= cameras.count
            if !cameras.isEmpty { part.append(Group(name: group.name, cameras: Array(cameras))) }
        }
        return part
    }
}
