internal import Base
public import Model

/// A day of the calendar in UTC: what a partition file holds and is named for.
public struct UTCDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1 January 1970.
    public let number: Int

    public static let milliseconds: Int64 = 86_400_000

    public init(number: Int) { self.number = number }

    /// The day in which a time lies, given in milliseconds since the Unix epoch.
    public init(containing timestamp: Int64) {
        number = CivilDate.dayNumber(of: timestamp)
    }

    /// Reads `2026-11-23`; `nil` for anything that ``name`` does not write.
    public init?(name: some StringProtocol) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        number = CivilDate(year: year, month: month, day: day).dayNumber
        guard self.name == String(name) else { return nil }
    }

    /// The day as `2026-11-23`.
    public var name: String {
        let date = CivilDate(dayNumber: number)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
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
