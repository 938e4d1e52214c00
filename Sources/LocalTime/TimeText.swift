package import Foundation
package import Model

/// Moments and spans as people write them wherever a range of time is taken: in fields of pages, addresses, and options
/// of the command line.
///
/// A moment is `now`, date math (`now-30d`, `now/d`, `now-1M/M`) as Grafana has it
/// (https://grafana.com/docs/grafana/latest/dashboards/use-dashboards/#time-units-and-relative-ranges),
/// how long ago it was (`6h`, `1h30m`), a date (`2026-11-28`), a date and time (`2026-11-28 10:00`), with seconds or a
/// distance from UTC where they are wanted, or milliseconds since 1970. Days, weeks (from Monday on), months and years
/// begin by the clock of a zone.
package enum TimeText {
    /// Which end of a range a moment is: `now/d` is the first moment of today, or its last.
    package enum Side: Sendable { case start, end }

    /// What can be written, for who has written something else.
    package static let mend = "write now-30d, now/d, 6h, 2026-11-28 10:00, or milliseconds since 1970"

    private static let longest = 64
    /// The year 9999, in milliseconds.
    private static let farthest: Int64 = 253_402_300_800_000

    /// Milliseconds since the Unix epoch; `nil` for a text that is no moment.
    package static func moment(_ text: String, _ side: Side = .start, now: Int64, zone: TimeZone) -> Int64? {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard let range = range(text, now: now, zone: zone) else { return nil }
        // A minute that is named is where a range ends, a day is in it.
        let isWhole = text.contains("/") || !text.contains(":")
        let moment = side == .end && isWhole ? range.end : range.start
        return moment.magnitude < farthest ? moment : nil
    }

    /// The time that one text names: a whole unit where it rounds (`now-1d/d` is yesterday), else from a moment until now
    /// and after.
    package static func span(_ text: String, now: Int64, zone: TimeZone) -> TimeRange? {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard let start = moment(text, .start, now: now, zone: zone), start < now else { return nil }
        guard isRelative(text), text.contains("/") else { return TimeRange(start: start, end: .max) }
        return moment(text, .end, now: now, zone: zone).map { TimeRange(start: start, end: $0) }
    }

    /// Whether a text names another moment whenever it is read.
    package static func isRelative(_ text: String) -> Bool {
        text.hasPrefix("now") || DurationText.milliseconds(text).map { $0 > 0 } == true
    }

    private static func range(_ text: String, now: Int64, zone: TimeZone) -> TimeRange? {
        guard !text.isEmpty, text.utf8.count <= longest else { return nil }
        let clock = ZoneClock(now: now, zone: zone)
        if text.hasPrefix("now") {
            if let range = DateMath.range(text, clock) { return range }
            guard text.hasPrefix("now-") else { return nil }
            return ago(String(text.dropFirst(4)), now)
        }
        if let milliseconds = Int64(text) {
            return TimeRange(start: milliseconds, end: milliseconds)
        }
        return DateMath.range(text, clock) ?? ago(text, now)
    }

    private static func ago(_ text: String, _ now: Int64) -> TimeRange? {
        guard let span = DurationText.milliseconds(text), span > 0 else { return nil }
        // Nothing is older than clocks that count.
        let moment = now - min(span, max(0, now))
        return TimeRange(start: moment, end: moment)
    }

    /// A moment as a field of a form has it, and which reads as the same moment: `2026-11-28 10:00:00`, with its distance
    /// from UTC where a clock shows it twice.
    package static func field(_ milliseconds: Int64, zone: TimeZone) -> String {
        let local = ZoneText(zone).moment(milliseconds)
        let text = local.hasSuffix(".000") ? String(local.dropLast(4)) : local
        if moment(text, now: 0, zone: zone) == milliseconds { return text }
        let minutes = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000)) / 60
        return text
            + String(format: "%@%02d:%02d", minutes < 0 ? "-" : "+", abs(minutes) / 60, abs(minutes) % 60)
    }
}
