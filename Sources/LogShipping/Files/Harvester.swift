import Base
import Listening
import Model

/// Where harvesters hand over events.
protocol EventSink: AnyObject {
    /// Appends events and moves a file's offset in one step.
    /// - Returns: whether it was done; otherwise the same events are to be handed over again.
    func commit(_ events: [LogEvent], _ offset: TailOffset) -> Bool
    /// The offset of a file is not needed any more.
    func forget(_ source: String, path: String)
    /// The oldest time that the store keeps, in milliseconds since the Unix epoch.
    var oldestKept: Int64 { get }
}

/// Reads one file, wherever it is renamed to.
///
/// Events that could not be appended stay here, and nothing more is read until they are. The committed offset is
/// always the end of the last line of the last committed event.
final class Harvester {
    private let builder: EventBuilder
    private let input: FilebeatInput
    private let stale: StaleOffsets
    let contents: FileContents
    var path: String
    private(set) var key: FileKey?
    private var file: LogFile?
    /// Where it was opened.
    private var openPath = ""
    /// Where it was when something was read of it.
    private(set) var readPath: String
    /// Where it was when the store last heard of it.
    private var storedPath: String
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
    /// The last bytes in front of the read position.
    private var recent: [UInt8] = []
    private var seenModified: Int64 = 0
    private var seenSize: Int64 = 0
    /// What was read by an earlier run is compared with what stands there, as long as this is not done.
    private var proof: FileProof?
    /// Whether it was compressed when it was last looked at; `nil` before that.
    private var wasCompressed: Bool?
    private(set) var stop: Stop?
    private var lastActivity: Int64
    /// The file's size and time when it was closed.
    private var closedState: (size: Int64, modified: Int64)?
    private(set) var failure: ReadFailure?
    /// Whether it is open and was not read to its end since it was opened.
    private(set) var isUnread = false
    private(set) var counts = LogInputCounts()
    private var oldestKept = Int64.min

    private static let chunkBytes = 1 << 18
    /// Bytes that are read before other files have their turn.
    private static let turnBytes: Int64 = 1 << 20
    /// Bytes that are compared in a turn.
    private static let proofBytes: Int64 = 32 << 20
    private static let lineEndsMax = 128
    /// How far ahead the time of an event may be, in milliseconds, before it is counted.
    static let aheadMax: Int64 = 600_000

    /// Why nothing more is read until ``InputFollower`` has looked for a copy, which may have what is still to come.
    enum Stop {
        /// The file has other bytes than those that were read, or fewer.
        case cut
        /// No folder has it any more, and all of it is read.
        case removed
    }

    /// How far a file was read.
    struct Resumption {
        let key: FileKey
        /// Where the file was then.
        let path: String
        let offset: Int64
        let checksum: UInt64?
        /// The last bytes in front of the offset, if it was seen just now that the file has what was read.
        var recent: [UInt8]?
    }

    /// - Parameters:
    ///   - contents: others for each harvester.
    ///   - saved: how far the file was read by an earlier run.
    ///   - stale: what the store keeps beside, of files that had the inode before.
    init(
        _ builder: EventBuilder, _ contents: FileContents, path: String, from saved: Resumption?,
        beside stale: StaleOffsets, now: Int64
    ) {
        self.builder = builder
        self.stale = stale
        input = builder.input
        self.contents = contents
        self.path = path
        readPath = saved?.path ?? path
        storedPath = readPath
        lastActivity = now
        key = saved?.key
        committed = saved?.offset ?? 0
        done = committed
        committedChecksum = committed == 0 ? FileChecksum() : saved?.checksum.map { FileChecksum($0) }
        checksum = committedChecksum
        doneChecksum = committedChecksum
        cutter = LineCutter(offset: committed, limit: builder.input.maxBytes, format: builder.input.lineFormat)
        joiner = builder.parsers()
        recent = saved?.recent ?? []
        if committed > 0, saved?.recent == nil { proof = FileProof() }
    }

    var number: FileNumber { contents.number }

    var isOpen: Bool { file != nil }

    var waitsForCommit: Bool { !batch.isEmpty }

    /// Whether it was seen in this run that the file has what was read of it.
    var isProven: Bool { proof == nil && stop == nil }

    /// How far the file is read and stored.
    var offset: Int64 { committed }

    /// How far it is read, with a line that is not complete.
    var readTo: Int64 { max(committed, cutter.position) }

    /// What the store keeps of it.
    var storedOffset: TailOffset? {
        key.map {
            TailOffset(
                source: $0.source(input: input.id), path: path, offset: committed, checksum: committedChecksum?.value)
        }
    }

    /// What was read, for the search for copies: up to the first line of an event that is not complete.
    var record: ReadRecord? {
        guard done > 0, let fingerprint = key?.fingerprint ?? ownFingerprint else { return nil }
        let last = doneChecksum.map { [(offset: done, checksum: $0.value)] } ?? []
        return ReadRecord(
            contents: contents, path: readPath, fingerprint: fingerprint,
            states: lineEnds.filter { $0.offset < done } + last)
    }

    private var ownFingerprint: Fingerprint? {
        let first = ownHead
        return first.isEmpty ? nil : Fingerprint(first)
    }

    private var ownHead: [UInt8] {
        let length = Int(min(done, Int64(Fingerprint.mostBytes)))
        // Of a file that begins with a hole nothing was read of it.
        return head.isEmpty ? (try? file?.head(length)) ?? [] : Array(head.prefix(length))
    }

    // MARK: Opening and closing

    /// Whether the file changed since it was closed.
    func isChanged(_ state: FileState) -> Bool {
        !isOpen && closedState.map { $0 != (state.size, state.modified) } ?? true
    }

    /// Opens the file. That a file of an earlier run has not grown says that it need not be: it is proven once it has.
    /// - Returns: what went wrong, or `nil`.
    func open(now: Int64) -> String? {
        if isOpen { return nil }
        do throws(RegularFileError) {
            file = try LogFile(
                path, number: number, followsLinks: input.followsLinks, mayBeCompressed: input.readsCompressed)
        } catch {
            let advice = error.reason == .notPermitted ? "" : "; it is tried again at the next scan"
            return "cannot open \(path): \(error.cause)\(advice)"
        }
        closedState = nil
        openPath = path
        isUnread = isOpen
        lastActivity = now
        // By the first look: what was read must still stand there.
        seenModified = .min
        return nil
    }

    /// Takes a file of an earlier run as one that is closed, if nothing was added to it.
    func restIfUnchanged(_ state: FileState) {
        if state.size == committed { closedState = (state.size, state.modified) }
    }

    /// Opens the file at the next look though it has not changed.
    func wakeUp() { closedState = nil }

    /// Goes to the end of a file that is new: what it holds already is not wanted.
    func skipToEnd(_ sink: any EventSink) throws(ReadFailure) {
        guard let file, let state = file.state, let isCompressed = try file.isCompressed() else { return }
        if isCompressed {
            self.file = nil
            closedState = (state.size, state.modified)
            return
        }
        let first = try file.head(Int(min(state.size, Int64(Fingerprint.mostBytes))))
        if first.isEmpty { return }
        key = FileKey(number: number, head: first, input: input.id, beside: stale)
        var budget = Self.proofBytes
        var sum = FileProof()
        let isSummed = try sum.advance(file, to: state.size, &budget) ?? false
        restart(at: state.size)
        recent = try file.recent(before: state.size)
        done = state.size
        checksum = isSummed ? sum.checksum : nil
        doneChecksum = checksum
        _ = commit(sink)
    }

    private func restart(at offset: Int64) {
        cutter = LineCutter(offset: offset, limit: input.maxBytes, format: input.lineFormat)
        joiner = builder.parsers()
        checksum = offset == committed ? committedChecksum : nil
        head = []
        lineEnds = []
    }

    func closeFile() {
        file = nil
        isUnread = false
        // Lines that were read and not committed are read again.
        guard batch.isEmpty else { return }
        recent.removeLast(min(recent.count, Int(clamping: cutter.position - committed)))
        restart(at: committed)
    }

    // MARK: Reading

    /// Reads what is new, up to a turn's share.
    /// - Returns: whether there may be more.
    func read(_ sink: any EventSink, now: Int64) -> Bool {
        guard let file, stop == nil, commit(sink) else { return false }
        oldestKept = sink.oldestKept
        do throws(ReadFailure) {
            let hasMore = try read(file, sink, now)
            failure = nil
            isUnread = hasMore
            return hasMore
        } catch {
            failure = error
            return false
        }
    }

    private func read(_ file: LogFile, _ sink: any EventSink, _ now: Int64) throws(ReadFailure) -> Bool {
        guard let state = file.state else {
            throw ReadFailure(path: path, cause: "the system does not say how it stands")
        }
        if try isCut(file, state) {
            stop = .cut
            return true
        }
        if proof != nil {
            guard try prove(file) else { return true }
            if stop != nil { return true }
        }
        try cutter.learnOrder(file)
        let start = cutter.position
        var isLater = false
        while cutter.position - start < Harvester.turnBytes, !file.isRead(to: cutter.position) {
            guard let count = try readChunk(file, now) else {
                isLater = stop == nil
                break
            }
            if count == 0 { break }
            lastActivity = now
            guard commit(sink) else { return false }
        }
        joiner?.expire(now: now) { accept($0, now) }
        _ = commit(sink)
        return isLater || stop != nil || cutter.position - start >= Harvester.turnBytes
    }

    /// Whether the file is shorter than what was read of it, or has other bytes.
    private func isCut(_ file: LogFile, _ state: FileState) throws(ReadFailure) -> Bool {
        let mayBeRewritten = state.size > cutter.position || state.modified != seenModified
        let isReopened = seenModified == .min
        defer { (seenModified, seenSize) = (state.modified, state.size) }
        guard let isCompressed = try file.isCompressed() else { return cutter.position > 0 }
        defer { wasCompressed = isCompressed }
        if let wasCompressed, wasCompressed != isCompressed { return true }
        if isCompressed {
            // By its last bytes it is not known again: its inode may be used again for another one.
            if isReopened, committed > 0 { proof = FileProof() }
            return state.size < seenSize
        }
        if state.size < cutter.position { return true }
        guard mayBeRewritten, proof == nil else { return false }
        return try isRewritten(file)
    }

    /// Whether the file has still what was read of it.
    var isIntact: Bool {
        guard let file, isProven, let state = file.state else { return isProven }
        return (try? state.size >= cutter.position && !isRewritten(file)) ?? false
    }

    /// Whether the file has other first or last bytes than those that were read: it was cut to nothing and has grown again.
    private func isRewritten(_ file: LogFile) throws(ReadFailure) -> Bool {
        guard let isCompressed = try file.isCompressed(), !isCompressed else { return false }
        // Some programs write over a line that they have not ended yet.
        let complete = recent.dropLast(Int(clamping: cutter.position - cutter.lineStart))
        if try file.bytes(complete.count, before: cutter.lineStart) != Array(complete) { return true }
        guard let fingerprint = key?.fingerprint else { return try file.head(head.count) != head }
        let first = try file.head(fingerprint.length)
        return first.count != fingerprint.length || Fingerprint(first) != fingerprint
    }

    /// Compares what was read by an earlier run.
    /// - Returns: whether that is done.
    private func prove(_ file: LogFile) throws(ReadFailure) -> Bool {
        guard var proof else { return true }
        var budget = Self.proofBytes
        let isThere = try proof.advance(file, to: committed, &budget)
        self.proof = proof
        if isThere == false { return false }
        if isThere == nil || committedChecksum.map({ $0 != proof.checksum }) ?? false {
            stop = .cut
            return true
        }
        self.proof = nil
        recent = try file.recent(before: committed)
        committedChecksum = proof.checksum
        if cutter.position == committed { checksum = proof.checksum }
        if done == committed { doneChecksum = proof.checksum }
        return true
    }

    /// - Returns: how many bytes were read; `nil` where the file is to be asked again, or was cut.
    private func readChunk(_ file: LogFile, _ now: Int64) throws(ReadFailure) -> Int? {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Self.chunkBytes)
        defer { buffer.deallocate() }
        switch try file.read(into: buffer, at: cutter.position) {
        case .end: return 0
        case .later: return nil
        case .bytes(let count):
            // Between the look at the file and the reading it may have been cut.
            if try isRewritten(file) {
                stop = .cut
                return nil
            }
            if buffer[0] == 0, !cutter.isInLine, skipHole(file) { return count }
            readPath = path
            take(UnsafeBufferPointer(rebasing: buffer[..<count]), now)
            return count
        }
    }

    /// Goes over a hole of a sparse file, as a program leaves it that writes on behind a cut.
    private func skipHole(_ file: LogFile) -> Bool {
        let data = file.data(from: cutter.position)
        guard data - cutter.position > Int64(Self.chunkBytes) else { return false }
        checksum?.addZeros(data - cutter.position)
        cutter.skip(to: data)
        recent = []
        return true
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, _ now: Int64) {
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
            sum(to: Int(line.end - start))
            take(line, now)
        }
        sum(to: bytes.count)
        recent.append(contentsOf: bytes[max(0, bytes.count - Fingerprint.mostBytes)...])
        recent.removeFirst(max(0, recent.count - Fingerprint.mostBytes))
    }

    private func take(_ line: LineCutter.Line, _ now: Int64) {
        counts.lines += 1
        var entry = Entry(line)
        entry.checksum = checksum?.value ?? 0
        noteEnd(line.end)
        if joiner != nil {
            joiner?.add(entry, now: now) { accept($0, now) }
        } else {
            accept(entry, now)
        }
    }

    private func noteEnd(_ offset: Int64) {
        guard let checksum else { return }
        if lineEnds.count >= Harvester.lineEndsMax { lineEnds.removeFirst(Harvester.lineEndsMax / 2) }
        lineEnds.append((offset, checksum.value))
    }

    private func accept(_ entry: Entry, _ now: Int64) {
        if let event = builder.event(entry, path: path, now: now) {
            if entry.flags.contains("truncated") { counts.cut += 1 }
            if event.timestamp < oldestKept { counts.tooOld += 1 }
            if event.timestamp > now + Self.aheadMax { counts.ahead += 1 }
            batch.append(event)
        } else if !entry.isEmpty {
            counts.leftOut += 1
        }
        done = entry.end
        doneChecksum = checksum == nil ? nil : FileChecksum(entry.checksum)
    }

    /// Hands over what is complete.
    /// - Returns: whether nothing waits any more.
    func commit(_ sink: any EventSink) -> Bool {
        if done == committed { return true }
        if key == nil { makeKey() }
        guard let key else { return false }
        let offset = TailOffset(
            source: key.source(input: input.id), path: path, offset: done, checksum: doneChecksum?.value)
        guard sink.commit(batch, offset) else { return false }
        storedPath = path
        counts.events += batch.count
        batch = []
        committed = done
        committedChecksum = doneChecksum
        return true
    }

    /// Stores the file's name: a copy that is made while nobody looks has its own of that. Of one that is not proven the name
    /// may be that of another file, which has the inode now.
    func commitName(_ sink: any EventSink) {
        guard storedPath != path, isProven, !waitsForCommit, let offset = storedOffset, sink.commit([], offset) else {
            return
        }
        storedPath = path
    }

    private func makeKey() {
        let first = ownHead
        key = first.isEmpty ? nil : FileKey(number: number, head: first, input: input.id, beside: stale)
        head = []
    }

    // MARK: Ends

    /// Closes the file if there is a reason to, once all of it is read.
    func closeIfDone(_ sink: any EventSink, now: Int64) {
        // While events wait nothing is read: that it was cut meanwhile is not seen yet.
        guard let file, stop == nil, proof == nil, !waitsForCommit, let state = file.state,
            file.isRead(to: cutter.position)
        else { return }
        if state.isRemoved, input.closeRemoved {
            stop = .removed
            return
        }
        let isInactive = now - lastActivity >= input.closeInactive.milliseconds
        let isComplete = input.closeEOF || (try? file.isCompressed()) ?? false
        guard isInactive || ((isComplete || isRenamed(state)) && !isIncomplete) else { return }
        if finish(sink, now: now) { close(state) }
    }

    /// Closes the file if nothing is to be read at present, so that another one can be opened.
    func makeRoom(_ sink: any EventSink) -> Bool {
        guard let file, !isUnread, stop == nil, proof == nil, !isIncomplete, commit(sink),
            file.isRead(to: cutter.position),
            let state = file.state, !state.isRemoved
        else { return false }
        close(state)
        return true
    }

    /// When it was read last.
    var lastRead: Int64 { lastActivity }

    private func close(_ state: FileState) {
        closeFile()
        closedState = (state.size, state.modified)
    }

    private func isRenamed(_ state: FileState) -> Bool {
        guard input.closeRenamed else { return false }
        switch FileState.look(at: openPath, followsLinks: input.followsLinks) {
        case .there(let other): return other.number != state.number
        case .absent: return true
        case .unknown: return false
        }
    }

    /// Whether a line was begun, or an event of which more lines may come.
    var isIncomplete: Bool { cutter.isInLine || joiner?.isOpen ?? false }

    /// Ships the event that waits for more lines, and the last line though it has no end: none is to come.
    /// - Returns: whether nothing waits any more.
    func finish(_ sink: any EventSink, now: Int64) -> Bool {
        if let line = cutter.takeRest() { take(line, now) }
        joiner?.finish(now: now) { accept($0, now) }
        return commit(sink)
    }

    /// Ends after a stop, and closes the file. One that was cut is another file from here on.
    /// - Parameter isInCopy: whether a copy has the event that is not complete.
    /// - Returns: whether nothing waits any more.
    func end(_ sink: any EventSink, isInCopy: Bool, now: Int64) -> Bool {
        guard isInCopy ? commit(sink) : finish(sink, now: now) else { return false }
        file = nil
        return true
    }
}
