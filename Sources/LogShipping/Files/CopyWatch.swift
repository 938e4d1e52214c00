import Base

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells new files from copies of files that are followed. A copy is made before the original is cut, so a file that may
/// become one waits.
struct CopyWatch {
    enum Judgement {
        /// A file of its own.
        case new
        /// It may be a copy; look again.
        case wait
        /// A copy, read up to there.
        case copy(Place)
    }

    /// Up to where a file is the copy of another one.
    struct Place {
        let original: FileNumber
        let offset: Int64
        let checksum: UInt64
    }

    /// A file that is followed, or was by an earlier run.
    struct Original {
        let contents: FileContents
        /// Where it is now.
        let path: String
        /// Where it was when it was read: a copy has its name of that one.
        let readPath: String
        /// How far it is read and stored.
        let offset: Int64
        /// How far it is read, with a line that is not complete.
        let readTo: Int64
        /// Whether it was seen in this run that it still has the bytes that were read of it.
        let isProven: Bool
    }

    /// A file that begins like an original, as far as it was compared.
    private struct Candidate {
        let path: String
        /// Of the bytes that both have.
        var proof = FileProof()
        var size: Int64
        /// When it was first seen with that size.
        var since: Int64
        /// When it was first seen: nothing is waited for longer than ``longestProof`` from then on.
        let firstSeen: Int64

        func mayWait(_ now: Int64) -> Bool { now >= firstSeen && now - firstSeen < CopyWatch.longestProof }

        func place(_ original: FileNumber) -> Place {
            Place(original: original, offset: proof.position, checksum: proof.checksum.value)
        }
    }

    private var records: [ReadRecord] = []
    /// Files that were judged since candidates were last looked through.
    private var judged: Set<FileNumber> = []
    /// By the file, and by the original.
    private var candidates: [FileNumber: [FileContents: Candidate]] = [:]
    /// Originals that are to be proven before something can be said of a file that is like them.
    private(set) var unproven: Set<FileNumber> = []

    /// How long a file that has not changed may be the beginning of a copy.
    private static let longestWait: Int64 = 10_000
    /// How long an original is waited for that is not proven.
    private static let longestProof: Int64 = 60_000
    private static let recordsMax = 4_096
    /// Of older ones only the last end of a line is kept.
    private static let longRecords = 64
    private static let recordsOfPathMax = 16
    /// How long a copy is looked for beside its original.
    private static let searchTime: Int64 = 60_000
    private static let pieceBytes = 1 << 16

    /// Whether a file waits that is soon to be looked at again.
    func isWaiting(now: Int64) -> Bool {
        candidates.values.contains { $0.values.contains { $0.mayWait(now) } }
    }

    /// Whether a file waits that may be a copy of those contents of an original.
    func isWaiting(for original: FileContents, now: Int64) -> Bool {
        candidates.values.contains { $0[original]?.mayWait(now) ?? false }
    }

    /// Begins a look.
    mutating func begin() {
        unproven = []
    }

    /// - Parameter isNew: whether the file was found so just now: it may have been cut at the same place before.
    mutating func add(_ record: ReadRecord, isNew: Bool = false, now: Int64) {
        guard let last = record.states.last, last.offset > 0 else { return }
        let same = records.indices.filter { records[$0].path == record.path }
        if !isNew, let known = same.last, records[known].contents == record.contents,
            records[known].states.last.map({ $0 == last }) ?? false
        {
            return
        }
        if same.count >= Self.recordsOfPathMax {
            records.remove(at: same[0])
        } else if records.count >= Self.recordsMax {
            records.removeFirst()
        }
        var record = record
        record.since = now
        records.append(record)
        if records.count > Self.longRecords {
            let older = records.count - Self.longRecords - 1
            records[older] = records[older].shortened
        }
    }

    /// Paths of files that were cut a moment ago, and of which no copy is found yet.
    func cutFiles(now: Int64) -> Set<String> {
        Set(records.filter { !$0.isCopyFound && now - $0.since < Self.searchTime }.map(\.path))
    }

    /// Whether a copy of what was read of a file is found that has more.
    func isRestInCopy(of number: FileNumber) -> Bool {
        records.last { $0.contents.number == number }?.isRestInCopy ?? false
    }

    /// Whether a file may be a copy of one that was cut or is gone, by its name.
    func hasRecord(for path: String, _ number: FileNumber) -> Bool {
        records.contains { isRelated($0, path, number) }
    }

    private func isRelated(_ record: ReadRecord, _ path: String, _ number: FileNumber) -> Bool {
        record.contents.number != number && record.mayBeOf(path, number)
    }

    /// What is known of a file of which nothing was read.
    /// - Parameters:
    ///   - originals: files of which it may be a copy, by its name.
    ///   - open: opens a file; `nil` where it cannot be, or is not the one meant any more.
    ///   - isIntact: whether an original still has what was read of it.
    mutating func judge(
        _ path: String, _ state: FileState, _ originals: [Original], now: Int64,
        open: (_ path: String, FileNumber) -> LogFile?, isIntact: (FileNumber) -> Bool
    ) throws(ReadFailure) -> Judgement {
        judged.insert(state.number)
        // Of one file there may be several, each with more than the one before.
        let related = records.indices.filter { isRelated(records[$0], path, state.number) }.sorted {
            records[$0].end > records[$1].end
        }
        if related.isEmpty, originals.isEmpty { return .new }
        guard let file = open(path, state.number) else { return .new }
        // First what is still there: its follower may have read more of it than what a record says of the file before.
        var waits = false
        for original in originals {
            guard let likeness = CopyName.likeness(of: path, to: original.readPath) else { continue }
            switch try compare(
                file, state, original, likeness, now: now, open: open, isIntact: isIntact)
            {
            case .new: candidates[state.number]?[original.contents] = nil
            case .wait: waits = true
            case .copy(let place): return .copy(place)
            }
        }
        if waits {
            // What was cut waits for it too, with a line that is not complete.
            for index in related { touch(file, state, records[index].contents, now) }
            return .wait
        }
        for index in related {
            let (contents, end) = (records[index].contents, records[index].end)
            if let candidate = candidates[state.number]?[contents], candidate.proof.position > 0,
                candidate.proof.position == file.state?.size, candidate.proof.position < end
            {
                // A part of what was read: it was compared byte by byte while the original had them.
                return .copy(candidate.place(contents.number))
            }
            guard let copied = try records[index].copied(in: file) else { continue }
            if copied.offset < end, now - touch(file, state, contents, now).since < Self.longestWait { return .wait }
            // That it is found counts once it is stored.
            return .copy(Place(original: contents.number, offset: copied.offset, checksum: copied.checksum))
        }
        candidates[state.number] = nil
        return .new
    }

    /// Notes that a file is compared with an original.
    @discardableResult
    private mutating func touch(
        _ file: LogFile, _ state: FileState, _ original: FileContents, _ now: Int64
    ) -> Candidate {
        var candidate = Candidate(path: file.path, size: state.size, since: now, firstSeen: now)
        // A file that has become smaller, or has another name, is another one: inodes are used again.
        if let known = candidates[state.number]?[original], state.size >= known.size, known.path == file.path {
            candidate = known
        }
        if candidate.size != state.size || now < candidate.since {
            (candidate.size, candidate.since) = (state.size, now)
        }
        candidates[state.number, default: [:]][original] = candidate
        return candidate
    }

    /// Notes that a file is stored as a copy.
    mutating func settle(_ number: FileNumber, of original: FileNumber, hasMore: Bool) {
        candidates[number] = nil
        if let index = records.lastIndex(where: { $0.contents.number == original }) {
            records[index].isCopyFound = true
            if hasMore { records[index].isRestInCopy = true }
        }
    }

    /// Forgets files that are gone: those that the last look did not judge.
    mutating func keep(_ found: Set<FileNumber>) {
        candidates = candidates.filter { found.contains($0.key) || judged.contains($0.key) }
        judged = []
    }

    /// Compares a file with an original that is still there.
    private mutating func compare(
        _ file: LogFile, _ state: FileState, _ original: Original, _ likeness: CopyName.Likeness,
        now: Int64,
        open: (_ path: String, FileNumber) -> LogFile?, isIntact: (FileNumber) -> Bool
    ) throws(ReadFailure) -> Judgement {
        var candidate = touch(file, state, original.contents, now)
        let mayWait = candidate.mayWait(now)
        let isQuiet = now - candidate.since >= Self.longestWait
        defer { candidates[state.number]?[original.contents] = candidate }
        // Of one that was renamed or cut since, too.
        if !original.isProven {
            // Its own follower says in a moment whether it is cut, if it can be read at all.
            unproven.insert(original.contents.number)
            return mayWait ? .wait : .new
        }
        guard let other = open(original.path, original.contents.number), let there = other.state,
            let isCompressed = try other.isCompressed(), isCompressed || there.size >= original.offset
        else { return mayWait ? .wait : .new }
        switch try Self.extent(of: file, other, &candidate.proof) {
        case .different: return !mayWait || isIntact(original.contents.number) ? .new : .wait
        case .part:
            // An empty file may be a copy that is about to be made, and what the original was not read of may only be left
            // in the copy.
            if !isQuiet || candidate.proof.position == 0 || candidate.proof.position > original.readTo {
                return mayWait ? .wait : .new
            }
            return likeness == .rotated ? .copy(candidate.place(original.contents.number)) : .new
        }
    }

    private enum Extent {
        /// The file is a beginning of what the original has, or all of it.
        case part
        /// It has other bytes, or more.
        case different
    }

    private static func extent(
        of file: LogFile, _ original: LogFile, _ proof: inout FileProof
    ) throws(ReadFailure) -> Extent {
        let mine = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
        let theirs = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
        defer {
            mine.deallocate()
            theirs.deallocate()
        }
        while true {
            if proof.position > ReadRecord.comparedMax { return .different }
            switch try file.read(into: mine, at: proof.position) {
            case .end: return .part
            case .later: break
            case .bytes(let count):
                let piece = UnsafeMutableBufferPointer(rebasing: theirs[..<count])
                switch try original.read(into: piece, at: proof.position) {
                case .end: return .different
                case .later: break
                case .bytes(let there):
                    let same = min(count, there)
                    guard let first = mine.baseAddress, let other = theirs.baseAddress, memcmp(first, other, same) == 0
                    else { return .different }
                    proof.add(UnsafeBufferPointer(rebasing: mine[..<same]))
                }
            }
        }
    }
}
