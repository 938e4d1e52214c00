import Base
import MetricStore
import Model
import Nodes
import Synchronization
import TestSupport

/// Nodes whose cameras are scraped every 15 seconds into a real store, on a clock that the test moves.
final class NodeSite: TimeSource {
    static let start: Int64 = 1_750_000_000_000
    static let interval: Int64 = 15_000

    private let directory: TemporaryDirectory
    private let clock = Mutex(NodeSite.start)
    let store: MetricStore
    let targets = Mutex<[NodeCameras.Target]>([])
    let owners = Mutex<Set<NodeCameras.Owner>>([.init(job: "watchpost", instance: "server")])
    /// Series that were alive at the last round, by their target.
    private let alive = Mutex<[Labels: Set<Labels>]>([:])

    init() throws {
        directory = try TemporaryDirectory()
        var options = MetricStoreOptions(directory: directory.path)
        options.retention = 30 * 86_400_000
        store = try MetricStore(options, timeSource: FarClock())
    }

    /// The store's own, so that no sample is too old or too new.
    private struct FarClock: TimeSource {
        func now() -> Int64 { NodeSite.start + 5 * 86_400_000 }
        func steady() -> Int64 { 0 }
    }

    func now() -> Int64 { clock.withLock { $0 } }
    func steady() -> Int64 { now() }
    func pass(_ milliseconds: Int64) { clock.withLock { $0 += milliseconds } }

    /// One who looks at the cameras, as a server that has just started.
    func watcher() -> NodeCameras {
        NodeCameras(
            source: store, owners: { self.owners.withLock { $0 } }, targets: { self.targets.withLock { $0 } },
            time: self)
    }

    /// A camera's series on a page.
    struct Camera {
        var id: String
        var values: [String: Double] = [:]
        var trouble: (state: String, reason: String, sentence: String)?
        /// What it shares with others that failed with it.
        var cause: (kind: String, name: String)?

        /// A camera that gives what it should.
        static func well(_ id: String, at now: Int64) -> Camera {
            Camera(
                id: id,
                values: [
                    "camera_connection_status": 1, "camera_fps": 25, "camera_fps_expected": 25,
                    "camera_bitrate": 2e6, "camera_frames_total": Double(now / 40), "camera_frames_dropped_total": 0,
                    "camera_last_frame_timestamp": Double(now - 300) / 1_000, "recording_overdue": 0,
                    "recording_last_segment_timestamp_seconds": Double(now - 4_000) / 1_000,
                ])
        }
    }

    private static func labels(_ name: String, _ target: Labels, _ more: [String: String] = [:]) -> Labels {
        var builder = LabelsBuilder(target)
        builder.set("__name__", name)
        for (name, value) in more { builder.set(name, value) }
        return builder.build()
    }

    static func target(_ instance: String, site: String = "", job: String = "recording-nodes") -> Labels {
        var labels = [Label("job", job), Label("instance", instance)]
        if !site.isEmpty { labels.append(Label("site", site)) }
        return Labels(labels)
    }

    /// Stores what one scrape brings now: `nil` for one that failed. Series that are missing are marked as ended.
    /// - Parameter causes: how many cameras share each, and over how many seconds they fell.
    func scrape(
        _ target: Labels, _ cameras: [Camera]?, reportsUp: Bool = true,
        causes: [(kind: String, name: String, cameras: Double, span: Double)] = []
    ) throws {
        let now = now()
        var samples: [(labels: Labels, sample: Sample)] = []
        for cause in causes {
            let labels = ["kind": cause.kind, "cause": cause.name]
            for (name, value) in [
                ("camera_shared_cause_cameras", cause.cameras), ("camera_shared_cause_span_seconds", cause.span),
            ] {
                samples.append((Self.labels(name, target, labels), Sample(timestamp: now, value: value)))
            }
        }
        for camera in cameras ?? [] {
            for (name, value) in camera.values {
                samples.append(
                    (Self.labels(name, target, ["camera_id": camera.id]), Sample(timestamp: now, value: value)))
            }
            if let cause = camera.cause {
                let more = ["camera_id": camera.id, "kind": cause.kind, "cause": cause.name]
                samples.append(
                    (Self.labels("camera_shared_cause_info", target, more), Sample(timestamp: now, value: 1)))
            }
            if let trouble = camera.trouble {
                let more = [
                    "camera_id": camera.id, "state": trouble.state, "reason": trouble.reason,
                    "sentence": trouble.sentence,
                ]
                samples.append(
                    (Self.labels("camera_trouble_info", target, more), Sample(timestamp: now, value: 1)))
            }
        }
        let fresh = Set(samples.map(\.labels))
        let ended = alive.withLock { alive in
            defer { alive[target] = fresh }
            return alive[target, default: []].subtracting(fresh)
        }
        samples += ended.map { ($0, Sample(timestamp: now, value: StaleMarker.value)) }
        if reportsUp {
            samples.append((Self.labels("up", target), Sample(timestamp: now, value: cameras == nil ? 0 : 1)))
        }
        try store.append(samples)
    }

    /// The target is taken out of the configuration.
    func remove(_ target: Labels) throws {
        try scrape(target, nil, reportsUp: false)
        try store.append([(Self.labels("up", target), Sample(timestamp: now(), value: StaleMarker.value))])
    }

    /// Rounds of scrapes, an interval apart.
    func run(_ rounds: Int, _ round: (Int64) throws -> Void) rethrows {
        for _ in 0..<rounds {
            pass(Self.interval)
            try round(now())
        }
    }
}
