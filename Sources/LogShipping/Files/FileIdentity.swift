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

/// A file with certain contents: after a cut it has others.
struct FileContents: Hashable, Sendable {
    let number: FileNumber
    /// Another number for each contents that were read in this run; 0 for those of an earlier one.
    let generation: Int
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

    /// What stands at a path.
    enum Look {
        case there(FileState)
        /// No regular file, or only a link that is not to be followed.
        case absent
        /// The system does not say: a folder that may not be entered, a share that does not answer.
        case unknown
    }

    static func look(at path: String, followsLinks: Bool) -> Look {
        var information = stat()
        guard (followsLinks ? stat(path, &information) : lstat(path, &information)) == 0 else {
            return [ENOENT, ENOTDIR, ELOOP].contains(errno) ? .absent : .unknown
        }
        return information.st_mode & S_IFMT == S_IFREG ? .there(FileState(information)) : .absent
    }

    /// The state of a regular file; `nil` if none is seen at `path`, or only a link that is not to be followed.
    init?(path: String, followsLinks: Bool = true) {
        guard case .there(let state) = Self.look(at: path, followsLinks: followsLinks) else { return nil }
        self = state
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

    init(_ bytes: some Collection<UInt8>) {
        length = bytes.count
        hash = Array(bytes).withUnsafeBytes(Fingerprint.hash)
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

    /// Whether a file begins as this one did; `nil` where it cannot be read now.
    func fits(_ file: LogFile) -> Bool? {
        guard let head = try? file.head(fingerprint.length) else { return nil }
        return head.count == fingerprint.length && Fingerprint(head) == fingerprint
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

    /// A name by the file's first bytes. By a few less where the store keeps something by that name still: of a file that had
    /// the inode before and began alike.
    init(number: FileNumber, head: [UInt8], input: String, beside stale: StaleOffsets) {
        self.init(number: number, fingerprint: Fingerprint(head))
        for length in (1..<max(1, head.count)).reversed() where stale.contains(source(input: input)) {
            self.init(number: number, fingerprint: Fingerprint(head.prefix(length)))
        }
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
