import CSQLite

/// How a database file is opened.
public struct SQLiteOptions: Sendable, Hashable {
    /// How changes are kept until they are complete.
    public enum Journal: String, Sendable, Hashable {
        /// A log beside the file: small commits are cheap, readers are not held up.
        case writeAheadLog = "WAL"
        /// A rollback journal: nothing stays beside the file, and reading needs no space on the disk.
        case rollback = "DELETE"
    }

    /// When SQLite waits for the disk (`PRAGMA synchronous`).
    public enum Sync: String, Sendable, Hashable, CaseIterable {
        /// Survives the end of the process; a power cut may take the last second.
        case normal
        /// Survives a power cut.
        case full
    }

    public var journal: Journal
    public var sync: Sync
    /// Bytes of a page in a new file.
    public var pageSize: Int
    /// Frames in the log after which SQLite moves them into the file; 0 for never by itself.
    public var autoCheckpointPages: Int
    /// Whether free pages can be given back by ``SQLiteConnection/shrink()``.
    public var canShrink: Bool
    public var isReadOnly: Bool
    /// Whether this is the file's only connection. With a write-ahead log it then needs no shared memory file:
    /// commits cost fewer calls, and a file can be opened on a full disk.
    public var isExclusive: Bool

    public init(
        journal: Journal = .writeAheadLog, sync: Sync = .normal, pageSize: Int = 4_096,
        autoCheckpointPages: Int = 1_000, canShrink: Bool = false, isReadOnly: Bool = false, isExclusive: Bool = false
    ) {
        self.journal = journal
        self.sync = sync
        self.pageSize = pageSize
        self.autoCheckpointPages = autoCheckpointPages
        self.canShrink = canShrink
        self.isReadOnly = isReadOnly
        self.isExclusive = isExclusive
    }
}

/// One connection to a SQLite file, with prepared statements kept by their text.
///
/// Not for use by two threads at once: ``SQLiteDatabase`` puts a lock around it.
public final class SQLiteConnection {
    public let path: String
    let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]
    /// `nil` once the connection is closed.
    private var opening: Opening?

    /// Opens the file, and makes it if it is absent (unless opened read-only).
    public init(path: String, options: SQLiteOptions = SQLiteOptions()) throws(StorageError) {
        let isNew = FileSystem.size(of: path) == 0
        // Where it cannot be made SQLite says why.
        if isNew, !options.isReadOnly { try? FileSystem.makePrivateFile(path) }
        var opened: OpaquePointer?
        let flags =
            (options.isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
            | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let result = sqlite3_open_v2(path, &opened, flags, nil)
        guard result == SQLITE_OK, let opened else {
            let error = StorageError(sqlite: result, handle: opened, action: "open", path: path)
            sqlite3_close_v2(opened)
            throw error
        }
        self.path = path
        handle = opened
        opening = Opening(opened)
        sqlite3_busy_timeout(handle, 5_000)
        do {
            // Before anything is read, or the shared memory file is made.
            if options.isExclusive { try execute("PRAGMA locking_mode=EXCLUSIVE", action: "open") }
            if !options.isReadOnly {
                if isNew {
                    // Only here: in a file that has pages the second one writes, which a full disk would refuse.
                    try execute("PRAGMA page_size=\(options.pageSize)", action: "open")
                    if options.canShrink { try execute("PRAGMA auto_vacuum=INCREMENTAL", action: "open") }
                }
                try execute("PRAGMA journal_mode=\(options.journal.rawValue)", action: "open")
                try execute("PRAGMA synchronous=\(options.sync.rawValue)", action: "open")
                if options.journal == .writeAheadLog {
                    try execute("PRAGMA wal_autocheckpoint=\(options.autoCheckpointPages)", action: "open")
                }
            }
            // Reading the schema is what tells a database from a file of another kind.
            try execute("SELECT count(*) FROM sqlite_schema", action: "open")
        } catch {
            // All stored properties are set, so `deinit` closes the handle.
            throw error
        }
    }

    deinit { close() }

    /// Ends all statements and closes the file. Nothing may be done with the connection afterwards.
    public func close() {
        if opening == nil { return }
        for statement in statements.values { statement.finish() }
        statements = [:]
        opening = nil
    }

    /// Runs statements without parameters; rows are thrown away.
    public func execute(_ sql: String, action: String = "write to") throws(StorageError) {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure(result, action: action) }
    }

    /// The prepared form of `sql`, made at first use and then kept. Finish with ``SQLiteStatement/reset()`` or
    /// ``SQLiteStatement/run()`` before the text is asked for again.
    public func statement(_ sql: String) throws(StorageError) -> SQLiteStatement {
        if let kept = statements[sql] { return kept }
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else { throw failure(result, action: "query") }
        let statement = SQLiteStatement(handle: prepared, path: path)
        statements[sql] = statement
        return statement
    }

    /// Runs `body` in a transaction that takes the write lock at once; undone if `body` throws.
    public func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // After a full disk SQLite may have rolled back by itself, and says so with an error here.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Moves the log's frames into the file, waits for the disk, and cuts the log to nothing.
    public func checkpoint() throws(StorageError) {
        let result = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard result == SQLITE_OK else { throw failure(result, action: "checkpoint") }
    }

    /// What waits until that which is now in the write-ahead log is on the disk, while the connection goes on being
    /// used; `nil` if nothing was written yet. Without it, a file opened with `sync: .normal` has only its checkpoints
    /// there for certain.
    public func logSynchronization() throws(StorageError) -> LogSynchronization? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let asked = sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
        guard asked == SQLITE_OK else { throw failure(asked, action: "synchronize") }
        guard let opening, let file, file.pointee.pMethods != nil else { return nil }
        return LogSynchronization(opening: opening, file: file, path: path)
    }

    /// Gives free pages back to the file system, in a file opened with ``SQLiteOptions/canShrink``.
    public func shrink() throws(StorageError) {
        try execute("PRAGMA incremental_vacuum", action: "shrink")
    }

    /// Writes a copy of the whole database, without free pages, to a new file, and waits until it is on the disk.
    public func copy(to path: String) throws(StorageError) {
        try FileSystem.makePrivateFile(path)
        let statement = try statement("VACUUM INTO ?")
        statement.bind(1, path)
        try statement.run()
        try FileSystem.synchronizeFile(path)
    }

    /// The row id of the last insertion.
    public var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// How many rows the last statement changed.
    public var changedRows: Int { Int(sqlite3_changes(handle)) }

    /// The number that a file carries for its schema (`PRAGMA user_version`).
    public func userVersion() throws(StorageError) -> Int {
        let statement = try statement("PRAGMA user_version")
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    private func failure(_ result: Int32, action: String) -> StorageError {
        StorageError(sqlite: result, handle: handle, action: action, path: path)
    }
}

/// An open handle, which is closed when nobody needs it any longer.
final class Opening {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_close_v2(handle) }
}
