internal import Base

/// What a clock and a calendar show at a moment: Gregorian, as ISO 8601 writes it.
struct ClockText {
    /// `2026-11-23 14:03:59.120`
    let moment: String

    /// - Parameter milliseconds: since the Unix epoch; years have four digits at least.
    init(_ milliseconds: Int64, secondsFromGMT: Int) {
        let (shown, overflow) = milliseconds.addingReportingOverflow(Int64(secondsFromGMT) * 1_000)
        let local = overflow ? milliseconds : shown
        let (day, rest) = Self.divided(local, by: 86_400_000)
        let (year, month, number) = Self.date(ofDay: day)
        let seconds = rest / 1_000
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let digits = String(year.magnitude)
        let written = (year < 0 ? "-" : "") + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let fraction = String(1_000 + rest % 1_000).dropFirst()
        moment =
            "\(written)-\(two(month))-\(two(number)) \(two(seconds / 3_600)):\(two(seconds / 60 % 60)):"
            + "\(two(seconds % 60)).\(fraction)"
    }

    private static func divided(_ value: Int64, by size: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: size)
        return rest < 0 ? (quotient - 1, rest + size) : (quotient, rest)
    }

    /// The date of a day since 1970-01-01, by eras of 400 years that begin in March
    /// (https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divided(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
