public import Base
public import Model
import Partitions
import Synchronization

/// The time-series store: takes samples, keeps them safe, and gives them back by matchers and time.
///
/// A sample lives in three places one after the other. `append` commits it to the *tail*, a SQLite file that is only
/// written and is read back at a start; then it is in the *head*, compressed in memory; some hours later it is *sealed*
/// into the file of its UTC day, grouped with its neighbours, and leaves the head and the tail. Queries read the head
/// and the day files and put both together.
///
/// Two locks: the tail's is held over a whole append, so that samples go into the head in the order of their commits;
/// the head's only while memory is read or changed, so that a query does not wait for the disk.
/// Where both are held, the tail's was taken first.
public final class MetricStore: SampleSource, LabelSource, SampleAppender, Sendable {
    /// A reload may change some of them; who needs several of them takes one copy.
    private let currentOptions: Mutex<MetricStoreOptions>
    let timeSource: any TimeSource
    let directoryLock: DirectoryLock
    let head: Mutex<Head>
    /// `nil` once the store is closed.
    let tail: Mutex<TailLog?>
    let days: DayFiles
    let counters = Mutex(Counters())
    /// Held over a round of upkeep.
    let upkeepState: Mutex<UpkeepState>

    /// What is counted since the store was opened.
    struct Counters: Sendable {
        var appended = 0
        var duplicates = 0
        var tooOld = 0
        var tooNew = 0
        var failedAppends = 0
        var sealed = 0
        var replayed = 0
        var replayMilliseconds = 0.0
        var future = FutureSamples()
        /// Bytes of the tail at the last look.
        var tailBytes: Int64 = 0
        var problems = ProblemNotes()
        /// What failed in the last round of upkeep.
        var upkeepProblems: [String] = []
    }

    /// Opens the store, and reads the tail back into memory.
    /// - Throws: ``StoreError``, with the code `inUse` if another process has the directory open.
    public init(_ options: MetricStoreOptions, timeSource: any TimeSource = SystemTimeSource()) throws {
        currentOptions = Mutex(options)
        self.timeSource = timeSource
        do {
            directoryLock = try DirectoryLock(directory: options.directory)
            days = try DayFiles(directory: options.directory)
            let tailLog = try TailLog(directory: options.directory, sync: options.sync)
            var loaded = Head(
                limits: Head.Limits(
                    retention: options.retention, outOfOrderWindow: options.outOfOrderWindow,
                    aheadLimit: options.aheadLimit, seriesLimit: options.seriesLimit))
            var replay = TailReplay()
            let clock = ContinuousClock()
            let duration = try clock.measure {
                try replay.run(tailLog.older, files: tailLog.files, into: &loaded, now: timeSource.now())
            }
            var found = Counters()
            found.replayed = replay.sampleCount
            found.replayMilliseconds = duration / .milliseconds(1)
            for problem in replay.problems { found.problems.note(problem.description) }
            for generation in replay.damaged {
                let aside = try SQLiteFiles.quarantine(tailLog.files.path(of: generation))
                found.problems.note(
                    "moved \(tailLog.files.path(of: generation)) to \(aside): samples of its time may be missing")
                tailLog.forget(generation)
            }
            upkeepState = Mutex(
                UpkeepState(retentionClock: RetentionClock(newest: days.partitions.days.last, timeSource)))
            head = Mutex(loaded)
            tail = Mutex(tailLog)
            counters.withLock { [found] in $0 = found }
        } catch {
            throw StoreError.from(error)
        }
    }

    /// The options in force.
    public var options: MetricStoreOptions { currentOptions.withLock { $0 } }

    /// Changes how long and how much is kept, and how late samples may be. What is accepted is judged by it at once;
    /// what is too old or too much then is removed in the next round of upkeep.
    /// - Parameters:
    ///   - retention: in milliseconds, as ``MetricStoreOptions/retention``.
    ///   - maxBytes: of all files together.
    ///   - outOfOrderWindow: in milliseconds.
    public func update(retention: Int64, maxBytes: Int64, outOfOrderWindow: Int64) {
        currentOptions.withLock { options in
            options.retention = retention
            options.maxBytes = maxBytes
            options.outOfOrderWindow = outOfOrderWindow
        }
        head.withLock { head in
            head.limits.retention = retention
            head.limits.outOfOrderWindow = outOfOrderWindow
        }
    }

    /// The number of the series with these labels, made if it is new.
    /// - Throws: ``StoreError`` with the code `seriesLimit` if there are too many.
    public func resolve(_ labels: Labels) throws -> SeriesRef {
        let now = timeSource.now()
        return try head.withLock { head in
            guard let slot = head.resolve(labels, now: now) else {
                throw StoreError(
                    .seriesLimit,
                    "cannot add series \(labels): the store has its limit of \(options.seriesLimit) series; "
                        + "look for a label with ever new values, or drop series by relabelling")
            }
            return head.ref(of: slot)
        }
    }

    /// Appends a batch. When it returns, the accepted samples are committed.
    ///
    /// A sample with the same time and value as a stored one is ignored.
    /// - Throws: ``StoreError``, and nothing of the batch is stored then. With the code `diskFull` the same
    ///   batch may be tried again.
    public func append(_ samples: [RefSample]) throws -> AppendOutcome {
        if samples.isEmpty { return AppendOutcome() }
        do {
            let outcome = try tail.withLock { tail in
                guard let tail else { throw StoreError.closed }
                return try append(samples, tail)
            }
            counters.withLock { counters in
                counters.appended += outcome.accepted
                counters.duplicates += outcome.duplicates
                counters.tooOld += outcome.tooOld
                counters.tooNew += outcome.tooNew
            }
            return outcome
        } catch {
            counters.withLock { $0.failedAppends += 1 }
            throw StoreError.from(error)
        }
    }

    private func append(_ samples: [RefSample], _ tail: TailLog) throws -> AppendOutcome {
        let now = timeSource.now()
        var (plan, definitions) = head.withLock { head in
            let plan = head.plan(samples, now: now)
            return (plan, plan.definitions.isEmpty ? nil : DefinitionCodec.encode(plan.definitions, of: head))
        }
        let keptCount = samples.count - plan.refused.count
        var rows: [(kind: TailLog.Kind, bytes: [UInt8])] = []
        if let definitions { rows.append((.definitions, definitions)) }
        if keptCount > 0 { rows.append((.batch, BatchCodec.encode(samples, skipping: plan.refused))) }
        if rows.isEmpty { return plan.outcome }
        do {
            try tail.commit(rows, samples: keptCount)
        } catch {
            head.withLock { [plan] in $0.markDefined(plan.definitions, false) }
            throw error
        }
        plan = head.withLock { [plan] head in
            var completed = plan
            head.apply(samples, &completed, now: now)
            return completed
        }
        return plan.outcome
    }

    /// Bytes of the tail, now or while it is written to at the last look.
    private var tailBytes: Int64 {
        guard let bytes = tail.withLockIfAvailable({ $0?.bytes ?? 0 }) else { return counters.withLock(\.tailBytes) }
        counters.withLock { $0.tailBytes = bytes }
        return bytes
    }

    /// How many series have samples that lie in the future, as of the last round of upkeep.
    public var futureSeriesCount: Int { counters.withLock(\.future.series) }

    /// What the store holds and did. Does not wait for what is being committed.
    public var statistics: MetricStoreStatistics {
        var statistics = MetricStoreStatistics()
        statistics.bytes = tailBytes + days.partitions.size
        head.withLock { head in
            statistics.activeSeries = head.liveCount
            statistics.createdSeries = head.createdCount
            statistics.droppedSeries = head.droppedCount
            statistics.headSamples = head.sampleCount
        }
        counters.withLock { counters in
            statistics.appendedSamples = counters.appended
            statistics.duplicateSamples = counters.duplicates
            statistics.tooOldSamples = counters.tooOld
            statistics.tooNewSamples = counters.tooNew
            statistics.failedAppends = counters.failedAppends
            statistics.sealedSamples = counters.sealed
            statistics.replayedSamples = counters.replayed
            statistics.replayMilliseconds = counters.replayMilliseconds
            statistics.future = counters.future
            statistics.problems = counters.problems.all + counters.upkeepProblems
        }
        statistics.days = days.partitions.days.count
        statistics.problems += days.problems + losses.map(\.description)
        return statistics
    }

    /// What was taken away from under the running store.
    var losses: [StorageError] {
        if let loss = directoryLock.loss { return [loss] }
        return days.partitions.lostDays.map { day in
            StorageError(
                .lost, action: "keep", path: days.partitions.path(of: day),
                cause: "the file was removed while it is in use, and its samples are lost at the end")
        }
    }

    /// Ends the store: writes the head's image if the next start would otherwise be slow, closes all files and gives
    /// the directory free. What was acknowledged is safe without it.
    public func close() throws {
        defer {
            tail.withLock { tail in
                tail?.close()
                tail = nil
            }
            days.close()
            directoryLock.release()
        }
        try upkeepState.withLock { state in
            let samples = tail.withLock { $0?.sampleCount ?? 0 }
            if samples > MetricStore.imageOnCloseSamples { try writeImage(&state) }
        }
    }

    /// Samples in the tail that are read again quickly enough without an image.
    private static let imageOnCloseSamples = 100_000
}
