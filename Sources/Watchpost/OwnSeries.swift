internal import Instruments
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Synchronization

/// Stores our own metrics as if they had been scraped: with `job`, `instance` and `up`, and a stale marker
/// where a series has ended.
final class OwnSeries: Service {
    /// A registry and the job under which its series stand.
    struct Source: Sendable {
        let registry: Registry
        let job: String
        /// Asked each time: a scrape job that reads the same metrics takes this source's place.
        let isReplaced: @Sendable () -> Bool
    }

    private let sources: [Source]
    private let instance: String
    private let interval: @Sendable () -> Duration
    private let appender: any SampleAppender
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let lastFailure = Mutex<String?>(nil)
    private let known = Mutex<[Labels: SeriesRef]>([:])

    init(
        sources: [Source], instance: String, interval: @escaping @Sendable () -> Duration,
        appender: any SampleAppender, now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.sources = sources
        self.instance = instance
        self.interval = interval
        self.appender = appender
        self.now = now
        self.logger = logger
    }

    /// Why metrics are not stored now; `nil` while they are.
    var failure: String? { lastFailure.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do {
                    try store()
                    if lastFailure.withLock({ $0.take() }) != nil { logger.notice("metrics are stored again") }
                } catch {
                    let isNew = lastFailure.withLock { failure in
                        defer { failure = "\(error)" }
                        return failure == nil
                    }
                    if isNew { logger.error("metrics are not stored: \(error)") }
                }
                try? await Task.sleep(for: interval())
            }
        }
    }

    /// Appends every series' present value.
    func store() throws {
        let time = now()
        var current: [Labels: Double] = [:]
        for source in sources where !source.isReplaced() {
            var builder = LabelsBuilder(["__name__": "up"])
            builder.set("job", source.job)
            builder.set("instance", instance)
            current[builder.build()] = 1
            for family in source.registry.gather() {
                for point in family.points {
                    var builder = LabelsBuilder(point.labels)
                    builder.set("job", source.job)
                    builder.set("instance", instance)
                    current[builder.build()] = point.value
                }
            }
        }
        try append(current, at: time)
    }

    private func append(_ current: [Labels: Double], at time: Int64) throws {
        var refs = known.withLock { $0 }
        var batch: [RefSample] = []
        batch.reserveCapacity(current.count)
        for (labels, value) in current {
            let ref = try refs[labels] ?? appender.resolve(labels)
            refs[labels] = ref
            batch.append(RefSample(ref: ref, timestamp: time, value: value))
        }
        for (labels, ref) in refs where current[labels] == nil {
            batch.append(RefSample(ref: ref, timestamp: time, value: StaleMarker.value))
        }
        let outcome = try appender.append(batch)
        let unknown = Set(outcome.unknown)
        // The store forgets idle series: their labels make them anew.
        let forgotten = try current.filter { refs[$0.key].map(unknown.contains) ?? false }.map { labels, value in
            let ref = try appender.resolve(labels)
            refs[labels] = ref
            return RefSample(ref: ref, timestamp: time, value: value)
        }
        if !forgotten.isEmpty { _ = try appender.append(forgotten) }
        let remaining = refs.filter { current[$0.key] != nil }
        known.withLock { $0 = remaining }
        try RefusedSamples.check(outcome)
    }
}
