internal import Base
internal import Model
internal import Synchronization
internal import Transfers

/// Looks for the targets of all jobs, each place in a loop of its own, and keeps what was found last: a place that
/// cannot be read loses no targets.
final class TargetDiscovery: Sendable {
    /// A place, and the job that asks there; two jobs that ask at one place do so each for itself.
    private struct Place: Hashable {
        let job: String
        let config: DiscoveryConfig
    }

    private struct State {
        var groups: [Place: [TargetGroup]] = [:]
        var problems: [Place: String] = [:]
    }

    private let transfers: Transfers
    private let resolver: DNSResolver
    private let state = Mutex(State())
    private let places: AsyncStream<Set<Place>>
    private let send: AsyncStream<Set<Place>>.Continuation

    init(transfers: Transfers, resolver: DNSResolver = DNSResolver()) {
        self.transfers = transfers
        self.resolver = resolver
        (places, send) = AsyncStream.makeStream(of: Set<Place>.self)
    }

    private static func places(of config: ScrapeConfig) -> [Place] {
        config.discoveries.map { Place(job: config.jobName, config: $0) }
    }

    /// Looks for the targets of these jobs from now on; places that did not change go on as they are.
    func update(_ configs: [ScrapeConfig]) {
        let wanted = Set(configs.flatMap(Self.places))
        state.withLock { state in
            state.groups = state.groups.filter { wanted.contains($0.key) }
            state.problems = state.problems.filter { wanted.contains($0.key) }
        }
        send.yield(wanted)
    }

    /// What was found last for a job.
    func groups(of config: ScrapeConfig) -> [TargetGroup] {
        state.withLock { state in Self.places(of: config).flatMap { state.groups[$0] ?? [] } }
    }

    /// What was wrong the last time.
    func problems(of config: ScrapeConfig) -> [String] {
        state.withLock { state in
            Self.places(of: config).compactMap { state.problems[$0] }
        }
    }

    /// Where files are read and answers are worked on.
    private static let queue = WorkQueue("discovery")

    /// Looks until the task is cancelled.
    /// - Parameter changed: called when other targets were found than before.
    func run(_ changed: @escaping @Sendable () -> Void) async {
        var running = LoopSet<Place>(on: Self.queue)
        for await wanted in places {
            for place in Set(running.keys).subtracting(wanted) { running.leave(place) }
            for place in Set(wanted).subtracting(running.keys) {
                running.start(place) { await self.follow(place, changed) }
            }
        }
        await running.endAll()
    }

    private func follow(_ place: Place, _ changed: @Sendable () -> Void) async {
        switch place.config {
        case .file(let paths, let interval):
            var files = FileDiscovery(patterns: paths, refreshInterval: interval)
            while !Task.isCancelled {
                if let found = files.read() { note(found.groups, found.problem, at: place, changed) }
                try? await Task.sleep(for: FileDiscovery.pollInterval)
            }
        case .http(let url, let client, let interval):
            let http = HTTPDiscovery(url: url, client: client, refreshInterval: interval, transfers: transfers)
            await repeating(place, changed, every: interval) { try await http.read() }
        case .dns(let names, let type, let port, let interval):
            let dns = DNSDiscovery(names: names, type: type, port: port, resolver: resolver)
            await repeating(place, changed, every: interval) { try await dns.read() }
        }
    }

    private func repeating(
        _ place: Place, _ changed: () -> Void, every interval: Duration,
        _ read: () async throws -> [TargetGroup]
    ) async {
        while !Task.isCancelled {
            do {
                note(try await read(), nil, at: place, changed)
            } catch {
                if Task.isCancelled { return }
                note(nil, "\(error); the targets found last are kept", at: place, changed)
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// - Parameter groups: `nil` keeps those found last.
    private func note(_ groups: [TargetGroup]?, _ problem: String?, at place: Place, _ changed: () -> Void) {
        let isChanged = state.withLock { state in
            state.problems[place] = problem.map { "job \(place.job): \($0)" }
            guard let groups, state.groups[place] != groups else { return false }
            state.groups[place] = groups
            return true
        }
        if isChanged { changed() }
    }
}

/// Why a place of discovery gave nothing, for people.
struct DiscoveryError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
