package import Base
internal import Codecs
internal import LogStore
package import Model
package import Partitions
internal import Synchronization

/// Events that wait for a server, in a file: what is in it survives the end of the process and hours without the server.
///
/// How far each log file was read is committed together with its events, and so is who the agent is and how far its
/// messages have come: all of it is one file, which is either there or not. When it is full nothing more is taken; the
/// lines are still in their files then, and are read later.
package final class LogSpool: LogAppender, Sendable {
    /// What is sent next, the same after any end of the process until it is acknowledged.
    struct Outgoing: Sendable {
        let identity: String
        /// In front of the message and behind it.
        let position: RelayPosition
        let next: RelayPosition
        /// The pieces, each counted.
        let pieces: [UInt8]
        let pieceCount: Int
        let events: Int
        /// The row of the last piece; 0 for a message without events.
        let through: Int64
    }

    /// A piece whose bytes cannot be read any more.
    struct DamagedPiece: Error { let id: Int64 }

    private struct State {
        var maxBytes: Int64
        var bytes: Int64 = 0
        var events = 0
        /// What was wrong with the file when it was opened.
        var problem: String?
    }

    /// Woken by each append, for who waits for something to send.
    let changes = Pause()
    private let database: SQLiteDatabase
    private let asideFolder: SetAsideFolder
    private let compressor = Mutex(Zstd())
    private let state: Mutex<State>
    private let timeSource: any TimeSource

    // AUTOINCREMENT, as numbers of rows must never come back: a message that is under way ends at one.
    private static let schema = """
        CREATE TABLE agent(
            identity TEXT NOT NULL, number INTEGER NOT NULL, checksum INTEGER NOT NULL, through INTEGER NOT NULL);
        CREATE TABLE pieces(
            id INTEGER PRIMARY KEY AUTOINCREMENT, appended INTEGER NOT NULL, events INTEGER NOT NULL,
            data BLOB NOT NULL);
        CREATE TABLE offsets(source TEXT PRIMARY KEY, path TEXT NOT NULL, offset INTEGER NOT NULL,
            checksum INTEGER) WITHOUT ROWID;
        """
    private static let version = 1
    /// A message ends before it has so many bytes without compression, or pieces; a piece may be longer by itself. Servers
    /// read messages up to a mebibyte beside each other.
    private static let messageBytes = 960 << 10
    private static let messagePieces = 500
    /// A longer piece, of one event then, is more than a server takes.
    private static let pieceBytesMax = 24 << 20
    /// The file gives its room back once nothing waits and it is larger.
    private static let emptyFileBytes: Int64 = 16 << 20

    /// Opens the spool in a folder, which is made if it is absent. A file that is damaged is moved aside.
    /// - Parameter maxBytes: of the events that may wait.
    /// - Throws: `StorageError`, with the code `inUse` if another process has it open.
    package init(
        directory: String, maxBytes: Int64, timeSource: any TimeSource = SystemTimeSource()
    ) throws(StorageError) {
        try FileSystem.makeDirectory(directory)
        self.timeSource = timeSource
        asideFolder = SetAsideFolder(path: directory + "/refused")
        let path = directory + "/spool.sqlite"
        var problem: String?
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try Self.open(path)
        } catch  where error.code == .corrupt {
            let aside = try SQLiteFiles.quarantine(path)
            problem =
                "\(error); it was moved to \(aside): what waited in it is not sent, and log files are read again"
            database = try Self.open(path)
        }
        self.database = database
        let waiting: (bytes: Int64, events: Int)
        do {
            waiting = try database.withConnection { connection in
                let rows = try connection.statement(
                    "SELECT coalesce(sum(length(data)), 0), coalesce(sum(events), 0) FROM pieces")
                defer { rows.reset() }
                return try rows.step() ? (rows.integer(0), Int(rows.integer(1))) : (0, 0)
            }
        } catch {
            throw StorageError.from(error, action: "open", path: path)
        }
        state = Mutex(State(maxBytes: maxBytes, bytes: waiting.bytes, events: waiting.events, problem: problem))
    }

    private static func open(_ path: String) throws(StorageError) -> SQLiteDatabase {
        let database = try SQLiteDatabase(
            path: path,
            options: SQLiteOptions(journal: .writeAheadLog, sync: .normal, canShrink: true, isExclusive: true))
        do {
            try database.withConnection { connection in
                let found = try connection.userVersion()
                if found > version {
                    throw StorageError(
                        .tooNew, action: "open", path: path,
                        cause: "its schema has version \(found), this program knows \(version)")
                }
                if found == version { return }
                try connection.transaction {
                    try connection.execute(schema)
                    try connection.run("INSERT INTO agent VALUES (?, 0, 0, 0)", [newIdentity()])
                    try connection.execute("PRAGMA user_version=\(version)")
                }
            }
        } catch {
            database.close()
            throw StorageError.from(error, action: "open", path: path)
        }
        return database
    }

    private static func newIdentity() -> String {
        Hexadecimal.padded(UInt64.random(in: .min ... .max)) + Hexadecimal.padded(UInt64.random(in: .min ... .max))
    }

    /// Changes how much may wait.
    package func update(maxBytes: Int64) { state.withLock { $0.maxBytes = maxBytes } }

    /// What waits: bytes as they lie in the file.
    package var waiting: (bytes: Int64, events: Int) { state.withLock { ($0.bytes, $0.events) } }

    /// When what has waited longest was read, in milliseconds since the Unix epoch; `nil` where nothing waits.
    package var oldest: Int64? {
        let found = try? database.withConnection { connection in
            try connection.rows("SELECT appended FROM pieces ORDER BY id LIMIT 1") { $0.integer(0) }
        }
        return found?.first
    }

    /// What was wrong with the file when it was opened; `nil` where nothing was.
    package var problem: String? { state.withLock { $0.problem } }

    /// Where that lies which no server takes.
    package var setAsideFolder: String { asideFolder.path }

    package func close() { database.close() }

    // MARK: Taking events

    /// Puts events behind all others and moves the reader's offset, in one transaction.
    /// - Throws: ``LogSpoolFull``, or `StorageError`: then nothing of it is here.
    package func append(_ events: [LogEvent], offset: TailOffset?) throws {
        if events.isEmpty, offset == nil { return }
        var rows: [(events: Int, data: [UInt8])] = []
        for piece in EventPieces.encode(events) {
            let data = compressor.withLock { $0.compress(piece.bytes, level: 1) }
            if piece.bytes.count > Self.pieceBytesMax {
                try asideFolder.keep(
                    data, because: "an event of \(piece.bytes.count) bytes is more than a server takes")
            } else {
                rows.append((piece.events, data))
            }
        }
        let bytes = rows.reduce(Int64(0)) { $0 + Int64($1.data.count) }
        try state.withLock { state in
            // Were nothing taken that is larger than the bound, it would wait for ever.
            if bytes > 0, state.bytes > 0, state.bytes + bytes > state.maxBytes {
                throw LogSpoolFull(bytes: state.bytes, maxBytes: state.maxBytes)
            }
        }
        let now = timeSource.now()
        try database.withConnection { [rows] connection in
            try connection.transaction {
                for row in rows {
                    try connection.run(
                        "INSERT INTO pieces(appended, events, data) VALUES (?, ?, ?)", [now, row.events, row.data])
                }
                if let offset { try Self.set(offset, connection) }
            }
        }
        if rows.isEmpty { return }
        let count = rows.reduce(0) { $0 + $1.events }
        state.withLock { state in
            state.bytes += bytes
            state.events += count
        }
        changes.wake()
    }

    private static func set(_ offset: TailOffset, _ connection: SQLiteConnection) throws {
        if offset.offset < 0 { return try connection.run("DELETE FROM offsets WHERE source = ?", [offset.source]) }
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

    /// How far each log file was read.
    package func tailOffsets() throws -> [TailOffset] {
        try database.withConnection { connection in
            try connection.rows("SELECT source, path, offset, checksum FROM offsets ORDER BY source") { row in
                TailOffset(
                    source: row.text(0), path: row.text(1), offset: row.integer(2),
                    checksum: row.isNull(3) ? nil : UInt64(bitPattern: row.integer(3)))
            }
        }
    }

    // MARK: Giving them away

    /// Who sends, and how far its messages have come.
    private struct Agent: Sendable {
        let identity: String
        let position: RelayPosition
        /// The row of the last piece of the message that is under way; 0 where none is.
        var through: Int64
    }

    /// The message that is to be sent, of the oldest pieces; one without events where none wait. Its extent is on the
    /// disk when this returns, so that not even a power cut makes another message of that number.
    /// - Throws: ``DamagedPiece``, or `StorageError`.
    func next() throws -> Outgoing {
        let (found, isFixed) = try database.withConnection { connection -> (Outgoing, Bool) in
            var sender = try agent(connection)
            var found = try message(sender, connection)
            if found.through == 0, sender.through > 0 {
                // Nothing is left of the message that was under way.
                sender.through = 0
                found = try message(sender, connection)
            }
            return (found, sender.through > 0)
        }
        if !isFixed, found.through > 0 { try fix(through: found.through) }
        return found
    }

    private func agent(_ connection: SQLiteConnection) throws -> Agent {
        let found = try connection.rows("SELECT identity, number, checksum, through FROM agent") { row in
            Agent(
                identity: row.text(0),
                position: RelayPosition(number: row.integer(1), checksum: UInt64(bitPattern: row.integer(2))),
                through: row.integer(3))
        }
        guard let agent = found.first else {
            throw StorageError(.corrupt, action: "read from", path: database.path, cause: "it names no agent")
        }
        return agent
    }

    private func message(_ agent: Agent, _ connection: SQLiteConnection) throws -> Outgoing {
        let isFixed = agent.through > 0
        let rows = try connection.statement("SELECT id, events, data FROM pieces WHERE id <= ? ORDER BY id")
        defer { rows.reset() }
        rows.bind(1, isFixed ? agent.through : Int64.max)
        let zstd = Zstd()
        var bytes: [UInt8] = []
        var (count, events, last) = (0, 0, Int64(0))
        while isFixed || (count < Self.messagePieces && bytes.count < Self.messageBytes), try rows.step() {
            let piece: [UInt8]
            do {
                // The bound is one that no piece of ours comes near.
                piece = try rows.withBytes(2) { data in
                    try zstd.decompress(data, limit: 4 * Self.pieceBytesMax)
                }
            } catch {
                throw DamagedPiece(id: rows.integer(0))
            }
            if !isFixed, count > 0, bytes.count + piece.count > Self.messageBytes { break }
            bytes.appendCounted(piece)
            count += 1
            events += Int(rows.integer(1))
            last = rows.integer(0)
        }
        return Outgoing(
            identity: agent.identity, position: agent.position,
            next: count == 0 ? agent.position : bytes.withUnsafeBytes { agent.position.advanced(by: $0) },
            pieces: bytes, pieceCount: count, events: events, through: last)
    }

    private func fix(through last: Int64) throws {
        let synchronization = try database.withConnection { connection in
            try connection.run("UPDATE agent SET through = ?", [last])
            return try connection.logSynchronization()
        }
        try synchronization?.wait()
    }

    /// Takes a message out: the server has it.
    func acknowledge(_ message: Outgoing) throws {
        try remove(message) { connection in
            try connection.run(
                "UPDATE agent SET number = ?, checksum = ?, through = 0",
                [message.next.number, Int64(bitPattern: message.next.checksum)])
        }
    }

    /// Puts a message aside that no server takes: into a file of its own.
    func setAside(_ message: Outgoing, because reason: String) throws {
        try asideFolder.keep(compressor.withLock { $0.compress(message.pieces) }, because: reason)
        try remove(message) { try $0.run("UPDATE agent SET through = 0", []) }
    }

    /// Ends the message that is under way with its first piece.
    func narrow() throws {
        let first = try database.withConnection { connection in
            try connection.rows("SELECT id FROM pieces ORDER BY id LIMIT 1") { $0.integer(0) }
        }
        try fix(through: first.first ?? 0)
    }

    /// Goes on as an agent that no server knows: the identity is somebody else's too. What waits stays.
    func renewIdentity() throws {
        try database.withConnection {
            try $0.run("UPDATE agent SET identity = ?, number = 0, checksum = 0, through = 0", [Self.newIdentity()])
        }
    }

    /// Puts a piece aside whose bytes are damaged.
    func dropDamaged(_ piece: DamagedPiece) throws {
        let found = try database.withConnection { connection in
            try connection.rows("SELECT data, events FROM pieces WHERE id = ?", [piece.id]) {
                (data: $0.bytes(0), events: Int($0.integer(1)))
            }
        }
        guard let found = found.first else { return }
        try asideFolder.keep(found.data, because: "its bytes in the spool are damaged")
        try database.withConnection { connection in
            try connection.transaction {
                try connection.run("DELETE FROM pieces WHERE id = ?", [piece.id])
                // A message that ended here has no end any more.
                try connection.run("UPDATE agent SET through = 0", [])
            }
        }
        state.withLock { state in
            state.bytes -= Int64(found.data.count)
            state.events -= found.events
        }
    }

    private func remove(_ message: Outgoing, _ update: (SQLiteConnection) throws -> Void) throws {
        let bytes = try database.withConnection { connection in
            try connection.transaction {
                let bytes = try connection.rows(
                    "SELECT coalesce(sum(length(data)), 0) FROM pieces WHERE id <= ?", [message.through]
                ) { $0.integer(0) }
                try connection.run("DELETE FROM pieces WHERE id <= ?", [message.through])
                try update(connection)
                return bytes.first ?? 0
            }
        }
        let isEmpty = state.withLock { state in
            state.bytes -= bytes
            state.events -= message.events
            return state.events == 0
        }
        if isEmpty, FileSystem.size(of: database.path) > Self.emptyFileBytes {
            try database.withConnection { connection in
                try connection.shrink()
                try connection.checkpoint()
            }
        }
    }
}

/// More events wait for the server than may.
package struct LogSpoolFull: Error, Sendable, CustomStringConvertible {
    package let bytes: Int64
    package let maxBytes: Int64

    package var description: String {
        "the spool is full: \(bytes) of \(maxBytes) bytes wait for the server of ship; see why it does not take them, or "
            + "raise ship.max_size"
    }
}
