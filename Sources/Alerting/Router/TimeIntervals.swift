internal import Foundation

/// Whether moments lie in the spans of time under which routes are muted or active.
struct TimeIntervals: Sendable {
    private let intervals: [String: [TimeIntervalConfig]]

    init(_ intervals: [String: [TimeIntervalConfig]]) { self.intervals = intervals }

    /// Whether notifications of `route` are held back at `now` (milliseconds since the Unix epoch).
    func mutes(_ route: Route, at now: Int64) -> Bool { !muting(route, at: now).isEmpty }

    /// The intervals that hold notifications of `route` back at `now`: those in which it is mute, or, outside of those
    /// in which it is active, all of the latter.
    func muting(_ route: Route, at now: Int64) -> [String] {
        let mute = route.muteTimeIntervals.filter { contains($0, now) }
        if !mute.isEmpty { return mute }
        return route.activeTimeIntervals.contains { contains($0, now) } ? [] : route.activeTimeIntervals
    }

    private func contains(_ name: String, _ now: Int64) -> Bool {
        intervals[name]?.contains { Self.contains($0, now) } ?? false
    }

    static func contains(_ interval: TimeIntervalConfig, _ now: Int64) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        let zone = interval.location == "Local" ? TimeZone.current : TimeZone(identifier: interval.location)
        calendar.timeZone = zone ?? .gmt
        let date = Date(timeIntervalSince1970: Double(now) / 1_000)
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .weekday], from: date)
        guard let year = parts.year, let month = parts.month, let day = parts.day, let hour = parts.hour,
            let minute = parts.minute, let weekday = parts.weekday
        else { return false }
        let daysInMonth = calendar.range(of: .day, in: .month, for: date)?.count ?? 31
        func holds(_ ranges: [ClosedRange<Int>], _ value: Int) -> Bool {
            ranges.isEmpty || ranges.contains { $0.contains(value) }
        }
        let isInDays =
            interval.daysOfMonth.isEmpty
            || interval.daysOfMonth.contains { $0.contains(day, daysInMonth: daysInMonth) }
        return (interval.times.isEmpty || interval.times.contains { $0.contains(hour * 60 + minute) })
            && holds(interval.weekdays, weekday - 1) && isInDays && holds(interval.months, month)
            && holds(interval.years, year)
    }
}
