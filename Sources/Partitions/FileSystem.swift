#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The few operations on files and directories that stores need.
public enum FileSystem {
    /// Makes a directory and those above it, unless they are there. Nobody else may look into them.
    public static func makeDirectory(_ path: String) throws(StorageError) {
        if isDirectory(path) { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeDirectory(String(path[..<slash]))
        }
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("create directory", path) }
    }

    /// Makes an empty file that nobody else may read, unless there is a file. What SQLite puts beside a database gets the
    /// database's own rights.
    public static func makePrivateFile(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw failure("open", path) }
        close(descriptor)
    }

    /// Names in a directory, sorted, without `.` and `..`.
    public static func names(in directory: String) throws(StorageError) -> [String] {
        guard let stream = opendir(directory) else { throw failure("list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Bytes of a file; 0 if it is absent.
    public static func size(of path: String) -> Int64 {
        var information = stat()
        return stat(path, &information) == 0 ? Int64(information.st_size) : 0
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes a file; an absent one is no error.
    public static func remove(_ path: String) throws(StorageError) {
        if unlink(path) != 0, errno != ENOENT { throw failure("remove", path) }
    }

    public static func rename(_ path: String, to destination: String) throws(StorageError) {
        if Glibc.rename(path, destination) != 0 { throw failure("rename", path) }
    }

    /// Waits until a directory's entries (files made, removed, renamed) are on the disk.
    public static func synchronizeDirectory(_ path: String) throws(StorageError) {
        try synchronize(path, O_DIRECTORY)
    }

    /// Waits until a file's contents are on the disk.
    public static func synchronizeFile(_ path: String) throws(StorageError) { try synchronize(path, 0) }

    private static func synchronize(_ path: String, _ flags: Int32) throws(StorageError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure("synchronize", path) }
    }

    static func isOutOfSpace(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }

    static func text(of number: Int32) -> String { String(cString: strerror(number)) }

    static func failure(_ action: String, _ path: String) -> StorageError {
        let number = errno
        let code: StorageError.Code =
            switch number {
            case ENOSPC, EDQUOT, EFBIG: .diskFull
            case EIO: .inputOutput
            case EACCES, EPERM, EROFS: .notPermitted
            default: .other
            }
        return StorageError(code, action: action, path: path, cause: text(of: number))
    }

    private static func isDirectory(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }
}
