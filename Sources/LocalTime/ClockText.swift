internal import Base

/// What a clock and a calendar show at a moment: Gregorian, as ISO 8601 writes it.
package struct ClockText {
    /// `2026-11-23 14:03:59.120`
    package let moment: String

    /// - Parameter milliseconds: since the Unix epoch; years have four digits at least.
    package init(_ milliseconds: Int64, secondsFromGMT: Int) {
        let (shown, overflow) = milliseconds.addingReportingOverflow(Int64(secondsFromGMT) * 1_000)
        let local = overflow ? milliseconds : shown
        let (day, rest) = Self.divided(local, by: 86_400_000)
        let date = CivilDate(dayNumber: Int(day))
        let (year, month, number) = (date.year, Int64(date.month), Int64(date.day))
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
}
