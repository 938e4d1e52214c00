internal import Foundation
internal import Model

extension TimeRange {
    /// Ten minutes before and behind a moment, in milliseconds since the Unix epoch, as far as there is time.
    init(around time: Int64) {
        let length: Int64 = 600_000
        self.init(start: max(time, .min + length) - length, end: min(time, .max - length) + length)
    }
}

/// The time range of a page as its address has it: `from` and `to`, each `now`, `now-15m` or milliseconds.
struct ShownRange {
    let range: TimeRange

    /// - Parameter standard: how far back the range goes where the address names none.
    init(_ fields: FormFields, now: Int64, standard: String) {
        let start = Self.time(fields["from"] ?? standard, now: now) ?? Self.time(standard, now: now) ?? now
        let end = fields["to"] ?? "now"
        range = TimeRange(start: start, end: end == "now" ? .max : Self.time(end, now: now) ?? .max)
    }

    /// A moment in milliseconds, or in UTC as a form's field sends it: `2026-11-23T14:03`, with seconds or without.
    static func moment(_ text: String) -> Int64? {
        if let milliseconds = Int64(text) { return milliseconds }
        guard text.count >= 16 else { return nil }
        let whole = text.count == 16 ? text + ":00Z" : text + "Z"
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: whole.contains("."))
        return (try? style.parse(whole)).map { Int64(($0.timeIntervalSince1970 * 1_000).rounded()) }
    }

    private static func time(_ text: String, now: Int64) -> Int64? {
        if text == "now" { return now }
        if text.hasPrefix("now-") { return DurationText.milliseconds(String(text.dropFirst(4))).map { now - $0 } }
        return Int64(text)
    }
}
