public import Base
public import Model
import Partitions
import Synchronization

/// The store of log events: takes them, keeps them safe, and gives them back by time and a condition.
///
/// `append` commits events to the *tail*, one SQLite file, together with how far their log file was read. Later the
/// events of a day are *sealed*: written into the file of that UTC day in compressed blocks, and then removed from the
/// tail. Each event is seen exactly once meanwhile, also after the process ended between the two: the day's file says
/// up to which row of the tail it holds events.
///
/// Locks, in the order in which they are taken: upkeep, `sealed`, tail. An append takes the tail's only, and a scan
/// holds locks only while it copies the bytes of unsealed events.
public final class LogStore: LogAppender, LogSource, Sendable {
    /// A reload may change some of them; who needs several of them takes one copy.
    private let currentOptions: Mutex<LogStoreOptions>
    let timeSource: any TimeSource
    private let directoryLock: DirectoryLock
    /// `nil` once the store is closed.
    let tail: Mutex<TailFile?>
    let days: DayBlocks
    /// Up to which row of the tail each day is sealed. Held while a sealed block takes the place of the tail's rows.
    let sealed: Mutex<[UTCDay: Int64]>
    let counters = Mutex(Counters())
    /// For those who follow what arrives.
    let followers = Mutex(FollowedRows())
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
    public init(_ options: LogStoreOptions, timeSource: any TimeSource = SystemTimeSource()) throws {
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
                problem = "\(error); it was moved to \(aside): its events are missing, and log files are read again"
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
    public var options: LogStoreOptions { currentOptions.withLock { $0 } }

    /// Changes how long and how much is kept; what is too old or too much then is removed in the next round of upkeep.
    /// - Parameter maxBytes: of all files together.
    public func update(retention: Duration, maxBytes: Int64) {
        currentOptions.withLock { options in
            options.retention = retention
            options.maxBytes = maxBytes
        }
    }

    /// Appends events and moves the reader's offset in one transaction. When it returns both survive the end of the
    /// process. An offset below zero forgets the source: its file is gone.
    /// - Throws: ``StoreError``, and nothing of the batch is stored then. With the code `diskFull` the same batch
    ///   may be tried again.
    public func append(_ events: [LogEvent], offset: TailOffset?) throws {
        if events.isEmpty, offset == nil { return }
        let now = timeSource.now()
        var byDay: [UTCDay: [LogEvent]] = [:]
        for event in events { byDay[LogStore.day(of: event.timestamp, now: now), default: []].append(event) }
        let parts = byDay.sorted { $0.key < $1.key }.map { (day: $0.key, events: $0.value) }
        do {
            try tail.withLock { tail in
                guard let tail else { throw StoreError.closed }
                try tail.append(parts, offset: offset, now: now)
            }
            counters.withLock { $0.appended += events.count }
        } catch {
            counters.withLock { $0.failedAppends += 1 }
            throw StoreError.from(error)
        }
    }

    /// The day in whose file an event goes. One from a far future goes into tomorrow's, as a log with wrong clocks
    /// must not make files without end that no retention removes.
    private static func day(of timestamp: Int64, now: Int64) -> UTCDay {
        UTCDay(containing: max(0, min(timestamp, now + UTCDay.milliseconds)))
    }

    /// How far each log file was read.
    /// - Throws: ``StoreError``.
    public func tailOffsets() throws -> [TailOffset] {
        do {
            return try tail.withLock { tail in
                guard let tail else { throw StoreError.closed }
                return try tail.offsets()
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    /// What the store holds and did. Parts that cannot be read are left out, and are among its problems.
    public var statistics: LogStoreStatistics {
        var statistics = LogStoreStatistics()
        sealed.withLock { sealed in
            do {
                let (counts, bytes) = try tail.withLock { [sealed] tail in
                    (try tail?.counts(sealed: sealed) ?? [:], tail?.bytes ?? 0)
                }
                statistics.unsealedEvents = counts.values.reduce(0) { $0 + $1.events }
                statistics.oldest = counts.values.map(\.oldest).min()
                statistics.bytes = bytes
                for day in days.partitions.days {
                    let entries = try days.entries(of: day)
                    statistics.events += entries.reduce(0) { $0 + $1.events }
                    let oldest = [statistics.oldest, entries.map(\.range.start).min()].compactMap { $0 }
                    statistics.oldest = oldest.min()
                }
            } catch {
                statistics.problems.append(StoreError.from(error).description)
            }
        }
        statistics.events += statistics.unsealedEvents
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
                "the log file \(days.partitions.path(of: day)) was removed while it is in use: its events are lost"
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
