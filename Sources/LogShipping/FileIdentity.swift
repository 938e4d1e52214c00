import Base

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Device and inode: what stays the same when a file is renamed.
struct FileNumber: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    init(_ information: stat) {
        device = UInt64(information.st_dev)
        inode = UInt64(information.st_ino)
    }
}

/// What of a file's state is looked at.
struct FileState {
    let number: FileNumber
    let size: Int64
    /// Milliseconds since the Unix epoch.
    let modified: Int64
    /// Whether no folder has it any more.
    let isRemoved: Bool

    private init(_ information: stat) {
        number = FileNumber(information)
        size = Int64(information.st_size)
        modified = Int64(information.st_mtim.tv_sec) * 1_000 + Int64(information.st_mtim.tv_nsec) / 1_000_000
        isRemoved = information.st_nlink == 0
    }

    /// The state of a regular file; `nil` if there is none at `path`, or only a link that is not to be followed.
    init?(path: String, followsLinks: Bool = true) {
        var information = stat()
        let result = followsLinks ? stat(path, &information) : lstat(path, &information)
        guard result == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(information)
    }

    init?(descriptor: Int32) {
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { return nil }
        self.init(information)
    }
}

/// A file's first bytes as a number: tells a file from a later one with the same inode.
struct Fingerprint: Hashable, Sendable {
    static let mostBytes = 1_024

    let length: Int
    let hash: UInt64

    init(length: Int, hash: UInt64) {
        self.length = length
        self.hash = hash
    }

    /// The fingerprint of the first `length` bytes; `nil` if there are fewer.
    init?(_ descriptor: Int32, length: Int) {
        var buffer = [UInt8](repeating: 0, count: length)
        guard pread(descriptor, &buffer, length, 0) == length else { return nil }
        self.length = length
        hash = buffer.withUnsafeBytes(Fingerprint.hash)
    }

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 { ByteHash.hash(bytes, seed: 0x7761_7463_6870_6f73) }
}

/// How far a file was read, under the name that the store keeps it by: `<input>::<device>-<inode>-<length>-<hash>`.
struct FileKey: Hashable, Sendable {
    let number: FileNumber
    let fingerprint: Fingerprint

    func source(input: String) -> String {
        "\(input)::\(number.device)-\(number.inode)-\(fingerprint.length)-" + String(fingerprint.hash, radix: 16)
    }

    /// Whether the file at `path` begins as this one did.
    func fits(_ path: String, followsLinks: Bool) -> Bool {
        guard let descriptor = try? RegularFile.open(path, followsLinks: followsLinks) else { return false }
        defer { close(descriptor) }
        return Fingerprint(descriptor, length: fingerprint.length) == fingerprint
    }

    /// Reads a name back with its input, whichever that is.
    static func ofAnyInput(_ source: String) -> (input: String, key: FileKey)? {
        guard let end = source.ranges(of: "::").last?.lowerBound else { return nil }
        let input = String(source[..<end])
        return FileKey(source: source, input: input).map { (input, $0) }
    }

    init(number: FileNumber, fingerprint: Fingerprint) {
        self.number = number
        self.fingerprint = fingerprint
    }

    /// Reads a name back, if it is of that input.
    init?(source: String, input: String) {
        guard source.hasPrefix(input + "::") else { return nil }
        let parts = source.dropFirst(input.count + 2).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, let device = UInt64(parts[0]), let inode = UInt64(parts[1]), let length = Int(parts[2]),
            (0...Fingerprint.mostBytes).contains(length), let hash = UInt64(parts[3], radix: 16)
        else { return nil }
        number = FileNumber(device: device, inode: inode)
        fingerprint = Fingerprint(length: length, hash: hash)
    }
}
