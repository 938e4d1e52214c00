public import Model

/// A day of the calendar in UTC: what a partition file holds and is named for.
public struct UTCDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1 January 1970.
    public let number: Int

    public static let milliseconds: Int64 = 86_400_000

    public init(number: Int) { self.number = number }

    /// The day in which a time lies, given in milliseconds since the Unix epoch.
    public init(containing timestamp: Int64) {
        let (quotient, remainder) = timestamp.quotientAndRemainder(dividingBy: UTCDay.milliseconds)
        number = Int(quotient) - (remainder < 0 ? 1 : 0)
    }

    /// Reads `2026-11-23`; `nil` for anything that ``name`` does not write.
    public init?(name: some StringProtocol) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard self.name == String(name) else { return nil }
    }

    private init(year: Int, month: Int, day: Int) {
        // Years begin in March here, so that the leap day is a year's last and needs no special case.
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The day as `2026-11-23`.
    public var name: String {
        let (year, month, day) = civil
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    public var description: String { name }

    /// The day's first and last millisecond.
    public var range: TimeRange {
        let start = Int64(number) * UTCDay.milliseconds
        return TimeRange(start: start, end: start + UTCDay.milliseconds - 1)
    }

    public static func < (left: UTCDay, right: UTCDay) -> Bool { left.number < right.number }

    public func advanced(by days: Int) -> UTCDay { UTCDay(number: number + days) }
}
