import Base
import Listening
import Model

/// Follows the files of one input.
final class InputFollower {
    let input: FilebeatInput
    private let builder: EventBuilder
    private var harvesters: [FileNumber: Harvester] = [:]
    /// Offsets of an earlier run that no file was found for yet.
    private var saved: SavedOffsets
    private var copies = CopyWatch()
    /// When files are looked for again.
    private(set) var nextScan = Int64.min
    private var isFirstScan = true
    /// Files that were there when the input was new: with `tail_files` only what comes is wanted of them.
    private var tailed: Set<FileNumber> = []
    /// Files that were seen and not opened, as too many are open.
    private var waiting = 0
    /// Files that are open, or a few more: they may have been closed since.
    private var openCount = 0
    private var openErrors: [String] = []
    /// Links that were passed by, for people.
    private var linkNote: String?
    /// Whether a copy was found that the next look opens.
    private var hasNewCopy = false
    /// Whether a copy was found that could not be stored as one.
    private var copyWaits = false
    /// Whether that was so at the last look.
    private var copyWaited = false
    /// Offsets that are to be forgotten once copies of what they tell of are found.
    private let stale = StaleOffsets()
    /// Folders that the patterns lead to.
    private(set) var folders: Set<String> = []
    /// How many contents of files were read.
    private var generations = 0
    /// How often files were looked for.
    private(set) var scans = 0
    /// Of files that are gone.
    private var pastCounts = LogInputCounts()
    /// How many files may be open at once.
    private let openMax: Int

    /// Between looks at files that may be copies, in milliseconds.
    private static let waitingScan: Int64 = 1_000
    /// An empty file of that age may still become a copy.
    private static let youngFile: Int64 = 60_000

    /// - Parameters:
    ///   - inputs: the names of all inputs that are configured.
    ///   - openMax: how many files may be open at once, whatever `harvester_limit` says.
    init(_ builder: EventBuilder, offsets: some Sequence<TailOffset>, inputs: Set<String>, openMax: Int) {
        self.builder = builder
        input = builder.input
        saved = SavedOffsets(offsets, input, inputs: inputs)
        self.openMax = max(1, min(openMax, input.harvesterLimit > 0 ? input.harvesterLimit : .max))
        // With files known the input is not new: what came since is wanted from its beginning.
        isFirstScan = saved.isEmpty
    }

    /// Whether a file is open, into which lines may come at any time.
    var isReading: Bool { harvesters.values.contains(where: \.isOpen) }

    /// Looks for files again at the next pass.
    func scanSoon() { nextScan = .min }

    /// Reads what is new, and looks for files if it is time.
    /// - Returns: whether there may be more to read at once.
    func pass(_ sink: any EventSink, now: Int64) -> Bool {
        var hasMore = false
        var isStopped = false
        // First what is open: whether an original is cut says what a new file is.
        for harvester in harvesters.values where harvester.isOpen {
            if harvester.stop == nil {
                if harvester.read(sink, now: now) { hasMore = true }
                harvester.closeIfDone(sink, now: now)
                if harvester.stop != nil, let record = harvester.record { copies.add(record, isNew: true, now: now) }
            }
            if harvester.stop != nil { isStopped = true }
        }
        // A clock that was set back must not make it wait for the time that was.
        let isSetBack = nextScan > now && nextScan - now > max(1, input.scanFrequency.milliseconds)
        if isStopped || now >= nextScan || isSetBack { scan(sink, now) }
        return hasMore || nextScan <= now
    }

    // MARK: Looking for files

    /// What stands at the paths now.
    private struct Findings {
        var files: [(path: String, state: FileState)] = []
        var numbers: Set<FileNumber> = []
        var links: Set<String> = []
    }

    private func scan(_ sink: any EventSink, _ now: Int64) {
        scans += 1
        openErrors = []
        waiting = 0
        hasNewCopy = false
        (copyWaited, copyWaits) = (copyWaits, false)
        copies.begin()
        let findings = find()
        linkNote = Self.note(of: findings.links, findings.numbers)
        copies.keep(findings.numbers)
        noteMoved(findings, now)
        var originals = OriginalIndex()
        for (path, state) in findings.files { follow(state, path, &originals, sink, now) }
        var others = FolderNumbers(followsLinks: input.followsLinks)
        followElsewhere(findings, &others, &originals, sink, now)
        followCopies(findings.numbers, sink, now)
        for number in copies.unproven {
            if let harvester = harvesters[number], !harvester.isProven { harvester.wakeUp() }
        }
        isFirstScan = false
        let pause = max(1, input.scanFrequency.milliseconds)
        nextScan = now + (copies.isWaiting(now: now) || waiting > 0 ? min(pause, Self.waitingScan) : pause)
        if hasNewCopy { nextScan = now }
        endStopped(sink, now)
    }

    private func find() -> Findings {
        var findings = Findings()
        folders = []
        for pattern in input.paths {
            let matches = Glob.matches(pattern, followsLinks: input.followsLinks)
            folders.formUnion(matches.folders)
            for (folder, cause) in matches.unreadable.sorted(by: { $0.key < $1.key }) {
                openErrors.append(
                    "cannot look into \(folder): \(cause); files that were followed there are kept in mind")
            }
            findings.links.formUnion(matches.links.filter { !input.leavesOut($0) })
            for path in matches.paths.sorted() where !input.leavesOut(path) {
                switch FileState.look(at: path, followsLinks: input.followsLinks) {
                case .there(let state):
                    if findings.numbers.insert(state.number).inserted { findings.files.append((path, state)) }
                // What is not seen is kept in mind, unless its folder says that it is not there.
                case .absent, .unknown: break
                }
            }
        }
        return findings
    }

    private func follow(
        _ state: FileState, _ path: String, _ originals: inout OriginalIndex, _ sink: any EventSink, _ now: Int64
    ) {
        if let known = harvesters[state.number] {
            guard known.isChanged(state) else {
                move(known, to: path, sink)
                return
            }
            if !known.waitsForCommit, fits(known.key, path, state.number) == false {
                // Another file has the inode now, or the file was cut.
                leave(known, now)
                return follow(state, path, &originals, sink, now)
            }
            let isSamePlace = known.path == path
            // Where the inode of a copy is used again for another one, that is longer by lines that its original had.
            if !isSamePlace, !known.waitsForCommit,
                followIfCopy(state, path, &originals, sink, now)
            {
                return
            }
            move(known, to: path, sink)
            open(known, sink, now)
            return
        }
        if state.size == 0, saved[state.number].isEmpty {
            // It may become a copy, which is made right after its file: looked at again soon.
            if now - state.modified < Self.youngFile { waiting += 1 }
            return
        }
        if isFirstScan, input.tailFiles { tailed.insert(state.number) }
        saved.adopt(state.number, path, input, sink)
        leaveStale(state.number, path, now)
        let old = saved[state.number]
        let isIgnored = input.ignoreOlder > .zero && now - state.modified > input.ignoreOlder.milliseconds
        if isIgnored, old.isEmpty { return }
        // What has another name now was renamed, or its inode is used again for a copy with the same beginning.
        let isElsewhere = old.contains { $0.offset.path != path && $0.offset.offset != state.size }
        if old.isEmpty || isElsewhere, followIfCopy(state, path, &originals, isKnown: isElsewhere, sink, now) { return }
        let best = old.max { $0.offset.offset < $1.offset.offset }
        let harvester = harvester(state.number, path, from: best?.resumption, now)
        if best != nil { harvester.restIfUnchanged(state) }
        if harvester.isChanged(state), !open(harvester, sink, now) { return }
        for other in old where other.key != best?.key { stale.add(other.offset, now: now) }
        saved.remove(state.number)
        harvesters[state.number] = harvester
        if let original = original(harvester) { originals.add(original) }
        if harvester.isOpen, tailed.remove(state.number) != nil, best == nil {
            do { try harvester.skipToEnd(sink) } catch { openErrors.append("\(error)") }
        }
    }

    private func move(_ harvester: Harvester, to path: String, _ sink: any EventSink) {
        harvester.path = path
        harvester.commitName(sink)
    }

    private func harvester(
        _ number: FileNumber, _ path: String, from saved: Harvester.Resumption?, _ now: Int64
    ) -> Harvester {
        generations += 1
        return Harvester(
            builder, FileContents(number: number, generation: generations), path: path, from: saved, beside: stale,
            now: now)
    }

    /// What an earlier run read of a file that had this inode before, or before it was cut, is of no use for the file; its
    /// copies are known by it.
    private func leaveStale(_ number: FileNumber, _ path: String, _ now: Int64) {
        func leave(_ entry: SavedOffsets.Entry) {
            if let record = entry.record { copies.add(record, now: now) }
            stale.add(entry.offset, now: now)
            saved.remove(number, entry.key)
        }
        for entry in saved[number] where fits(entry.key, path, number) == false { leave(entry) }
        // Of several that begin alike only all bytes tell which one was read of this very file.
        guard saved[number].count > 1, let file = openFile(path, number) else { return }
        for entry in saved[number] {
            guard let record = entry.record, let read = try? record.copied(in: file)?.offset == record.end else {
                continue
            }
            if !read { leave(entry) }
        }
    }

    /// - Returns: whether the file is open now.
    @discardableResult
    private func open(_ harvester: Harvester, _ sink: any EventSink, _ now: Int64) -> Bool {
        if openCount >= openMax {
            let opened = harvesters.values.filter(\.isOpen).sorted { $0.lastRead < $1.lastRead }
            openCount = opened.count
            if openCount >= openMax {
                guard opened.contains(where: { $0.makeRoom(sink) }) else {
                    waiting += 1
                    return false
                }
                openCount -= 1
            }
        }
        if let error = harvester.open(now: now) { openErrors.append(error) }
        if harvester.isOpen { openCount += 1 }
        return harvester.isOpen
    }

    /// Files that are known and were not found where the patterns lead: they were renamed, or are gone.
    private func followElsewhere(
        _ findings: Findings, _ others: inout FolderNumbers, _ originals: inout OriginalIndex, _ sink: any EventSink,
        _ now: Int64
    ) {
        for (number, harvester) in harvesters where !harvester.isOpen && !findings.numbers.contains(number) {
            switch others.find(number, beside: harvester.path) {
            case .there(let path, let state):
                guard fits(harvester.key, path, number) ?? true else { continue }
                move(harvester, to: path, sink)
                guard harvester.isChanged(state) else { continue }
                open(harvester, sink, now)
            case .absent where !harvester.waitsForCommit:
                leave(harvester, forgetsOffset: input.cleanRemoved, now)
            case .absent, .unknown: break
            }
        }
        for number in saved.numbers where !findings.numbers.contains(number) {
            let old = saved[number]
            switch old.first.map({ others.find(number, beside: $0.offset.path) }) ?? .absent {
            // What is to be left out now stays so.
            case .there(let path, _) where input.leavesOut(path): saved.remove(number)
            case .there(let path, let state) where old.contains { fits($0.key, path, number) ?? true }:
                // It was renamed while nobody looked: its rest is still to be read.
                follow(state, path, &originals, sink, now)
            case .there, .absent:
                for record in old.compactMap(\.record) { copies.add(record, now: now) }
                saved.remove(number)
                if input.cleanRemoved { for entry in old { stale.add(entry.offset, now: now) } }
            case .unknown: break
            }
        }
    }

    private func fits(_ key: FileKey?, _ path: String, _ number: FileNumber) -> Bool? {
        guard let key else { return false }
        guard let file = openFile(path, number) else { return nil }
        return key.fits(file)
    }

    private func openFile(_ path: String, _ number: FileNumber) -> LogFile? {
        try? LogFile(path, number: number, followsLinks: input.followsLinks, mayBeCompressed: input.readsCompressed)
    }

    /// Lets go of a file of which only copies can be left.
    private func leave(_ harvester: Harvester, forgetsOffset: Bool = true, _ now: Int64) {
        if let record = harvester.record { copies.add(record, now: now) }
        if forgetsOffset, let offset = harvester.storedOffset { stale.add(offset, now: now) }
        drop(harvester.number, harvester)
    }

    private func drop(_ number: FileNumber, _ harvester: Harvester) {
        pastCounts += harvester.counts
        harvesters[number] = nil
    }

    /// Tells of links, unless the files to which they lead are followed under their own names.
    private static func note(of links: Set<String>, _ found: Set<FileNumber>) -> String? {
        let untold = links.filter { link in FileState(path: link).map { !found.contains($0.number) } ?? false }.sorted()
        guard let first = untold.first else { return nil }
        let others = untold.count > 1 ? " and \(untold.count - 1) others are symbolic links" : " is a symbolic link"
        return
            "\(first)\(others), not followed; write prospector.scanner.symlinks: true (symlinks: true in a log input), "
            + "or the path to which it leads"
    }

    // MARK: Copies

    /// A file of which the device has another number now (a share that was mounted again) is known by its inode and by all
    /// that was read of it.
    private func noteMoved(_ findings: Findings, _ now: Int64) {
        let unknown = findings.files.filter { harvesters[$0.state.number] == nil && saved[$0.state.number].isEmpty }
        if unknown.isEmpty { return }
        let inodes = Set(unknown.map(\.state.number.inode))
        for (number, harvester) in harvesters where inodes.contains(number.inode) && !findings.numbers.contains(number)
        {
            if let record = harvester.record { copies.add(record, now: now) }
        }
        for number in saved.numbers where inodes.contains(number.inode) && !findings.numbers.contains(number) {
            for record in saved[number].compactMap(\.record) { copies.add(record, now: now) }
        }
    }

    /// - Returns: whether the file is a copy, or may become one.
    private func followIfCopy(
        _ state: FileState, _ path: String, _ originals: inout OriginalIndex, isKnown: Bool = false,
        _ sink: any EventSink, _ now: Int64
    ) -> Bool {
        originals.fill { originalFiles }
        var related = originals.related(to: path, but: state.number)
        // Two that have other names now must not wait for each other.
        if isKnown { related.removeAll { !$0.isProven && !isThere($0) } }
        do throws(ReadFailure) {
            let judgement = try copies.judge(
                path, state, related, now: now, open: openFile,
                isIntact: { [self] in isIntact($0) })
            switch judgement {
            // While a copy cannot be stored it is not known as an original: what looks new may be a copy of it.
            case .new: return (copyWaits || copyWaited) && copies.hasRecord(for: path, state.number)
            case .wait: return true
            case .copy(let place):
                let known = harvesters[state.number]?.offset ?? saved[state.number].map(\.offset.offset).max() ?? -1
                if known == place.offset { return false }
                // It is followed, and further than that; unless it was cut, or another file has its inode.
                if known > place.offset, state.size >= known || isCompressed(path, state.number) { return false }
                followCopy(state, path, place, sink, now)
                if let harvester = harvesters[state.number], let original = original(harvester) {
                    originals.add(original)
                }
                return true
            }
        } catch {
            openErrors.append("\(error)")
            return true
        }
    }

    /// Whether a file has the name still under which it was known.
    private func isThere(_ original: CopyWatch.Original) -> Bool {
        FileState(path: original.path, followsLinks: input.followsLinks)?.number == original.contents.number
    }

    private func isCompressed(_ path: String, _ number: FileNumber) -> Bool {
        (try? openFile(path, number)?.isCompressed()) ?? false
    }

    /// Whether a file that is followed still has what was read of it, as far as that is seen.
    private func isIntact(_ number: FileNumber) -> Bool {
        guard let harvester = harvesters[number] else { return false }
        if harvester.isOpen { return harvester.isIntact }
        guard let state = FileState(path: harvester.path, followsLinks: input.followsLinks), state.number == number
        else {
            return false
        }
        return !harvester.isChanged(state)
    }

    /// Files that are followed, and those that an earlier run followed.
    private var originalFiles: [CopyWatch.Original] {
        harvesters.values.compactMap(original)
            + saved.all.map {
                .init(
                    contents: FileContents(number: $0.key.number, generation: 0), path: $0.offset.path,
                    readPath: $0.offset.path,
                    offset: $0.offset.offset,
                    readTo: $0.offset.offset, isProven: false)
            }
    }

    private func original(_ harvester: Harvester) -> CopyWatch.Original? {
        // Of one that was cut a record says more.
        if harvester.stop != nil { return nil }
        // What waits to be read and stored is more than the offset says.
        let isBehind = harvester.waitsForCommit || (harvester.offset == 0 && harvester.isUnread)
        if harvester.offset == 0, !isBehind { return nil }
        return CopyWatch.Original(
            contents: harvester.contents, path: harvester.path,
            readPath: harvester.readPath, offset: harvester.offset,
            readTo: harvester.readTo,
            isProven: harvester.isProven && !isBehind)
    }

    /// Reads the rest of a copy: what was read of its original is not read again.
    private func followCopy(
        _ state: FileState, _ path: String, _ place: CopyWatch.Place, _ sink: any EventSink, _ now: Int64
    ) {
        guard let file = openFile(path, state.number),
            let head = try? file.head(Int(min(place.offset, Int64(Fingerprint.mostBytes)))), !head.isEmpty,
            let recent = try? file.recent(before: place.offset)
        else { return }
        // The inode is used again: of the file that had it before, copies may still be found, also by the next run.
        for entry in saved[state.number] where entry.offset.checksum != place.checksum {
            if let record = entry.record { copies.add(record, now: now) }
            stale.add(entry.offset, now: now)
        }
        if let former = harvesters[state.number]?.storedOffset, former.checksum != place.checksum {
            stale.add(former, now: now)
        }
        let key = FileKey(number: state.number, head: head, input: input.id, beside: stale)
        // Kept at once, so that a restart does not take it for a new file.
        let own = TailOffset(
            source: key.source(input: input.id), path: path, offset: place.offset, checksum: place.checksum)
        guard sink.commit([], own) else {
            copyWaits = true
            return
        }
        copies.settle(state.number, of: place.original, hasMore: hasMore(file, place.offset))
        for entry in saved[state.number] where entry.key != key { stale.add(entry.offset, now: now) }
        saved.remove(state.number)
        if let former = harvesters[state.number] {
            leave(former, now)
        }
        let harvester = harvester(
            state.number, path,
            from: .init(key: key, path: path, offset: place.offset, checksum: place.checksum, recent: recent), now
        )
        // What is a part of its original, and no more, need not be opened.
        harvester.restIfUnchanged(state)
        harvesters[state.number] = harvester
        if harvester.isChanged(state) { hasNewCopy = true }
        if place.original.inode == state.number.inode { release(place, sink, now) }
    }

    /// Whether a file has text behind an offset; also where it has not been read that far yet.
    private func hasMore(_ file: LogFile, _ offset: Int64) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { buffer in
            if case .end? = try? file.read(into: buffer, at: offset) { false } else { true }
        }
    }

    /// Lets go of a file that is followed under another number now. Of what it had before it was cut copies may still be found.
    private func release(_ place: CopyWatch.Place, _ sink: any EventSink, _ now: Int64) {
        let number = place.original
        if let harvester = harvesters[number] {
            if let key = harvester.key { sink.forget(key.source(input: input.id), path: harvester.path) }
            drop(number, harvester)
        }
        for old in saved[number] {
            if old.offset.checksum == place.checksum {
                sink.forget(old.offset.source, path: old.offset.path)
            } else {
                stale.add(old.offset, now: now)
                if let record = old.record { copies.add(record, now: now) }
            }
        }
        saved.remove(number)
    }

    /// Looks beside files that were cut, or are gone, for copies that the patterns do not name.
    private func followCopies(_ found: Set<FileNumber>, _ sink: any EventSink, _ now: Int64) {
        let cut = copies.cutFiles(now: now)
        for (folder, paths) in Dictionary(grouping: cut, by: FolderNumbers.folder) {
            for name in Glob.names(in: folder)?.sorted() ?? [] {
                let path = folder + name
                guard paths.contains(where: { CopyName.likeness(of: path, toMoved: $0) != nil }),
                    let state = FileState(path: path, followsLinks: input.followsLinks), !found.contains(state.number),
                    harvesters[state.number] == nil, saved[state.number].isEmpty
                else { continue }
                var none = OriginalIndex.none
                _ = followIfCopy(state, path, &none, sink, now)
            }
        }
    }

    /// Lets go of files that were cut, or are gone. One that was cut is found again as a new one.
    private func endStopped(_ sink: any EventSink, _ now: Int64) {
        // A run that is killed now must still know what was read of files of which a copy may wait.
        if !copyWaits, !copies.isWaiting(now: now) {
            let sources = Set(harvesters.values.compactMap { $0.stop == nil ? $0.storedOffset?.source : nil })
            for offset in stale.takeDue(now: now) where !sources.contains(offset.source) {
                sink.forget(offset.source, path: offset.path)
            }
        }
        for (number, harvester) in harvesters where harvester.stop != nil {
            // What may be said of a copy in a moment is waited for, and that it is stored as one. Of a file that is gone all is
            // read: a copy that is not found yet has no more.
            let mayHaveMore = harvester.stop == .cut && harvester.isIncomplete
            if copyWaits || (mayHaveMore && copies.isWaiting(for: harvester.contents, now: now)) {
                continue
            }
            let isInCopy = harvester.record != nil && copies.isRestInCopy(of: number)
            if harvester.end(sink, isInCopy: isInCopy, now: now) {
                if harvester.stop == .cut || input.cleanRemoved, let offset = harvester.storedOffset {
                    stale.add(offset, now: now)
                }
                drop(number, harvester)
                nextScan = now
            }
        }
    }

    // MARK: Ends

    /// Ships events that wait for more lines, and closes all files.
    func finish(_ sink: any EventSink, now: Int64) {
        for harvester in harvesters.values {
            if harvester.isOpen { _ = harvester.finish(sink, now: now) }
            harvester.closeFile()
        }
    }

    /// Closes all files at the end of the process: what waits for more lines is read again by the next run, but for
    /// files that it would not find.
    func stop(_ sink: any EventSink, now: Int64) {
        var others = FolderNumbers(followsLinks: input.followsLinks)
        for (number, harvester) in harvesters {
            if harvester.isOpen {
                if case .absent = others.find(number, beside: harvester.path) {
                    _ = harvester.finish(sink, now: now)
                } else {
                    _ = harvester.commit(sink)
                }
            }
            harvester.closeFile()
        }
    }

    /// Closes all files without shipping what is not complete: another follower goes on with them.
    func abandon() {
        for harvester in harvesters.values { harvester.closeFile() }
    }

    func status(appendError: String?) -> LogInputStatus {
        var status = LogInputStatus(id: input.id, paths: input.paths)
        status.files = harvesters.values.count { $0.isOpen }
        status.counts = harvesters.values.reduce(into: pastCounts) { $0 += $1.counts }
        let waits = harvesters.values.contains { $0.waitsForCommit }
        status.note = linkNote
        let failures = harvesters.values.compactMap(\.failure).map(\.description)
        status.unreadable = openErrors.count + failures.count
        status.lastError = (waits ? appendError : nil) ?? openErrors.first ?? failures.min()
        return status
    }
}
