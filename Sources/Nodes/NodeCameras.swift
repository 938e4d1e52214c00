package import Base
package import Model
internal import Synchronization

/// The cameras that other hosts watch, as their series tell: scraped from agents and exporters, or written here by
/// other servers.
///
/// A node that no longer tells is one thing that is wrong: its cameras stay, and nothing is known of them.
package final class NodeCameras: Sendable {
    /// A target that is scraped, as far as it tells why a node is silent.
    package struct Target: Sendable {
        /// What its series get.
        package let labels: Labels
        /// Why its last scrape failed; `nil` where it did not.
        package let problem: String?

        package init(labels: Labels, problem: String?) {
            self.labels = labels
            self.problem = problem
        }
    }

    /// What brings series of cameras that this host watches itself.
    package struct Owner: Hashable, Sendable {
        package let site: String
        package let job: String
        package let instance: String

        package init(site: String = "", job: String, instance: String) {
            self.site = site
            self.job = job
            self.instance = instance
        }

        init(_ labels: Labels) { self.init(site: labels["site"], job: labels["job"], instance: labels["instance"]) }
    }

    /// The cameras and who watches them, at one moment.
    package struct View: Sendable, Equatable {
        /// By node, then by identifier.
        package var cameras: [CameraStatus] = []
        package var nodes: [NodeStatus] = []
    }

    private let source: any SampleSource & LabelSource
    private let owners: @Sendable () -> Set<Owner>
    private let targets: @Sendable () -> [Target]
    private let time: any TimeSource
    private let startedAt: Int64
    private let state = Mutex(State())
    /// Held for the first look.
    private let first = Mutex(())

    private struct State {
        var view = View()
        /// When ``view`` was made, by a clock that is never set.
        var lookedAt: Int64?
        var isLooking = false
        /// How long the last look took, in milliseconds.
        var cost: Int64 = 0
        var memory = Memory()
        /// Why the series could not be read.
        var problem: String?
    }

    /// What one look leaves to the next.
    private struct Memory {
        /// Since when each camera has been in its state, and when that was last seen.
        var states: [NodeReader.Key: (state: CameraState, since: Int64, seen: Int64, sawFall: Bool)] = [:]
        /// The cameras of the nodes that tell nothing, as they last told; empty where none were found.
        var gone: [CameraNode: [CameraSeries]] = [:]
        /// Nodes of the last day, and when they were looked for.
        var candidates: Set<CameraNode> = []
        var candidatesAt: Int64?
    }

    /// - Parameters:
    ///   - source: where the series are.
    ///   - owners: who brings the series of the cameras that this host watches itself.
    ///   - targets: what is scraped now.
    package init(
        source: any SampleSource & LabelSource, owners: @escaping @Sendable () -> Set<Owner>,
        targets: @escaping @Sendable () -> [Target], time: any TimeSource = SystemTimeSource()
    ) {
        self.source = source
        self.owners = owners
        self.targets = targets
        self.time = time
        startedAt = time.now()
    }

    /// Milliseconds for which a look is good, and at least ten times as long as it took.
    private static let freshFor: Int64 = 2_000

    /// The cameras of all other nodes. Who asks while another looks gets what was seen before; of the first look all wait.
    package func view() -> View {
        if state.withLock({ $0.lookedAt == nil }) { return first.withLock { _ in freshView() } }
        return freshView()
    }

    private func freshView() -> View {
        let began = time.steady()
        let memory: Memory? = state.withLock { state in
            if let at = state.lookedAt, state.isLooking || began - at < max(Self.freshFor, state.cost * 10) {
                return nil
            }
            state.isLooking = true
            return state.memory
        }
        guard var memory else { return state.withLock { $0.view } }
        let outcome = Result { try look(&memory) }
        return state.withLock { [memory] state in
            state.isLooking = false
            let ended = time.steady()
            state.lookedAt = ended
            state.cost = ended - began
            switch outcome {
            case .success(let view):
                state.view = view
                state.memory = memory
                state.problem = nil
            case .failure(let error): state.problem = "\(error)"
            }
            return state.view
        }
    }

    /// Whether a series is of this host's own cameras.
    package func owner() -> @Sendable (Labels) -> Bool {
        let owners = owners()
        return { owners.contains(.init($0)) }
    }

    // MARK: A look

    /// How far back a look goes, as an instant query does: five minutes.
    private static let window: Int64 = 300_000
    /// How long a node that nobody scrapes may send nothing, unless its samples are further apart.
    private static let silenceMax: Int64 = 60_000
    /// How long after it fell silent a node that nobody scrapes is remembered: a day.
    private static let remembered: Int64 = 86_400_000

    private func look(_ memory: inout Memory) throws -> View {
        let now = time.now()
        let reader = NodeReader(source: source, owners: owners())
        let range = TimeRange(start: now - Self.window, end: now + Self.window)
        let found = try reader.cameras(
            in: range, connectedFrom: memory.candidatesAt == nil ? now - 12 * Self.window : nil)
        let byNode = Dictionary(grouping: found.values, by: \.node)
        let ups = try reader.ups(in: range)
        if memory.candidatesAt.map({ !($0...($0 + Self.window)).contains(now) }) ?? true {
            memory.candidates = try reader.nodes(in: TimeRange(start: now - Self.remembered, end: now))
            memory.candidatesAt = now
        }
        let down = ups.filter { $0.value.values.contains(.no) }.keys
        let targets = targets()
        let causes = NodeCauses(sizes: try reader.causes(in: range))
        var view = View()
        for node in Set(byNode.keys).union(memory.candidates).union(down).sorted() {
            let cameras = byNode[node] ?? []
            if let lastAlive = Self.newest(of: cameras), now - lastAlive <= Self.silence(of: cameras) {
                memory.gone[node] = nil
                let alive = cameras.filter { $0.lastAlive != nil }
                add(alive, Self.status(of: node, alive, now: now), causes, at: now, to: &view, &memory)
                continue
            }
            guard let gone = try goneCameras(of: node, cameras, reader, now: now, ups: ups[node] ?? [:], &memory) else {
                continue
            }
            let status = judged(node, gone, ups: ups[node] ?? [:], targets, now: now)
            add(gone, status, causes, at: now, to: &view, &memory)
        }
        let present = Set(
            view.cameras.map { NodeReader.Key(node: $0.node ?? .init(site: "", instance: ""), camera: $0.id) })
        memory.states = memory.states.filter { present.contains($0.key) }
        return view
    }

    private static func newest(of cameras: [CameraSeries]) -> Int64? { cameras.compactMap(\.lastAlive).max() }

    private static func silence(of cameras: [CameraSeries]) -> Int64 {
        max(silenceMax, 4 * (cameras.compactMap(\.interval).max() ?? 0))
    }

    /// The cameras of a node that tells nothing, as they last told; `nil` where there are none, or where they ended
    /// because nobody is to watch them any more.
    private func goneCameras(
        of node: CameraNode, _ recent: [CameraSeries], _ reader: NodeReader, now: Int64, ups: [String: NodeReader.Up],
        _ memory: inout Memory
    ) throws -> [CameraSeries]? {
        let cameras: [CameraSeries]
        // It may have been back for a while since somebody last looked.
        let latest = recent.map(\.lastSample).max() ?? .min
        if let known = memory.gone[node], latest <= known.map(\.lastSample).max() ?? .min {
            cameras = known
        } else {
            cameras = try Self.lastTold(by: node, reader, now: now)
            memory.gone[node] = cameras
        }
        guard let last = cameras.map(\.lastSample).max() else { return nil }
        let jobs = Set(cameras.map(\.job))
        if jobs.contains(where: { ups[$0] == .no }) { return cameras }
        // Ended, though it is not down: taken out of its node's or this server's configuration.
        if cameras.allSatisfy({ $0.lastAlive == nil }) { return nil }
        return now - last <= Self.remembered ? cameras : nil
    }

    /// Looks for a node's last words: of this hour, this day, this week.
    private static func lastTold(by node: CameraNode, _ reader: NodeReader, now: Int64) throws -> [CameraSeries] {
        for hours: Int64 in [1, 24, 168] {
            let range = TimeRange(start: now - hours * 3_600_000, end: now + window)
            guard let last = try reader.lastSample(of: node, in: range) else { continue }
            // With what marks their end, which comes a moment later.
            let words = TimeRange(start: last - window, end: last + window)
            let cameras = Array(try reader.cameras(of: node, in: words).values)
            let interval = cameras.compactMap(\.interval).max() ?? 15_000
            // A camera that was taken out before is not missed.
            return cameras.filter { $0.lastSample >= last - 2 * interval }
        }
        return []
    }

    /// What is wrong with a node that tells nothing.
    private func judged(
        _ node: CameraNode, _ cameras: [CameraSeries], ups: [String: NodeReader.Up], _ targets: [Target], now: Int64
    ) -> NodeStatus {
        var status = Self.status(of: node, cameras, now: now)
        let jobs = Set(status.jobs)
        let target = targets.first {
            $0.problem != nil && NodeReader.node($0.labels) == node && jobs.contains($0.labels["job"])
        }
        // What else runs there tells a dead agent from a dead host.
        status.isHostUp = ups.contains { !jobs.contains($0.key) && $0.value == .yes }
        if let problem = target?.problem {
            status.problem = status.isHostUp ? "\(problem); the host itself answers" : problem
        } else if jobs.contains(where: { ups[$0] == .no }) {
            status.problem = "who scrapes it gets no answer"
        } else if (0..<Self.silenceMax).contains(now - startedAt) {
            status.problem = "not heard of yet since this server's start"
            status.isPending = true
        } else {
            let silence = max(0, now - status.lastSample) / 1_000 * 1_000
            status.problem = "nothing has come from it for \(DurationText.text(milliseconds: silence))"
        }
        return status
    }

    private static func status(of node: CameraNode, _ cameras: [CameraSeries], now: Int64) -> NodeStatus {
        NodeStatus(
            node: node, problem: nil, jobs: Set(cameras.map(\.job)).sorted(),
            lastSample: cameras.map(\.lastSample).max() ?? now, cameras: cameras.count)
    }

    private func add(
        _ cameras: [CameraSeries], _ node: NodeStatus, _ causes: NodeCauses, at now: Int64, to view: inout View,
        _ memory: inout Memory
    ) {
        let lag = Self.clockLag(of: cameras)
        view.nodes.append(node)
        let first = view.cameras.count
        var sawFall: [Bool] = []
        let cameras = cameras.sorted { $0.id < $1.id }
        for camera in cameras {
            var status = camera.status(nodeProblem: node.problem, clockLag: lag)
            let key = NodeReader.Key(node: node.node, camera: camera.id)
            // What nobody looked at for longer may have been otherwise in between.
            if let before = memory.states[key], before.state == status.state, now - before.seen <= Self.window {
                status.since = before.since
                sawFall.append(before.sawFall)
            } else {
                sawFall.append(camera.sawChange)
            }
            memory.states[key] = (status.state, status.since, now, sawFall.last ?? false)
            view.cameras.append(status)
        }
        if node.problem == nil { causes.tell(&view.cameras[first...], cameras, sawFall: sawFall) }
    }

    /// Ten years: what is more is no clock.
    private static let lagMax: UInt64 = 315_576_000_000

    /// A node whose newest frames all seem to be old, or yet to come, has a wrong clock.
    private static func clockLag(of cameras: [CameraSeries]) -> Int64 {
        let lags = cameras.compactMap(\.clockLag)
        guard let least = lags.min() else { return 0 }
        // Beyond what a scrape's interval and a recorder's lumps make of it.
        return (-5_000...60_000).contains(least) || least.magnitude > Self.lagMax ? 0 : least
    }
}

extension NodeCameras: FindingSource {
    /// That the series cannot be read.
    package var findings: [Finding] {
        let problem = state.withLock { $0.problem }
        return problem.map {
            [
                Finding(
                    .warning, part: "nodes",
                    text: "The cameras of other nodes cannot be read, so they may be old: \($0).")
            ]
        } ?? []
    }
}
