import CSQLite

/// The wait for a write-ahead log to be on the disk, by a thread that does not hold the connection: commits go on
/// meanwhile, however slow the disk is.
///
/// Sound without the compiler's checks: all that is called is the log file's `xSync`. SQLite's unix VFS waits there for the
/// file's descriptor, as it does for other threads' files all the time, and changes nothing of the file but the mark that
/// its folder is yet to be synchronized, which whoever comes only takes away (`unixSync` in os_unix.c). The handle is not
/// closed before this is gone, even if the connection is; a log stays open as long as its handle.
public struct LogSynchronization: @unchecked Sendable {
    let opening: Opening
    let file: UnsafeMutablePointer<sqlite3_file>
    let path: String

    /// Returns when all that was committed before it was asked for is on the disk.
    public func wait() throws(StorageError) {
        guard let synchronize = file.pointee.pMethods?.pointee.xSync else { return }
        let result = synchronize(file, SQLITE_SYNC_NORMAL)
        guard result == SQLITE_OK else {
            throw StorageError(sqlite: result, handle: nil, action: "synchronize", path: path)
        }
    }
}
