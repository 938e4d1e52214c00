import Synchronization

/// A SQLite file that threads share: one connection behind a lock.
public final class SQLiteDatabase: Sendable {
    public let path: String
    private let isClosed = Mutex(false)
    // Reached only while the lock of `isClosed` is held.
    private nonisolated(unsafe) let connection: SQLiteConnection

    public init(path: String, options: SQLiteOptions = SQLiteOptions()) throws(StorageError) {
        self.path = path
        connection = try SQLiteConnection(path: path, options: options)
    }

    /// Runs `body` while no other thread uses the connection. Neither the connection nor its statements may be
    /// kept beyond `body`.
    /// - Throws: what `body` throws; ``StorageError`` after ``close()``.
    public func withConnection<Value: Sendable>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
        try isClosed.withLock { isClosed in
            if isClosed { throw StorageError(.other, action: "use", path: path, cause: "it is closed") }
            return try body(connection)
        }
    }

    /// Waits for the running use to end and closes the file.
    public func close() {
        isClosed.withLock { isClosed in
            isClosed = true
            connection.close()
        }
    }
}
