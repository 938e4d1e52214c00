import Base
import Model
import Partitions
import Synchronization

/// The sealed spans of a trace store, in a file a day.
final class DayBlocks: Sendable {
    /// A block as the day's table of contents has it.
    struct Entry: Sendable {
        let day: UTCDay
        let id: Int64
        /// First and last start, in nanoseconds.
        let range: ClosedRange<Int64>
        let spans: Int
        /// `nil` where it is damaged: the block is opened then.
        let summary: BlockSummary?
        let traceFilter: [UInt8]
    }

    // The filter of values is large and seldom needed: it goes with its block.
    private static let schema = """
        CREATE TABLE blocks(
            id INTEGER PRIMARY KEY, min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, spans INTEGER NOT NULL,
            summary BLOB NOT NULL, traces BLOB NOT NULL);
        CREATE TABLE block_data(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE block_values(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE sealed(tail INTEGER PRIMARY KEY, last INTEGER NOT NULL);
        CREATE TRIGGER values_go AFTER DELETE ON blocks BEGIN DELETE FROM block_values WHERE id = OLD.id; END;
        """

    let partitions: DayPartitions
    private let contents = Mutex<[UTCDay: [Entry]]>([:])
    private let totals = Mutex<[UTCDay: (spans: Int, oldest: Int64?)]>([:])
    private let unreadable = Mutex<[String]>([])
    private let names = BlockSummary.Cache()
    private let filters = FilterCache()

    init(directory: String) throws(StorageError) {
        // What is sealed must be on the disk before the tail gives it up; reading must need no space.
        partitions = try DayPartitions(
            directory: directory, schema: Self.schema,
            options: SQLiteOptions(journal: .rollback, sync: .full, pageSize: 16_384, canShrink: true))
    }

    /// What is known to be damaged, in sentences.
    var problems: [String] { partitions.problems.map(\.description) + unreadable.withLock { $0 } }

    /// Blocks of a day, in the order in which they were sealed.
    func entries(of day: UTCDay) throws -> [Entry] {
        if let known = contents.withLock({ $0[day] }) { return known }
        let entries = try reading(day) { connection in
            let statement = try connection.statement(
                "SELECT id, min_time, max_time, spans, summary, traces FROM blocks ORDER BY id")
            defer { statement.reset() }
            var entries: [Entry] = []
            while try statement.step() {
                let first = statement.integer(1)
                entries.append(
                    Entry(
                        day: day, id: statement.integer(0), range: first...max(first, statement.integer(2)),
                        spans: Int(statement.integer(3)), summary: BlockSummary(statement.bytes(4), names),
                        traceFilter: statement.bytes(5)))
            }
            return entries
        }
        contents.withLock { $0[day] = entries ?? [] }
        return entries ?? []
    }

    /// How many spans a day has, and the start of the oldest.
    func total(of day: UTCDay) throws -> (spans: Int, oldest: Int64?) {
        if let known = totals.withLock({ $0[day] }) { return known }
        let total = try reading(day) { connection in
            let statement = try connection.statement("SELECT sum(spans), min(min_time), count(*) FROM blocks")
            defer { statement.reset() }
            guard try statement.step(), statement.integer(2) > 0 else { return (spans: 0, oldest: Int64?.none) }
            return (spans: Int(statement.integer(0)), oldest: statement.integer(1))
        }
        totals.withLock { $0[day] = total }
        return total ?? (0, nil)
    }

    func forget(_ day: UTCDay) {
        contents.withLock { $0[day] = nil }
        totals.withLock { $0[day] = nil }
        filters.forget(day)
    }

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

    /// The bytes of a block; `nil` if they are gone.
    func bytes(of entry: Entry) throws -> [UInt8]? {
        let data = try reading(entry.day) { try SealedBlockTable.data(of: entry.id, $0) }
        guard let data, !data.isEmpty else { return nil }
        return data
    }

    /// The filter of a block's values; `nil` if it is gone.
    func valueFilter(of entry: Entry) throws -> [UInt8]? {
        if let known = filters[entry.day, entry.id] { return known }
        let filter = try reading(entry.day) { connection in
            let statement = try connection.statement("SELECT data FROM block_values WHERE id = ?")
            defer { statement.reset() }
            statement.bind(1, entry.id)
            return try statement.step() ? statement.bytes(0) : nil
        }
        guard let filter = filter ?? nil else { return nil }
        filters[entry.day, entry.id] = filter
        return filter
    }

    func note(_ problem: String, _ entry: Entry) {
        let text = "\(partitions.path(of: entry.day)), block \(entry.id): \(problem)"
        unreadable.withLock { if $0.count < 100, !$0.contains(text) { $0.append(text) } }
    }

    /// Writes blocks of a day, and that the tail's rows up to `last` are in them. When it returns they are on the disk.
    func seal(_ blocks: [EncodedBlock], into day: UTCDay, tail: Int64, last: Int64) throws {
        let database = try partitions.databaseMakingIfAbsent(for: day)
        let ids: [Int64]
        do {
            ids = try database.withConnection { connection in
                try connection.transaction {
                    let ids = try blocks.map { try Self.insert($0, connection) }
                    let sealed = try connection.statement("INSERT OR REPLACE INTO sealed(tail, last) VALUES (?, ?)")
                    sealed.bind(1, tail)
                    sealed.bind(2, last)
                    try sealed.run()
                    return ids
                }
            }
        } catch {
            forget(day)
            throw error
        }
        contents.withLock { contents in
            for (id, block) in zip(ids, blocks) {
                contents[day]?.append(
                    Entry(
                        day: day, id: id, range: block.range, spans: block.spans,
                        summary: BlockSummary(block.summary, names), traceFilter: block.traceFilter))
            }
        }
        let spans = blocks.reduce(0) { $0 + $1.spans }
        let oldest = blocks.map(\.range.lowerBound).min()
        totals.withLock { totals in
            guard let known = totals[day] else { return }
            totals[day] = (known.spans + spans, [known.oldest, oldest].compactMap { $0 }.min())
        }
    }

    private static func insert(_ block: EncodedBlock, _ connection: SQLiteConnection) throws -> Int64 {
        let entry = try connection.statement(
            "INSERT INTO blocks(min_time, max_time, spans, summary, traces) VALUES (?, ?, ?, ?, ?)")
        entry.bind(1, block.range.lowerBound)
        entry.bind(2, block.range.upperBound)
        entry.bind(3, block.spans)
        entry.bind(4, block.summary)
        entry.bind(5, block.traceFilter)
        try entry.run()
        let id = connection.lastInsertedRow
        try SealedBlockTable.insertData(block.data, connection)
        let values = try connection.statement("INSERT INTO block_values(id, data) VALUES (?, ?)")
        values.bind(1, id)
        values.bind(2, block.valueFilter)
        try values.run()
        return id
    }

    /// Up to which row of the tail the day holds spans; 0 for none.
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

/// Filters of values that were read, as far as they have room.
private final class FilterCache: Sendable {
    private struct Block: Hashable {
        let day: UTCDay
        let id: Int64
    }

    private struct State {
        var filters: [Block: [UInt8]] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())

    private static let bytesMax = 48 << 20

    subscript(day: UTCDay, id: Int64) -> [UInt8]? {
        get { state.withLock { $0.filters[Block(day: day, id: id)] } }
        set {
            state.withLock { state in
                guard let newValue, state.bytes + newValue.count <= Self.bytesMax else { return }
                state.bytes += newValue.count - (state.filters[Block(day: day, id: id)]?.count ?? 0)
                state.filters[Block(day: day, id: id)] = newValue
            }
        }
    }

    func forget(_ day: UTCDay) {
        state.withLock { state in
            state.filters = state.filters.filter { $0.key.day != day }
            state.bytes = state.filters.values.reduce(0) { $0 + $1.count }
        }
    }
}
