import Base

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A running checksum of a file's bytes from its first one on (FNV-1a, 64 bits): it goes on from where it stood, also
/// after a restart, and tells a copy of what was read from another file that only begins alike.
struct FileChecksum: Hashable, Sendable {
    private(set) var value: UInt64

    /// Bytes of one file that are read once more to compare them; of a larger file only the first ones are looked at.
    static let bytesMax: Int64 = 64 << 20

    init(_ value: UInt64 = FNV1a().value) { self.value = value }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        var hash = FNV1a(value)
        for byte in bytes { hash.add(byte) }
        value = hash.value
    }

    /// The checksums in front of each of `offsets`, in ascending order, as far as the file goes.
    static func read(_ descriptor: Int32, at offsets: [Int64]) -> [Int64: UInt64] {
        var checksum = FileChecksum()
        var position: Int64 = 0
        var found: [Int64: UInt64] = [:]
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) { buffer in
            for offset in offsets where offset <= bytesMax {
                while position < offset {
                    let wanted = min(buffer.count, Int(offset - position))
                    let count = pread(descriptor, buffer.baseAddress, wanted, off_t(position))
                    if count <= 0 { return }
                    checksum.add(UnsafeBufferPointer(rebasing: buffer[..<count]))
                    position += Int64(count)
                }
                found[offset] = checksum.value
            }
        }
        return found
    }

    /// The checksum of the first `length` bytes; `nil` where there are fewer, or too many to be read once more.
    static func read(_ descriptor: Int32, length: Int64) -> FileChecksum? {
        read(descriptor, at: [length])[length].map { FileChecksum($0) }
    }
}

/// What was read of a file that is cut or gone since. Its copy (`copytruncate` of logrotate) has the same bytes.
struct ReadRecord {
    let path: String
    /// Ends of lines and the checksums of all bytes in front of them, in ascending order; the last one is where reading
    /// stopped.
    let states: [(offset: Int64, checksum: UInt64)]
    /// When that was seen.
    var since: Int64 = 0
    var isCopyFound = false

    /// Where reading goes on in a copy; `nil` where the file is none.
    ///
    /// Either all that was read is in it, or all of it was read: that the first bytes are alike says nothing, as the
    /// logs of many recorders begin with the same lines.
    func start(inCopy descriptor: Int32, size: Int64) -> (offset: Int64, checksum: UInt64)? {
        guard let last = states.last else { return nil }
        guard let wanted = size >= last.offset ? last : states.last(where: { $0.offset == size }) else { return nil }
        return FileChecksum.read(descriptor, length: wanted.offset)?.value == wanted.checksum ? wanted : nil
    }

    /// Whether a file may be a copy of the one at `original` by its name: `app.log.1`, `app-20261126.log`.
    static func isRelated(_ path: String, to original: String) -> Bool {
        if path == original { return false }
        let name = lastPart(path)
        var stem = lastPart(original)
        if let dot = stem.lastIndex(of: "."), dot > stem.startIndex { stem = stem[..<dot] }
        func isEdge(_ character: Character?) -> Bool { character.map { !$0.isLetter && !$0.isNumber } ?? true }
        return name.ranges(of: stem).contains { range in
            let before = range.lowerBound == name.startIndex ? nil : name[name.index(before: range.lowerBound)]
            let after = range.upperBound == name.endIndex ? nil : name[range.upperBound]
            return isEdge(before) && isEdge(after)
        }
    }

    private static func lastPart(_ path: String) -> Substring {
        path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    }
}
