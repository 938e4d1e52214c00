import Base
import Model
internal import Patterns

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Follows the files of one input.
final class InputFollower {
    let input: FilebeatInput
    private let builder: EventBuilder
    private var harvesters: [FileNumber: Harvester] = [:]
    /// Offsets of an earlier run that no file was found for yet.
    private var saved: [FileNumber: [SavedOffset]] = [:]
    /// Offsets under the names of inputs that are not configured any more, for an input whose name comes of its paths.
    private var former: [FileNumber: [SavedOffset]] = [:]
    /// When files are looked for again.
    private(set) var nextScan = Int64.min
    private var isFirstScan = true
    private var openErrors: [String] = []
    private var copies = CopyWatch()
    /// Links that were passed by, for people.
    private var linkNote: String?
    /// Lines and events of files that are gone.
    private var pastLines = 0
    private var pastEvents = 0

    private struct SavedOffset {
        let key: FileKey
        let offset: TailOffset

        var resumption: Harvester.Resumption {
            Harvester.Resumption(key: key, offset: offset.offset, checksum: offset.checksum)
        }
    }

    /// Between looks at files that may be copies, in milliseconds.
    private static let waitingScan: Int64 = 1_000

    /// - Parameter inputs: the names of all inputs that are configured.
    init(_ builder: EventBuilder, offsets: some Sequence<TailOffset>, inputs: Set<String>) {
        self.builder = builder
        input = builder.input
        for offset in offsets where offset.offset >= 0 {
            guard let key = FileKey(source: offset.source, input: input.id) else {
                if input.isNamedByPaths, let (name, key) = FileKey.ofAnyInput(offset.source), !inputs.contains(name) {
                    former[key.number, default: []].append(SavedOffset(key: key, offset: offset))
                }
                continue
            }
            saved[key.number, default: []].append(SavedOffset(key: key, offset: offset))
        }
        // With files known the input is not new: what came since is wanted from its beginning.
        isFirstScan = saved.isEmpty
    }

    /// Whether a file is open, into which lines may come at any time.
    var isReading: Bool { harvesters.values.contains(where: \.isOpen) }

    /// Looks for files if it is time, and reads what is new.
    /// - Returns: whether there may be more to read at once.
    func pass(_ sink: any EventSink, now: Int64) -> Bool {
        if now >= nextScan {
            scan(sink, now)
            let pause = max(1, input.scanFrequency.milliseconds)
            nextScan = now + (copies.isWaiting ? min(pause, InputFollower.waitingScan) : pause)
        }
        var hasMore = false
        var isCut = false
        for (number, harvester) in harvesters where harvester.isOpen {
            if harvester.read(sink, now: now) { hasMore = true }
            if let cut = harvester.takeCut() {
                copies.add(cut, now: now)
                // What came between the last look and the cut is only in the copy.
                isCut = true
            }
            if harvester.closeIfDone(sink, now: now) { drop(number, harvester, now: now) }
        }
        if isCut { scan(sink, now) }
        return hasMore
    }

    private func drop(_ number: FileNumber, _ harvester: Harvester, now: Int64) {
        copies.add(harvester.record, now: now)
        pastLines += harvester.lines
        pastEvents += harvester.events
        harvesters[number] = nil
    }

    private func scan(_ sink: any EventSink, _ now: Int64) {
        openErrors = []
        var found: Set<FileNumber> = []
        var links: Set<String> = []
        func isExcluded(_ path: String) -> Bool { input.leavesOut(path) }
        for pattern in input.paths {
            let matches = Glob.matches(pattern, followsLinks: input.followsLinks)
            links.formUnion(matches.links.filter { !isExcluded($0) })
            for path in matches.paths.sorted() where !isExcluded(path) {
                guard let state = state(path), found.insert(state.number).inserted else { continue }
                follow(state, path, sink, now)
            }
        }
        linkNote = InputFollower.note(of: links, found)
        copies.keep(found)
        followCopies(found, sink, now)
        for (number, harvester) in harvesters where !harvester.isOpen && !found.contains(number) {
            // Renamed to a name that is not followed, or gone.
            if let (path, state) = find(number, beside: harvester.path),
                harvester.key.map({ $0.fits(path, followsLinks: input.followsLinks) }) ?? false
            {
                harvester.path = path
                note(harvester.openIfChanged(state, now: now))
            } else if !harvester.waitsForCommit {
                if input.cleanRemoved, let key = harvester.key {
                    sink.forget(key.source(input: input.id), path: harvester.path)
                }
                drop(number, harvester, now: now)
            }
        }
        for (number, offsets) in saved where !found.contains(number) {
            if let path = offsets.first?.offset.path, let (path, state) = find(number, beside: path),
                offsets.contains(where: { $0.key.fits(path, followsLinks: input.followsLinks) })
            {
                // It was renamed while nobody looked: its rest is still to be read.
                follow(state, path, sink, now)
            } else {
                saved[number] = nil
                if input.cleanRemoved { for old in offsets { sink.forget(old.offset.source, path: old.offset.path) } }
            }
        }
        isFirstScan = false
    }

    private func follow(_ state: FileState, _ path: String, _ sink: any EventSink, _ now: Int64) {
        if let known = harvesters[state.number] {
            known.path = path
            note(known.openIfChanged(state, now: now))
            return
        }
        adopt(state.number, path, sink)
        let isIgnored = input.ignoreOlder > .zero && now - state.modified > input.ignoreOlder.milliseconds
        if isIgnored, saved[state.number] == nil { return }
        let old = saved[state.number] ?? []
        if old.isEmpty {
            switch copies.judge(path, state, originals, followsLinks: input.followsLinks, now: now) {
            case .new: break
            case .wait: return
            case .copy(let offset, let checksum): return followCopy(state, path, from: offset, checksum, sink, now)
            }
        }
        // Of several with this inode the one read furthest is tried; the harvester itself sees whether it is right.
        let best = old.max { $0.offset.offset < $1.offset.offset }
        let harvester = Harvester(builder, path: path, from: best?.resumption, now: now)
        if let error = harvester.openIfChanged(state, now: now) {
            note(error)
            return
        }
        guard harvester.isOpen else { return }
        for other in old where other.key != best?.key { sink.forget(other.offset.source, path: other.offset.path) }
        saved[state.number] = nil
        harvesters[state.number] = harvester
        if isFirstScan, input.tailFiles, best == nil { harvester.skipToEnd(sink) }
    }

    /// Goes on where a former input stopped in this very file, whose name was another as it had other paths.
    private func adopt(_ number: FileNumber, _ path: String, _ sink: any EventSink) {
        guard let offsets = former.removeValue(forKey: number), saved[number] == nil else { return }
        let fitting = offsets.filter { $0.key.fits(path, followsLinks: input.followsLinks) }
        guard let best = fitting.max(by: { $0.offset.offset < $1.offset.offset }) else { return }
        let own = TailOffset(
            source: best.key.source(input: input.id), path: path, offset: best.offset.offset,
            checksum: best.offset.checksum)
        saved[number] = [SavedOffset(key: best.key, offset: own)]
        // Not forgotten before the new name is stored.
        guard sink.commit([], own) else { return }
        for old in fitting { sink.forget(old.offset.source, path: old.offset.path) }
    }

    private func note(_ error: String?) {
        if let error { openErrors.append(error) }
    }

    private func state(_ path: String) -> FileState? { FileState(path: path, followsLinks: input.followsLinks) }

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

    /// Files that are followed, and those that an earlier run followed.
    private var originals: [CopyWatch.Original] {
        harvesters.values.compactMap { harvester in
            harvester.resumption.map { .init(path: harvester.path, offset: $0.offset, checksum: $0.checksum) }
        }
            + saved.values.flatMap(\.self).map {
                .init(path: $0.offset.path, offset: $0.offset.offset, checksum: $0.offset.checksum)
            }
    }

    /// Reads the rest of a copy: what was read of its original is not read again.
    private func followCopy(
        _ state: FileState, _ path: String, from offset: Int64, _ checksum: UInt64, _ sink: any EventSink, _ now: Int64
    ) {
        guard let descriptor = try? RegularFile.open(path, followsLinks: input.followsLinks) else { return }
        defer { close(descriptor) }
        let length = Int(min(offset, Int64(Fingerprint.mostBytes)))
        guard FileState(descriptor: descriptor)?.number == state.number,
            let fingerprint = Fingerprint(descriptor, length: length)
        else { return }
        let key = FileKey(number: state.number, fingerprint: fingerprint)
        // Kept at once, so that a restart does not take it for a new file.
        let own = TailOffset(source: key.source(input: input.id), path: path, offset: offset, checksum: checksum)
        guard sink.commit([], own) else { return }
        let harvester = Harvester(
            builder, path: path, from: .init(key: key, offset: offset, checksum: checksum), now: now)
        note(harvester.openIfChanged(state, now: now))
        harvesters[state.number] = harvester
    }

    /// Looks beside files that were cut for copies that the patterns do not name.
    private func followCopies(_ found: Set<FileNumber>, _ sink: any EventSink, _ now: Int64) {
        for original in Set(copies.cutFiles(now: now)) {
            let folder = original.lastIndex(of: "/").map { String(original[...$0]) } ?? ""
            for name in Glob.names(in: folder).sorted() where ReadRecord.isRelated(folder + name, to: original) {
                guard let state = state(folder + name), !found.contains(state.number), harvesters[state.number] == nil,
                    saved[state.number] == nil
                else { continue }
                if case .copy(let offset, let checksum) = copies.judge(
                    folder + name, state, [], followsLinks: input.followsLinks, now: now)
                {
                    followCopy(state, folder + name, from: offset, checksum, sink, now)
                }
            }
        }
    }

    /// The file with that inode in the folder of `path`.
    private func find(_ number: FileNumber, beside path: String) -> (path: String, state: FileState)? {
        if let state = state(path), state.number == number { return (path, state) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        for name in Glob.names(in: folder) {
            if let state = state(folder + name), state.number == number { return (folder + name, state) }
        }
        return nil
    }

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
        for (number, harvester) in harvesters {
            if harvester.isOpen {
                let isGone = find(number, beside: harvester.path) == nil
                _ = isGone ? harvester.finish(sink, now: now) : harvester.stop(sink)
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
        status.lines = harvesters.values.reduce(pastLines) { $0 + $1.lines }
        status.events = harvesters.values.reduce(pastEvents) { $0 + $1.events }
        let waits = harvesters.values.contains { $0.waitsForCommit }
        status.note = linkNote
        status.lastError = waits ? appendError ?? openErrors.first : openErrors.first
        return status
    }
}
