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
    private let known: Mutex<[[Labels: SeriesRef]]>

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
        known = Mutex(Array(repeating: [:], count: sources.count))
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
        var known = known.withLock { $0 }
        var batch: [RefSample] = []
        var labelsOf: [SeriesRef: (source: Int, labels: Labels)] = [:]
        for (index, source) in sources.enumerated() {
            let before = known[index]
            var refs: [Labels: SeriesRef] = [:]
            if !source.isReplaced() {
                let up = MetricPoint(labels: [Labels.metricName: "up"], value: 1)
                let points = [up] + source.registry.gather().flatMap(\.points)
                refs.reserveCapacity(points.count)
                batch.reserveCapacity(points.count)
                for point in points {
                    let ref = try before[point.labels] ?? resolve(point.labels, source)
                    refs[point.labels] = ref
                    labelsOf[ref] = (index, point.labels)
                    batch.append(RefSample(ref: ref, timestamp: time, value: point.value))
                }
            }
            for (labels, ref) in before where refs[labels] == nil {
                batch.append(RefSample(ref: ref, timestamp: time, value: StaleMarker.value))
            }
            known[index] = refs
        }
        let outcome = try appender.append(batch)
        if !outcome.unknown.isEmpty {
            // The store forgets idle series: their labels make them anew.
            let unknown = Set(outcome.unknown)
            let again = try batch.filter { unknown.contains($0.ref) }.compactMap { sample -> RefSample? in
                guard let (index, labels) = labelsOf[sample.ref] else { return nil }
                let ref = try resolve(labels, sources[index])
                known[index][labels] = ref
                return RefSample(ref: ref, timestamp: time, value: sample.value)
            }
            if !again.isEmpty { _ = try appender.append(again) }
        }
        self.known.withLock { $0 = known }
        try RefusedSamples.check(outcome)
    }

    private func resolve(_ labels: Labels, _ source: Source) throws -> SeriesRef {
        var builder = LabelsBuilder(labels)
        builder.set("job", source.job)
        builder.set("instance", instance)
        return try appender.resolve(builder.build())
    }
}
