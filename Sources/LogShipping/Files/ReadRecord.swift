/// What was read of a file that is cut or gone since. Its copy (`copytruncate` of logrotate) has the same bytes.
struct ReadRecord {
    let contents: FileContents
    let path: String
    let fingerprint: Fingerprint
    /// Ends of lines and the checksums of all bytes in front of them, in ascending order; reading goes on behind the last
    /// one.
    let states: [(offset: Int64, checksum: UInt64)]
    /// When that was seen.
    var since: Int64 = 0
    var isCopyFound = false
    /// Whether that copy has more than was read: what is not complete stands there.
    var isRestInCopy = false

    /// Where reading stopped.
    var end: Int64 { states.last?.offset ?? 0 }

    /// Of a file with a name of its own that only resembles the original's, this much must be the same: the logs of many
    /// recorders begin with the same lines.
    private static let bannerMax: Int64 = 4_096

    /// Whether a file may be its copy, or the file itself on a device that has another number now.
    func mayBeOf(_ path: String, _ number: FileNumber) -> Bool {
        if number.inode == contents.number.inode { return number.device != contents.number.device }
        return switch CopyName.likeness(of: path, toMoved: self.path) {
        case .rotated?: true
        case .related?: end >= Self.bannerMax
        case nil: false
        }
    }

    /// The record with the last end of a line alone.
    var shortened: ReadRecord {
        var record = ReadRecord(contents: contents, path: path, fingerprint: fingerprint, states: states.suffix(1))
        (record.since, record.isCopyFound, record.isRestInCopy) = (since, isCopyFound, isRestInCopy)
        return record
    }

    /// More than this is not compared: such a copy is read as a new file.
    static let comparedMax: Int64 = 16 << 30

    /// Up to where a file is a copy: it has all that was read, or is a part of that which ends with a line; `nil` where it is
    /// another file.
    ///
    /// That the first bytes are alike says nothing; they only save the reading of the others.
    func copied(in file: LogFile) throws(ReadFailure) -> (offset: Int64, checksum: UInt64)? {
        guard let last = states.last, let isCompressed = try file.isCompressed() else { return nil }
        let head = try file.head(fingerprint.length)
        guard head.count == fingerprint.length, Fingerprint(head) == fingerprint else { return nil }
        var wanted = last
        if !isCompressed, let size = file.state?.size, size < last.offset {
            guard let end = states.last(where: { $0.offset == size }) else { return nil }
            wanted = end
        }
        var proof = FileProof()
        var budget = Self.comparedMax
        switch try proof.advance(file, to: wanted.offset, &budget) {
        case true?: return proof.checksum.value == wanted.checksum ? wanted : nil
        case false?: return nil
        case nil: return states.last { $0.offset == proof.position && $0.checksum == proof.checksum.value }
        }
    }
}
