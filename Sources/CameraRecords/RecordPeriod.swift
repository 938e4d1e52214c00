public import Foundation

/// A span of time as a person names it: two dates, or two moments.
public enum RecordPeriod {
    /// The longest span of a report, in milliseconds: 400 days, as long as footage is remembered.
    public static let longest: Int64 = 400 * 86_400_000

    /// - Parameters:
    ///   - from: `2026-11-01`, which is its first moment; `2026-11-01T08:30`, with seconds or without; RFC 3339; or
    ///     seconds since the Unix epoch.
    ///   - to: the same; the span ends before it.
    ///   - zone: of dates and times that name none.
    /// - Throws: ``RecordRefused`` where a text cannot be read, or the span is empty or too long.
    public static func span(from: String, to: String, in zone: TimeZone) throws(RecordRefused) -> TimeSpan {
        let start = try moment(from, "from", in: zone)
        let end = try moment(to, "to", in: zone)
        guard start < end else {
            throw RecordRefused("from=\(from) is not before to=\(to): a month is from=2026-11-01 to=2026-12-01")
        }
        guard end - start <= longest else {
            throw RecordRefused("from=\(from) to=\(to) is longer than 400 days; ask for a shorter time")
        }
        return TimeSpan(start: start, end: end)
    }

    /// The time zone of a name; `local` is this machine's.
    /// - Throws: ``RecordRefused`` where there is none of that name.
    public static func zone(_ name: String) throws(RecordRefused) -> TimeZone {
        if name == "local" { return .current }
        guard let zone = TimeZone(identifier: name) else {
            throw RecordRefused(
                "there is no time zone \"\(shown(name))\"; write a name such as Asia/Ho_Chi_Minh, or UTC")
        }
        return zone
    }

    private static func moment(_ text: String, _ name: String, in zone: TimeZone) throws(RecordRefused) -> Int64 {
        guard let moment = moment(text, in: zone) else {
            throw RecordRefused(
                "cannot read \(name)=\"\(shown(text))\"; write a date (2026-11-01), a date and time "
                    + "(2026-11-01T08:30), or RFC 3339 (2026-11-01T08:30:00+01:00)")
        }
        return moment
    }

    private static func shown(_ text: String) -> String { String(text.prefix(80)) }

    /// Milliseconds since the Unix epoch of one such date or moment; `nil` where it is none of the years 1970 to 2199.
    public static func moment(_ text: String, in zone: TimeZone) -> Int64? {
        if text.count > 40 { return nil }
        if let seconds = Double(text), text.allSatisfy({ $0.isNumber || $0 == "." }) { return bounded(seconds) }
        let parts = text.wholeMatch(
            of: /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?(Z|z|[+-]\d\d:\d\d)?/)
        guard let parts = parts?.output else { return nil }
        func number(_ text: Substring?) -> Int { text.flatMap { Int($0) } ?? 0 }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        if let offset = parts.8 {
            // A date alone has no moment to which an offset belongs.
            guard parts.4 != nil, let fixed = fixedZone(offset) else { return nil }
            calendar.timeZone = fixed
        }
        let wanted = DateComponents(
            year: number(parts.1), month: number(parts.2), day: number(parts.3), hour: number(parts.4),
            minute: number(parts.5), second: number(parts.6))
        guard (1...12).contains(wanted.month ?? 0), number(parts.4) < 24, number(parts.5) < 60, number(parts.6) < 60,
            let day = calendar.date(from: DateComponents(year: wanted.year, month: wanted.month, day: 1)),
            let days = calendar.range(of: .day, in: .month, for: day), days.contains(wanted.day ?? 0),
            let date = calendar.date(from: wanted)
        else { return nil }
        // Where summer time begins at midnight, the day begins an hour later.
        let moment = parts.4 == nil ? calendar.startOfDay(for: date) : date
        return bounded(moment.timeIntervalSince1970 + (parts.7.flatMap { Double("0" + $0) } ?? 0))
    }

    private static func fixedZone(_ offset: Substring) -> TimeZone? {
        if offset.count == 1 { return .gmt }
        let minutes = (Int(offset.dropFirst().prefix(2)) ?? 99) * 60 + (Int(offset.suffix(2)) ?? 0)
        guard minutes <= 14 * 60 else { return nil }
        return TimeZone(secondsFromGMT: (offset.first == "-" ? -minutes : minutes) * 60)
    }

    private static func bounded(_ seconds: Double) -> Int64? {
        (0..<7_258_118_400).contains(seconds) ? Int64((seconds * 1_000).rounded()) : nil
    }
}

/// Why there is no record, in a sentence for people.
public struct RecordRefused: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
