internal import Base
internal import Model

extension [CameraStatus] {
    /// Those of this host, then those of each node, as people count.
    package func inNaturalOrder() -> Self {
        var nodes: [CameraNode: NaturalOrder] = [:]
        for case let node? in lazy.map(\.node) where nodes[node] == nil { nodes[node] = NaturalOrder(node.name) }
        let keys = map { (node: $0.node.flatMap { nodes[$0] }, id: NaturalOrder($0.id)) }
        return indices.sorted { left, right in
            switch (keys[left].node, keys[right].node) {
            case (nil, nil): break
            case (nil, _): return true
            case (_, nil): return false
            case (let own?, let other?):
                if own != other { return own < other }
            }
            return keys[left].id < keys[right].id
        }.map { self[$0] }
    }
}
