import Base
import Model
import Partitions

/// The file that takes every append: events that are not sealed yet, a row a batch and day, and beside them how far
/// each log file was read. Both change in one transaction.
///
/// Not for two threads at once: the store keeps it behind a lock.
final class TailFile {
    /// Events of one day that were appended together.
    struct Batch: Sendable {
        let id: Int64
        let day: UTCDay
        let range: TimeRange
        let bytes: [UInt8]
    }

    /// What of a day is not sealed.
    struct DayCount: Sendable {
        let events: Int
        let bytes: Int64
        /// When its first batch was appended, in milliseconds since the Unix epoch.
        let since: Int64
        /// The time of its oldest event.
        let oldest: Int64
    }

    // AUTOINCREMENT, as numbers of rows must never come back: day files say up to which one they hold.
    private static let schema = """
        CREATE TABLE tail(id INTEGER NOT NULL);
        CREATE TABLE offsets(source TEXT PRIMARY KEY, path TEXT NOT NULL, offset INTEGER NOT NULL,
            checksum INTEGER) WITHOUT ROWID;
        CREATE TABLE batches(
            id INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, appended INTEGER NOT NULL,
            min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, events INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE INDEX batches_of_day ON batches(day, id);
        """

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
        if version > 2 {
            throw StorageError(
                .tooNew, action: "open", path: path, cause: "its schema has version \(version), this program knows 2")
        }
        if version == 1 {
            try connection.transaction {
                try connection.execute("ALTER TABLE offsets ADD COLUMN checksum INTEGER")
                try connection.execute("PRAGMA user_version=2")
            }
        }
        if version == 0 {
            try connection.transaction {
                try connection.execute(TailFile.schema)
                try connection.execute("INSERT INTO tail VALUES (\(Int64.random(in: 1...Int64.max)))")
                try connection.execute("PRAGMA user_version=2")
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

    /// Commits events and the offset together.
    func append(_ days: [(day: UTCDay, events: [LogEvent])], offset: TailOffset?, now: Int64) throws {
        let rows = days.map { day in
            (day: day.day, events: day.events, bytes: EventRowsEncoder.encodeLimited(day.events))
        }
        isUnsynchronized = options.sync == .normal
        try use { connection in
            try connection.transaction {
                for row in rows {
                    let statement = try connection.statement(
                        "INSERT INTO batches(day, appended, min_time, max_time, events, data) VALUES (?, ?, ?, ?, ?, ?)"
                    )
                    statement.bind(1, row.day.number)
                    statement.bind(2, now)
                    statement.bind(3, row.events.reduce(Int64.max) { min($0, $1.timestamp) })
                    statement.bind(4, row.events.reduce(Int64.min) { max($0, $1.timestamp) })
                    statement.bind(5, row.events.count)
                    statement.bind(6, row.bytes)
                    try statement.run()
                }
                if let offset { try TailFile.set(offset, connection) }
            }
        }
    }

    private static func set(_ offset: TailOffset, _ connection: SQLiteConnection) throws {
        if offset.offset < 0 {
            let statement = try connection.statement("DELETE FROM offsets WHERE source = ?")
            statement.bind(1, offset.source)
            return try statement.run()
        }
        let statement = try connection.statement("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?, ?)")
        statement.bind(1, offset.source)
        statement.bind(2, offset.path)
        statement.bind(3, offset.offset)
        if let checksum = offset.checksum {
            statement.bind(4, Int64(bitPattern: checksum))
        } else {
            statement.bindNull(4)
        }
        try statement.run()
    }

    func offsets() throws -> [TailOffset] {
        try use { connection in
            let statement = try connection.statement(
                "SELECT source, path, offset, checksum FROM offsets ORDER BY source")
            defer { statement.reset() }
            var offsets: [TailOffset] = []
            while try statement.step() {
                offsets.append(
                    TailOffset(
                        source: statement.text(0), path: statement.text(1), offset: statement.integer(2),
                        checksum: statement.isNull(3) ? nil : UInt64(bitPattern: statement.integer(3))))
            }
            return offsets
        }
    }

    /// What is not sealed, by day.
    /// - Parameter sealed: up to which row each day is sealed, though the rows may still be there.
    func counts(sealed: [UTCDay: Int64]) throws -> [UTCDay: DayCount] {
        try use { connection in
            let statement = try connection.statement(
                "SELECT day, id, events, appended, min_time, length(data) FROM batches")
            defer { statement.reset() }
            var counts: [UTCDay: DayCount] = [:]
            while try statement.step() {
                let day = UTCDay(number: Int(statement.integer(0)))
                if statement.integer(1) <= sealed[day] ?? 0 { continue }
                let known = counts[day]
                counts[day] = DayCount(
                    events: (known?.events ?? 0) + Int(statement.integer(2)),
                    bytes: (known?.bytes ?? 0) + statement.integer(5),
                    since: min(known?.since ?? .max, statement.integer(3)),
                    oldest: min(known?.oldest ?? .max, statement.integer(4)))
            }
            return counts
        }
    }

    /// Batches that may hold events in `range`.
    func batches(in range: TimeRange, sealed: [UTCDay: Int64]) throws -> [Batch] {
        try use { connection in
            let statement = try connection.statement(
                "SELECT id, day, min_time, max_time, data FROM batches WHERE min_time <= ? AND max_time >= ? ORDER BY id"
            )
            defer { statement.reset() }
            statement.bind(1, range.end)
            statement.bind(2, range.start)
            var batches: [Batch] = []
            while try statement.step() {
                let day = UTCDay(number: Int(statement.integer(1)))
                if statement.integer(0) <= sealed[day] ?? 0 { continue }
                batches.append(
                    Batch(
                        id: statement.integer(0), day: day,
                        range: TimeRange(start: statement.integer(2), end: statement.integer(3)),
                        bytes: statement.bytes(4)))
            }
            return batches
        }
    }

    /// The number of the newest row that was ever written.
    func lastRow() throws -> Int64 {
        try use { connection in
            let statement = try connection.statement("SELECT seq FROM sqlite_sequence WHERE name = 'batches'")
            defer { statement.reset() }
            return try statement.step() ? statement.integer(0) : 0
        }
    }

    private static let arrivalBytesTogether = 8 << 20

    /// Batches behind row `after` in the order in which they came, sealed or not, as far as they are still here.
    /// - Returns: as many as are read together, and whether there are others behind them.
    func batches(after: Int64) throws -> (batches: [Batch], isCut: Bool) {
        try use { connection in
            let statement = try connection.statement(
                "SELECT id, day, min_time, max_time, data FROM batches WHERE id > ? ORDER BY id")
            defer { statement.reset() }
            statement.bind(1, after)
            var batches: [Batch] = []
            var bytes = 0
            while try statement.step() {
                if bytes >= Self.arrivalBytesTogether { return (batches, true) }
                let data = statement.bytes(4)
                bytes += data.count
                batches.append(
                    Batch(
                        id: statement.integer(0), day: UTCDay(number: Int(statement.integer(1))),
                        range: TimeRange(start: statement.integer(2), end: statement.integer(3)), bytes: data))
            }
            return (batches, false)
        }
    }

    /// Batches are read together up to so many bytes.
    private static let bytesTogether = 32 << 20

    /// Batches of a day behind row `after`, oldest first, of about `limit` events.
    func batches(of day: UTCDay, after: Int64, limit: Int) throws -> [Batch] {
        try use { connection in
            let statement = try connection.statement(
                "SELECT id, events, min_time, max_time, data FROM batches WHERE day = ? AND id > ? ORDER BY id")
            defer { statement.reset() }
            statement.bind(1, day.number)
            statement.bind(2, after)
            var batches: [Batch] = []
            var count = 0
            var bytes = 0
            while count < limit, bytes < Self.bytesTogether, try statement.step() {
                count += Int(statement.integer(1))
                let data = statement.bytes(4)
                bytes += data.count
                batches.append(
                    Batch(
                        id: statement.integer(0), day: day,
                        range: TimeRange(start: statement.integer(2), end: statement.integer(3)), bytes: data))
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
