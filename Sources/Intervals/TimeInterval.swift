internal import Foundation

/// A span of time that comes again, as an entry of `time_intervals` of `alertmanager.yml` says it.
package struct TimeIntervalConfig: Sendable, Hashable {
    /// Minutes of the day, `start ..< end`.
    package var times: [Range<Int>] = []
    /// 0 is Sunday.
    package var weekdays: [ClosedRange<Int>] = []
    /// 1 to 31; negative from the month's end.
    package var daysOfMonth: [DayRange] = []
    package var months: [ClosedRange<Int>] = []
    package var years: [ClosedRange<Int>] = []
    /// An IANA name; `UTC` by default.
    package var location = "UTC"

    package init() {}

    /// Days of a month, each end counted from the month's begin (1 is the first) or its end (-1 is the last).
    package struct DayRange: Sendable, Hashable {
        package let first: Int
        package let last: Int

        package init(first: Int, last: Int) {
            self.first = first
            self.last = last
        }

        /// Whether the range holds a day of a month of that many days.
        package func contains(_ day: Int, daysInMonth: Int) -> Bool {
            let first = first < 0 ? daysInMonth + first + 1 : first
            let last = last < 0 ? daysInMonth + last + 1 : last
            return first <= day && day <= last
        }
    }
}

extension TimeIntervalConfig {
    /// Whether a moment lies in it; milliseconds since the Unix epoch.
    package func contains(_ now: Int64) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        let zone = location == "Local" ? TimeZone.current : TimeZone(identifier: location)
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
            daysOfMonth.isEmpty
            || daysOfMonth.contains { $0.contains(day, daysInMonth: daysInMonth) }
        return (times.isEmpty || times.contains { $0.contains(hour * 60 + minute) })
            && holds(weekdays, weekday - 1) && isInDays && holds(months, month)
            && holds(years, year)
    }
}
