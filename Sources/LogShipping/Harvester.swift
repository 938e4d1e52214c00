import Base
import Model

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where harvesters hand over events.
protocol EventSink: AnyObject {
    /// Appends events and moves a file's offset in one step.
    /// - Returns: whether it was done; otherwise the same events are to be handed over again.
    func commit(_ events: [LogEvent], _ offset: TailOffset) -> Bool
    /// The offset of a file is not needed any more.
    func forget(_ source: String, path: String)
}

/// Reads one file, wherever it is renamed to.
///
/// Events that could not be appended stay here, and nothing more is read until they are. The committed offset is
/// always the end of the last line of the last committed event.
final class Harvester {
    private let builder: EventBuilder
    private let input: FilebeatInput
    var path: String
    private(set) var key: FileKey?
    private var descriptor: Int32 = -1
    private var committed: Int64 = 0
    private var cutter: LineCutter
    private var joiner: ParserChain?
    /// The file's first bytes, while there is no key.
    private var head: [UInt8] = []
    /// Events that wait for their commit, and the offset behind them.
    private var batch: [LogEvent] = []
    private var done: Int64 = 0
    /// Checksums of all bytes in front of the read position, of `done` and of `committed`; `nil` where not known.
    private var checksum: FileChecksum?
    private var doneChecksum: FileChecksum?
    private var committedChecksum: FileChecksum?
    /// The last line ends, for a copy that was made while lines still came.
    private var lineEnds: [(offset: Int64, checksum: UInt64)] = []
    /// The last bytes that were read.
    private var recent: [UInt8] = []
    private var seenModified: Int64 = 0
    /// Whether the file that was opened has other bytes than those that were read of it.
    private var isReplaced = false
    /// What was read of the file when it was found cut.
    private var cut: ReadRecord?
    private var lastActivity: Int64
    /// The file's size and time when it was closed.
    private var closedState: (size: Int64, modified: Int64)?
    private(set) var lines = 0
    private(set) var events = 0

    private static let chunkBytes = 1 << 18
    /// Bytes that are read before other files have their turn.
    private static let turnBytes: Int64 = 1 << 20
    private static let lineEndsMax = 128

    /// How far a file was read.
    struct Resumption {
        let key: FileKey
        let offset: Int64
        let checksum: UInt64?
    }

    /// - Parameter saved: how far the file was read by an earlier run.
    init(_ builder: EventBuilder, path: String, from saved: Resumption?, now: Int64) {
        self.builder = builder
        input = builder.input
        self.path = path
        lastActivity = now
        key = saved?.key
        committed = saved?.offset ?? 0
        done = committed
        committedChecksum = committed == 0 ? FileChecksum() : saved?.checksum.map { FileChecksum($0) }
        checksum = committedChecksum
        doneChecksum = committedChecksum
        cutter = LineCutter(offset: committed, limit: builder.input.maxBytes, format: builder.input.lineFormat)
        joiner = builder.parsers()
    }

    deinit { if descriptor >= 0 { Self.closeDescriptor(descriptor) } }

    private static func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

    var isOpen: Bool { descriptor >= 0 }

    var waitsForCommit: Bool { !batch.isEmpty }

    /// Where the next run goes on.
    var resumption: Resumption? {
        key.map { Resumption(key: $0, offset: committed, checksum: committedChecksum?.value) }
    }

    /// What was read, for the search for copies.
    var record: ReadRecord {
        let last = doneChecksum.map { [(offset: done, checksum: $0.value)] } ?? []
        return ReadRecord(path: path, states: done == 0 ? [] : lineEnds.filter { $0.offset < done } + last)
    }

    /// What was read before the file was found cut, once.
    func takeCut() -> ReadRecord? {
        defer { cut = nil }
        return cut
    }

    /// Opens the file if it changed since it was closed.
    /// - Returns: what went wrong, or `nil`.
    func openIfChanged(_ state: FileState, now: Int64) -> String? {
        if isOpen { return nil }
        if let closedState, closedState == (state.size, state.modified) { return nil }
        let opened: Int32
        do throws(RegularFileError) {
            opened = try RegularFile.open(path, followsLinks: input.followsLinks)
        } catch {
            let advice = error.reason == .notPermitted ? "" : "; it is tried again at the next scan"
            return "cannot open \(path): \(error.cause)\(advice)"
        }
        // Between the look at the path and the opening another file may have taken the name.
        guard FileState(descriptor: opened)?.number == state.number else {
            Self.closeDescriptor(opened)
            return nil
        }
        descriptor = opened
        lastActivity = now
        compareWithRead()
        return nil
    }

    /// A file that is opened again may have been cut meanwhile and have grown past where it was read: all bytes in front
    /// of it must be the same.
    private func compareWithRead() {
        isReplaced = false
        guard committed > 0, cutter.position == committed,
            let there = FileChecksum.read(descriptor, length: committed)
        else { return }
        if let committedChecksum { isReplaced = there != committedChecksum } else { know(there) }
    }

    private func know(_ there: FileChecksum) {
        committedChecksum = there
        checksum = there
        doneChecksum = there
    }

    /// Goes to the end of a file that is new: what it holds already is not wanted.
    func skipToEnd(_ sink: any EventSink) {
        guard let state = FileState(descriptor: descriptor), state.size > 0,
            let fingerprint = Fingerprint(descriptor, length: Int(min(state.size, Int64(Fingerprint.mostBytes))))
        else { return }
        key = FileKey(number: state.number, fingerprint: fingerprint)
        restart(at: state.size)
        done = state.size
        checksum = FileChecksum.read(descriptor, length: state.size)
        doneChecksum = checksum
        if let offset, sink.commit([], offset) {
            committed = done
            committedChecksum = doneChecksum
        }
    }

    private func restart(at offset: Int64) {
        cutter = LineCutter(offset: offset, limit: input.maxBytes, format: input.lineFormat)
        joiner = builder.parsers()
        checksum = offset == committed ? committedChecksum : nil
        head = []
        recent = []
        lineEnds = []
    }

    /// Reads what is new, up to a turn's share.
    /// - Returns: whether there may be more.
    func read(_ sink: any EventSink, now: Int64) -> Bool {
        guard isOpen, commit(sink), let state = FileState(descriptor: descriptor) else { return false }
        let mayBeRewritten = state.size > cutter.position || state.modified != seenModified
        seenModified = state.modified
        if state.size < cutter.position || isReplaced || (mayBeRewritten && isRewritten) {
            // Its copy is looked for before anything new is read: who ends now finds both as they are.
            return beginAgain(sink, now)
        }
        let start = cutter.position
        while cutter.position - start < Harvester.turnBytes {
            let count = readChunk(now)
            if count <= 0 { break }
            lastActivity = now
            guard commit(sink) else { return false }
        }
        joiner?.expire(now: now) { accept($0, now) }
        _ = commit(sink)
        return cutter.position - start >= Harvester.turnBytes
    }

    /// Whether the file has other first or last bytes than those that were read: it was cut to nothing and has grown again.
    private var isRewritten: Bool {
        // Some programs write over a line that they have not ended yet.
        let complete = recent.dropLast(Int(cutter.position - cutter.lineStart))
        if !complete.isEmpty {
            var bytes = [UInt8](repeating: 0, count: complete.count)
            let count = pread(descriptor, &bytes, bytes.count, off_t(cutter.lineStart) - off_t(bytes.count))
            if count != bytes.count || !bytes.elementsEqual(complete) { return true }
        }
        if let fingerprint = key?.fingerprint {
            return Fingerprint(descriptor, length: fingerprint.length) != fingerprint
        }
        if head.isEmpty { return false }
        var bytes = [UInt8](repeating: 0, count: head.count)
        return pread(descriptor, &bytes, bytes.count, 0) != bytes.count || bytes != head
    }

    /// The file was cut to nothing: ships what was read of it, and starts at its beginning.
    private func beginAgain(_ sink: any EventSink, _ now: Int64) -> Bool {
        joiner?.finish(now: now) { accept($0, now) }
        guard commit(sink) else { return false }
        cut = record
        isReplaced = false
        if let key { sink.forget(key.source(input: input.id), path: path) }
        key = nil
        committed = 0
        done = 0
        committedChecksum = FileChecksum()
        doneChecksum = committedChecksum
        restart(at: 0)
        return true
    }

    private func readChunk(_ now: Int64) -> Int {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Harvester.chunkBytes) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(cutter.position))
            guard count > 0 else { return count }
            let bytes = UnsafeBufferPointer(rebasing: buffer[..<count])
            if key == nil, head.count < Fingerprint.mostBytes, Int64(head.count) == cutter.position {
                head += bytes.prefix(Fingerprint.mostBytes - head.count)
            }
            let start = cutter.position
            var summed = 0
            func sum(to end: Int) {
                checksum?.add(UnsafeBufferPointer(rebasing: bytes[summed..<end]))
                summed = end
            }
            cutter.add(bytes) { line in
                lines += 1
                sum(to: Int(line.end - start))
                var entry = Entry(line)
                entry.checksum = checksum?.value ?? 0
                noteEnd(line.end)
                if joiner != nil {
                    joiner?.add(entry, now: now) { accept($0, now) }
                } else {
                    accept(entry, now)
                }
            }
            sum(to: bytes.count)
            recent.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[max(0, count - Fingerprint.mostBytes)...]))
            recent.removeFirst(max(0, recent.count - Fingerprint.mostBytes))
            return count
        }
    }

    private func noteEnd(_ offset: Int64) {
        guard let checksum else { return }
        if lineEnds.count >= Harvester.lineEndsMax { lineEnds.removeFirst(Harvester.lineEndsMax / 2) }
        lineEnds.append((offset, checksum.value))
    }

    private func accept(_ entry: Entry, _ now: Int64) {
        if let event = builder.event(entry, path: path, now: now) { batch.append(event) }
        done = entry.end
        doneChecksum = checksum == nil ? nil : FileChecksum(entry.checksum)
    }

    private var offset: TailOffset? {
        key.map {
            TailOffset(source: $0.source(input: input.id), path: path, offset: done, checksum: doneChecksum?.value)
        }
    }

    /// Hands over what is complete.
    /// - Returns: whether nothing waits any more.
    private func commit(_ sink: any EventSink) -> Bool {
        if done == committed { return true }
        if key == nil { makeKey() }
        guard let offset, sink.commit(batch, offset) else { return false }
        events += batch.count
        batch = []
        committed = done
        committedChecksum = doneChecksum
        return true
    }

    private func makeKey() {
        guard let number = FileState(descriptor: descriptor)?.number else { return }
        let length = min(head.count, Int(clamping: done))
        let hash = head.withUnsafeBytes { Fingerprint.hash(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
        key = FileKey(number: number, fingerprint: Fingerprint(length: length, hash: hash))
        head = []
    }

    /// Closes the file if there is a reason to, once all of it is read.
    /// - Returns: whether it is gone for good.
    func closeIfDone(_ sink: any EventSink, now: Int64) -> Bool {
        guard isOpen, let state = FileState(descriptor: descriptor), state.size <= cutter.position else { return false }
        let isRemoved = state.isRemoved && input.closeRemoved
        let isInactive = now - lastActivity >= input.closeInactive.milliseconds
        let isRenamed =
            input.closeRenamed && !state.isRemoved
            && FileState(path: path, followsLinks: input.followsLinks)?.number != state.number
        guard isRemoved || isInactive || isRenamed || input.closeEOF else { return false }
        guard finish(sink, now: now) else { return false }
        closeFile()
        closedState = (state.size, state.modified)
        guard state.isRemoved else { return false }
        if let key, input.cleanRemoved { sink.forget(key.source(input: input.id), path: path) }
        return true
    }

    /// Ships the event that waits for more lines.
    /// - Returns: whether nothing waits any more.
    func finish(_ sink: any EventSink, now: Int64) -> Bool {
        joiner?.finish(now: now) { accept($0, now) }
        return commit(sink)
    }

    /// Ships what is complete.
    func stop(_ sink: any EventSink) -> Bool { commit(sink) }

    func closeFile() {
        if descriptor >= 0 { Self.closeDescriptor(descriptor) }
        descriptor = -1
        // Lines that were read and not committed are read again.
        if batch.isEmpty { restart(at: committed) }
    }
}
