import Model
import Synchronization

/// A directory of SQLite files, one a UTC day: `2026-11-23.sqlite`.
///
/// Files are made at first need, opened at first use and kept open. Whole days go by age and by size. A file that
/// turns out damaged is moved aside and the rest serves on. The owner holds a ``DirectoryLock`` on the directory or
/// on one above it.
public final class DayPartitions: Sendable {
    public let directory: String
    private let schema: String
    private let schemaVersion: Int
    private let options: SQLiteOptions
    private let state: Mutex<State>

    private struct State {
        var days: Set<UTCDay> = []
        var open: [UTCDay: SQLiteDatabase] = [:]
        var problems: [StorageError] = []
        var isClosed = false
    }

    /// Opens the directory, and makes it if it is absent.
    /// - Parameters:
    ///   - schema: SQL that makes the tables of a new file.
    ///   - schemaVersion: from 1; kept in each file, and files of a later one are refused.
    public init(
        directory: String, schema: String, schemaVersion: Int = 1, options: SQLiteOptions = SQLiteOptions()
    ) throws(StorageError) {
        precondition(schemaVersion > 0, "BUG: a schema's version counts from 1")
        self.directory = directory
        self.schema = schema
        self.schemaVersion = schemaVersion
        self.options = options
        try FileSystem.makeDirectory(directory)
        var found = State()
        for name in try FileSystem.names(in: directory) where name.hasSuffix(".sqlite") {
            if let day = UTCDay(name: name.dropLast(7)) { found.days.insert(day) }
        }
        state = Mutex(found)
    }

    public func path(of day: UTCDay) -> String { "\(directory)/\(day.name).sqlite" }

    /// Days that have a file, oldest first.
    public var days: [UTCDay] { state.withLock { $0.days.sorted() } }

    /// What was found wrong with files since the start, oldest first, at most 100.
    public var problems: [StorageError] { state.withLock { $0.problems } }

    /// Days whose file was removed from outside.
    public var lostDays: [UTCDay] { days.filter { !FileSystem.exists(path(of: $0)) } }

    /// The day's database, opened if need be; `nil` if there is none.
    ///
    /// A file that cannot be read as a database is quarantined, and there is none then.
    /// - Throws: ``StorageError`` where the file is there and may be sound, and still does not open.
    public func database(for day: UTCDay) throws(StorageError) -> SQLiteDatabase? {
        try open(day, makes: false)
    }

    /// The day's database, made if there is none.
    public func databaseMakingIfAbsent(for day: UTCDay) throws(StorageError) -> SQLiteDatabase {
        if let database = try open(day, makes: true) { return database }
        throw StorageError(.corrupt, action: "open", path: path(of: day), cause: "it was damaged and is moved aside")
    }

    private func open(_ day: UTCDay, makes: Bool) throws(StorageError) -> SQLiteDatabase? {
        try state.withLock { (state: inout State) throws(StorageError) -> SQLiteDatabase? in
            if state.isClosed {
                throw StorageError(.other, action: "use", path: directory, cause: "the store is closed")
            }
            if let open = state.open[day] { return open }
            let isKnown = state.days.contains(day)
            if !isKnown, !makes { return nil }
            let opened: SQLiteDatabase
            do throws(StorageError) {
                opened = try openFile(path(of: day))
            } catch {
                guard error.code == .corrupt, isKnown else { throw error }
                try moveAside(day, because: error, &state)
                if !makes { return nil }
                opened = try openFile(path(of: day))
            }
            state.open[day] = opened
            state.days.insert(day)
            return opened
        }
    }

    private func openFile(_ path: String) throws(StorageError) -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path, options: options)
        do {
            try database.withConnection { connection in
                let version = try connection.userVersion()
                if version > schemaVersion {
                    throw StorageError(
                        .tooNew, action: "open", path: path,
                        cause: "its schema has version \(version), this program knows \(schemaVersion)")
                }
                if version == 0 {
                    try connection.transaction {
                        try connection.execute(schema)
                        try connection.execute("PRAGMA user_version=\(schemaVersion)")
                    }
                }
            }
        } catch {
            database.close()
            throw StorageError.from(error, action: "open", path: path)
        }
        return database
    }

    /// Moves the day's file aside because reading from it failed with `error`, and forgets the day.
    /// Call it for an error with the code `corrupt`.
    public func quarantine(_ day: UTCDay, because error: StorageError) throws(StorageError) {
        try state.withLock { state throws(StorageError) in
            guard state.days.contains(day) else { return }
            state.open.removeValue(forKey: day)?.close()
            try moveAside(day, because: error, &state)
        }
    }

    private func moveAside(_ day: UTCDay, because error: StorageError, _ state: inout State) throws(StorageError) {
        let aside = try SQLiteFiles.quarantine(path(of: day))
        state.days.remove(day)
        if state.problems.count < 100 {
            state.problems.append(
                StorageError(
                    error.code, action: error.action, path: path(of: day),
                    cause: "\(error.cause); it was moved to \(aside) and its day is missing from answers"))
        }
    }

    /// Removes a day's file.
    public func drop(_ day: UTCDay) throws(StorageError) {
        try state.withLock { state throws(StorageError) in
            state.open.removeValue(forKey: day)?.close()
            for path in SQLiteFiles.all(of: path(of: day)) { try FileSystem.remove(path) }
            state.days.remove(day)
        }
    }

    /// Removes days that ended before `oldest` (milliseconds since the Unix epoch).
    /// - Returns: the days removed.
    @discardableResult
    public func drop(endingBefore oldest: Int64) throws(StorageError) -> [UTCDay] {
        var dropped: [UTCDay] = []
        for day in days where day.range.end < oldest {
            try drop(day)
            dropped.append(day)
        }
        return dropped
    }

    /// Removes the oldest days, but never the last one nor `kept` and those behind it, until the rest and `otherBytes`
    /// are within `limit` bytes.
    /// - Returns: the days removed, and whether the limit is kept now.
    @discardableResult
    public func drop(
        toFit limit: Int64, besides otherBytes: Int64 = 0, keeping kept: UTCDay? = nil
    ) throws(StorageError) -> (dropped: [UTCDay], fits: Bool) {
        var remaining = days
        var bytes = otherBytes + remaining.reduce(0) { $0 + size(of: $1) }
        var dropped: [UTCDay] = []
        while bytes > limit, remaining.count > 1, let oldest = remaining.first, kept.map({ oldest < $0 }) ?? true {
            bytes -= size(of: oldest)
            try drop(oldest)
            dropped.append(oldest)
            remaining.removeFirst()
        }
        return (dropped, bytes <= limit)
    }

    /// Bytes of a day's file, its log included.
    public func size(of day: UTCDay) -> Int64 { SQLiteFiles.size(of: path(of: day)) }

    /// Bytes of all days.
    public var size: Int64 { days.reduce(0) { $0 + size(of: $1) } }

    /// Closes all files; nothing can be opened afterwards.
    public func close() {
        state.withLock { state in
            for database in state.open.values { database.close() }
            state.open = [:]
            state.isClosed = true
        }
    }
}
