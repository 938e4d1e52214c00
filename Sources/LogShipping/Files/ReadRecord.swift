/// What was read of a file that is cut or gone since. Its copy (`copytruncate` of logrotate) has the same bytes.
struct ReadRecord {
    let number: FileNumber
    let path: String
    let fingerprint: Fingerprint
    /// Ends of lines and the checksums of all bytes in front of them, in ascending order; reading goes on behind the last
    /// one.
    let states: [(offset: Int64, checksum: UInt64)]
    /// When that was seen.
    var since: Int64 = 0
    var isCopyFound = false

    /// Where reading stopped.
    var end: Int64 { states.last?.offset ?? 0 }

    /// Of a file with a name of its own that only resembles the original's, this much must be the same: the logs of many
    /// recorders begin with the same lines.
    private static let bannerMax: Int64 = 4_096

    /// Whether a file may be its copy, or the file itself on a device that has another number now.
    func mayBeOf(_ path: String, _ number: FileNumber) -> Bool {
        if number.inode == self.number.inode { return number.device != self.number.device }
        return switch CopyName.likeness(of: path, to: self.path) {
        case .rotated?: true
        case .related?: end >= Self.bannerMax
        case nil: false
        }
    }

    enum Verdict {
        case copy(offset: Int64, checksum: UInt64)
        case other
        /// More of it is to be read.
        case unfinished
    }

    /// Whether a file has all that was read, or is a part of that which ends with a line.
    ///
    /// That the first bytes are alike says nothing; they only save the reading of the others.
    func judge(_ file: LogFile, _ proof: inout FileProof, _ budget: inout Int64) throws(ReadFailure) -> Verdict {
        guard let last = states.last, let isCompressed = try file.isCompressed() else { return .other }
        let head = try file.head(fingerprint.length)
        guard head.count == fingerprint.length, Fingerprint(head) == fingerprint else { return .other }
        var wanted = last
        if !isCompressed, let size = file.state?.size, size < last.offset {
            guard let end = states.last(where: { $0.offset == size }) else { return .other }
            wanted = end
        }
        if proof.position > wanted.offset { proof = FileProof() }
        switch try proof.advance(file, to: wanted.offset, &budget) {
        case true?:
            guard proof.checksum.value == wanted.checksum else { return .other }
            return .copy(offset: wanted.offset, checksum: wanted.checksum)
        case false?: return .unfinished
        case nil:
            let end = states.last { $0.offset == proof.position && $0.checksum == proof.checksum.value }
            return end.map { .copy(offset: $0.offset, checksum: $0.checksum) } ?? .other
        }
    }
}
