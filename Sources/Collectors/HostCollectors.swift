package import Base
package import Instruments
package import Model
internal import Synchronization

/// How a collector did at its last round.
package struct CollectorStatus: Sendable, Hashable {
    package let name: String
    /// Seconds.
    package var lastDuration = 0.0
    /// Empty where all went well.
    package var error = ""
}

/// Runs the collectors of the host, each at its interval and on a thread of its own: a filesystem that hangs holds up
/// its collector alone.
package final class HostCollectors: FindingSource {
    package enum Part: Sendable, CaseIterable { case disks, latency, networks, node }

    package let disks: DiskCollector
    package let latency: DiskLatencyCollector
    private let networks: NetworkCollector
    private let node: NodeCollector
    private let parts: Set<Part>
    private let timeSource: any TimeSource
    private let statuses = Mutex<[String: CollectorStatus]>([:])
    private let running = Mutex<[String: Int64]>([:])

    /// After how long a round is said to hang, in milliseconds.
    private static let hangLimit: Int64 = 30_000

    /// - Parameters:
    ///   - registry: where the metrics of our own names go.
    ///   - nodeRegistry: where node_exporter's names go.
    ///   - folders: our data folder and the recordings folders.
    ///   - footage: what lies on disk of cameras, by which it is told whether a filesystem's level is kept.
    ///   - levelsFile: where the levels of filesystems are remembered; `nil` forgets them with the process.
    ///   - collects: what is looked at; the others stay without a value.
    package init(
        registry: Registry, nodeRegistry: Registry, folders: [String],
        footage: @escaping @Sendable () -> [FootageOnDisk] = { [] }, levelsFile: String? = nil,
        collects parts: Set<Part> = Set(Part.allCases),
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.parts = parts
        disks = DiskCollector(registry: registry, paths: folders, footage: footage, levelsFile: levelsFile)
        latency = DiskLatencyCollector(registry: registry, folders: folders)
        networks = NetworkCollector(registry: registry)
        node = NodeCollector(registry: nodeRegistry)
        self.timeSource = timeSource
    }

    package func update(folders: [String]) {
        disks.update(paths: folders)
        latency.update(folders: folders)
    }

    package func collectorStatuses() -> [CollectorStatus] {
        let now = timeSource.now()
        let hanging = running.withLock { $0.filter { now - $0.value > Self.hangLimit } }
        var all = statuses.withLock { $0 }
        for (name, since) in hanging {
            all[name, default: CollectorStatus(name: name)].error = "has not come back for \((now - since) / 1_000) s"
        }
        return all.values.sorted { $0.name < $1.name }
    }

    /// What a person should know of the host, and collectors that fail.
    package var findings: [Finding] {
        let notes = (disks.notes() + latency.notes()).map { Finding(.warning, part: "host", text: $0) }
        return notes
            + collectorStatuses().filter { !$0.error.isEmpty }.map {
                Finding(.error, part: "collectors", text: "\($0.name): \($0.error)")
            }
    }

    /// Collects until the task is cancelled.
    package func run() async {
        let loops = parts.map { part in
            switch part {
            case .disks: start("disks", every: .seconds(5)) { [self] in disks.collect(now: timeSource.now()) }
            case .latency: start("disk latency", every: .seconds(10), latency.collect)
            case .networks: start("networks", every: .seconds(5), networks.collect)
            case .node: start("node", every: .seconds(5)) { [self] in node.collect(now: timeSource.now()) }
            }
        }
        await Pause().sleep(for: .seconds(Int64.max))
        // Not waited for: one that hangs must not keep the server from ending.
        for loop in loops { loop.cancel() }
    }

    private func start(
        _ name: String, every interval: Duration, _ collect: @escaping @Sendable () -> Void
    ) -> Task<Void, Never> {
        let queue = WorkQueue(name)
        return Task(executorPreference: queue) { [self] in
            // The task's jobs come there until it has ended.
            defer { withExtendedLifetime(queue) {} }
            while !Task.isCancelled {
                running.withLock { $0[name] = timeSource.now() }
                let start = ContinuousClock.now
                collect()
                let took = start.duration(to: .now)
                running.withLock { $0[name] = nil }
                statuses.withLock { $0[name] = CollectorStatus(name: name, lastDuration: took.inSeconds) }
                try? await Pause.sleep(for: interval.untilNext)
            }
        }
    }
}
