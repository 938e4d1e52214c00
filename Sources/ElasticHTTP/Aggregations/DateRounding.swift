internal import Base
internal import Foundation

/// Where the buckets of a date histogram begin.
final class DateRounding {
    enum Unit: String { case minute, hour, day, week, month, quarter, year }

    enum Interval {
        /// In milliseconds.
        case fixed(Int64)
        case calendar(Unit)
    }

    private let interval: Interval
    private let zone: TimeZone
    /// By how much buckets begin later, in milliseconds.
    private let offset: Int64
    /// The offset of the zone in the quarter of an hour that was asked for last: no clock changes within one.
    private var known: (quarter: Int64, offset: Int64)?

    private static let day: Int64 = 86_400_000
    private static let quarter: Int64 = 900_000

    init(_ interval: Interval, _ zone: TimeZone, offset: Int64) {
        self.interval = interval
        self.zone = zone
        self.offset = offset
    }

    private static func floor(_ value: Int64, _ step: Int64) -> Int64 {
        let rest = value % step
        return value - (rest < 0 ? rest + step : rest)
    }

    private func zoneOffset(_ time: Int64) -> Int64 {
        let quarter = Self.floor(time, Self.quarter)
        if let known, known.quarter == quarter { return known.offset }
        let offset = DateFormat.offset(zone, at: time)
        known = (quarter, offset)
        return offset
    }

    /// When a clock of the zone shows `local`; the first time where it does so twice.
    private func time(local: Int64) -> Int64 {
        let (before, after) = (zoneOffset(local - Self.day), zoneOffset(local + Self.day))
        let first = local - before
        if before == after || zoneOffset(first) == before { return first }
        let second = local - after
        return zoneOffset(second) == after ? second : first
    }

    /// The beginning of the bucket that holds a time.
    func start(of time: Int64) -> Int64 {
        let time = time &- offset
        let local = time &+ zoneOffset(time)
        let start: Int64
        switch interval {
        case .fixed(let length): start = back(Self.floor(local, length), time, length)
        case .calendar(.minute): start = back(Self.floor(local, 60_000), time, 60_000)
        case .calendar(.hour): start = back(Self.floor(local, 3_600_000), time, 3_600_000)
        case .calendar(let unit): start = self.time(local: Int64(Self.firstDay(unit, of: local)) * Self.day)
        }
        return start &+ offset
    }

    /// The time of a local beginning of a bucket that holds `time`, also around the hour that comes twice.
    private func back(_ local: Int64, _ time: Int64, _ length: Int64) -> Int64 {
        let same = local - zoneOffset(time)
        if zoneOffset(same) == zoneOffset(time) { return same }
        let start = self.time(local: local)
        return start > time ? same : start
    }

    private static func firstDay(_ unit: Unit, of local: Int64) -> Int {
        let number = CivilDate.dayNumber(of: local)
        let date = CivilDate(dayNumber: number)
        switch unit {
        case .minute, .hour, .day: return number
        // 1 January 1970 was a Thursday, and weeks begin on Monday.
        case .week: return number - ((number + 3) % 7 + 7) % 7
        case .month: return CivilDate(year: date.year, month: date.month, day: 1).dayNumber
        case .quarter: return CivilDate(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1).dayNumber
        case .year: return CivilDate(year: date.year, month: 1, day: 1).dayNumber
        }
    }

    /// The beginning of the bucket behind one that begins at `start`.
    func next(_ start: Int64) -> Int64 {
        let step: Int64 =
            switch interval {
            case .fixed(let length): length
            case .calendar(.minute): 60_000
            case .calendar(.hour): 3_600_000
            case .calendar(.day): Self.day
            case .calendar(.week): 7 * Self.day
            case .calendar(.month): 31 * Self.day
            case .calendar(.quarter): 92 * Self.day
            case .calendar(.year): 366 * Self.day
            }
        let next = self.start(of: start &+ step)
        if next > start, self.start(of: next - 1) == start { return next }
        // Days of 23 and 25 hours, and the shorter months.
        var low = start
        var high = start &+ 2 * step
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.start(of: middle) == start { low = middle } else { high = middle }
        }
        return high
    }
}
