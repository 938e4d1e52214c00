internal import Base
internal import Foundation
package import Model

/// Dates as people write them: ISO 8601 with parts left out, `now`, and Elasticsearch's arithmetic (`now-1h/d`,
/// `2026-11-23||+1d`), by the clock of a zone: it says when days, weeks, months and years begin, and what a date means that
/// names none. What is shorter than a day is added as such.
package enum DateMath {
    private static let second: Int64 = 1_000
    private static let day: Int64 = 86_400_000

    /// The times for which `text` stands: a moment, or all of a day where only that is given; `nil` if it is no date.
    package static func range(_ text: String, _ clock: ZoneClock) -> TimeRange? {
        let now = clock.now
        var rest = Substring(text)
        var range: TimeRange
        if rest.hasPrefix("now") {
            rest = rest.dropFirst(3)
            range = TimeRange(start: now, end: now)
        } else {
            let bars = rest.firstRange(of: "||")
            guard let date = date(rest[..<(bars?.lowerBound ?? rest.endIndex)], clock) else { return nil }
            range = date
            rest = bars.map { rest[$0.upperBound...] } ?? ""
        }
        while let sign = rest.first {
            rest = rest.dropFirst()
            if sign == "/" {
                guard let unit = rest.popFirst(), let rounded = round(range.start, to: unit, clock) else { return nil }
                range = rounded
                continue
            }
            guard sign == "+" || sign == "-" else { return nil }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard digits.count < 10, let count = digits.isEmpty ? 1 : Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let change = sign == "-" ? -count : count
            guard let unit = rest.popFirst(), let start = add(change, unit, to: range.start, clock),
                let end = add(change, unit, to: range.end, clock)
            else { return nil }
            range = TimeRange(start: start, end: end)
        }
        return range
    }

    private static func milliseconds(of unit: Character) -> Int64? {
        switch unit {
        case "s": second
        case "m": 60 * second
        case "h", "H": 3_600 * second
        case "d": day
        case "w": 7 * day
        default: nil
        }
    }

    private static func add(_ count: Int64, _ unit: Character, to time: Int64, _ clock: ZoneClock) -> Int64? {
        // Millions of years: long before numbers overflow.
        if time.magnitude > 1 << 58 { return nil }
        let length = milliseconds(of: unit)
        if let length, length < day { return time &+ count &* length }
        let local = clock.local(time)
        if let length { return clock.time(local: local &+ count &* length) }
        guard unit == "M" || unit == "y", abs(count) < 120_000 else { return nil }
        let number = CivilDate.dayNumber(of: local)
        let civil = CivilDate(dayNumber: number)
        let month = civil.year * 12 + civil.month - 1 + Int(count) * (unit == "y" ? 12 : 1)
        let year = month >= 0 ? month / 12 : (month - 11) / 12
        let target = CivilDate(year: year, month: month - year * 12 + 1, day: 1)
        let day = min(civil.day, target.lengthOfMonth)
        return clock.time(
            local: Int64(target.dayNumber + day - 1) * DateMath.day + (local - Int64(number) * DateMath.day))
    }

    private static func round(_ time: Int64, to unit: Character, _ clock: ZoneClock) -> TimeRange? {
        if time.magnitude > 1 << 58 { return nil }
        let local = clock.local(time)
        let number = CivilDate.dayNumber(of: local)
        let civil = CivilDate(dayNumber: number)
        /// From the first moment of a day to that of another one, which need not be midnight.
        func days(_ first: Int, until next: Int) -> TimeRange {
            TimeRange(start: clock.time(local: Int64(first) * day), end: clock.time(local: Int64(next) * day) - 1)
        }
        switch unit {
        case "y":
            return days(
                CivilDate(year: civil.year, month: 1, day: 1).dayNumber,
                until: CivilDate(year: civil.year + 1, month: 1, day: 1).dayNumber)
        case "M":
            let first = CivilDate(year: civil.year, month: civil.month, day: 1)
            return days(first.dayNumber, until: first.dayNumber + first.lengthOfMonth)
        // 1 January 1970 was a Thursday, and weeks begin on Monday.
        case "w":
            let first = number - ((number + 3) % 7 + 7) % 7
            return days(first, until: first + 7)
        case "d": return days(number, until: number + 1)
        default:
            guard let length = milliseconds(of: unit) else { return nil }
            let start = time - (local - Int64(number) * day) % length
            return TimeRange(start: start, end: start + length - 1)
        }
    }

    /// A date of which parts may be left out behind the year.
    private static func date(_ text: Substring, _ clock: ZoneClock) -> TimeRange? {
        var rest = text
        func number(_ count: Int, _ allowed: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix(count)
            guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(digits),
                allowed.contains(value)
            else { return nil }
            rest = rest.dropFirst(count)
            return value
        }
        func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest = rest.dropFirst()
            return true
        }
        /// The first moment of a date, and all of its year, month or day.
        func all(_ unit: Character, from civil: CivilDate) -> TimeRange? {
            round(clock.time(local: Int64(civil.dayNumber) * day), to: unit, clock)
        }
        guard let year = number(4, 0...9_999) else { return nil }
        var civil = CivilDate(year: year, month: 1, day: 1)
        if rest.isEmpty { return all("y", from: civil) }
        guard take("-"), let month = number(2, 1...12) else { return nil }
        civil.month = month
        if rest.isEmpty { return all("M", from: civil) }
        guard take("-"), let dayOfMonth = number(2, 1...civil.lengthOfMonth) else { return nil }
        civil.day = dayOfMonth
        if rest.isEmpty { return all("d", from: civil) }
        guard take("T") || take("t") || take(" "), let hour = number(2, 0...23) else { return nil }
        var start = Int64(civil.dayNumber) * day + Int64(hour) * 3_600 * second
        var length = 3_600 * second
        if take(":") {
            guard let minute = number(2, 0...59) else { return nil }
            start += Int64(minute) * 60 * second
            length = 60 * second
            if take(":") {
                guard let seconds = number(2, 0...60) else { return nil }
                start += Int64(seconds) * second
                length = second
                if take(".") || take(",") {
                    let digits = rest.prefix { $0.isASCII && $0.isNumber }
                    guard !digits.isEmpty, digits.count <= 9 else { return nil }
                    rest = rest.dropFirst(digits.count)
                    start += Int64((digits + "00").prefix(3)) ?? 0
                    length = 1
                }
            }
        }
        if take("Z") || take("z") {
        } else if rest.first == "+" || rest.first == "-" {
            let sign: Int64 = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hours = number(2, 0...23) else { return nil }
            _ = take(":")
            let minutes = rest.isEmpty ? 0 : number(2, 0...59)
            guard let minutes else { return nil }
            start -= sign * Int64(hours * 60 + minutes) * 60 * second
        } else {
            start = clock.time(local: start)
        }
        return rest.isEmpty ? TimeRange(start: start, end: start + length - 1) : nil
    }
}
