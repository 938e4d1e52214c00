import Base
internal import Codecs
import Model
import Partitions
import Synchronization

/// The sealed events of a log store, in a file a day.
final class DayBlocks: Sendable {
    /// A block as the day's table of contents has it.
    struct Entry: Sendable {
        let day: UTCDay
        let id: Int64
        let range: TimeRange
        let events: Int
        let summary: BlockSummary?
    }

    private static let schema = """
        CREATE TABLE blocks(
            id INTEGER PRIMARY KEY, min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, events INTEGER NOT NULL,
            summary BLOB NOT NULL);
        CREATE TABLE block_data(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE sealed(tail INTEGER PRIMARY KEY, last INTEGER NOT NULL);
        """
    /// No block has more bytes than this when it is open.
    private static let blockBytesLimit = 1 << 30

    let partitions: DayPartitions
    private let contents = Mutex<[UTCDay: [Entry]]>([:])
    private let unreadable = Mutex<[String]>([])

    init(directory: String) throws(StorageError) {
        // What is sealed must be on the disk before the tail gives it up; reading must need no space.
        partitions = try DayPartitions(
            directory: directory, schema: DayBlocks.schema,
            options: SQLiteOptions(journal: .rollback, sync: .full, canShrink: true))
    }

    /// What is known to be damaged, in sentences.
    var problems: [String] { partitions.problems.map(\.description) + unreadable.withLock { $0 } }

    /// Blocks of a day, in the order in which they were sealed.
    func entries(of day: UTCDay) throws -> [Entry] {
        if let known = contents.withLock({ $0[day] }) { return known }
        let entries = try reading(day) { connection in
            let statement = try connection.statement(
                "SELECT id, min_time, max_time, events, summary FROM blocks ORDER BY id")
            defer { statement.reset() }
            var entries: [Entry] = []
            while try statement.step() {
                entries.append(
                    Entry(
                        day: day, id: statement.integer(0),
                        range: TimeRange(start: statement.integer(1), end: statement.integer(2)),
                        events: Int(statement.integer(3)), summary: BlockSummary(statement.bytes(4))))
            }
            return entries
        }
        contents.withLock { $0[day] = entries ?? [] }
        return entries ?? []
    }

    func forget(_ day: UTCDay) { contents.withLock { $0[day] = nil } }

    /// Runs `body` on a day's file. A file that turns out damaged is moved aside, and the answer is `nil`.
    private func reading<Value: Sendable>(_ day: UTCDay, _ body: (SQLiteConnection) throws -> Value) throws -> Value? {
        guard let database = try partitions.database(for: day) else { return nil }
        do {
            return try database.withConnection(body)
        } catch let error as StorageError where error.code == .corrupt {
            forget(day)
            try partitions.quarantine(day, because: error)
            return nil
        } catch is StorageError where !partitions.days.contains(day) {
            // Dropped by retention while it was being read.
            return nil
        }
    }

    /// The bytes of a block, those of an ``EventBlock`` opened; `nil` if they are gone or damaged.
    func bytes(of entry: Entry, _ zstd: Zstd) throws -> [UInt8]? {
        let data = try reading(entry.day) { try SealedBlockTable.data(of: entry.id, $0) }
        guard let data, !data.isEmpty else { return nil }
        if data.first == BlockFormat.magic { return data }
        do {
            return try zstd.decompress(data, limit: DayBlocks.blockBytesLimit)
        } catch {
            note(error.description, entry)
            return nil
        }
    }

    func note(_ problem: String, _ entry: Entry) {
        let text = "\(partitions.path(of: entry.day)), block \(entry.id): \(problem)"
        unreadable.withLock { if $0.count < 100, !$0.contains(text) { $0.append(text) } }
    }

    /// A block ready to be written.
    struct Sealing: Sendable {
        let range: TimeRange
        let events: Int
        let summary: [UInt8]
        let data: [UInt8]

        /// Makes a block of rows that are in ascending order of time.
        init(_ gathering: RowGathering, _ rows: Range<Int>, _ zstd: Zstd) throws {
            range = TimeRange(
                start: gathering.rows[rows.lowerBound].time, end: gathering.rows[rows.upperBound - 1].time)
            events = rows.count
            var encoder = BlockEncoder(gathering, rows)
            if encoder.nameCount > FieldLimit.mostNames {
                let limited = FieldLimit.apply(try gathering.events(rows))
                var again = RowGathering()
                try EventRowsEncoder.encode(limited).withUnsafeBytes { try again.add($0) }
                encoder = BlockEncoder(again, 0..<rows.count)
            }
            (data, summary) = encoder.encode(zstd)
        }
    }

    /// Writes blocks of a day, and that the tail's rows up to `last` are in them. When it returns they are on the disk.
    func seal(_ sealings: [Sealing], into day: UTCDay, tail: Int64, last: Int64) throws {
        let database = try partitions.databaseMakingIfAbsent(for: day)
        defer { forget(day) }
        try database.withConnection { connection in
            try connection.transaction {
                for sealing in sealings {
                    let entry = try connection.statement(
                        "INSERT INTO blocks(min_time, max_time, events, summary) VALUES (?, ?, ?, ?)")
                    entry.bind(1, sealing.range.start)
                    entry.bind(2, sealing.range.end)
                    entry.bind(3, sealing.events)
                    entry.bind(4, sealing.summary)
                    try entry.run()
                    try SealedBlockTable.insertData(sealing.data, connection)
                }
                let sealed = try connection.statement("INSERT OR REPLACE INTO sealed(tail, last) VALUES (?, ?)")
                sealed.bind(1, tail)
                sealed.bind(2, last)
                try sealed.run()
            }
        }
    }

    /// Up to which row of the tail the day holds events; 0 for none.
    func lastSealed(of day: UTCDay, tail: Int64) throws -> Int64 {
        try reading(day) { connection in
            let statement = try connection.statement("SELECT last FROM sealed WHERE tail = ?")
            defer { statement.reset() }
            statement.bind(1, tail)
            return try statement.step() ? statement.integer(0) : 0
        } ?? 0
    }

    /// Removes the oldest blocks of a day until `bytes` or more are free.
    func dropOldest(of day: UTCDay, bytes: Int64) throws {
        guard let database = try partitions.database(for: day) else { return }
        defer { forget(day) }
        _ = try database.withConnection { try SealedBlockTable.dropOldest(bytes: bytes, $0) }
    }

    func close() {
        contents.withLock { $0 = [:] }
        partitions.close()
    }
}
