import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps a second process, or a second store in this one, from opening the same data directory.
///
/// The lock is the kernel's (`flock`) on the file `lock` in the directory, so it ends with the process, however that ends.
public final class DirectoryLock: Sendable {
    public let directory: String
    private let descriptor: Mutex<Int32>

    /// Makes the directory if it is absent, and locks it.
    /// - Throws: ``StorageError`` with the code `inUse` if another holds it.
    public init(directory: String) throws(StorageError) {
        try FileSystem.makeDirectory(directory)
        let path = directory + "/lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw FileSystem.failure("open", path) }
        if flock(opened, LOCK_EX | LOCK_NB) != 0 {
            let holder = DirectoryLock.holder(opened)
            let error =
                errno == EWOULDBLOCK
                ? StorageError(.inUse, action: "open", path: directory, cause: "another process\(holder) has it open")
                : FileSystem.failure("lock", path)
            close(opened)
            throw error
        }
        // For people only; a full disk must not keep the store from opening.
        let text = "\(getpid())\n"
        ftruncate(opened, 0)
        _ = text.withCString { pwrite(opened, $0, strlen($0), 0) }
        self.directory = directory
        descriptor = Mutex(opened)
    }

    /// What is wrong where the directory was removed or replaced since: what is written then goes to files that no name
    /// leads to.
    public var loss: StorageError? {
        descriptor.withLock { descriptor in
            if descriptor < 0 { return nil }
            var (here, there) = (stat(), stat())
            guard fstat(descriptor, &here) == 0 else { return nil }
            if stat(directory + "/lock", &there) == 0, here.st_dev == there.st_dev, here.st_ino == there.st_ino {
                return nil
            }
            return StorageError(
                .lost, action: "keep", path: directory,
                cause: "it was removed or replaced while it is in use, and what is stored now is lost at the end")
        }
    }

    deinit { release() }

    /// Gives the directory free.
    public func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 {
                // A process that is being started has the descriptor for a moment, and would hold the lock as long.
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            descriptor = -1
        }
    }

    private static func holder(_ descriptor: Int32) -> String {
        let number = errno
        defer { errno = number }
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 1 else { return "" }
        return " (\(String(decoding: buffer[..<(count - 1)], as: UTF8.self)))"
    }
}
