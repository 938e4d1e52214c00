import Base
import Model
import Partitions

/// The file that takes every append: spans that are not sealed yet, a row a batch and day.
///
/// Not for two threads at once: the store keeps it behind a lock.
final class TailFile {
    /// Spans of one day that were appended together.
    struct Batch: Sendable {
        let id: Int64
        let day: UTCDay
        /// First and last start, in nanoseconds.
        let range: ClosedRange<Int64>
        let spans: Int
        let bytes: [UInt8]
    }

    /// What of a day is not sealed.
    struct DayCount: Sendable {
        let spans: Int
        let bytes: Int64
        /// When its first batch was appended, in milliseconds since the Unix epoch.
        let since: Int64
        /// The start of its oldest span, in nanoseconds.
        let oldest: Int64
        /// Batches of few spans.
        let smallBatches: Int
    }

    /// A batch of fewer spans is small: many of them cost a search more than their spans do.
    static let smallSpans = 1_024

    // AUTOINCREMENT, as numbers of rows must never come back: day files say up to which one they hold.
    private static let schema = """
        CREATE TABLE tail(id INTEGER NOT NULL);
        CREATE TABLE batches(
            id INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, appended INTEGER NOT NULL,
            min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, spans INTEGER NOT NULL, bytes INTEGER NOT NULL,
            data BLOB NOT NULL);
        CREATE INDEX batches_of_day ON batches(day, id);
        """
    private static let schemaVersion = 1

    let path: String
    /// A number that tells this file from another of the same name.
    let identity: Int64
    private let options: SQLiteOptions
    private var connection: SQLiteConnection?
    /// Woken when something is written that does not wait for the disk, after a time without.
    let changes = Pause()
    private var isUnsynchronized = false {
        didSet { if isUnsynchronized, !oldValue { changes.wake() } }
    }

    init(path: String, sync: SQLiteOptions.Sync) throws {
        self.path = path
        options = SQLiteOptions(journal: .writeAheadLog, sync: sync, canShrink: true, isExclusive: true)
        let connection = try SQLiteConnection(path: path, options: options)
        let version = try connection.userVersion()
        if version > Self.schemaVersion {
            throw StorageError(
                .tooNew, action: "open", path: path,
                cause: "its schema has version \(version), this program knows \(Self.schemaVersion)")
        }
        if version == 0 {
            try connection.transaction {
                try connection.execute(Self.schema)
                try connection.execute("INSERT INTO tail VALUES (\(Int64.random(in: 1...Int64.max)))")
                try connection.execute("PRAGMA user_version=\(Self.schemaVersion)")
            }
        }
        let statement = try connection.statement("SELECT id FROM tail")
        identity = try statement.step() ? statement.integer(0) : 0
        statement.reset()
        self.connection = connection
    }

    /// What waits until all commits are on the disk; `nil` if there were none since the last time. If it fails,
    /// ``noteUnsynchronized()`` lets it be tried again.
    func beginSynchronization() throws -> LogSynchronization? {
        guard isUnsynchronized else { return nil }
        let synchronization = try use { try $0.logSynchronization() }
        isUnsynchronized = false
        return synchronization
    }

    func noteUnsynchronized() { isUnsynchronized = true }

    /// Runs `body` with the file open. After a failure that may have spoilt the connection the next use opens anew.
    private func use<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
        do {
            let connection = try self.connection ?? SQLiteConnection(path: path, options: options)
            self.connection = connection
            return try body(connection)
        } catch {
            let error = StorageError.from(error, action: "use", path: path)
            if error.code != .diskFull { close() }
            throw error
        }
    }

    /// Commits blocks of several days together.
    func append(_ days: [(day: UTCDay, block: EncodedBlock)], now: Int64) throws {
        isUnsynchronized = options.sync == .normal
        try use { connection in
            try connection.transaction {
                for (day, block) in days { try Self.insert(block, day, appended: now, connection) }
            }
        }
    }

    private static func insert(
        _ block: EncodedBlock, _ day: UTCDay, appended: Int64, _ connection: SQLiteConnection
    ) throws {
        let statement = try connection.statement(
            """
            INSERT INTO batches(day, appended, min_time, max_time, spans, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(1, day.number)
        statement.bind(2, appended)
        statement.bind(3, block.range.lowerBound)
        statement.bind(4, block.range.upperBound)
        statement.bind(5, block.spans)
        statement.bind(6, block.data.count)
        try block.data.withUnsafeBytes { try statement.run(bindingWithoutCopy: $0, at: 7) }
    }

    /// Puts one batch in the place of several of its day, in one transaction.
    /// - Parameter since: when the first of them was appended.
    func replace(_ batches: [Batch], of day: UTCDay, with block: EncodedBlock, since: Int64) throws {
        isUnsynchronized = options.sync == .normal
        try use { connection in
            try connection.transaction {
                let statement = try connection.statement("DELETE FROM batches WHERE id = ?")
                for batch in batches {
                    statement.bind(1, batch.id)
                    try statement.run()
                }
                try Self.insert(block, day, appended: since, connection)
            }
        }
    }

    /// What is not sealed, by day.
    /// - Parameter sealed: up to which row each day is sealed, though the rows may still be there.
    func counts(sealed: [UTCDay: Int64]) throws -> [UTCDay: DayCount] {
        try use { connection in
            let statement = try connection.statement("SELECT day, id, spans, appended, min_time, bytes FROM batches")
            defer { statement.reset() }
            var counts: [UTCDay: DayCount] = [:]
            while try statement.step() {
                let day = UTCDay(number: Int(statement.integer(0)))
                if statement.integer(1) <= sealed[day] ?? 0 { continue }
                let known = counts[day]
                counts[day] = DayCount(
                    spans: (known?.spans ?? 0) + Int(statement.integer(2)),
                    bytes: (known?.bytes ?? 0) + statement.integer(5),
                    since: min(known?.since ?? .max, statement.integer(3)),
                    oldest: min(known?.oldest ?? .max, statement.integer(4)),
                    smallBatches: (known?.smallBatches ?? 0) + (statement.integer(2) < Self.smallSpans ? 1 : 0))
            }
            return counts
        }
    }

    /// Batches that may hold spans which began in `range`, oldest first.
    func batches(in range: ClosedRange<Int64>, sealed: [UTCDay: Int64]) throws -> [Batch] {
        try use { connection in
            let statement = try connection.statement(
                """
                SELECT id, day, min_time, max_time, spans, data FROM batches WHERE min_time <= ? AND max_time >= ?
                ORDER BY id
                """)
            defer { statement.reset() }
            statement.bind(1, range.upperBound)
            statement.bind(2, range.lowerBound)
            var batches: [Batch] = []
            while try statement.step() {
                let batch = Self.batch(statement)
                if batch.id > sealed[batch.day] ?? 0 { batches.append(batch) }
            }
            return batches
        }
    }

    private static func batch(_ statement: SQLiteStatement) -> Batch {
        let first = statement.integer(2)
        return Batch(
            id: statement.integer(0), day: UTCDay(number: Int(statement.integer(1))),
            range: first...max(first, statement.integer(3)), spans: Int(statement.integer(4)),
            bytes: statement.bytes(5))
    }

    /// Batches are read together up to so many bytes.
    private static let bytesTogether = 32 << 20

    /// Batches of a day behind row `after`, oldest first, of `limit` spans or a few more.
    /// - Parameter most: batches of more spans are left out.
    func batches(of day: UTCDay, after: Int64, limit: Int, ofAtMost most: Int = .max) throws -> [Batch] {
        try use { connection in
            let statement = try connection.statement(
                """
                SELECT id, day, min_time, max_time, spans, data FROM batches WHERE day = ? AND id > ? ORDER BY id
                """)
            defer { statement.reset() }
            statement.bind(1, day.number)
            statement.bind(2, after)
            var batches: [Batch] = []
            var count = 0
            var bytes = 0
            while count < limit, bytes < Self.bytesTogether, try statement.step() {
                if statement.integer(4) > Int64(most) { continue }
                let batch = Self.batch(statement)
                count += batch.spans
                bytes += batch.bytes.count
                batches.append(batch)
            }
            return batches
        }
    }

    /// Removes the batches of a day up to row `last`.
    func remove(_ day: UTCDay, through last: Int64) throws {
        try use { connection in
            try connection.transaction {
                let statement = try connection.statement("DELETE FROM batches WHERE day = ? AND id <= ?")
                statement.bind(1, day.number)
                statement.bind(2, last)
                try statement.run()
            }
        }
    }

    /// Gives the room of removed rows back.
    func shrink() throws {
        try use { connection in
            try connection.shrink()
            try connection.checkpoint()
        }
    }

    var bytes: Int64 { SQLiteFiles.size(of: path) }

    func close() {
        connection?.close()
        connection = nil
    }
}
