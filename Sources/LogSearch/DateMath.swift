import Base
import Model

/// Dates in queries: ISO 8601 with parts left out, `now`, and Elasticsearch's arithmetic (`now-1h/d`,
/// `2026-11-23||+1d`), in UTC.
enum DateMath {
    private static let second: Int64 = 1_000
    private static let day: Int64 = 86_400_000

    /// The times for which `text` stands: a moment, or all of a day where only that is given; `nil` if it is no date.
    static func range(_ text: String, now: Int64) -> TimeRange? {
        var rest = Substring(text)
        var range: TimeRange
        if rest.hasPrefix("now") {
            rest = rest.dropFirst(3)
            range = TimeRange(start: now, end: now)
        } else {
            let bars = rest.firstRange(of: "||")
            guard let date = date(rest[..<(bars?.lowerBound ?? rest.endIndex)]) else { return nil }
            range = date
            rest = bars.map { rest[$0.upperBound...] } ?? ""
        }
        while let sign = rest.first {
            rest = rest.dropFirst()
            if sign == "/" {
                guard let unit = rest.popFirst(), let rounded = round(range.start, to: unit) else { return nil }
                range = rounded
                continue
            }
            guard sign == "+" || sign == "-" else { return nil }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard digits.count < 10, let count = digits.isEmpty ? 1 : Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let change = sign == "-" ? -count : count
            guard let unit = rest.popFirst(), let start = add(change, unit, to: range.start),
                let end = add(change, unit, to: range.end)
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

    private static func add(_ count: Int64, _ unit: Character, to time: Int64) -> Int64? {
        // Millions of years: long before numbers overflow.
        if time.magnitude > 1 << 58 { return nil }
        if let length = milliseconds(of: unit) { return time &+ count &* length }
        guard unit == "M" || unit == "y", abs(count) < 120_000 else { return nil }
        let number = CivilDate.dayNumber(of: time)
        let civil = CivilDate(dayNumber: number)
        let month = civil.year * 12 + civil.month - 1 + Int(count) * (unit == "y" ? 12 : 1)
        let year = month >= 0 ? month / 12 : (month - 11) / 12
        let target = CivilDate(year: year, month: month - year * 12 + 1, day: 1)
        let day = min(civil.day, target.lengthOfMonth)
        return Int64(target.dayNumber + day - 1) * DateMath.day + (time - Int64(number) * DateMath.day)
    }

    private static func round(_ time: Int64, to unit: Character) -> TimeRange? {
        let number = CivilDate.dayNumber(of: time)
        let midnight = Int64(number) * day
        var civil = CivilDate(dayNumber: number)
        let start: Int64
        switch unit {
        case "y":
            civil.month = 1
            civil.day = 1
            start = Int64(civil.dayNumber) * day
        case "M":
            civil.day = 1
            start = Int64(civil.dayNumber) * day
        // 1 January 1970 was a Thursday, and weeks begin on Monday.
        case "w": start = midnight - Int64(((number + 3) % 7 + 7) % 7) * day
        default:
            guard let length = milliseconds(of: unit) else { return nil }
            start = midnight + (time - midnight) / length * length
        }
        guard let next = add(1, unit, to: start) else { return nil }
        return TimeRange(start: start, end: next - 1)
    }

    /// A date of which parts may be left out behind the year.
    private static func date(_ text: Substring) -> TimeRange? {
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
        guard let year = number(4, 0...9_999) else { return nil }
        var civil = CivilDate(year: year, month: 1, day: 1)
        if rest.isEmpty { return round(Int64(civil.dayNumber) * day, to: "y") }
        guard take("-"), let month = number(2, 1...12) else { return nil }
        civil.month = month
        if rest.isEmpty { return round(Int64(civil.dayNumber) * day, to: "M") }
        guard take("-"), let dayOfMonth = number(2, 1...civil.lengthOfMonth) else { return nil }
        civil.day = dayOfMonth
        var start = Int64(civil.dayNumber) * day
        var length = day
        if take("T") || take("t") || take(" ") {
            guard let hour = number(2, 0...23) else { return nil }
            start += Int64(hour) * 3_600 * second
            length = 3_600 * second
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
            }
        }
        return rest.isEmpty ? TimeRange(start: start, end: start + length - 1) : nil
    }
}
