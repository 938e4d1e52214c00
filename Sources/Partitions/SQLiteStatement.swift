import CSQLite

/// A prepared statement: bind values (counted from 1), step through rows, read columns (counted from 0).
public final class SQLiteStatement {
    private var handle: OpaquePointer?
    private let path: String

    init(handle: OpaquePointer, path: String) {
        self.handle = handle
        self.path = path
    }

    func finish() {
        sqlite3_finalize(handle)
        handle = nil
    }

    public func bind(_ index: Int, _ value: Int64) { sqlite3_bind_int64(handle, Int32(index), value) }

    public func bind(_ index: Int, _ value: Int) { sqlite3_bind_int64(handle, Int32(index), Int64(value)) }

    public func bind(_ index: Int, _ value: Double) { sqlite3_bind_double(handle, Int32(index), value) }

    public func bindNull(_ index: Int) { sqlite3_bind_null(handle, Int32(index)) }

    public func bind(_ index: Int, _ value: String) {
        var value = value
        value.withUTF8 { bytes in
            // A null address would bind NULL instead of an empty text.
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(
                    handle, Int32(index), $0.baseAddress ?? SQLiteStatement.empty, Int32($0.count),
                    SQLiteStatement.copies)
            }
        }
    }

    /// Binds a copy of `value`.
    public func bind(_ index: Int, _ value: [UInt8]) {
        value.withUnsafeBytes { bytes in
            _ = sqlite3_bind_blob64(
                handle, Int32(index), bytes.baseAddress ?? UnsafeRawPointer(SQLiteStatement.empty),
                UInt64(bytes.count), SQLiteStatement.copies)
        }
    }

    /// Binds `bytes` without a copy, steps to the end and forgets them: for large values that are written once.
    /// All other parameters must be bound before.
    public func run(bindingWithoutCopy bytes: UnsafeRawBufferPointer, at index: Int) throws(StorageError) {
        sqlite3_bind_blob64(
            handle, Int32(index), bytes.baseAddress ?? UnsafeRawPointer(SQLiteStatement.empty), UInt64(bytes.count), nil
        )
        defer { sqlite3_bind_null(handle, Int32(index)) }
        try run()
    }

    /// Moves to the next row.
    /// - Returns: whether there is one.
    public func step() throws(StorageError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result:
            let error = StorageError(
                sqlite: result, handle: sqlite3_db_handle(handle),
                action: sqlite3_stmt_readonly(handle) != 0 ? "read from" : "write to", path: path)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Steps to the end and makes the statement ready for its next use.
    public func run() throws(StorageError) {
        while try step() {}
        reset()
    }

    /// Makes the statement ready for its next use; bound values stay.
    public func reset() { sqlite3_reset(handle) }

    public func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    public func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    public func text(_ column: Int) -> String { withBytes(column) { String(decoding: $0, as: UTF8.self) } }

    public func bytes(_ column: Int) -> [UInt8] { withBytes(column) { [UInt8]($0) } }

    /// The column's bytes where SQLite keeps them; not to be kept beyond `body`.
    public func withBytes<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        let address = sqlite3_column_blob(handle, Int32(column))
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : count))
    }

    // SQLite's SQLITE_TRANSIENT, a macro that Swift does not see: the value is to be copied.
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    // A place that is not null, for values of no bytes.
    private nonisolated(unsafe) static let empty = UnsafePointer<CChar>(
        UnsafeMutablePointer<CChar>.allocate(capacity: 1))
}
