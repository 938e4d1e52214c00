#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Small files of our own that no other user may read.
public enum PrivateFile {
    /// Puts `bytes` into the file at `path` in one step: at any time it is the old one or the new one, whole.
    /// - Returns: whether it was done; else the old file is as it was.
    public static func replace(_ path: String, with bytes: some Sequence<UInt8>) -> Bool {
        let draft = path + ".new"
        // A file that is left over from an earlier try may have other rights.
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        let bytes = [UInt8](bytes)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        let isWhole = written == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        if isWhole, rename(draft, path) == 0 { return true }
        unlink(draft)
        return false
    }
}
