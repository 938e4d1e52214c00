internal import Foundation
internal import Glibc
internal import Recorders

/// What a camera's recordings on disk tell at one moment.
struct RecordingReading: Sendable {
    var path = ""
    /// When the newest segment was last written, in milliseconds since the Unix epoch.
    var lastWrite: Int64?
    /// When the oldest segment was last written.
    var oldest: Int64?
    var bytesPerHour: Double?
    /// Frames seen in segments since we watch.
    var frames: UInt64 = 0
    /// Frames that segments show to be missing.
    var missingFrames: UInt64 = 0
    /// Frames a second in the last ten seconds of the segment that grows, or of the last closed one.
    var fps: Double?
    /// The highest frame rate of a segment: what the camera can do.
    var usualFPS: Double?
    var gaps: UInt64 = 0
    var gapSeconds = 0.0
    /// Whether nothing was written for longer than two segments take.
    var isOverdue = false
    /// Why the folder cannot be watched, for people.
    var problem: String?
}

/// Watches one folder of segments. Only reads: no recording is ever touched.
struct RecordingFolder {
    private struct Segment {
        var size: Int64
        var modified: Int64
    }

    private let plannedSeconds: Double
    /// The filesystem on which the folder lies, once it was looked at.
    private(set) var device: UInt64?
    private(set) var reading = RecordingReading()
    /// Seconds from the planned end of segments that were closed since the last scan to the reading of their index.
    private(set) var delays: [Double] = []
    private var segments: [String: Segment] = [:]
    private var folderModified: Int64 = -1
    private var lastFullScan: Int64 = 0
    private var newest: String?
    private var reader: SegmentReader?
    private var framesOfReader = 0
    private var lastClose: Int64?
    private var recent: [(bytes: Int64, seconds: Double)] = []
    private let startedAt: Int64

    /// Folders with more files are looked through less often.
    private static let smallFolder = 200
    /// Holes shorter than this come from cutting at key frames.
    private static let shortestGap = 2.0

    init(path: String, plannedSeconds: Double, now: Int64) {
        self.plannedSeconds = plannedSeconds
        startedAt = now
        reading.path = path
    }

    /// Looks at the folder again.
    /// - Parameter clock: tells the time after a segment's index was read.
    mutating func scan(now: Int64, clock: () -> Int64) {
        delays = []
        reading.problem = nil
        guard list(now) else { return }
        guard let latest = segments.max(by: { ($0.value.modified, $0.key) < ($1.value.modified, $1.key) }) else {
            reading.isOverdue = now - startedAt > limit
            return
        }
        if let before = newest, before != latest.key { close(before, clock) }
        if newest != latest.key {
            newest = latest.key
            reader = SegmentFormat(fileName: latest.key).flatMap { format in
                format.tellsWhileGrowing ? SegmentReader(path: reading.path + "/" + latest.key, format: format) : nil
            }
            framesOfReader = 0
        }
        reader?.advance()
        countFrames()
        reading.lastWrite = latest.value.modified
        reading.oldest = segments.values.map(\.modified).min()
        reading.isOverdue = now - latest.value.modified > limit
    }

    private var limit: Int64 { Int64(max(2 * plannedSeconds, 20) * 1_000) }

    private mutating func countFrames() {
        guard let reader else { return }
        // What was recorded before we came is not counted.
        if framesOfReader == 0, lastClose == nil, reading.frames == 0 { framesOfReader = reader.index.frames }
        if reader.index.frames > framesOfReader {
            reading.frames += UInt64(reader.index.frames - framesOfReader)
            framesOfReader = reader.index.frames
        }
        if let fps = reader.index.recentRate { reading.fps = fps }
        if reading.usualFPS == nil, reader.index.frames > 100 { learnRate(of: reader.index) }
    }

    private mutating func learnRate(of index: SegmentIndex) {
        guard index.frames > 20, let interval = index.usualInterval, interval > 0.001 else { return }
        reading.usualFPS = max(reading.usualFPS ?? 0, (10 / interval).rounded() / 10)
    }

    /// Takes the index of a segment to which no more is written.
    private mutating func close(_ name: String, _ clock: () -> Int64) {
        guard let segment = segments[name], let format = SegmentFormat(fileName: name) else { return }
        var whole = reader ?? SegmentReader(path: reading.path + "/" + name, format: format)
        whole.advance()
        let index = whole.index
        if index.frames > framesOfReader { reading.frames += UInt64(index.frames - framesOfReader) }
        reading.missingFrames += UInt64(index.missingFrames())
        learnRate(of: index)
        if index.duration > 0 {
            reading.fps = Double(index.frames) / index.duration
            recent.append((segment.size, index.duration))
            if recent.count > 6 { recent.removeFirst() }
            let seconds = recent.reduce(0) { $0 + $1.seconds }
            reading.bytesPerHour = Double(recent.reduce(0) { $0 + $1.bytes }) / seconds * 3_600
        }
        if let lastClose {
            let start = Double(segment.modified) / 1_000 - index.duration
            let gap = start - Double(lastClose) / 1_000
            if gap > Self.shortestGap, index.frames > 0 {
                reading.gaps += 1
                reading.gapSeconds += gap
            } else {
                delays.append(max(0, Double(clock() - lastClose) / 1_000 - plannedSeconds))
            }
        }
        lastClose = segment.modified
        reader = nil
    }

    // MARK: The folder

    private mutating func list(_ now: Int64) -> Bool {
        var facts = stat()
        guard stat(reading.path, &facts) == 0 else {
            reading.problem =
                "The recordings folder \(reading.path) cannot be read: \(String(cString: strerror(errno)))"
            return false
        }
        device = UInt64(facts.st_dev)
        let modified = Self.milliseconds(facts.st_mtim)
        if modified == folderModified, let newest, let before = segments[newest] {
            refresh(newest)
            let hasGrown = segments[newest]?.modified != before.modified
            // A ring of segments is written over without a change of its folder: then the newest one stands still.
            let pause: Int64 = segments.count <= Self.smallFolder ? 1_000 : 10_000
            if now - lastFullScan < (hasGrown ? 60_000 : pause) { return true }
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: reading.path) else {
            reading.problem =
                "The recordings folder \(reading.path) cannot be read: \(String(cString: strerror(errno)))"
            return false
        }
        folderModified = modified
        lastFullScan = now
        let wanted = Set(names.filter { SegmentFormat(fileName: $0) != nil })
        segments = segments.filter { wanted.contains($0.key) }
        for name in wanted where segments[name] == nil || wanted.count <= Self.smallFolder || name == newest {
            refresh(name)
        }
        return true
    }

    private mutating func refresh(_ name: String) {
        var facts = stat()
        guard stat(reading.path + "/" + name, &facts) == 0 else { return }
        segments[name] = Segment(size: Int64(facts.st_size), modified: Self.milliseconds(facts.st_mtim))
    }

    private static let latestSecond: Int64 = 1 << 40

    private static func milliseconds(_ time: timespec) -> Int64 {
        // Some filesystems keep any number that somebody sets.
        let seconds = min(max(Int64(time.tv_sec), -latestSecond), latestSecond)
        return seconds * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
