package import Foundation
package import Model

/// A span of time that comes each week by the clock of a zone: from Saturday 22:00 to Sunday 02:00, whatever clocks are
/// set in between.
///
/// What a clock shows twice is in it both times; what it never shows, it jumps over.
package struct WeeklySpan: Sendable, Hashable {
    /// What a clock shows at the first begin and end, in milliseconds since the Unix epoch as if it were Greenwich's.
    package let start: Int64
    package let end: Int64
    package let zone: TimeZone

    package static let week: Int64 = 604_800_000

    /// - Precondition: `start` is before `end`, and no more than a week.
    package init(start: Int64, end: Int64, zone: TimeZone) {
        self.start = start
        self.end = end
        self.zone = zone
    }

    /// The time in week `index` from the first one on, `end` not in it; `nil` where clocks jump over all of it.
    package func time(_ index: Int64) -> TimeRange? {
        let from = moment(start + index * Self.week) { first, _ in first }
        let until = moment(end + index * Self.week) { _, second in second }
        return until > from ? TimeRange(start: from, end: until) : nil
    }

    /// The time that goes on at `moment`, or the next one.
    package func time(notOverAt moment: Int64) -> TimeRange? {
        let index = week(of: moment)
        for index in max(0, index - 1)...max(1, index + 2) {
            if let time = time(index), time.end > moment { return time }
        }
        return nil
    }

    /// The last time that was over at `moment`.
    package func time(overAt moment: Int64) -> TimeRange? {
        let index = week(of: moment)
        guard index >= 0 else { return nil }
        for index in stride(from: index + 1, through: max(0, index - 2), by: -1) {
            if let time = time(index), time.end <= moment { return time }
        }
        return nil
    }

    private func week(of moment: Int64) -> Int64 {
        let distance = ZoneClock(now: moment, zone: zone).local(moment) - start
        return distance >= 0 ? distance / Self.week : -1
    }

    /// When a clock shows `wall`; where it never does, when it jumps over that.
    private func moment(_ wall: Int64, _ choose: (_ first: Int64, _ second: Int64) -> Int64) -> Int64 {
        switch LocalMoment(wall: wall, in: zone) {
        case .once(let moment): return moment
        case .twice(let first, let second): return choose(first, second)
        case .never, .unreadable: return jump(over: wall)
        }
    }

    /// The moment at which clocks are set forward over `wall`: before it they show less, from then on more.
    private func jump(over wall: Int64) -> Int64 {
        let clock = ZoneClock(now: wall, zone: zone)
        var (low, high) = ((wall - 172_800_000) / 1_000, (wall + 172_800_000) / 1_000)
        while high - low > 1 {
            let middle = (low + high) / 2
            if clock.local(middle * 1_000) < wall { low = middle } else { high = middle }
        }
        return high * 1_000
    }
}
