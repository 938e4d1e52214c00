import CSQLite

extension StorageError {
    /// The error that stands for SQLite's result code on `path`.
    init(sqlite result: Int32, handle: OpaquePointer?, action: String, path: String) {
        let words = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(result)
        var cause = words.map { String(cString: $0) } ?? "unknown error"
        let systemError = handle.map { sqlite3_system_errno($0) } ?? 0
        var code = Code(sqlite: result)
        // A file system without space shows itself as an input/output error in some calls.
        if code == .inputOutput || code == .notPermitted, FileSystem.isOutOfSpace(systemError) { code = .diskFull }
        if systemError != 0, code != .corrupt { cause += " (\(FileSystem.text(of: systemError)))" }
        self.init(code, action: action, path: path, cause: "\(cause), SQLite code \(result)")
    }
}

extension StorageError.Code {
    fileprivate init(sqlite result: Int32) {
        switch result & 0xff {
        case SQLITE_FULL: self = .diskFull
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: self = .corrupt
        case SQLITE_BUSY, SQLITE_LOCKED: self = .inUse
        case SQLITE_IOERR: self = .inputOutput
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: self = .notPermitted
        default: self = .other
        }
    }
}
