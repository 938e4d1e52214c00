internal import Base
package import Instruments
package import Logging
package import Model
internal import Synchronization

/// Stores our own metrics as if they had been scraped: with `job`, `instance` and `up`, and a stale marker
/// where a series has ended.
///
/// They are collected at their time whatever the disk does: what cannot be stored yet waits, up to a bound, and goes
/// behind it in the order of time.
package final class OwnSeries: FindingSource {
    /// A registry and the job under which its series stand.
    package struct Source: Sendable {
        let registry: Registry
        let job: String
        let isReplaced: @Sendable () -> Bool

        /// - Parameter isReplaced: asked each time: a scrape job that reads the same metrics takes this source's place.
        package init(registry: Registry, job: String, isReplaced: @escaping @Sendable () -> Bool) {
            self.registry = registry
            self.job = job
            self.isReplaced = isReplaced
        }
    }

    private let sources: [Source]
    private let instance: String
    private let interval: @Sendable () -> Duration
    private let appender: any SampleAppender
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let lastFailure = Mutex<String?>(nil)
    /// Of each source.
    private let known: Mutex<[KnownSeries]>
    private let waiting = Mutex(Waiting())
    /// One thread collects, the other one stores.
    private let queue = WorkQueue("own series", width: 2)

    /// What was collected at one time.
    private struct Batch: Sendable {
        let time: Int64
        var samples: [RefSample] = []
        var exemplars: [RefExemplar] = []
        /// What the series are, of each source.
        var known: [KnownSeries]
        /// Series that have ended since the batch before.
        var ended: [(source: Int, labels: Labels, ref: SeriesRef)] = []
    }

    /// The series of a source, in its order.
    private struct KnownSeries: Sendable {
        var labels: [Labels] = []
        var refs: [SeriesRef] = []

        var refsByLabels: [Labels: SeriesRef] { Dictionary(zip(labels, refs)) { first, _ in first } }

        /// What differs seldom from one time to the next is looked at without a hash of anything.
        func areThose(of points: [MetricPoint]) -> Bool {
            points.count == labels.count && zip(points, labels).allSatisfy { $0.labels == $1 }
        }

        mutating func append(_ labels: Labels, _ ref: SeriesRef) {
            self.labels.append(labels)
            refs.append(ref)
        }
    }

    private struct Waiting {
        var batches: [Batch] = []
        var sampleCount = 0
        /// Samples that were not stored since the start: too many waited, or the store refused them all.
        var lost = 0
        /// When those that were collected last were.
        var collected = Int64.min
    }

    private let waitingMax: Int

    /// - Parameters:
    ///   - instance: the label of that name.
    ///   - interval: how often the series are stored; asked each time.
    ///   - waitingMax: samples that may wait for the disk, about a hundred bytes each; enough for minutes of a large
    ///     site.
    package init(
        sources: [Source], instance: String, interval: @escaping @Sendable () -> Duration,
        appender: any SampleAppender, now: @escaping @Sendable () -> Int64, logger: Logger, waitingMax: Int = 500_000
    ) {
        self.waitingMax = waitingMax
        self.sources = sources
        self.instance = instance
        self.interval = interval
        self.appender = appender
        self.now = now
        self.logger = logger
        known = Mutex(Array(repeating: KnownSeries(), count: sources.count))
    }

    /// Why metrics are not stored now.
    package var findings: [Finding] {
        lastFailure.withLock { $0 }.map { [Finding(.error, part: "storage", text: $0)] } ?? []
    }

    /// How many samples were not stored since the start.
    package var lostSamples: Int { waiting.withLock(\.lost) }

    /// Collects and stores until the task is cancelled.
    package func run() async { await queue.run { await self.collectAndStore() } }

    private func collectAndStore() async {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                for await _ in signals { storeWaiting() }
            }
            let clock = ContinuousClock()
            var due = clock.now
            while !Task.isCancelled {
                do { try collect() } catch { note(error) }
                signal.yield()
                // After a pause of the whole machine nothing is made up for.
                due = max(clock.now, due + interval())
                try? await Pause.sleep(for: clock.now.duration(to: due))
            }
            signal.finish()
        }
    }

    /// Collects every series' present value and stores all that waits.
    func store() throws {
        try collect()
        while let batch = nextWaiting() { try append(batch) }
    }

    private func storeWaiting() {
        while let batch = nextWaiting() {
            do {
                try append(batch)
                if lastFailure.withLock({ $0.take() }) != nil { logger.notice("metrics are stored again") }
            } catch {
                note(error)
            }
        }
    }

    private func note(_ error: any Error) {
        let isNew = lastFailure.withLock { failure in
            defer { failure = "\(error)" }
            return failure == nil
        }
        if isNew { logger.error("metrics are not stored: \(error)") }
    }

    private func nextWaiting() -> Batch? {
        waiting.withLock { waiting in
            guard let batch = waiting.batches.first else { return nil }
            waiting.batches.removeFirst()
            waiting.sampleCount -= batch.samples.count
            return batch
        }
    }

    /// Puts every series' present value behind what waits.
    /// - Throws: ``OwnSeriesLost`` where too much waits already.
    func collect() throws {
        var batch = Batch(time: now(), known: known.withLock { $0 })
        let before = min(waiting.withLock(\.collected), batch.time)
        for (index, source) in sources.enumerated() {
            let former = batch.known[index]
            var points: [MetricPoint] = []
            if !source.isReplaced() {
                let up = MetricPoint(labels: [Labels.metricName: "up"], value: 1)
                points = [up] + source.registry.gather().flatMap(\.points)
            }
            if !former.areThose(of: points) {
                let refs = former.refsByLabels
                var series = KnownSeries()
                for point in points {
                    if let ref = refs[point.labels] {
                        series.append(point.labels, ref)
                        continue
                    }
                    let ref = try resolve(point.labels, source)
                    series.append(point.labels, ref)
                    // Of a count that has begun since the last time, queries would not see how it began.
                    if let since = point.since, since > before {
                        batch.samples.append(RefSample(ref: ref, timestamp: min(since, batch.time) - 1, value: 0))
                    }
                }
                batch.known[index] = series
                let present = Set(series.labels)
                for (labels, ref) in refs where !present.contains(labels) {
                    batch.samples.append(RefSample(ref: ref, timestamp: batch.time, value: StaleMarker.value))
                    batch.ended.append((index, labels, ref))
                }
            }
            batch.samples.reserveCapacity(batch.samples.count + points.count)
            for (ref, point) in zip(batch.known[index].refs, points) {
                batch.samples.append(RefSample(ref: ref, timestamp: batch.time, value: point.value))
                if let exemplar = point.exemplar, exemplar.timestamp >= before {
                    batch.exemplars.append(RefExemplar(ref: ref, exemplar: exemplar))
                }
            }
        }
        let lost: Int? = waiting.withLock { [batch] waiting in
            // What is asked for more often than it is stored must not fill the memory.
            if !waiting.batches.isEmpty, waiting.sampleCount + batch.samples.count > waitingMax {
                waiting.lost += batch.samples.count
                return waiting.lost
            }
            waiting.batches.append(batch)
            waiting.collected = batch.time
            waiting.sampleCount += batch.samples.count
            return nil
        }
        // The marks of what has ended are lost too: it is marked with the next batch that is kept.
        if let lost { throw OwnSeriesLost(samples: lost, waitingMax: waitingMax) }
        known.withLock { $0 = batch.known }
    }

    private func append(_ batch: Batch) throws {
        do {
            let outcome = try appender.append(batch.samples) { unknown in
                try renew(Set(unknown), in: batch)
            }
            try RefusedSamples.check(outcome)
        } catch {
            if !(error is RefusedSamples) {
                waiting.withLock { $0.lost += batch.samples.count }
                // They are marked as ended once more.
                known.withLock { known in
                    for (index, labels, ref) in batch.ended where !known[index].labels.contains(labels) {
                        known[index].append(labels, ref)
                    }
                }
            }
            throw error
        }
        try appender.append(exemplars: batch.exemplars)
    }

    /// New references for those that the store no longer knows.
    private func renew(_ unknown: Set<SeriesRef>, in batch: Batch) throws -> [SeriesRef: SeriesRef] {
        var renewed: [SeriesRef: SeriesRef] = [:]
        for (series, source) in zip(batch.known, sources) {
            for (labels, ref) in zip(series.labels, series.refs) where unknown.contains(ref) {
                renewed[ref] = try resolve(labels, source)
            }
        }
        known.withLock { [renewed] known in
            for source in known.indices {
                for (index, ref) in known[source].refs.enumerated() {
                    if let new = renewed[ref] { known[source].refs[index] = new }
                }
            }
        }
        return renewed
    }

    private func resolve(_ labels: Labels, _ source: Source) throws -> SeriesRef {
        var builder = LabelsBuilder(labels)
        builder.set("job", source.job)
        builder.set("instance", instance)
        return try appender.resolve(builder.build())
    }
}

/// So much waits for the store that no more of our own metrics is kept.
struct OwnSeriesLost: Error, CustomStringConvertible {
    /// Samples that were lost since the start.
    let samples: Int
    let waitingMax: Int

    var description: String {
        "\(samples) samples were lost, as the disk takes too long and \(waitingMax) samples wait already; "
            + "see what else writes to it, or whether it fails"
    }
}
