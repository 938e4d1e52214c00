/// What a segment's file tells of its video: enough for frames, rate and holes, without decoding.
package struct SegmentIndex: Sendable, Equatable {
    /// Presentation times of the video frames in seconds, in the order of the file.
    package var times: [Double] = []
    /// Bytes of the file that were read; where reading goes on when it has grown.
    package var position: Int64 = 0
    /// Seconds at the file's end that have no video, where the file tells.
    package var trailingSeconds = 0.0

    /// Times that are kept at most: two days of 25 frames a second. What a file claims beyond is not believed.
    static let capacity = 4_320_000
    /// Seconds without a frame after which the file's clock has jumped, and nothing is missing.
    private static let longestHole = 86_400.0

    package init() {}

    var isFull: Bool { times.count >= Self.capacity }

    private var latestVideo: Double?
    private var latestOther: Double?

    /// Takes a frame's time in seconds.
    mutating func add(_ time: Double) {
        guard !isFull, time.isFinite else { return }
        times.append(time)
        latestVideo = max(latestVideo ?? time, time)
        if latestOther != nil { compareTracks() }
    }

    /// Takes a time, in seconds, of something that is no video: it shows how long video has been missing.
    mutating func add(other time: Double) {
        guard time.isFinite else { return }
        latestOther = max(latestOther ?? time, time)
        compareTracks()
    }

    private mutating func compareTracks() {
        let trailing = max(0, (latestOther ?? 0) - (latestVideo ?? .infinity))
        trailingSeconds = trailing < Self.longestHole ? trailing : 0
    }

    package var frames: Int { times.count }

    /// Seconds from the first frame to the end of the last one.
    package var duration: Double {
        guard let first = times.min(), let last = times.max(), times.count > 1 else { return 0 }
        return (last - first) * Double(times.count) / Double(times.count - 1)
    }

    /// Frames a second over the last ten seconds; `nil` for less than four seconds of video.
    package var recentRate: Double? {
        guard let last = times.max() else { return nil }
        let recent = times.filter { $0 > last - 10 }
        guard let first = recent.min(), last - first > 4 else { return nil }
        return Double(recent.count - 1) / (last - first)
    }

    /// The usual time between two frames, in seconds; `nil` for fewer than three.
    package var usualInterval: Double? {
        guard times.count > 2 else { return nil }
        let sorted = times.sorted()
        let gaps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.sorted()
        return gaps[gaps.count / 2]
    }

    /// Stretches of more than `shortest` seconds in the middle that no frame is of: seconds, each less a frame's own time.
    package func holes(longerThan shortest: Double) -> [Double] {
        guard let interval = usualInterval else { return [] }
        let sorted = times.sorted()
        return zip(sorted.dropFirst(), sorted).map { $0 - $1 - interval }
            .filter { $0 > shortest && $0 < Self.longestHole }
    }

    /// So long a single frame stands at most, in seconds, where too few are there to tell.
    private static let stillFrame = 1.0

    /// Stretches of video between holes of more than `shortest` seconds, in their order: seconds from the end of the last
    /// frame, which is at 0.
    package func stretches(apartBy shortest: Double) -> [(start: Double, end: Double)] {
        let sorted = times.sorted()
        guard let first = sorted.first, let last = sorted.last, last > first else { return [] }
        // Of a few frames the longest step may be a hole.
        let steps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.sorted()
        let usual = steps[(steps.count - 1) / 2]
        let interval = steps.count < 3 ? min(usual, Self.stillFrame) : usual
        var stretches: [(start: Double, end: Double)] = []
        var (start, end) = (-interval, 0.0)
        for (later, earlier) in zip(sorted.dropFirst(), sorted).reversed() {
            let step = later - earlier
            if step - interval > shortest, step < Self.longestHole {
                stretches.append((start, end))
                end = start - step + interval
            }
            start -= step < Self.longestHole ? step : interval
        }
        return [(start, end)] + stretches.reversed()
    }

    /// Where more of the steps between frames are odd ones, the rate varies, and nothing is missing.
    private static let evenShare = 0.2
    private static let fewSteps = 10

    /// Frames that are missing in the middle: holes of more than one and a half usual intervals.
    /// - Parameter expected: the interval of the camera's frames, where it is known.
    package func missingFrames(expected: Double? = nil) -> Int {
        guard let interval = expected ?? usualInterval, interval > 0 else { return 0 }
        let sorted = times.sorted()
        let gaps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }
        let odd = gaps.count { $0 > 1.5 * interval || 1.5 * $0 < interval }
        if expected == nil, Double(odd) > Self.evenShare * Double(gaps.count), gaps.count >= Self.fewSteps { return 0 }
        let missing = gaps.reduce(0.0) { count, gap in
            let steps = gap / interval
            return steps > 1.5 && gap < Self.longestHole ? count + (steps - 0.5).rounded(.down) : count
        }
        return Int(min(missing, 1e9))
    }
}

/// The kinds of files that recorders write.
package enum SegmentFormat: Sendable {
    case matroska, mp4, transportStream
    /// One whose frames cannot be read here: it is judged by its size and time alone.
    case unread

    package init?(fileName: String) {
        switch fileName.split(separator: ".").last?.lowercased() {
        case "mkv", "webm": self = .matroska
        case "mp4", "m4v", "mov": self = .mp4
        case "ts", "mts": self = .transportStream
        case "avi", "flv", "dav", "bvr", "ubv", "asf", "wmv", "mpg", "mpeg", "3gp", "h264", "264", "h265", "265",
            "hevc", "m4s":
            self = .unread
        default:
            // Moonfire NVR: the number of the stream and that of the recording, of eight hexadecimal digits each.
            guard Self.isMoonfire(fileName) else { return nil }
            self = .unread
        }
    }

    private static func isMoonfire(_ name: String) -> Bool {
        name.utf8.count == 16 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Whether a file tells its frames while it still grows.
    package var tellsWhileGrowing: Bool { self == .matroska || self == .transportStream }

    /// Whether a file's frames can be read at all.
    package var tellsFrames: Bool { self != .unread }
}
