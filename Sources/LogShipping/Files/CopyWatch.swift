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
        let number: FileNumber
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
        /// Of the bytes that both have.
        var proof = FileProof()
        var size: Int64
        /// When it was first seen with that size.
        var since: Int64

        func place(_ original: FileNumber) -> Place {
            Place(original: original, offset: proof.position, checksum: proof.checksum.value)
        }
    }

    private var records: [ReadRecord] = []
    /// By the file, and by the original.
    private var candidates: [FileNumber: [FileNumber: Candidate]] = [:]
    /// What was read of files to compare them with records.
    private var proofs: [FileNumber: FileProof] = [:]
    /// Whether the bytes that may be compared in one look were not enough.
    private(set) var isUnfinished = false
    /// Originals that are to be proven before something can be said of a file that is like them.
    private(set) var unproven: Set<FileNumber> = []
    private var budget: Int64 = 0

    /// How long a file that has not changed may be the beginning of a copy.
    private static let longestWait: Int64 = 10_000
    /// How long an original is waited for that is not proven.
    private static let longestProof: Int64 = 60_000
    private static let recordsMax = 64
    private static let recordsOfPathMax = 4
    /// How long a copy is looked for beside its original.
    private static let searchTime: Int64 = 60_000
    /// Bytes that are compared in one look: others are to have their turn.
    private static let lookBytes: Int64 = 32 << 20
    private static let pieceBytes = 1 << 16

    /// Whether a file waits that is soon to be looked at again.
    func isWaiting(now: Int64) -> Bool {
        candidates.values.contains { $0.values.contains { now - $0.since < Self.longestProof } }
    }

    /// Begins a look.
    mutating func begin() {
        budget = Self.lookBytes
        isUnfinished = false
        unproven = []
    }

    /// - Parameter isNew: whether the file was found so just now: it may have been cut at the same place before.
    mutating func add(_ record: ReadRecord, isNew: Bool = false, now: Int64) {
        guard let last = record.states.last, last.offset > 0 else { return }
        let same = records.indices.filter { records[$0].path == record.path }
        if !isNew, let known = same.last, records[known].number == record.number,
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
    }

    /// Paths of files that were cut a moment ago, and of which no copy is found yet.
    func cutFiles(now: Int64) -> Set<String> {
        Set(records.filter { !$0.isCopyFound && now - $0.since < Self.searchTime }.map(\.path))
    }

    /// Whether the copy of what was read of a file is found.
    func isCopyFound(of number: FileNumber) -> Bool {
        records.last { $0.number == number }?.isCopyFound ?? false
    }

    /// What is known of a file of which nothing was read.
    /// - Parameters:
    ///   - originals: files of which it may be a copy, by its name.
    ///   - isKnown: whether the file is followed already, and only may have been made again.
    ///   - open: opens a file; `nil` where it cannot be, or is not the one meant any more.
    ///   - isIntact: whether an original still has what was read of it.
    mutating func judge(
        _ path: String, _ state: FileState, _ originals: [Original], isKnown: Bool, now: Int64,
        open: (_ path: String, FileNumber) -> LogFile?, isIntact: (FileNumber) -> Bool
    ) throws(ReadFailure) -> Judgement {
        // Of one file there may be several, each with more than the one before.
        let related = records.indices.filter {
            records[$0].number != state.number && records[$0].mayBeOf(path, state.number)
        }.sorted { records[$0].end > records[$1].end }
        if related.isEmpty, originals.isEmpty { return .new }
        guard let file = open(path, state.number) else { return .new }
        // First what is still there: its follower may have read more of it than what a record says of the file before.
        for original in originals {
            guard let likeness = CopyName.likeness(of: path, to: original.readPath) else { continue }
            switch try compare(
                file, state, original, likeness, isKnown: isKnown, now: now, open: open, isIntact: isIntact)
            {
            case .new: candidates[state.number]?[original.number] = nil
            case .wait: return .wait
            case .copy(let place): return .copy(place)
            }
        }
        for index in related {
            if let candidate = candidates[state.number]?[records[index].number],
                candidate.proof.position == file.state?.size, candidate.proof.position < records[index].end
            {
                // A part of what was read: it was compared byte by byte while the original had them.
                return .copy(candidate.place(records[index].number))
            }
            // Begun in the look before, and good for no other.
            var proof = proofs.removeValue(forKey: state.number) ?? FileProof()
            switch try records[index].judge(file, &proof, &budget) {
            // That it is found counts once it is stored.
            case .copy(let offset, let checksum):
                if offset < records[index].end, !isQuiet(state, beside: records[index].number, now: now) {
                    return .wait
                }
                return .copy(Place(original: records[index].number, offset: offset, checksum: checksum))
            case .unfinished:
                proofs[state.number] = proof
                isUnfinished = true
                return .wait
            case .other: break
            }
        }
        candidates[state.number] = nil
        return .new
    }

    /// Whether a file that is a part of an original has not changed for long enough to be no copy that is being made.
    private mutating func isQuiet(_ state: FileState, beside original: FileNumber, now: Int64) -> Bool {
        var candidate = candidates[state.number]?[original] ?? Candidate(size: state.size, since: now)
        if candidate.size != state.size { (candidate.size, candidate.since) = (state.size, now) }
        candidates[state.number, default: [:]][original] = candidate
        return now - candidate.since >= Self.longestWait
    }

    /// Notes that a file is stored as a copy.
    mutating func settle(_ number: FileNumber, of original: FileNumber) {
        candidates[number] = nil
        if let index = records.lastIndex(where: { $0.number == original }) { records[index].isCopyFound = true }
    }

    /// Forgets files that are gone.
    mutating func keep(_ found: Set<FileNumber>) {
        candidates = candidates.filter { found.contains($0.key) }
        proofs = proofs.filter { found.contains($0.key) }
    }

    /// Compares a file with an original that is still there.
    private mutating func compare(
        _ file: LogFile, _ state: FileState, _ original: Original, _ likeness: CopyName.Likeness, isKnown: Bool,
        now: Int64,
        open: (_ path: String, FileNumber) -> LogFile?, isIntact: (FileNumber) -> Bool
    ) throws(ReadFailure) -> Judgement {
        var candidate = candidates[state.number]?[original.number] ?? Candidate(size: state.size, since: now)
        if candidate.size != state.size { (candidate.size, candidate.since) = (state.size, now) }
        let isQuiet = now - candidate.since >= Self.longestWait
        defer { candidates[state.number, default: [:]][original.number] = candidate }
        // Of one that was renamed or cut since, too.
        let longest = isKnown ? Self.longestWait : Self.longestProof
        if !original.isProven {
            // Its own follower says in a moment whether it is cut, if it can be read at all.
            unproven.insert(original.number)
            return now - candidate.since < Self.longestProof ? .wait : .new
        }
        guard let other = open(original.path, original.number), let there = other.state,
            let isCompressed = try other.isCompressed(), isCompressed || there.size >= original.offset
        else { return now - candidate.since < longest ? .wait : .new }
        switch try Self.extent(of: file, other, &candidate.proof, &budget) {
        case .unfinished:
            isUnfinished = true
            return .wait
        case .different: return isKnown || isIntact(original.number) ? .new : .wait
        case .part:
            // An empty file may be a copy that is about to be made.
            if !isQuiet || candidate.proof.position == 0 { return .wait }
            // What the original has not been read of may only be left in the copy.
            if candidate.proof.position > original.readTo {
                return now - candidate.since < Self.longestProof ? .wait : .new
            }
            return likeness == .rotated ? .copy(candidate.place(original.number)) : .new
        }
    }

    private enum Extent {
        /// The file is a beginning of what the original has, or all of it.
        case part
        /// It has other bytes, or more.
        case different
        case unfinished
    }

    private static func extent(
        of file: LogFile, _ original: LogFile, _ proof: inout FileProof, _ budget: inout Int64
    ) throws(ReadFailure) -> Extent {
        let mine = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
        let theirs = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
        defer {
            mine.deallocate()
            theirs.deallocate()
        }
        while true {
            if budget <= 0 { return .unfinished }
            switch try file.read(into: mine, at: proof.position) {
            case .end: return .part
            case .later: budget -= Int64(mine.count)
            case .bytes(let count):
                let piece = UnsafeMutableBufferPointer(rebasing: theirs[..<count])
                switch try original.read(into: piece, at: proof.position) {
                case .end: return .different
                case .later: budget -= Int64(mine.count)
                case .bytes(let there):
                    let same = min(count, there)
                    guard let first = mine.baseAddress, let other = theirs.baseAddress, memcmp(first, other, same) == 0
                    else { return .different }
                    proof.add(UnsafeBufferPointer(rebasing: mine[..<same]))
                    budget -= Int64(same)
                }
            }
        }
    }
}
