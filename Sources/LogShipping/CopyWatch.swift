import Base

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells new files from copies of files that are followed. A copy is made before the original is cut, so a file that may
/// become one waits for a moment.
struct CopyWatch {
    enum Judgement {
        /// A file of its own.
        case new
        /// It may be a copy; look again.
        case wait
        /// A copy, read up to there.
        case copy(offset: Int64, checksum: UInt64)
    }

    /// What is known of a file that is followed.
    struct Original {
        let path: String
        let offset: Int64
        let checksum: UInt64?
    }

    private var records: [ReadRecord] = []
    /// When files that wait were first seen with their size.
    private var waiting: [FileNumber: (size: Int64, since: Int64)] = [:]

    private static let longestWait: Int64 = 10_000
    private static let recordsMax = 64
    /// How long a copy is looked for beside its original.
    private static let searchTime: Int64 = 60_000

    var isWaiting: Bool { !waiting.isEmpty }

    mutating func add(_ record: ReadRecord, now: Int64) {
        if record.states.isEmpty { return }
        if records.count >= Self.recordsMax { records.removeFirst() }
        var record = record
        record.since = now
        records.append(record)
    }

    /// Paths of files that were cut a moment ago, and of which no copy is found yet.
    func cutFiles(now: Int64) -> [String] {
        records.filter { !$0.isCopyFound && now - $0.since < Self.searchTime }.map(\.path)
    }

    mutating func judge(
        _ path: String, _ state: FileState, _ originals: [Original], followsLinks: Bool, now: Int64
    ) -> Judgement {
        let isCandidate =
            records.contains { ReadRecord.isRelated(path, to: $0.path) }
            || originals.contains { ReadRecord.isRelated(path, to: $0.path) }
        guard isCandidate, let descriptor = try? RegularFile.open(path, followsLinks: followsLinks) else { return .new }
        defer { close(descriptor) }
        for index in records.indices.reversed() where ReadRecord.isRelated(path, to: records[index].path) {
            if let start = records[index].start(inCopy: descriptor, size: state.size) {
                records[index].isCopyFound = true
                waiting[state.number] = nil
                return .copy(offset: start.offset, checksum: start.checksum)
            }
        }
        let mayBecomeOne = originals.contains {
            ReadRecord.isRelated(path, to: $0.path) && Self.begins(descriptor, state.size, as: $0)
        }
        guard mayBecomeOne else {
            waiting[state.number] = nil
            return .new
        }
        let known = waiting[state.number]
        if let known, known.size == state.size {
            guard now - known.since < Self.longestWait else {
                waiting[state.number] = nil
                return .new
            }
        } else {
            waiting[state.number] = (state.size, now)
        }
        return .wait
    }

    /// Forgets files that are gone.
    mutating func keep(_ found: Set<FileNumber>) { waiting = waiting.filter { found.contains($0.key) } }

    /// Whether the file has, as far as it goes, the bytes that were read of the original.
    private static func begins(_ descriptor: Int32, _ size: Int64, as original: Original) -> Bool {
        if original.offset == 0 { return false }
        if let checksum = original.checksum, size >= original.offset {
            return FileChecksum.read(descriptor, length: original.offset)?.value == checksum
        }
        // It is being copied: what is there is compared with the original, unless that is cut already.
        let length = min(size, original.offset)
        guard length <= FileChecksum.bytesMax, let other = try? RegularFile.open(original.path) else { return false }
        defer { close(other) }
        guard let there = FileState(descriptor: other), there.size >= length else { return size < original.offset }
        return FileChecksum.read(descriptor, length: length) == FileChecksum.read(other, length: length)
    }
}
