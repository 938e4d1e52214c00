internal import Model

/// What a camera usually gives, in frames a second, learned from what it has given without loss.
///
/// What a camera declares is what it was set to once: many give less by night, by choice, or for ever, and have done so
/// since they were put up. So only a fall below what it gave before is worth telling. It is told for half an hour, and
/// then it is usual.
struct UsualRate: Codable, Equatable {
    struct Range: Codable, Equatable {
        var low: Double
        var high: Double

        mutating func take(_ other: Range) { (low, high) = (min(low, other.low), max(high, other.high)) }
    }

    /// The lowest of an hour of the day, over one to two weeks.
    private struct Hour: Codable, Equatable {
        /// The first day on which it was seen, in days since the Unix epoch.
        let firstDay: Int64
        /// When `recent` began.
        var began: Int64
        var recent: Double
        var older: Double?

        var low: Double { min(recent, older ?? recent) }

        mutating func take(_ rate: Double, day: Int64) {
            if day - began >= 7 { (older, recent, began) = (day - began >= 14 ? nil : recent, rate, day) }
            recent = min(recent, rate)
        }
    }

    /// A rate from one time on, in milliseconds since the Unix epoch.
    private struct Run: Equatable {
        let since: Int64
        var range: Range
    }

    /// What is known, and kept over restarts.
    private var level: Range?
    private var learnedAt: Int64 = 0
    private var hours: [Int: Hour] = [:]
    /// The last change to less, for people: when it began, and the rate of before.
    private(set) var fell: Fall?
    /// The address of the stream, without a login; another one is another camera.
    private var stream: String?

    struct Fall: Codable, Equatable {
        let since: Int64
        let before: Double
        let after: Double
    }

    /// Whether it varies from minute to minute; then the hours of the day tell nothing.
    private var varies = false

    // Of now.
    private var steady: Run?
    private var seen: [Double] = []
    private var seenSince: Int64 = 0
    private var minute: Run?
    /// The last minutes without loss, the newest last.
    private var minutes: [Range] = []
    private var low: Run?
    private var higher: Run?
    private var lastTake: Int64 = 0

    /// What claims more is no camera.
    private static let highest = 10_000.0
    private static let steadyShare = 1.1
    /// Milliseconds for which a steady rate goes on until it is taken for the camera's own; one that varies takes longer.
    private static let steadyTime: Int64 = 120_000
    private static let variedTime: Int64 = 600_000
    /// The share of the lowest rate seen that is expected of a camera whose rate varies: it has not shown all yet.
    private static let variedShare = 0.6
    private static let youngShare = 0.4
    /// While little is known, a fall that ends again, or is none of one rate, shows that the rate varies, where it lasted
    /// for two spans of the measure: a shorter one may be a network's.
    private static let youth: Int64 = 1_800_000
    private static let leastFall: Int64 = 20_000
    /// Milliseconds between two readings; beyond, they are not of one run.
    private static let longestPause: Int64 = 60_000
    private static let measure: Int64 = 12_000
    /// By how much a rate differs within a fall that is none, but a rate that varies.
    private static let variedRatio = 1.3
    private static let acceptance: Int64 = 1_800_000
    private static let raise: Int64 = 3_600_000
    private static let higherShare = 1.25
    private static let day: Int64 = 86_400_000
    private static let hour: Int64 = 3_600_000

    private enum CodingKeys: String, CodingKey { case level, learnedAt, hours, fell, stream, varies }

    /// Forgets all where the stream is another one.
    mutating func follow(_ stream: String?) {
        guard stream != self.stream else { return }
        self = UsualRate()
        self.stream = stream
    }

    /// What is usual at that time: what it has given at this hour on other days, else since it is known.
    func range(at now: Int64) -> ClosedRange<Double>? {
        // A file that somebody wrote to may hold anything.
        guard let level, level.low <= level.high else { return nil }
        if varies { return level.low...level.high }
        let hour = Self.hourOfDay(now)
        // The hours beside it, too, as dusk comes a little sooner or later each day.
        let known = [(hour + 23) % 24, hour, (hour + 1) % 24].compactMap { hours[$0] }
        let low = known.filter { $0.firstDay < now / Self.day }.map(\.low).min() ?? level.low
        return low...max(low, level.high)
    }

    /// Takes a reading.
    /// - Parameters:
    ///   - fps: of the last ten seconds or so; `nil` while the camera does not play, or has just begun to.
    ///   - declared: what the camera says it gives; where it gives that, nothing else need be learned.
    ///   - isLossless: whether the frames that came are all that were sent.
    mutating func take(_ fps: Double?, declared: Double? = nil, isLossless: Bool, now: Int64) {
        if !(0...Self.longestPause).contains(now - lastTake) { forgetPresent(now) }
        lastTake = now
        guard let fps, fps > 0, fps < Self.highest, isLossless else {
            // What is lost says nothing of what the camera gives.
            (steady, minute, low) = (nil, nil, nil)
            minutes = []
            return
        }
        guard let usual = range(at: now) else { return learn(fps, declared, now) }
        let isFall = fps < CameraStatus.lowestRateShare * usual.lowerBound
        if isFall { fall(to: fps, now) } else if let ended = low.take() { rise(from: ended, now) }
        endMinute(now)
        if minute == nil { minute = Run(since: now, range: Range(low: fps, high: fps)) }
        minute?.range.take(Range(low: fps, high: fps))
        if let low, now - low.since >= Self.acceptance { accept(low, instead: usual, now) }
    }

    /// Forgets what goes on, as the clock was set or the machine slept: its times mean nothing any more.
    private mutating func forgetPresent(_ now: Int64) {
        (steady, minute, low, higher) = (nil, nil, nil, nil)
        (minutes, seen) = ([], [])
        learnedAt = min(learnedAt, now)
    }

    private mutating func fall(to fps: Double, _ now: Int64) {
        var run = low ?? Run(since: now, range: Range(low: fps, high: fps))
        // Until then the measure itself still falls.
        if now - run.since < Self.measure { run.range = Range(low: fps, high: fps) }
        run.range.take(Range(low: fps, high: fps))
        low = run
        if now - learnedAt < Self.youth, run.range.high >= Self.variedRatio * run.range.low { vary(run) }
    }

    private mutating func rise(from ended: Run, _ now: Int64) {
        // What it fell to is no rate of this minute's.
        minute = nil
        if now - learnedAt < Self.youth, now - ended.since >= Self.leastFall { vary(ended) }
    }

    private mutating func vary(_ run: Run) {
        level?.low = Self.rounded(Self.youngShare * run.range.low)
        varies = true
        low = nil
    }

    private mutating func learn(_ fps: Double, _ declared: Double?, _ now: Int64) {
        if let declared, (fps - declared).magnitude <= declared / 10 {
            level = Range(low: declared, high: declared)
            (learnedAt, seen, steady) = (now, [], nil)
            return
        }
        let range = Range(low: fps, high: fps)
        var run = steady ?? Run(since: now, range: range)
        run.range.take(range)
        if run.range.high > Self.steadyShare * run.range.low { run = Run(since: now, range: range) }
        steady = run
        if seen.isEmpty { seenSince = now }
        seen.append(fps)
        if now - run.since >= Self.steadyTime {
            let middle = Self.rounded((run.range.low + run.range.high) / 2)
            level = Range(low: middle, high: middle)
        } else if now - seenSince >= Self.variedTime {
            let sorted = seen.sorted()
            // A moment in which the network stood still is no rate of the camera's.
            level = Range(
                low: Self.rounded(Self.variedShare * sorted[sorted.count / 20]),
                high: Self.rounded(sorted[sorted.count - 1]))
            varies = true
        } else {
            return
        }
        (learnedAt, seen, steady) = (now, [], nil)
    }

    /// Takes the minute that has ended, if one has.
    private mutating func endMinute(_ now: Int64) {
        guard let ended = minute, now - ended.since >= 60_000 else { return }
        minute = nil
        minutes = minutes.suffix(4) + [ended.range]
        guard low == nil, var level else { return }
        let hour = Self.hourOfDay(ended.since)
        let day = ended.since / Self.day
        // It goes no lower than what was expected: a little less each day would never be told.
        let lowest = max(ended.range.low, range(at: ended.since)?.lowerBound ?? 0)
        hours[hour] = hours[hour] ?? Hour(firstDay: day, began: day, recent: lowest)
        hours[hour]?.take(lowest, day: day)
        // What it gives for long is usual, also where it is more.
        guard ended.range.low >= Self.higherShare * level.low else {
            higher = nil
            level.high = max(level.high, Self.rounded(ended.range.high))
            self.level = level
            return
        }
        var run = higher ?? Run(since: ended.since, range: ended.range)
        run.range.take(ended.range)
        higher = run
        guard now - run.since >= Self.raise else { return }
        self.level = Range(low: Self.rounded(run.range.low), high: Self.rounded(run.range.high))
        if run.range.high <= Self.steadyShare * run.range.low { varies = false }
        higher = nil
    }

    private mutating func accept(_ fall: Run, instead usual: ClosedRange<Double>, _ now: Int64) {
        guard var range = minutes.first else { return }
        for other in minutes { range.take(other) }
        range = Range(low: Self.rounded(range.low), high: Self.rounded(range.high))
        fell = Fall(since: fall.since, before: usual.lowerBound, after: range.low)
        level = range
        // Hours of before would have it told again, hour by hour.
        hours = [:]
        (low, higher) = (nil, nil)
    }

    private static func hourOfDay(_ now: Int64) -> Int { Int(now / hour % 24) }

    private static func rounded(_ fps: Double) -> Double { (fps * 10).rounded() / 10 }
}
