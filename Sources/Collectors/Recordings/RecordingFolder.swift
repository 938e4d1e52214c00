internal import CameraRecords
internal import Foundation
internal import Glibc
internal import Recorders

/// Watches one folder of segments, and those below it. Only reads: no recording is ever touched.
struct RecordingFolder {
    private struct Segment {
        var size: Int64
        var modified: Int64
        /// When it was begun, as its name says.
        var named: Int64?

        /// Its place in the order of the folder.
        var key: Int64 { named ?? modified }
    }

    /// What is kept of a folder of the past.
    private struct Past {
        let modified: Int64
        let oldest: Int64
        let newest: Int64
        let bytes: Int64
    }

    private let plannedSeconds: Double
    /// Whether somebody said how long a segment is; else it is assumed until segments tell.
    private let isLengthTold: Bool
    private let selection: RecordingTree.Selection
    /// The filesystem on which the folder lies, once it was looked at.
    private(set) var device: UInt64?
    private(set) var reading = RecordingReading()
    private(set) var memory: RecordingMemory
    /// Seconds from the planned end of segments that were closed since the last scan to the reading of their index.
    private(set) var delays: [Double] = []
    var footage: FootageTrace
    /// By path below the folder; without those of ``past``.
    private var segments: [String: Segment] = [:]
    private var tree: RecordingTree
    private var deletions: DeletionWatch
    /// Folders that stand still for longer than anybody looks back, by path below the folder.
    private var past: [String: Past] = [:]
    private var lastFullScan: Int64 = 0
    private var newest: String?
    /// The reader of the newest segment, or of the last one that was, until that is closed.
    private var reader: SegmentReader?
    private var readerName: String?
    private var framesOfReader = 0
    /// Frames that were counted of segments that wait to be closed.
    private var countedFrames: [String: Int] = [:]
    private var recent: [(bytes: Int64, seconds: Double)] = []
    private var clock: SegmentName.Clock?
    /// Closed segments that are to be looked at, in their order.
    private var waiting: [(key: Int64, name: String)] = []
    private let startedAt: Int64

    /// Folders with more files are looked through less often.
    private static let smallFolder = 200
    /// Holes shorter than this come from cutting at key frames.
    private static let shortestGap = 2.0
    /// How far back segments are looked through where nothing is remembered.
    private static let historySpan: Int64 = 86_400_000
    /// Over how many seconds of footage its bytes are taken.
    private static let rateSpan = 3_600.0
    /// A file that was written so much later than its footage was copied; its name counts then.
    private static let copyDelay: Int64 = 600_000
    /// Names and times that are further ahead are of a clock that was wrong.
    private static let farAhead: Int64 = 86_400_000
    /// Seconds after its planned end in which a segment is closed: cameras cut at key frames, and disks take their time.
    private static let closingSeconds = 15.0
    /// Milliseconds in which an index is written after the next segment has begun.
    private static let indexDelay: Int64 = 5_000

    init(
        path: String, plannedSeconds: Double, isLengthTold: Bool = true,
        _ selection: RecordingTree.Selection = RecordingTree.Selection(), now: Int64,
        memory: RecordingMemory = RecordingMemory()
    ) {
        self.plannedSeconds = plannedSeconds
        self.isLengthTold = isLengthTold
        self.selection = selection
        tree = RecordingTree(path: path, selection)
        self.memory = memory
        footage = FootageTrace(memory: memory.footage ?? FootageMemory())
        deletions = DeletionWatch(folder: path, last: memory.deletion)
        startedAt = now
        reading.path = path
        forgetDeletion(now)
        (reading.gaps, reading.gapSeconds) = (memory.gaps, memory.gapSeconds)
    }

    /// Looks at the folder again.
    /// - Parameters:
    ///   - until: when to leave the segments of the past for the next time.
    ///   - clock: tells the time after a segment's index was read.
    mutating func scan(
        now: Int64, until: ContinuousClock.Instant = .now + .milliseconds(300), clock: () -> Int64
    ) {
        delays = []
        reading.problem = nil
        forgetDeletion(now)
        guard list(now, until), let latest = newest, let segment = segments[latest] else {
            guard reading.problem == nil, newest == nil else { return }
            if past.isEmpty, let pictures = tree.newestPictures { return judgePictures(pictures.modified, now) }
            judgeEmptiness(now)
            followFootage(now)
            return
        }
        while let next = waiting.first, ContinuousClock.now < until || next.key > startedAt {
            let isPast = next.key < startedAt - Int64(plannedSeconds * 1_000)
            guard close(next.name, isPast: isPast, clock) else { break }
            waiting.removeFirst()
        }
        reading.isHistoryKnown = waiting.isEmpty
        if readerName != latest {
            if let readerName { countedFrames[readerName] = framesOfReader }
            readerName = latest
            framesOfReader = 0
            framesOfLook = 0
            reader = SegmentFormat(fileName: latest).flatMap { format in
                format.tellsWhileGrowing ? SegmentReader(path: reading.path + "/" + latest, format: format) : nil
            }
        }
        reader?.advance()
        countFrames()
        let written = written(segment, now)
        seeVideo(framesOf: reader, written)
        seeWhole(latest, segment, now)
        let format = SegmentFormat(fileName: latest)
        reading.tellsWhileGrowing = format?.tellsWhileGrowing ?? false
        reading.lastWrite = written
        judge(written, isEmpty: segment.size == 0, format, now)
        if reading.isOverdue, now - segment.modified > limit { noteStanding(latest, segment, now) }
        followFootage(now)
        (reading.gaps, reading.gapSeconds) = (memory.gaps, memory.gapSeconds)
    }

    /// The newest segments, the newest first.
    func newestSegments(_ count: Int) -> [RecordedSegment] {
        guard count > 0 else { return [] }
        var newest: [(key: Int64, name: String)] = []
        for (name, segment) in segments where newest.count < count || segment.key > newest[newest.count - 1].key {
            let place = newest.firstIndex { $0.key < segment.key } ?? newest.count
            newest.insert((segment.key, name), at: place)
            if newest.count > count { newest.removeLast() }
        }
        return newest.map { _, name in
            RecordedSegment(
                path: reading.path + "/" + name, modified: segments[name]?.modified ?? 0, named: segments[name]?.named)
        }
    }

    /// When a segment was last written; a time of the future says nothing.
    private func written(_ segment: Segment, _ now: Int64) -> Int64 {
        let time = segment.modified <= now + Self.farAhead / 24 ? segment.modified : segment.named ?? startedAt
        return min(time, now)
    }

    private mutating func judgeEmptiness(_ now: Int64) {
        guard tree.isComplete else { return }
        reading.isOverdue = now - startedAt > limit
        reading.isHistoryKnown = true
        guard reading.isOverdue, past.isEmpty, let other = tree.other else { return }
        let place = selection.pattern.map { reading.path + "/" + $0.text } ?? reading.path
        reading.problem =
            selection.isShared && SegmentFormat(fileName: other) != nil
            ? "Several cameras have the folder \(place), and no segment in it has \(selection.camera) in its name: "
                + "write a pattern for each, as \(place)/NAME*."
            : "No segment that can be read is in \(place); \(other) is there, for example."
    }

    /// Frames that are stored one by one are judged by their times alone; their share of a day is not known.
    private mutating func judgePictures(_ modified: Int64, _ now: Int64) {
        let written = min(modified, now)
        seeVideo(at: written)
        reading.lastWrite = written
        reading.isOverdue = now - max(written, startedAt) > limit
        reading.isHistoryKnown = true
    }

    // MARK: Video

    /// Frames of the segment that grows, at the last look.
    private var framesOfLook = 0
    /// Whether the last segment that was closed and could be read had video.
    private var hadVideo: Bool?

    private mutating func seeVideo(framesOf reader: SegmentReader?, _ written: Int64) {
        guard let reader, reader.index.frames > framesOfLook else { return }
        framesOfLook = reader.index.frames
        // Sound of later in the same file shows that its last frame is older than the file.
        seeVideo(at: written - Int64(reader.index.trailingSeconds * 1_000))
    }

    /// Looks into the newest segment where it stands still, as recorders that bring whole files leave it: one that tells
    /// nothing while it grows may be at its end.
    private mutating func seeWhole(_ name: String, _ segment: Segment, _ now: Int64) {
        guard let format = SegmentFormat(fileName: name), format.tellsFrames, !format.tellsWhileGrowing,
            segment.size > 0, now - segment.modified >= Self.stillTime
        else { return }
        if let last = lastWhole, last.name == name,
            segment.modified - last.modified < Int64(plannedSeconds * 1_000)
        {
            return
        }
        lastWhole = (name, segment.modified)
        var whole = SegmentReader(path: reading.path + "/" + name, format: format)
        whole.advance()
        if whole.index.frames > 0 {
            seeVideo(at: written(segment, now) - Int64(whole.index.trailingSeconds * 1_000))
        }
    }

    private var lastWhole: (name: String, modified: Int64)?
    private static let stillTime: Int64 = 3_000

    private mutating func seeVideo(at time: Int64) {
        guard time > reading.lastVideo ?? .min else { return }
        reading.videoGoesOn = reading.lastVideo
        reading.lastVideo = time
    }

    /// Says whether video is written in time.
    private mutating func judge(_ written: Int64, isEmpty: Bool, _ format: SegmentFormat?, _ now: Int64) {
        let isWritten = now - written <= limit
        var last = reading.lastVideo
        if format?.tellsFrames == false {
            last = isEmpty ? last : written
            if last == written { seeVideo(at: written) }
        } else if format?.tellsWhileGrowing == false, hadVideo == nil, !isLengthTold, !isEmpty {
            // How long it goes on before it tells its frames, nobody knows.
            last = written
        }
        let isTold = reading.isHistoryKnown && now - max(last ?? 0, firstLook) > limit
        reading.isOverdue = !isWritten || isTold
        reading.isWithoutVideo = isWritten && isTold
        if reading.isWithoutVideo { reading.fps = 0 }
    }

    /// Before this, nothing is missed: video that was there when we came may be told only when its segment is closed.
    private var firstLook: Int64 { hadVideo == false ? 0 : startedAt }

    /// After how many milliseconds without a sign a segment is overdue.
    private var limit: Int64 {
        let usual = memory.usualSeconds
        // Where nobody says how long they are, some may be longer than most, as events are.
        let longest = memory.longestSeconds ?? usual
        let seconds = isLengthTold ? max(plannedSeconds, usual ?? 0) : longest ?? plannedSeconds
        return Int64(max(seconds + Self.closingSeconds, 20) * 1_000)
    }

    private mutating func countFrames() {
        guard let reader else { return }
        // What was recorded before we came is not counted.
        if framesOfReader == 0, !hasSeenClose, reading.frames == 0 { framesOfReader = reader.index.frames }
        if reader.index.frames > framesOfReader {
            reading.frames += UInt64(reader.index.frames - framesOfReader)
            framesOfReader = reader.index.frames
        }
        if let fps = reader.index.recentRate { reading.fps = fps }
    }

    /// Whether a segment was closed since we watch.
    private var hasSeenClose = false

    /// Takes the index of a segment to which no more is written.
    /// - Parameter isPast: whether it was recorded before we came.
    /// - Returns: whether it is done; an index that is still being written is read later.
    private mutating func close(_ name: String, isPast: Bool, _ clock: () -> Int64) -> Bool {
        guard let segment = segments[name], let format = SegmentFormat(fileName: name) else { return true }
        let isRead = name == readerName
        var whole = (isRead ? reader : nil) ?? SegmentReader(path: reading.path + "/" + name, format: format)
        whole.advance()
        let index = whole.index
        if format == .mp4, index.frames == 0, segment.size > 0, clock() - segment.modified < Self.indexDelay {
            return false
        }
        if format.tellsFrames {
            hadVideo = index.frames > 0
        } else if segment.size > 0 {
            // While it grows, what is written may wait in its recorder's buffer to the end.
            seeVideo(at: min(segment.modified, clock()))
        }
        let end = min(segment.modified - Int64(index.trailingSeconds * 1_000), clock())
        if index.frames > (isRead ? framesOfLook : 0) {
            seeVideo(at: end)
            // A file that is read at its end tells of all the time until then.
            if !format.tellsWhileGrowing { reading.videoGoesOn = reading.lastVideo }
        }
        if isRead { (reader, readerName) = (nil, nil) }
        if !isPast {
            let counted = isRead ? framesOfReader : countedFrames.removeValue(forKey: name) ?? 0
            if index.frames > counted { reading.frames += UInt64(index.frames - counted) }
            reading.missingFrames += UInt64(index.missingFrames())
            hasSeenClose = true
        }
        if index.duration > 0 {
            if !isPast { reading.fps = Double(index.frames) / index.duration }
            recent.append((segment.size, index.duration))
            while recent.count > 6, recent.reduce(0, { $0 + $1.seconds }) > Self.rateSpan { recent.removeFirst() }
            let seconds = recent.reduce(0) { $0 + $1.seconds }
            let lengths = recent.map(\.seconds).sorted()
            memory.usualSeconds = lengths[lengths.count / 2].rounded()
            memory.longestSeconds = lengths.last.map { $0.rounded() }
            reading.bytesPerHour = Double(recent.reduce(0) { $0 + $1.bytes }) / seconds * 3_600
        }
        let (start, endOfFootage) = span(of: segment, index)
        if index.frames > 0 {
            for hole in index.holes(longerThan: Self.shortestGap) { note(gap: hole) }
            if let before = memory.lastEnd {
                let gap = Double(start - before) / 1_000
                if gap > Self.shortestGap {
                    note(gap: gap)
                } else if !isPast {
                    delays.append(max(0, Double(clock() - before) / 1_000 - plannedSeconds))
                }
            }
        }
        noteFootage(of: segment, index, format, endOfFootage, clock())
        memory.lastKey = max(memory.lastKey ?? .min, segment.key)
        // Time that only files without video cover is a gap.
        if index.frames > 0 || !format.tellsFrames {
            memory.lastEnd = max(memory.lastEnd ?? .min, endOfFootage)
        }
        return true
    }

    private mutating func note(gap: Double) {
        memory.gaps += 1
        memory.gapSeconds += gap
    }

    /// From when to when a closed segment is; milliseconds.
    private func span(of segment: Segment, _ index: SegmentIndex) -> (start: Int64, end: Int64) {
        // A damaged file may say any length.
        let duration = index.duration.magnitude < 1e9 ? Int64((index.duration * 1_000).rounded()) : 0
        if let named = segment.named, segment.modified - named - duration > Self.copyDelay {
            return (named, named + duration)
        }
        // The name has whole seconds, and may be that of the moment when the file was opened: the file's time is nearer.
        let end = segment.modified - Int64(index.trailingSeconds * 1_000)
        return (end - duration, end)
    }

    // MARK: Footage

    /// The newest segment, and when it was last written, where it was taken though it may go on.
    private var standing: (name: String, modified: Int64)?
    /// What names and times of the files tell in folders of the past, until that was needed.
    private var pastSpans: [TimeSpan] = []

    private mutating func noteFootage(
        of segment: Segment, _ index: SegmentIndex, _ format: SegmentFormat, _ end: Int64, _ now: Int64
    ) {
        if !format.tellsFrames {
            footage.note([Self.spanByTimes(segment, usualLength)].compactMap(\.self), isEstimated: true, now: now)
        } else {
            let pieces = index.stretches(apartBy: Double(FootageSpans.joining) / 1_000).map { piece in
                // A damaged file may say any length.
                TimeSpan(
                    start: end + Int64((max(piece.start, -1e6) * 1_000).rounded()),
                    end: end + Int64((max(piece.end, -1e6) * 1_000).rounded()))
            }
            footage.note(pieces, isEstimated: false, now: now)
        }
    }

    /// Takes the newest segment as it stands: nobody may ever write another one.
    private mutating func noteStanding(_ name: String, _ segment: Segment, _ now: Int64) {
        if let standing, standing == (name, segment.modified) { return }
        standing = (name, segment.modified)
        guard let format = SegmentFormat(fileName: name) else { return }
        var whole =
            (name == readerName ? reader : nil) ?? SegmentReader(path: reading.path + "/" + name, format: format)
        whole.advance()
        noteFootage(of: segment, whole.index, format, span(of: segment, whole.index).end, now)
    }

    /// Goes on to the end of the last segment that was closed; where another one is overdue, to the moment until which
    /// it would have come.
    private mutating func followFootage(_ now: Int64) {
        guard reading.problem == nil, reading.isHistoryKnown, isPastKnown || newest == nil else { return }
        // A folder that had footage and has none at all is not there, as a share that is not mounted: nothing is known.
        guard newest != nil || memory.lastKey == nil else { return }
        // In steps of a minute, so that there is less to write down.
        let overdue = reading.isOverdue ? (now - limit) / 60_000 * 60_000 : .min
        let exact = now - Self.historySpan
        let files = { [segments, pastSpans, usualLength] in
            let credible = segments.values.lazy.filter { $0.key <= now + Self.farAhead }
            return credible.compactMap { Self.spanByTimes($0, usualLength) } + pastSpans
        }
        footage.follow(until: max(memory.lastEnd ?? .min, overdue), now: now, exact: exact, files: files)
        pastSpans = []
        memory.footage = footage.memory
        // Else the counters would seem to climb by days.
        if !footage.isCaughtUp { return }
        reading.footage = FootageCount(footage.memory, isOnMotion: footage.schedule.isOnMotion)
    }

    /// From when to when a segment is, by its name and its file's time.
    private static func spanByTimes(_ segment: Segment, _ usual: Int64) -> TimeSpan? {
        if segment.size == 0 { return nil }
        guard let named = segment.named, named < segment.modified else {
            return TimeSpan(start: segment.modified - usual, end: segment.modified)
        }
        let isCopied = segment.modified - named > max(4 * usual, copyDelay)
        return TimeSpan(start: named, end: isCopied ? named + usual : segment.modified)
    }

    /// Milliseconds of a segment.
    private var usualLength: Int64 { Int64((memory.usualSeconds ?? plannedSeconds) * 1_000) }

    // MARK: The folder

    private mutating func list(_ now: Int64, _ until: ContinuousClock.Instant) -> Bool {
        var facts = stat()
        guard stat(reading.path, &facts) == 0 else { return notRead(String(cString: strerror(errno))) }
        device = UInt64(facts.st_dev)
        var isDue = newest == nil
        if let newest, let before = segments[newest] {
            refresh(newest)
            let hasGrown = segments[newest]?.modified != before.modified
            tree.follow(newest, now: now, patience: hasGrown ? 60_000 : 10_000)
            // A ring of segments is written over without a change of its folder: then the newest one stands still.
            let pause: Int64 = hasGrown ? 60_000 : segments.count <= Self.smallFolder ? 1_000 : 10_000
            isDue = !(0..<pause).contains(now - lastFullScan)
            if !hasGrown { lookForSecondHour(now) }
        } else {
            tree.follow(tree.newestPictures.map { $0.folder + "/" } ?? "", now: now, patience: 10_000)
        }
        if let cause = tree.walk(now: now, isEager: newest == nil, until: until) { return notRead(cause) }
        if !isDue, isPastKnown, tree.generation == generation { return true }
        generation = tree.generation
        lastFullScan = now
        let wanted = sortOutPast(now, until)
        if segments.contains(where: { !wanted.contains($0.key) }) {
            segments = segments.filter { wanted.contains($0.key) }
        }
        for name in wanted where segments[name] == nil || wanted.count <= Self.smallFolder || name == newest {
            refresh(name)
        }
        sort(now)
        if tree.isComplete, isPastKnown { watchDeletions(now) }
        return true
    }

    /// What was deleted is told for a day, whether or not its folder can be read.
    private mutating func forgetDeletion(_ now: Int64) {
        let isFresh = memory.deletion.map { (0...DeletionWatch.memorySpan).contains(now - $0.time) } ?? false
        reading.deletion = isFresh ? memory.deletion : nil
    }

    private mutating func watchDeletions(_ now: Int64) {
        let horizon = now + Self.farAhead
        var spans: [DeletionWatch.Span] = []
        spans.reserveCapacity(segments.count + past.count)
        for (name, segment) in segments where segment.key <= horizon {
            spans.append(DeletionWatch.Span(path: name, first: segment.key, last: segment.key))
        }
        for (folder, sum) in past {
            spans.append(DeletionWatch.Span(path: folder, first: sum.oldest, last: sum.newest))
        }
        deletions.look(spans, device: device, now: now) { segments[$0] != nil || past[$0] != nil }
        (memory.deletion, reading.deletion) = (deletions.last, deletions.last)
    }

    /// In an hour that comes twice a recorder writes again into the files of the first time, without a change of their
    /// folder.
    private mutating func lookForSecondHour(_ now: Int64) {
        let date = Date(timeIntervalSince1970: Double(now) / 1_000)
        let zone = TimeZone.current
        let shift = zone.secondsFromGMT(for: date - 2 * 3_600) - zone.secondsFromGMT(for: date)
        guard shift > 0, clock != .utc else { return }
        let then = now - Int64(shift) * 1_000
        let range = then - max(4 * usualLength, 60_000)...then + 5_000
        let again = segments.filter { range.contains($0.value.key) }
        for name in again.keys { refresh(name) }
        if again.contains(where: { segments[$0.key]?.modified != $0.value.modified }) { sort(now) }
    }

    private mutating func notRead(_ cause: String) -> Bool {
        reading.problem = "The recordings folder \(reading.path) cannot be read: \(cause)"
        return false
    }

    /// Whether all folders of the past were looked at.
    private var isPastKnown = false

    /// Keeps a sum of each folder of the past, but of the one that was written last: it may be a ring that goes on.
    /// - Returns: the paths of the other segments.
    private mutating func sortOutPast(_ now: Int64, _ until: ContinuousClock.Instant) -> Set<String> {
        var wanted: Set<String> = []
        var past: [String: Past] = [:]
        var sums = 0
        isPastKnown = true
        let horizon = now - Self.historySpan - Self.hour
        for (folder, modified, names) in tree.folders {
            if modified < horizon, !folder.isEmpty {
                if let known = self.past[folder], known.modified == modified, names.isEmpty || folder != lastPast {
                    past[folder] = known
                    continue
                }
                if sums >= Self.leastSums, ContinuousClock.now >= until {
                    isPastKnown = false
                    continue
                }
                sums += 1
                let files = names.compactMap { segment(folder + "/" + $0) }
                let spans = files.compactMap { Self.spanByTimes($0, usualLength) }
                pastSpans += TimeSpans(spans, joining: 2_000).spans
                // What is written into an old folder is none of the past.
                if files.allSatisfy({ $0.modified < horizon }) {
                    past[folder] = Past(
                        modified: modified, oldest: files.map(\.key).min() ?? .max,
                        newest: files.map(\.modified).max() ?? .min, bytes: files.reduce(0) { $0 + $1.size })
                    continue
                }
            }
            for name in names { wanted.insert(folder.isEmpty ? name : folder + "/" + name) }
        }
        lastPast = past.max { ($0.value.newest, $0.key) < ($1.value.newest, $1.key) }?.key
        for (folder, _, names) in Array(tree.folders) where past[folder] != nil && !names.isEmpty {
            if folder == lastPast {
                past[folder] = nil
                for name in names { wanted.insert(folder + "/" + name) }
            } else {
                tree.forgetNames(in: folder)
            }
        }
        self.past = past
        return wanted
    }

    /// So many folders of the past are looked at at once, also where the time is over.
    private static let leastSums = 4
    /// The folder of the past that was written last.
    private var lastPast: String?
    private var generation = 0

    private static let hour: Int64 = 3_600_000

    /// Finds the newest segment, and those that were closed since the last look.
    private mutating func sort(_ now: Int64) {
        let horizon = now + Self.farAhead
        let credible = segments.lazy.filter { $0.value.key <= horizon }
        let latest = credible.max { ($0.value.key, $0.key) < ($1.value.key, $1.key) }
        newest = latest?.key
        var oldest = past.values.map(\.oldest).min() ?? .max
        var bytes = past.values.reduce(0) { $0 + $1.bytes }
        waiting.removeAll(keepingCapacity: true)
        let first = max(memory.lastKey ?? .min, now - Self.historySpan - 1)
        for (name, segment) in segments {
            oldest = min(oldest, segment.key)
            bytes += segment.size
            if segment.key > first, segment.key <= horizon, name != newest { waiting.append((segment.key, name)) }
        }
        waiting.sort { ($0.key, $0.name) < ($1.key, $1.name) }
        reading.oldest = segments.isEmpty && past.isEmpty ? nil : oldest
        reading.bytes = bytes
    }

    private mutating func refresh(_ name: String) { segments[name] = segment(name) }

    private mutating func segment(_ name: String) -> Segment? {
        var facts = stat()
        // A pipe or a folder of such a name is no footage.
        guard stat(reading.path + "/" + name, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Self.milliseconds(facts.st_mtim)
        return Segment(size: Int64(facts.st_size), modified: modified, named: named(name, modified))
    }

    /// When a segment was begun, by its name. Names of this machine's time zone and of UTC are told apart by the first
    /// one's file.
    private mutating func named(_ name: String, _ modified: Int64) -> Int64? {
        if let clock { return time(in: name, clock, modified) }
        guard let local = time(in: name, .local, modified), let utc = time(in: name, .utc, modified) else { return nil }
        let isLocal = (modified - local).magnitude <= (modified - utc).magnitude
        clock = isLocal ? .local : .utc
        return isLocal ? local : utc
    }

    private func time(in name: String, _ clock: SegmentName.Clock, _ modified: Int64) -> Int64? {
        if let pattern = selection.pattern, pattern.hasTime {
            return pattern.time(of: name, clock, writtenAt: modified)
        }
        return SegmentName.time(in: name, clock, writtenAt: modified)
    }

    private static let latestSecond: Int64 = 1 << 40

    static func milliseconds(_ time: timespec) -> Int64 {
        // Some filesystems keep any number that somebody sets.
        let seconds = min(max(Int64(time.tv_sec), -latestSecond), latestSecond)
        return seconds * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
