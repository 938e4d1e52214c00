package import Base
package import Model
internal import Patterns
internal import Synchronization
package import Transfers

/// Scrapes the targets of all jobs, each in a loop of its own, so that a slow or dead one disturbs no other.
///
/// Pages are fetched by libcurl on its one thread, however many targets there are; they are read and stored on
/// Swift's thread pool, which has as many threads as the machine has cores, so that no more pages than that are
/// worked on at once.
package final class Scraper: Sendable {
    private struct Job {
        let config: ScrapeConfig
        let targets: DiscoveredTargets
        /// By ``Target/key``.
        var loops: [String: ScrapeLoop] = [:]
        /// Why none of its targets may be asked.
        var failure: ScrapeFailure?
    }

    private enum Command: Sendable {
        case start(ScrapeLoop)
        case stop(ScrapeLoop)
    }

    private let appender: any SampleAppender
    let transfers: Transfers
    private let timeSource: any TimeSource
    private let witness: WorkWitness?
    private let jobs = Mutex<[Job]>([])
    private let discovery: TargetDiscovery
    private let counters = ScrapeCounters()
    /// Where pages are read and stored.
    private let queue = WorkQueue("scraping", width: 2)
    private let commands: AsyncStream<Command>
    private let send: AsyncStream<Command>.Continuation

    /// - Parameters:
    ///   - configs: the jobs; ``update(_:)`` changes them while ``run()`` runs.
    ///   - witness: is told of scrapes.
    package init(
        configs: [ScrapeConfig], appender: any SampleAppender, transfers: Transfers,
        timeSource: any TimeSource = SystemTimeSource(), witness: WorkWitness? = nil
    ) {
        self.witness = witness
        self.appender = appender
        self.transfers = transfers
        self.timeSource = timeSource
        // Commands are as many as targets change; dropping one would lose a target.
        (commands, send) = AsyncStream.makeStream(of: Command.self, bufferingPolicy: .unbounded)
        discovery = TargetDiscovery(transfers: transfers)
        update(configs)
    }

    /// Takes a new set of jobs, of two with one name the first. Targets of jobs that did not change go on without a
    /// break, also in their order in time.
    package func update(_ configs: [ScrapeConfig]) {
        discovery.update(configs)
        apply { _ in configs }
    }

    /// Takes the jobs that `choose` makes of the present ones, each with the targets that are found for it.
    private func apply(_ choose: ([ScrapeConfig]) -> [ScrapeConfig]) {
        jobs.withLock { jobs in
            let configs = choose(jobs.map(\.config))
            var old = Dictionary(jobs.map { ($0.config.jobName, $0) }) { first, _ in first }
            var orders: [Command] = []
            var fresh: [Job] = []
            var names: Set<String> = []
            for config in configs where names.insert(config.jobName).inserted {
                let before = old.removeValue(forKey: config.jobName)
                let isSame = before.map { $0.config.scrapesLike(config) } ?? false
                var job = makeJob(config)
                for target in job.targets.active {
                    if isSame, let loop = before?.loops[target.key], loop.target.isScrapedLike(target) {
                        job.loops[target.key] = loop
                    } else {
                        let loop = ScrapeLoop(
                            target, config: config, transfers: transfers, timeSource: timeSource, counters: counters,
                            witness: witness)
                        job.loops[target.key] = loop
                        orders.append(.start(loop))
                    }
                }
                for loop in job.loops.values { loop.refuse(job.failure) }
                for (key, loop) in before?.loops ?? [:] where job.loops[key] !== loop {
                    orders.insert(.stop(loop), at: 0)
                }
                fresh.append(job)
            }
            for job in old.values { orders.insert(contentsOf: job.loops.values.map { .stop($0) }, at: 0) }
            jobs = fresh
            // Under the lock, so that of two changes the orders of the first come first.
            for order in orders { send.yield(order) }
        }
    }

    private func makeJob(_ config: ScrapeConfig) -> Job {
        let targets = DiscoveredTargets(config, found: discovery.groups(of: config))
        var job = Job(config: config, targets: targets)
        if config.targetLimit > 0, targets.active.count > config.targetLimit {
            job.failure = ScrapeFailure(
                .targetLimit,
                "target_limit exceeded: job \(config.jobName) has \(targets.active.count) targets, and "
                    + "\(config.targetLimit) are allowed; raise it, or drop targets in relabel_configs")
        }
        return job
    }

    /// Scrapes until the task is cancelled. As in Prometheus, series go on over a restart: only those of targets that a
    /// change of the jobs takes away are marked as ended.
    package func run() async { await queue.run { await self.follow() } }

    private func follow() async {
        // Ended with this scope.
        async let _: Void = discovery.run { self.apply { $0 } }
        var running = LoopSet<ObjectIdentifier>(on: queue)
        for await command in commands {
            switch command {
            case .start(let loop):
                running.start(ObjectIdentifier(loop)) { await loop.run(appender: self.appender) }
            case .stop(let loop):
                // Its last marks must be older than the first samples of a loop that takes its place.
                await running.end(ObjectIdentifier(loop)) { loop.endSeries() }
            }
        }
        await running.endAll()
    }

    // MARK: What is known

    /// All targets at this moment.
    package func snapshot() -> ScraperSnapshot {
        jobs.withLock { jobs in
            var snapshot = ScraperSnapshot()
            for job in jobs {
                for target in job.targets.active {
                    if let loop = job.loops[target.key] { snapshot.active.append(loop.currentStatus) }
                }
                if job.targets.droppedCount > 0 {
                    snapshot.droppedCounts[job.config.jobName] = job.targets.droppedCount
                }
                snapshot.dropped += job.targets.dropped.map { (job.config.jobName, $0) }
                snapshot.errors += job.targets.errors + discovery.problems(of: job.config)
            }
            return snapshot
        }
    }

    /// A target that is up, and the configuration of its job.
    func target(where chosen: (Labels) -> Bool) -> (Target, ScrapeConfig)? {
        jobs.withLock { jobs in
            for job in jobs {
                for target in job.targets.active where chosen(target.labels) {
                    if job.loops[target.key]?.currentStatus.health == .up { return (target, job.config) }
                }
            }
            return nil
        }
    }

    /// What the targets' pages say about their metrics; of several that differ, each once.
    package func metadata() -> [String: [MetricMetadata]] {
        let loops = jobs.withLock { $0.flatMap { $0.loops.values } }
        var result: [String: [MetricMetadata]] = [:]
        for loop in loops {
            for (name, entry) in loop.currentMetadata where !(result[name]?.contains(entry) ?? false) {
                result[name, default: []].append(entry)
            }
        }
        return result
    }

    /// What the targets' pages say about their metrics, by target.
    package func metadataByTarget() -> [(target: Target, metadata: [String: MetricMetadata])] {
        jobs.withLock { jobs in
            jobs.flatMap { job in
                job.targets.active.compactMap { target in
                    job.loops[target.key].map { (target, $0.currentMetadata) }
                }
            }
        }
    }

    /// In the order of the configuration.
    package var jobNames: [String] { jobs.withLock { $0.map(\.config.jobName) } }

    package var statistics: ScrapeStatistics { counters.current }

    /// How many targets each job has, and how many it may have.
    package var pools: [ScrapePool] {
        jobs.withLock { jobs in
            jobs.map {
                ScrapePool(job: $0.config.jobName, targets: $0.targets.active.count, limit: $0.config.targetLimit)
            }
        }
    }
}

/// The targets of a job as numbers.
package struct ScrapePool: Sendable, Hashable {
    package let job: String
    package let targets: Int
    /// 0 is no limit.
    package let limit: Int
}

extension Target {
    func isScrapedLike(_ other: Target) -> Bool {
        key == other.key && interval == other.interval && timeout == other.timeout
            && discoveredLabels == other.discoveredLabels
    }
}

extension ScrapeConfig {
    /// Whether a loop under this configuration may go on under the other one: all is the same but the targets and the
    /// places in the file.
    func scrapesLike(_ other: ScrapeConfig) -> Bool {
        jobName == other.jobName && honorLabels == other.honorLabels && honorTimestamps == other.honorTimestamps
            && client == other.client && sampleLimit == other.sampleLimit && labelLimit == other.labelLimit
            && labelNameLengthLimit == other.labelNameLengthLimit
            && labelValueLengthLimit == other.labelValueLengthLimit && bodySizeLimit == other.bodySizeLimit
            && metricRelabelConfigs.elementsEqual(other.metricRelabelConfigs, by: { $0.isSame(as: $1) })
    }
}

extension RelabelRule {
    func isSame(as other: RelabelRule) -> Bool {
        action == other.action && sourceLabels == other.sourceLabels && separator == other.separator
            && regex.text == other.regex.text && modulus == other.modulus && targetLabel == other.targetLabel
            && replacement == other.replacement
    }
}
