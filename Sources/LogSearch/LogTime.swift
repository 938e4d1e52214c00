public import Foundation
internal import LocalTime
public import Model

/// Times as people write them beside a query.
public enum LogTime {
    /// What `text` stands for: milliseconds since the Unix epoch, a date of which parts may be left out (all of it then), or
    /// date math such as `now-15m` or `now/d`; `nil` where it is none of them.
    /// - Parameter zone: says when days begin, and what dates mean that name no zone.
    public static func range(_ text: String, now: Int64, zone: TimeZone) -> TimeRange? {
        // Four digits are a year.
        if text.utf8.count != 4, let milliseconds = Int64(text) {
            return TimeRange(start: milliseconds, end: milliseconds)
        }
        return DateMath.range(text, ZoneClock(now: now, zone: zone))
    }

    /// The zone of a name (`Asia/Ho_Chi_Minh`, `UTC`), or of an offset (`+07:00`); `nil` where there is none.
    public static func zone(_ name: String) -> TimeZone? { ZoneText.zone(named: name) }
}
