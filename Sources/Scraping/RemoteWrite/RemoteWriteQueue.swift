internal import Base
internal import Codecs
internal import Partitions
internal import Synchronization

/// Samples that wait to be sent to one remote, in a file: what is in it survives the end of the process and hours
/// without the remote.
final class RemoteWriteQueue: Sendable {
    /// A part of the queue, in its order.
    struct Batch: Sendable {
        let ids: ClosedRange<Int64>
        /// Messages of version 1, one behind the other.
        let message: [UInt8]
        let sampleCount: Int
        let byteCount: Int64
    }

    /// What waits, and what was given up.
    struct State: Sendable {
        var pendingSamples = 0
        var pendingBytes: Int64 = 0
        /// Samples that were dropped because there was no room, or nobody to write them to.
        var droppedSamples = 0
    }

    /// Bytes that may wait for one remote: about two hours of 25,000 series at 15 s.
    static let bytesMax: Int64 = 512 << 20
    private static let messageBytesMax = 256 << 20

    private let database: SQLiteDatabase
    private let state = Mutex(State())

    private static let schema = """
        CREATE TABLE IF NOT EXISTS batches(
            id INTEGER PRIMARY KEY AUTOINCREMENT, samples INTEGER NOT NULL, data BLOB NOT NULL)
        """

    /// Opens the queue's file, which is made if it is absent.
    /// - Throws: `StorageError`.
    init(path: String) throws {
        database = try SQLiteDatabase(
            path: path,
            options: SQLiteOptions(journal: .writeAheadLog, sync: .normal, canShrink: true, isExclusive: true))
        let found = try database.withConnection { connection in
            try connection.execute(Self.schema)
            let rows = try connection.statement(
                "SELECT coalesce(sum(samples), 0), coalesce(sum(length(data)), 0) FROM batches")
            defer { rows.reset() }
            return try rows.step() ? (Int(rows.integer(0)), rows.integer(1)) : (0, 0)
        }
        state.withLock { ($0.pendingSamples, $0.pendingBytes) = found }
    }

    var current: State { state.withLock { $0 } }

    /// Puts messages behind all others. When it returns they are committed.
    func append(_ messages: [(bytes: [UInt8], samples: Int)]) throws {
        let rows = messages.map { (Snappy.compress($0.bytes), $0.samples) }
        try database.withConnection { connection in
            try connection.transaction {
                let insertion = try connection.statement("INSERT INTO batches(samples, data) VALUES (?, ?)")
                for (data, samples) in rows {
                    insertion.bind(1, samples)
                    insertion.bind(2, data)
                    try insertion.run()
                }
            }
        }
        state.withLock { state in
            for (data, samples) in rows {
                state.pendingSamples += samples
                state.pendingBytes += Int64(data.count)
            }
        }
        try dropOldest()
    }

    /// Gives up the oldest batches until the rest is within the bound.
    private func dropOldest() throws {
        while current.pendingBytes > Self.bytesMax, let oldest = try first(samples: 100_000) {
            try remove(oldest)
            state.withLock { $0.droppedSamples += oldest.sampleCount }
        }
    }

    /// The oldest samples, about as many as are asked for; `nil` where none wait.
    func first(samples wanted: Int) throws -> Batch? {
        try database.withConnection { connection in
            let rows = try connection.statement("SELECT id, samples, data FROM batches ORDER BY id LIMIT 1000")
            defer { rows.reset() }
            var ids: ClosedRange<Int64>?
            var message: [UInt8] = []
            var count = 0
            var bytes: Int64 = 0
            while count < wanted, try rows.step() {
                let samples = Int(rows.integer(1))
                if count > 0, count + samples > wanted { break }
                let id = rows.integer(0)
                let data = rows.bytes(2)
                bytes += Int64(data.count)
                count += samples
                ids = (ids?.lowerBound ?? id)...id
                message += try data.withUnsafeBytes { try Snappy.decompress($0, limit: Self.messageBytesMax) }
            }
            return ids.map { Batch(ids: $0, message: message, sampleCount: count, byteCount: bytes) }
        }
    }

    /// Takes a batch out: it was sent, or nobody will take it.
    func remove(_ batch: Batch) throws {
        try database.withConnection { connection in
            let deletion = try connection.statement("DELETE FROM batches WHERE id BETWEEN ? AND ?")
            deletion.bind(1, batch.ids.lowerBound)
            deletion.bind(2, batch.ids.upperBound)
            try deletion.run()
        }
        state.withLock { state in
            state.pendingSamples -= batch.sampleCount
            state.pendingBytes -= batch.byteCount
        }
    }

    func noteDropped(_ samples: Int) { state.withLock { $0.droppedSamples += samples } }

    func close() { database.close() }
}
