public import Base
public import Model
import Partitions
import Synchronization

/// The store of spans: takes them, keeps them safe, and gives them back as traces or by what a query asks of them.
///
/// `append` commits spans to the *tail*, one SQLite file. Later the spans of a day are *sealed*: written into the file
/// of that UTC day in compressed blocks, and then removed from the tail. Each span is seen exactly once meanwhile, also
/// after the process ended between the two: the day's file says up to which row of the tail it holds spans.
///
/// Locks, in the order in which they are taken: upkeep, `sealed`, tail. An append takes the tail's only, and a search
/// holds locks only while it copies the bytes of unsealed spans.
public final class TraceStore: SpanAppender, TraceSource, Sendable {
    /// A reload may change some of them; who needs several of them takes one copy.
    private let currentOptions: Mutex<TraceStoreOptions>
    let timeSource: any TimeSource
    private let directoryLock: DirectoryLock
    /// `nil` once the store is closed.
    let tail: Mutex<TailFile?>
    let days: DayBlocks
    /// Up to which row of the tail each day is sealed. Held while a sealed block takes the place of the tail's rows.
    let sealed: Mutex<[UTCDay: Int64]>
    let counters = Mutex(Counters())
    /// Held over a round of upkeep.
    let upkeepLock: Mutex<RetentionClock>

    struct Counters: Sendable {
        var appended = 0
        var failedAppends = 0
        var problems = ProblemNotes()
        /// What failed in the last round of upkeep.
        var upkeepProblems: [String] = []
    }

    /// Opens the store.
    /// - Throws: ``StoreError``, with the code `inUse` if another process has the directory open.
    public init(_ options: TraceStoreOptions, timeSource: any TimeSource = SystemTimeSource()) throws {
        currentOptions = Mutex(options)
        self.timeSource = timeSource
        do {
            directoryLock = try DirectoryLock(directory: options.directory)
            let days = try DayBlocks(directory: options.directory)
            let path = options.directory + "/tail.sqlite"
            var problem: String?
            let tailFile: TailFile
            do {
                tailFile = try TailFile(path: path, sync: options.sync)
            } catch let error as StorageError where error.code == .corrupt {
                let aside = try SQLiteFiles.quarantine(path)
                problem = "\(error); it was moved to \(aside): its spans are missing"
                tailFile = try TailFile(path: path, sync: options.sync)
            }
            var sealed: [UTCDay: Int64] = [:]
            let unsealed = try tailFile.counts(sealed: [:]).keys
            let newest = [days.partitions.days.last, unsealed.max()].compactMap(\.self).max()
            upkeepLock = Mutex(RetentionClock(newest: newest, timeSource))
            for day in unsealed {
                let last = try days.lastSealed(of: day, tail: tailFile.identity)
                if last == 0 { continue }
                sealed[day] = last
                // The process ended after the block was written. Without space the rows stay, and are not looked at.
                try? tailFile.remove(day, through: last)
            }
            self.days = days
            self.sealed = Mutex(sealed)
            tail = Mutex(tailFile)
            if let problem { counters.withLock { $0.problems.note(problem) } }
        } catch {
            throw StoreError.from(error)
        }
    }

    /// The options in force.
    public var options: TraceStoreOptions { currentOptions.withLock { $0 } }

    /// Changes how long and how much is kept; what is too old or too much then is removed in the next round of upkeep.
    /// - Parameter maxBytes: of all files together.
    public func update(retention: Duration, maxBytes: Int64) {
        currentOptions.withLock { options in
            options.retention = retention
            options.maxBytes = maxBytes
        }
    }

    /// Appends spans in one transaction. When it returns they survive the end of the process.
    /// - Throws: ``StoreError``, and nothing of the batch is stored then. With the code `diskFull` the same batch may
    ///   be tried again.
    public func append(_ batch: SpanBatch) throws {
        if batch.spans.isEmpty { return }
        let now = timeSource.now()
        let blocks = Self.rowsByDay(batch, now: now, retention: options.retention).map { day, rows in
            var gathering = SpanGathering()
            if let rows { gathering.add(batch, rows: rows) } else { gathering.add(batch, rows: batch.spans.indices) }
            return (day: day, block: BlockEncoder.encode(gathering, nil))
        }
        do {
            try tail.withLock { tail in
                guard let tail else { throw StoreError.closed }
                try tail.append(blocks, now: now)
            }
            counters.withLock { $0.appended += batch.spans.count }
        } catch {
            counters.withLock { $0.failedAppends += 1 }
            throw StoreError.from(error)
        }
    }

    /// Rows of a batch by the day in whose file they go; `nil` for all of them.
    ///
    /// A span from a far future goes into tomorrow's file and one from a far past into that of the oldest day that is
    /// kept, as clocks that are wrong must not make files without end.
    private static func rowsByDay(
        _ batch: borrowing SpanBatch, now: Int64, retention: Duration
    ) -> [(day: UTCDay, rows: [Int]?)] {
        let newest = now + UTCDay.milliseconds
        let oldest = min(newest, max(0, now.subtractingReportingOverflow(retention.milliseconds).partialValue))
        func day(_ start: Int64) -> UTCDay {
            UTCDay(containing: max(oldest, min(start / 1_000_000, newest)))
        }
        let first = day(batch.spans[0].start)
        if batch.spans.allSatisfy({ day($0.start) == first }) { return [(first, nil)] }
        var days: [UTCDay: [Int]] = [:]
        for index in batch.spans.indices { days[day(batch.spans[index].start), default: []].append(index) }
        return days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What the store holds and did. Parts that cannot be read are left out, and are among its problems.
    public var statistics: TraceStoreStatistics {
        var statistics = TraceStoreStatistics()
        sealed.withLock { sealed in
            do {
                let (counts, bytes) = try tail.withLock { [sealed] tail in
                    (try tail?.counts(sealed: sealed) ?? [:], tail?.bytes ?? 0)
                }
                statistics.unsealedSpans = counts.values.reduce(0) { $0 + $1.spans }
                statistics.oldest = counts.values.map(\.oldest).min()
                statistics.bytes = bytes
                for day in days.partitions.days {
                    let total = try days.total(of: day)
                    statistics.spans += total.spans
                    statistics.oldest = [statistics.oldest, total.oldest].compactMap { $0 }.min()
                }
            } catch {
                statistics.problems.append(StoreError.from(error).description)
            }
        }
        statistics.spans += statistics.unsealedSpans
        statistics.bytes += days.partitions.size
        statistics.days = days.partitions.days.count
        counters.withLock { counters in
            statistics.appended = counters.appended
            statistics.failedAppends = counters.failedAppends
            statistics.problems += counters.problems.all + counters.upkeepProblems
        }
        statistics.problems += days.problems
        if let loss = directoryLock.loss {
            statistics.problems.append(loss.description)
        } else {
            statistics.problems += days.partitions.lostDays.map { day in
                "the trace file \(days.partitions.path(of: day)) was removed while it is in use: its spans are lost"
            }
        }
        return statistics
    }

    /// Closes all files and gives the directory free. What was acknowledged is safe without it.
    public func close() {
        upkeepLock.withLock { _ in
            tail.withLock { tail in
                tail?.close()
                tail = nil
            }
            days.close()
            directoryLock.release()
        }
    }
}
