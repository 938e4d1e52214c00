import Base
import Codecs
import Listening
import Model

/// Follows the journals of one input: archived ones to their end, the others as they grow.
///
/// A journal is known by the identity in its header, wherever it is renamed or moved to. How many of its entries were read
/// is committed together with their events.
final class JournalFollower {
    let input: FilebeatInput
    private let rule: JournalRule
    private let reader: JournalEventReader
    private let folder: JournalFolder
    private let zstd = Zstd()
    private let runtime: String
    /// By identity.
    private var journals: [String: Journal] = [:]
    private var identities: [FileNumber: String] = [:]
    /// How far an earlier run read journals that were not found yet.
    private var saved: [String: TailOffset] = [:]
    /// Entries before this are not wanted of a journal of which nothing was read, in microseconds since the Unix epoch.
    private var start: UInt64?
    private var copied: RuntimeMark?
    private(set) var nextScan = Int64.min
    private(set) var scans = 0
    private(set) var folders: Set<String> = []
    private var counts = LogInputCounts()
    private var lost: [JournalDamage: Int] = [:]
    private var openErrors: [String] = []

    /// How far the journal in memory was read: journald copies it into the one on the disk when that can be written to.
    private struct RuntimeMark: Equatable {
        var boot: String
        /// In microseconds since the Unix epoch.
        var time: UInt64
    }

    private static let openMax = 64
    /// Entries that are read before other inputs have their turn; a long one counts as several.
    private static let turnEntries = 2_000
    private static let entryBytes = 1_024
    private static let batchEntries = 1_000
    private static let scanInterval: Int64 = 10_000
    private static let soon: Int64 = 1_000
    /// How often an entry is tried again that is not there yet while journald writes.
    private static let triesMax = 20
    /// So many at the end may not be there yet.
    private static let newest = 4

    /// - Parameters:
    ///   - offsets: how far an earlier run read.
    ///   - runtime: the folder of journals in memory.
    init(
        _ builder: EventBuilder, _ rule: JournalRule, offsets: some Sequence<TailOffset>,
        runtime: String = JournalFolder.runtime
    ) {
        input = builder.input
        self.rule = rule
        self.runtime = runtime
        reader = JournalEventReader(builder, rule)
        folder = JournalFolder(builder.input.paths)
        for offset in offsets where offset.offset >= 0 && offset.source.hasPrefix(prefix) {
            switch offset.source.dropFirst(prefix.count) {
            case "start": start = UInt64(offset.offset)
            case "runtime": copied = RuntimeMark(boot: offset.path, time: UInt64(offset.offset))
            case let identity: saved[String(identity)] = offset
            }
        }
    }

    private var prefix: String { "\(input.id)::journal-" }

    /// Whether a journal is open, into which entries may come at any time.
    var isReading: Bool { journals.values.contains { $0.file != nil } }

    /// Looks for journals again at the next pass.
    func scanSoon() { nextScan = .min }

    /// Reads what is new, and looks for journals if it is time.
    /// - Returns: whether there may be more to read at once.
    func pass(_ sink: any EventSink, now: Int64) -> Bool {
        guard begin(sink, now) else {
            nextScan = now + Self.soon
            return false
        }
        // A clock that was set back must not make it wait for the time that was.
        if now >= nextScan || nextScan - now > Self.scanInterval { scan(sink, now) }
        for journal in journals.values { journal.refresh(now: now) }
        var left = Self.turnEntries
        let unread = journals.values.filter { $0.hasMore || $0.isWaiting }.sorted { $0.firstTime < $1.firstTime }
        for journal in unread where left > 0 { left -= read(journal, atMost: left, sink, now) }
        for journal in journals.values { journal.closeIfDone(now: now) }
        return left <= 0
    }

    /// Ships what is read, at the end.
    func stop(_ sink: any EventSink, now: Int64) {
        _ = pass(sink, now: now)
        for journal in journals.values { commit(journal, sink) }
    }

    /// Says once where a new input begins, so that it is the same place after any end of the process.
    private func begin(_ sink: any EventSink, _ now: Int64) -> Bool {
        if start != nil { return true }
        let past: Int64
        switch rule.seek {
        case .head: past = 0
        case .tail: past = now
        case .since(let age): past = max(0, now - age.milliseconds)
        }
        // An input of which something is known goes on where it was.
        let microseconds = saved.isEmpty ? past * 1_000 : 0
        guard sink.commit([], TailOffset(source: prefix + "start", path: "", offset: microseconds)) else {
            return false
        }
        start = UInt64(microseconds)
        return true
    }

    // MARK: Looking for journals

    private func scan(_ sink: any EventSink, _ now: Int64) {
        scans += 1
        nextScan = now + Self.scanInterval
        let findings = folder.find()
        folders = findings.folders
        openErrors = findings.unreadable
        var found: Set<String> = []
        var openCount = journals.values.count { $0.file != nil }
        for path in findings.files {
            guard case .there(let state) = FileState.look(at: path, followsLinks: true) else { continue }
            if let identity = identities[state.number], let journal = journals[identity], !journal.isChanged(state) {
                journal.path = path
                found.insert(identity)
                continue
            }
            if openCount >= Self.openMax, !makeRoom(now) {
                nextScan = now + Self.soon
                identities[state.number].map { _ = found.insert($0) }
                continue
            }
            if let identity = open(path, state, found, now) { found.insert(identity) }
            openCount = journals.values.count { $0.file != nil }
        }
        // What is missing where nothing could be looked into may be there.
        if openErrors.isEmpty, !found.isEmpty { forget(allBut: found, sink) }
    }

    /// Closes the journal that has been quiet for longest; it is opened again when it grows.
    private func makeRoom(_ now: Int64) -> Bool {
        journals.values.filter(\.isIdle).sorted { $0.lastGrowth < $1.lastGrowth }.contains { $0.close(now: now) }
    }

    /// - Returns: the identity of the journal that stands there.
    private func open(_ path: String, _ state: FileState, _ found: Set<String>, _ now: Int64) -> String? {
        do {
            guard let file = try JournalFile(path, limits: reader.limits, zstd: zstd) else {
                nextScan = now + Self.soon
                return nil
            }
            let identity = file.header.fileID
            if let known = journals[identity] {
                // A copy beside it has nothing else.
                if found.contains(identity) { return identity }
                known.reopen(file, path)
            } else {
                journals[identity] = Journal(identity, file, from: saved.removeValue(forKey: identity))
            }
            identities[state.number] = identity
            return identity
        } catch JournalDamage.header(let cause) {
            openErrors.append("cannot read \(path): \(cause); take it away, or name other paths")
        } catch let error as RegularFileError {
            let mend = error.reason == .notPermitted ? "; put it into the group systemd-journal" : ""
            if error.reason != .absent { openErrors.append("\(error)\(mend)") }
        } catch {
            openErrors.append("cannot read \(path): \(error)")
        }
        return nil
    }

    /// Journals that journald has deleted.
    private func forget(allBut found: Set<String>, _ sink: any EventSink) {
        for (identity, journal) in journals where !found.contains(identity) && !journal.hasMore && !journal.isWaiting {
            sink.forget(prefix + identity, path: journal.path)
            journals[identity] = nil
            identities = identities.filter { $0.value != identity }
        }
        for (identity, offset) in saved where !found.contains(identity) {
            sink.forget(offset.source, path: offset.path)
            saved[identity] = nil
        }
    }

    // MARK: Reading

    /// - Returns: how many entries were read, a long one as several.
    private func read(_ journal: Journal, atMost most: Int, _ sink: any EventSink, _ now: Int64) -> Int {
        guard !journal.isWaiting || commit(journal, sink), let file = journal.file else { return 0 }
        let oldestKept = sink.oldestKept
        var done = 0
        while done < most, journal.hasMore {
            do throws(JournalDamage) {
                if try !isSkipped(journal, file) {
                    let entry = try file.entry(journal.read)
                    take(entry, of: journal, now: now, oldestKept: oldestKept)
                    done += entry.bytes / Self.entryBytes
                }
                journal.tries = 0
                journal.read += 1
                done += 1
            } catch {
                // What journald is just writing is whole a moment later.
                journal.tries += 1
                let isNew = journal.read + Self.newest >= journal.header.entryCount
                if journal.header.isOnline, isNew, journal.tries <= Self.triesMax { break }
                journal.tries = 0
                if file.isGone {
                    lost[.deleted, default: 0] += journal.leave()
                    break
                }
                lost[error, default: 0] += 1
                if error == .object { journal.read += 1 } else { journal.isBroken = true }
                done += 1
            }
            if journal.batch.count >= Self.batchEntries, !commit(journal, sink) { return done }
        }
        if !journal.batch.isEmpty || journal.read - journal.committed >= Self.batchEntries { commit(journal, sink) }
        if !journal.hasMore { file.rest() }
        return done
    }

    /// Whether an entry is older than what is wanted, or was read of the journal in memory.
    private func isSkipped(_ journal: Journal, _ file: JournalFile) throws(JournalDamage) -> Bool {
        if let start, start > 0, !journal.hasBegun {
            if journal.header.lastTime < start, journal.header.lastTime > 0 {
                journal.read = journal.header.entryCount - 1
                return true
            }
            if try file.origin(of: journal.read).time < start { return true }
        }
        journal.hasBegun = true
        guard let copied, !isRuntime(journal) else { return false }
        let origin = try file.origin(of: journal.read)
        return origin.boot == copied.boot && origin.time <= copied.time
    }

    private func isRuntime(_ journal: Journal) -> Bool { journal.path.hasPrefix(runtime + "/") }

    private func take(_ entry: JournalEntry, of journal: Journal, now: Int64, oldestKept: Int64) {
        counts.lines += 1
        journal.lastBoot = entry.boot
        journal.lastTime = entry.time
        for (damage, count) in entry.lost { lost[damage, default: 0] += count }
        guard let event = reader.event(of: entry, now: now) else {
            counts.leftOut += 1
            return
        }
        if entry.fields.contains(where: \.isCut) { counts.cut += 1 }
        if event.timestamp < oldestKept { counts.tooOld += 1 }
        if event.timestamp > now + Harvester.aheadMax { counts.ahead += 1 }
        journal.batch.append(event)
    }

    @discardableResult
    private func commit(_ journal: Journal, _ sink: any EventSink) -> Bool {
        if journal.read == journal.committed { return true }
        let offset = TailOffset(source: prefix + journal.identity, path: journal.path, offset: Int64(journal.read))
        guard sink.commit(journal.batch, offset) else { return false }
        counts.events += journal.batch.count
        journal.batch = []
        journal.committed = journal.read
        if isRuntime(journal), journal.lastTime > 0 {
            let mark = RuntimeMark(boot: journal.lastBoot, time: max(journal.lastTime, markedTime(journal.lastBoot)))
            let saved = TailOffset(source: prefix + "runtime", path: mark.boot, offset: Int64(mark.time))
            if mark != copied, sink.commit([], saved) { copied = mark }
        }
        return true
    }

    private func markedTime(_ boot: String) -> UInt64 { copied?.boot == boot ? copied?.time ?? 0 : 0 }

    // MARK: Status

    func status(appendError: String?) -> LogInputStatus {
        var status = LogInputStatus(id: input.id, paths: folder.paths)
        status.files = journals.values.count { $0.file != nil }
        status.counts = counts
        let broken = journals.values.filter(\.isBroken).map(\.path).sorted()
        status.unreadable = openErrors.count + broken.count
        let breaks = broken.first.map {
            "\($0) is damaged, and the rest of it is not read; journalctl --verify says more"
        }
        status.lastError = appendError ?? openErrors.first ?? breaks
        status.note = note
        return status
    }

    private var note: String? {
        let parts = [
            (lost[.compression] ?? 0, "fields are compressed in a way that is not read here"),
            (lost[.object] ?? 0, "entries and fields are damaged"), (lost[.length] ?? 0, "fields are too long"),
            (lost[.deleted] ?? 0, "entries were deleted before they were read"),
        ].filter { $0.0 > 0 }
        if parts.isEmpty, scans > 0, journals.isEmpty, openErrors.isEmpty { return "there is no journal yet" }
        return parts.isEmpty ? nil : parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + "; they are left out"
    }
}
