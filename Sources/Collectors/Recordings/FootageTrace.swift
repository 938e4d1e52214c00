internal import CameraRecords
internal import Intervals

/// When footage of a camera is due.
struct FootageSchedule: Sendable, Hashable {
    var isOnMotion = false
    /// Empty: always.
    var recordTimes: [TimeIntervalConfig] = []
    var maintenance: [TimeIntervalConfig] = []

    private static let minute: Int64 = 60_000

    /// Whether no calendar is asked.
    var isPlain: Bool { isOnMotion || recordTimes.isEmpty && maintenance.isEmpty }

    init() {}

    init(_ camera: CameraSettings) {
        isOnMotion = camera.record == .motion
        recordTimes = camera.recordTimes
        maintenance = camera.maintenance
    }

    /// The parts of a span in which none is due.
    func undue(in span: TimeSpan) -> TimeSpans {
        if isOnMotion { return TimeSpans([span]) }
        var undue = TimeSpans()
        guard !recordTimes.isEmpty || !maintenance.isEmpty else { return undue }
        var minute = span.start
        while minute < span.end {
            let next = (minute / Self.minute + 1) * Self.minute
            let isDue = recordTimes.isEmpty || recordTimes.contains { $0.contains(minute) }
            if !isDue || maintenance.contains(where: { $0.contains(minute) }) {
                undue.insert(TimeSpan(start: minute, end: next).intersection(span))
            }
            minute = next
        }
        return undue
    }
}

/// What is remembered of a camera's footage over restarts, beside what was written down.
struct FootageMemory: Codable, Equatable, Sendable {
    /// Until when it is known whether there was footage; milliseconds since the Unix epoch.
    var knownUntil: Int64?
    /// Of the time that is known: milliseconds of footage that was due (on motion, of all footage), and those in which it
    /// was due.
    var footage: Int64 = 0
    var due: Int64 = 0
}

/// Finds out from when to when there was footage of a camera, and since when that is known. Files that are there tell of
/// the time in which nobody watched; files that were deleted since then do not.
struct FootageTrace {
    private(set) var memory: FootageMemory
    var schedule = FootageSchedule()
    /// What became known since the last ``take()``.
    private var news = FootageSpans()
    /// Footage of the time that is not known yet, and of a while before.
    private var recent = TimeSpans()
    private var lastFollow: Int64?
    /// Since when the clock has been behind what is known.
    private var behindSince: Int64?

    /// Looks that are further apart than that are not one.
    private static let patience: Int64 = 300_000
    /// How far back files of the past are believed when a camera is seen for the first time.
    private static let firstSpan: Int64 = 62 * 86_400_000
    private static let kept: Int64 = 400 * 86_400_000
    private static let day: Int64 = 86_400_000
    private static let hour: Int64 = 3_600_000
    /// Names tell whole seconds.
    private static let nameStep: Int64 = 2_000

    init(memory: FootageMemory) { self.memory = memory }

    /// Whether all that can be known is: after a pause it comes day by day.
    private(set) var isCaughtUp = false

    /// Hands out once what became known.
    mutating func take() -> FootageSpans {
        defer { news = FootageSpans() }
        return news
    }

    /// Takes pieces of footage; some may have been taken before.
    /// - Parameter isEstimated: whether names and times of files alone tell them.
    mutating func note(_ pieces: some Sequence<TimeSpan>, isEstimated: Bool, now: Int64) {
        let credible = TimeSpan(start: now - Self.kept, end: now)
        for piece in pieces.map({ $0.intersection(credible) }) where !piece.isEmpty {
            recent.insert(piece, joining: FootageSpans.joining)
            news.present.insert(piece, joining: FootageSpans.joining)
            if isEstimated { news.estimated.insert(piece, joining: FootageSpans.joining) }
        }
    }

    /// Goes on to the moment until which all footage was taken.
    /// - Parameters:
    ///   - exact: since when frames of all files were looked at.
    ///   - files: of all files that are there, from when to when each is by its name and its time; asked for after a pause.
    mutating func follow(until end: Int64, now: Int64, exact: Int64, files: () -> [TimeSpan]) {
        if let known = memory.knownUntil, known > now + Self.hour {
            // The clock is wrong, or it was: by an hour of it that is known.
            let since = min(behindSince ?? now, now)
            behindSince = since
            if now - since < Self.hour { return }
            memory.knownUntil = now
        }
        behindSince = nil
        let isContinued = lastFollow.map { (0..<Self.patience).contains(now - $0) } ?? false
        lastFollow = now
        if !isContinued { memory.knownUntil = begin(now, exact, files()) }
        guard let start = memory.knownUntil, start < min(end, now) else {
            isCaughtUp = true
            return
        }
        // Looks through the minutes of a calendar take their time.
        let last = schedule.isPlain ? now : start + Self.day
        let span = TimeSpan(start: start, end: min(end, now, last))
        isCaughtUp = span.end == min(end, now)
        let undue = schedule.undue(in: span)
        let due = TimeSpans([span]).subtracting(undue)
        let footage = recent.clipped(to: span)
        news.known.insert(span)
        news.undue.formUnion(undue)
        memory.due += due.total
        memory.footage += (schedule.isOnMotion ? footage : footage.intersection(due)).total
        memory.knownUntil = span.end
        recent.forget(before: span.end - Self.hour)
    }

    /// Looks at what files tell of the time in which nobody watched.
    /// - Returns: from when on it is known whether there was footage.
    private mutating func begin(_ now: Int64, _ exact: Int64, _ files: [TimeSpan]) -> Int64 {
        let told = TimeSpans(files + recent.spans, joining: Self.nameStep)
        let start: Int64
        if let known = memory.knownUntil {
            start = toldSince(known, told, now)
        } else {
            // A pause of more than a day before anybody watched may be one of another kind.
            var first = told.spans.last?.start ?? now
            for span in told.spans.reversed() {
                if first - span.end > Self.day { break }
                first = span.start
            }
            start = max(first, now - Self.firstSpan)
        }
        let past = TimeSpans(files.filter { $0.start <= exact }, joining: Self.nameStep)
        let estimated = past.clipped(to: TimeSpan(start: start, end: now)).subtracting(recent)
        note(estimated.spans, isEstimated: true, now: now)
        return start
    }

    /// From when on files tell what was recorded since a moment. The oldest go first: where one from before is there, none
    /// of those behind it was deleted. One that lies alone, long before, was left behind.
    private func toldSince(_ known: Int64, _ told: TimeSpans, _ now: Int64) -> Int64 {
        let first = told.spans.first { $0.start > known }
        if told.spans.contains(where: { $0.start <= known && $0.end > known - Self.day }) {
            // Without a file for more than a day the clock may have been set, too.
            return first != nil || now - known < Self.day ? known : now
        }
        if let first { return first.start }
        return !told.isEmpty && now - known < Self.day ? known : max(known, now)
    }
}

/// The seconds of footage and of time in which it was due, as counters.
struct FootageCount: Sendable, Equatable {
    var footageSeconds: Double
    /// `nil` where it never is, as on motion.
    var dueSeconds: Double?

    init(_ memory: FootageMemory, isOnMotion: Bool) {
        footageSeconds = Double(memory.footage) / 1_000
        dueSeconds = isOnMotion ? nil : Double(memory.due) / 1_000
    }
}
