internal import Base
internal import Model

/// Reads the series of cameras that other hosts watch.
struct NodeReader: Sendable {
    /// A camera of a node.
    struct Key: Hashable, Sendable {
        let node: CameraNode
        let camera: String
    }

    /// What `up` says of a target.
    enum Up: Equatable {
        case yes, no
        /// It is no longer scraped.
        case ended
    }

    let source: any SampleSource & LabelSource
    /// Who brings the series of this host's own cameras.
    let owners: Set<NodeCameras.Owner>

    /// Samples that one look reads at most: some thousands of cameras over five minutes, with room.
    private static let samplesMax = 20_000_000

    /// The cameras that have samples in `range`, ended or not.
    /// - Parameters:
    ///   - node: whose cameras; `nil` for those of all nodes.
    ///   - connectedFrom: since when the connection is looked at, which tells how long it has been as it is.
    func cameras(
        of node: CameraNode? = nil, in range: TimeRange, connectedFrom: Int64? = nil
    ) throws -> [Key: CameraSeries] {
        var found: [Key: CameraSeries] = [:]
        for name in CameraSeries.Name.allCases {
            let start = name == .connected ? connectedFrom ?? range.start : range.start
            let columns = try columns(name, of: node, in: TimeRange(start: start, end: range.end))
            for column in columns {
                guard let last = column.timestamps.last, last >= range.start, let key = key(column.labels) else {
                    continue
                }
                found[key, default: CameraSeries(id: key.camera, node: key.node)].take(name, column)
            }
        }
        return found
    }

    /// When a node's cameras last had samples; `nil` where they had none in `range`.
    func lastSample(of node: CameraNode, in range: TimeRange) throws -> Int64? {
        var last: Int64?
        for name in [CameraSeries.Name.connected, .frames] {
            for column in try columns(name, of: node, in: range) where key(column.labels) != nil {
                guard let index = column.values.lastIndex(where: { !StaleMarker.isStale($0) }) else { continue }
                last = max(last ?? .min, column.timestamps[index])
            }
            if last != nil { break }
        }
        return last
    }

    /// The nodes that have cameras' series in `range`, and maybe some from a little before.
    func nodes(in range: TimeRange) throws -> Set<CameraNode> {
        let selectors = [CameraSeries.Name.connected, .frames].map { [Matcher.equal("__name__", $0.rawValue)] }
        let labels = try source.series(matchingAny: selectors, in: range, limit: 1_000_000)
        return Set(labels.compactMap { key($0)?.node })
    }

    /// What `up` last said of each target in `range`, by its node and job.
    func ups(in range: TimeRange) throws -> [CameraNode: [String: Up]] {
        var ups: [CameraNode: [String: Up]] = [:]
        let columns = try source.select([.equal("__name__", "up")], in: range, sampleLimit: Self.samplesMax)
        for column in columns {
            guard let value = column.values.last else { continue }
            let up: Up = StaleMarker.isStale(value) ? .ended : value > 0 ? .yes : .no
            let before = ups[Self.node(column.labels), default: [:]][column.labels["job"]]
            // Of several with one name, the one that answers counts.
            if before == nil || before == .ended || up == .yes {
                ups[Self.node(column.labels), default: [:]][column.labels["job"]] = up
            }
        }
        return ups
    }

    /// How many cameras share each cause by which some are down, and how far apart those fell in milliseconds.
    func causes(in range: TimeRange) throws -> [NodeCauses.Key: NodeCauses.Size] {
        var sizes: [NodeCauses.Key: NodeCauses.Size] = [:]
        for name in ["camera_shared_cause_cameras", "camera_shared_cause_span_seconds"] {
            let columns = try source.select([.equal("__name__", name)], in: range, sampleLimit: Self.samplesMax)
            for column in columns where !owners.contains(.init(column.labels)) {
                guard let key = NodeCauses.Key(column.labels), let value = column.values.last,
                    // What an exporter says may be anything.
                    (0...1e9).contains(value)
                else { continue }
                if name == "camera_shared_cause_cameras" {
                    sizes[key, default: .init()].watched = Int(value)
                } else {
                    sizes[key, default: .init()].span = Int64(value * 1_000)
                }
            }
        }
        return sizes
    }

    static func node(_ labels: Labels) -> CameraNode {
        CameraNode(site: labels["site"], instance: labels["instance"])
    }

    private func columns(
        _ name: CameraSeries.Name, of node: CameraNode?, in range: TimeRange
    ) throws -> [SeriesColumn] {
        var matchers = [Matcher.equal("__name__", name.rawValue)]
        if let node { matchers += [.equal("site", node.site), .equal("instance", node.instance)] }
        return try source.select(matchers, in: range, sampleLimit: Self.samplesMax)
    }

    /// `nil` for a series of no camera, or of one of this host.
    private func key(_ labels: Labels) -> Key? {
        let camera = labels["camera_id"]
        if camera.isEmpty || owners.contains(.init(labels)) { return nil }
        return Key(node: Self.node(labels), camera: camera)
    }
}
