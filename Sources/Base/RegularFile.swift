#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Why a file is not read; the text says what stands at the path.
public struct RegularFileError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        case absent, notPermitted, notRegular, link, tooLarge, other
    }

    public let path: String
    public let reason: Reason
    /// What is wrong and the mend, without the path.
    public let cause: String

    public var description: String { "cannot read \(path): \(cause)" }
}

/// Opens files that were found by a folder or a pattern, where anything may stand: a pipe, a socket or a device is
/// refused and never waited for.
public enum RegularFile {
    /// A descriptor for reading, which the caller closes.
    /// - Parameter followsLinks: whether the last part of `path` may be a symbolic link.
    public static func open(_ path: String, followsLinks: Bool = true) throws(RegularFileError) -> Int32 {
        // Without waiting: a pipe that nobody writes to would hold the opening for ever.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, flags)
        #else
            let descriptor = Darwin.open(path, flags)
        #endif
        guard descriptor >= 0 else { throw failure(path, errno, followsLinks) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw RegularFileError(path: path, reason: .notRegular, cause: notRegular)
        }
        return descriptor
    }

    /// All bytes of a file.
    /// - Parameter bytesMax: a file that has more, also one that grows meanwhile, is refused.
    public static func contents(
        _ path: String, atMost bytesMax: Int, followsLinks: Bool = true
    ) throws(RegularFileError) -> [UInt8] {
        let descriptor = try open(path, followsLinks: followsLinks)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = read(descriptor, chunk.baseAddress, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path, errno, followsLinks)
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > bytesMax {
                throw RegularFileError(
                    path: path, reason: .tooLarge, cause: "it has more than \(bytesMax) bytes; split it")
            }
        }
    }

    private static let notRegular = "it is not a regular file; put a file there, or take it away"

    private static func failure(_ path: String, _ number: Int32, _ followsLinks: Bool) -> RegularFileError {
        switch number {
        case ENOENT, ENOTDIR: RegularFileError(path: path, reason: .absent, cause: "there is no such file")
        case EACCES, EPERM:
            RegularFileError(
                path: path, reason: .notPermitted, cause: "this user may not read it; give it the right to")
        case ENXIO, EISDIR, ENODEV: RegularFileError(path: path, reason: .notRegular, cause: notRegular)
        case ELOOP where !followsLinks:
            RegularFileError(
                path: path, reason: .link, cause: "it is a symbolic link, which is not followed here; put a file there")
        default: RegularFileError(path: path, reason: .other, cause: String(cString: strerror(number)))
        }
    }
}
