import Base
import Model
import SiteConfig

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
    private var joiner: MultilineJoiner?
    /// The file's first bytes, while there is no key.
    private var head: [UInt8] = []
    /// Events that wait for their commit, and the offset behind them.
    private var batch: [LogEvent] = []
    private var done: Int64 = 0
    private var lastActivity: Int64
    /// The file's size and time when it was closed.
    private var closedState: (size: Int64, modified: Int64)?
    private(set) var lines = 0
    private(set) var events = 0

    private static let chunkBytes = 1 << 18
    /// Bytes that are read before other files have their turn.
    private static let turnBytes: Int64 = 1 << 20

    /// - Parameters:
    ///   - key: the file's key and offset from an earlier run.
    init(_ builder: EventBuilder, path: String, from saved: (key: FileKey, offset: Int64)?, now: Int64) {
        self.builder = builder
        input = builder.input
        self.path = path
        lastActivity = now
        key = saved?.key
        committed = saved?.offset ?? 0
        done = committed
        cutter = LineCutter(offset: committed, limit: builder.input.maxBytes)
        joiner = builder.input.multiline.map { MultilineJoiner($0, maxBytes: builder.input.maxBytes) }
    }

    deinit { if descriptor >= 0 { Self.closeDescriptor(descriptor) } }

    private static func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

    var isOpen: Bool { descriptor >= 0 }

    var waitsForCommit: Bool { !batch.isEmpty }

    /// Where the next run goes on.
    var resumption: (key: FileKey, offset: Int64)? { key.map { ($0, committed) } }

    /// Opens the file if it changed since it was closed.
    /// - Returns: what went wrong, or `nil`.
    func openIfChanged(_ state: FileState, now: Int64) -> String? {
        if isOpen { return nil }
        if let closedState, closedState == (state.size, state.modified) { return nil }
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else {
            let advice =
                errno == EACCES
                ? "give the user of this process the right to read it" : "it is tried again at the next scan"
            return "cannot open \(path): \(String(cString: strerror(errno))); \(advice)"
        }
        // Between the look at the path and the opening another file may have taken the name.
        guard FileState(descriptor: opened)?.number == state.number else {
            Self.closeDescriptor(opened)
            return nil
        }
        descriptor = opened
        lastActivity = now
        return nil
    }

    /// Goes to the end of a file that is new: what it holds already is not wanted.
    func skipToEnd(_ sink: any EventSink) {
        guard let state = FileState(descriptor: descriptor), state.size > 0,
            let fingerprint = Fingerprint(descriptor, length: Int(min(state.size, Int64(Fingerprint.mostBytes))))
        else { return }
        key = FileKey(number: state.number, fingerprint: fingerprint)
        restart(at: state.size)
        done = state.size
        if let offset, sink.commit([], offset) { committed = done }
    }

    private func restart(at offset: Int64) {
        cutter = LineCutter(offset: offset, limit: input.maxBytes)
        joiner = input.multiline.map { MultilineJoiner($0, maxBytes: input.maxBytes) }
        head = []
    }

    /// Reads what is new, up to a turn's share.
    /// - Returns: whether there may be more.
    func read(_ sink: any EventSink, now: Int64) -> Bool {
        guard isOpen, commit(sink), let state = FileState(descriptor: descriptor) else { return false }
        if state.size < cutter.position || (state.size > cutter.position && isRewritten) {
            guard beginAgain(sink, now) else { return false }
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

    /// Whether the file has other first bytes than it had: it was cut to nothing and has grown again.
    private var isRewritten: Bool {
        if let fingerprint = key?.fingerprint {
            return Fingerprint(descriptor, length: fingerprint.length) != fingerprint
        }
        if head.isEmpty { return false }
        var bytes = [UInt8](repeating: 0, count: head.count)
        return pread(descriptor, &bytes, bytes.count, 0) != bytes.count || bytes != head
    }

    /// The file was cut to nothing: ships what was read of it, and starts at its beginning.
    private func beginAgain(_ sink: any EventSink, _ now: Int64) -> Bool {
        joiner?.finish { accept($0, now) }
        guard commit(sink) else { return false }
        if let key { sink.forget(key.source(input: input.id), path: path) }
        key = nil
        committed = 0
        done = 0
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
            cutter.add(bytes) { line in
                lines += 1
                let entry = builder.entry(line)
                if joiner != nil {
                    joiner?.add(entry, now: now) { accept($0, now) }
                } else {
                    accept(entry, now)
                }
            }
            return count
        }
    }

    private func accept(_ entry: Entry, _ now: Int64) {
        if let event = builder.event(entry, path: path, now: now) { batch.append(event) }
        done = entry.end
    }

    private var offset: TailOffset? {
        key.map { TailOffset(source: $0.source(input: input.id), path: path, offset: done) }
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
        let isRenamed = input.closeRenamed && !state.isRemoved && FileState(path: path)?.number != state.number
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
        joiner?.finish { accept($0, now) }
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
