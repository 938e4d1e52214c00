internal import CameraRecords
internal import Foundation

/// How many firings there were each day, and for how long anything fired.
struct FiringCalendar: Sendable, Equatable {
    struct Day: Sendable, Equatable {
        /// Milliseconds since the Unix epoch.
        let start: Int64
        let end: Int64
        /// Firings that went on that day, whenever they began.
        var count = 0
        /// For how many milliseconds of it at least one did.
        var length: Int64 = 0
    }

    private(set) var days: [Day]

    /// - Parameters:
    ///   - starts: the midnights, the first one's and the one after the last day's too.
    ///   - firings: by their starts.
    init(starts: [Int64], firings: [TimeSpan]) {
        days = zip(starts, starts.dropFirst()).map { Day(start: $0, end: $1) }
        guard let first = days.first?.start, let last = days.last?.end else { return }
        var changes = [Int](repeating: 0, count: days.count + 1)
        var covered = first
        for firing in firings where firing.start < last && firing.end >= first {
            let from = index(of: max(firing.start, first))
            let to = index(of: min(firing.end, last - 1))
            changes[from] += 1
            changes[to + 1] -= 1
            // What another one covered before counts once.
            let start = max(firing.start, covered)
            cover(from: start, to: min(firing.end, last))
            covered = max(covered, firing.end)
        }
        var running = 0
        for index in days.indices {
            running += changes[index]
            days[index].count = running
        }
    }

    private mutating func cover(from start: Int64, to end: Int64) {
        guard end > start else { return }
        var day = index(of: start)
        while day < days.count, days[day].start < end {
            days[day].length += min(end, days[day].end) - max(start, days[day].start)
            day += 1
        }
    }

    /// The day that holds a moment between the first and the last one.
    private func index(of moment: Int64) -> Int {
        var (low, high) = (0, days.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if days[middle].start <= moment { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The midnights in a zone of whole weeks, from Monday on, of which the last one holds `now`; also the one after it.
    static func midnights(weeks: Int, now: Int64, in zone: TimeZone) -> [Int64] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let today = calendar.startOfDay(for: Date(timeIntervalSince1970: Double(now) / 1_000))
        // Sunday is 1.
        let behind = (calendar.component(.weekday, from: today) + 5) % 7 + (weeks - 1) * 7
        return (0...weeks * 7).compactMap { day in
            // From midday on, a day is a day, however clocks are set.
            calendar.date(byAdding: .day, value: day - behind, to: today.addingTimeInterval(43_200))
                .map { Int64(calendar.startOfDay(for: $0).timeIntervalSince1970 * 1_000) }
        }
    }

    /// The day that a text like `2026-11-28` names, in a zone.
    static func day(_ text: String, in zone: TimeZone) -> Day? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let numbers = text.split(separator: "-").compactMap { Int($0) }
        guard text.utf8.count == 10, numbers.count == 3, (1970...9_999).contains(numbers[0]),
            let noon = calendar.date(
                from: DateComponents(year: numbers[0], month: numbers[1], day: numbers[2], hour: 12)),
            calendar.component(.day, from: noon) == numbers[2], calendar.component(.month, from: noon) == numbers[1],
            let next = calendar.date(byAdding: .day, value: 1, to: noon)
        else { return nil }
        func milliseconds(_ date: Date) -> Int64 {
            Int64(calendar.startOfDay(for: date).timeIntervalSince1970 * 1_000)
        }
        return Day(start: milliseconds(noon), end: milliseconds(next))
    }
}
