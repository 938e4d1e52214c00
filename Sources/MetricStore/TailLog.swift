import Base
import Partitions

/// The files in which batches are committed before they are acknowledged: what brings the head back after a restart.
///
/// One row holds one thing, in the order of time:
///
///     session       8 bytes: which run of the store wrote the file; refs have a meaning only within one
///     definitions   refs and labels of new series, in the same transaction as their first batch
///     batch         samples, see ``BatchCodec``
///     image         a part of the head as it was after the file was begun, see ``TailImage``
///     imageEnd      the image is whole: older files are not needed any more
///     sealed        a window and the series whose samples in it are in a day file, see ``SealedCodec``
///     exemplars     see ``ExemplarCodec``; an image is followed by all that are kept
///
/// A new file is begun when the old one has grown: batches go to the new one at once, and the head's image follows
/// them piece by piece. A sample may so be in the image and in a batch, which does no harm when both are read.
///
/// Not for two threads at once: the store keeps it behind a lock.
final class TailLog {
    enum Kind: Int64 {
        case session = 0
        case definitions, batch, image, imageEnd, sealed, exemplars
    }

    static let schema = "CREATE TABLE entries(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, data BLOB NOT NULL)"
    private static let insertion = "INSERT INTO entries(kind, data) VALUES (?, ?)"

    let files: RotatingFiles
    private let options: SQLiteOptions
    private let session = UInt64.random(in: .min ... .max)
    private var connection: SQLiteConnection?
    private(set) var generation: Int
    /// Generations that are there besides the current one, oldest first.
    private(set) var older: [Int]
    /// Samples in batches of the current file.
    private(set) var sampleCount = 0
    /// Woken when something is written that does not wait for the disk, after a time without.
    let changes = Pause()
    private var isUnsynchronized = false {
        didSet { if isUnsynchronized, !oldValue { changes.wake() } }
    }

    /// Begins a new file behind those that are there. Without space on the disk, it is begun at the first commit.
    init(directory: String, sync: SQLiteOptions.Sync) throws(StorageError) {
        files = RotatingFiles(directory: directory)
        options = TailLog.options(sync)
        older = try files.generations()
        generation = (older.last ?? 0) + 1
        do {
            connection = try begin(generation)
        } catch {
            guard error.code == .diskFull else { throw error }
        }
    }

    static func options(_ sync: SQLiteOptions.Sync) -> SQLiteOptions {
        SQLiteOptions(journal: .writeAheadLog, sync: sync, autoCheckpointPages: 4_000, isExclusive: true)
    }

    private func begin(_ generation: Int) throws(StorageError) -> SQLiteConnection {
        let path = files.path(of: generation)
        do {
            let connection = try SQLiteConnection(path: path, options: options)
            // The file may be there already, when an earlier attempt to begin it met a full disk.
            try connection.transaction {
                if try connection.userVersion() == 0 {
                    try connection.execute(TailLog.schema)
                    var bytes: [UInt8] = []
                    bytes.appendFixed64(session)
                    try TailLog.insert(.session, bytes, connection)
                    try connection.execute("PRAGMA user_version=1")
                }
            }
            return connection
        } catch {
            throw StorageError.from(error, action: "begin", path: path)
        }
    }

    private static func insert(_ kind: Kind, _ bytes: [UInt8], _ connection: SQLiteConnection) throws(StorageError) {
        let statement = try connection.statement(insertion)
        statement.bind(1, kind.rawValue)
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(StorageError) in try statement.run(bindingWithoutCopy: bytes, at: 2) }
        }
        try result.get()
    }

    /// Commits rows together. When it returns they survive the end of the process.
    func commit(_ rows: [(kind: Kind, bytes: [UInt8])], samples: Int = 0) throws(StorageError) {
        do {
            let connection = try self.connection ?? begin(generation)
            self.connection = connection
            try connection.transaction {
                for row in rows { try TailLog.insert(row.kind, row.bytes, connection) }
            }
            sampleCount += samples
            isUnsynchronized = options.sync == .normal
        } catch {
            let error = StorageError.from(error, action: "append to", path: files.path(of: generation))
            // After a failure other than of space the connection may be of no use: the next commit opens the file anew.
            if error.code != .diskFull { closeCurrent() }
            throw error
        }
    }

    /// What waits until all commits are on the disk; `nil` if there were none since the last time. If it fails,
    /// ``noteUnsynchronized()`` lets it be tried again.
    func beginSynchronization() throws(StorageError) -> LogSynchronization? {
        guard isUnsynchronized else { return nil }
        let synchronization = try connection?.logSynchronization()
        isUnsynchronized = false
        return synchronization
    }

    func noteUnsynchronized() { isUnsynchronized = true }

    /// Begins the next file: commits go there from now on.
    func rotate() throws(StorageError) {
        let next = try begin(generation + 1)
        closeCurrent()
        connection = next
        older.append(generation)
        generation += 1
        sampleCount = 0
    }

    /// The image in the current file is whole: waits until it is on the disk and removes the older files.
    func completeImage() throws(StorageError) {
        try commit([(.imageEnd, [])])
        try connection?.checkpoint()
        while let first = older.first {
            try files.remove(first)
            older.removeFirst()
        }
    }

    /// An older file was moved aside.
    func forget(_ generation: Int) { older.removeAll { $0 == generation } }

    var bytes: Int64 {
        (older + [generation]).reduce(0) { $0 + SQLiteFiles.size(of: files.path(of: $1)) }
    }

    private func closeCurrent() {
        connection?.close()
        connection = nil
    }

    func close() { closeCurrent() }
}
