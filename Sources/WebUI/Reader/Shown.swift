internal import Foundation
internal import LocalTime

/// Numbers and times as pages show them: with their unit.
enum Shown {
    static func bytes(_ bytes: Double) -> String {
        scaled(bytes, ["B", "kB", "MB", "GB", "TB", "PB"])
    }

    static func bitrate(_ bitsPerSecond: Double?) -> String {
        bitsPerSecond.map { scaled($0, ["b/s", "kb/s", "Mb/s", "Gb/s"]) } ?? "–"
    }

    private static func scaled(_ value: Double, _ units: [String]) -> String {
        var value = value
        var index = 0
        while value.magnitude >= 1_000, index < units.count - 1 {
            value /= 1_000
            index += 1
        }
        return String(format: value.magnitude >= 100 || index == 0 ? "%.0f %@" : "%.1f %@", value, units[index])
    }

    /// `12,345`
    static func count(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// `12.34`, as drawings have it.
    static func decimal(_ number: Double) -> String { String(format: "%.2f", number) }

    /// `14.2 fps (expects 25)`; the expectation only where it is missed.
    static func fps(_ fps: Double?, expected: Double?) -> String {
        guard let fps else { return "–" }
        let text = String(format: "%.1f fps", fps)
        guard let expected, expected > 0, fps < 0.9 * expected else { return text }
        return text + String(format: " (expects %g)", expected)
    }

    /// `25 fps`, `6 to 25 fps`.
    static func range(_ low: Double, _ high: Double?) -> String {
        String(format: "%g", low) + (high.map { String(format: " to %g", $0) } ?? "") + " fps"
    }

    /// A span of time in its largest whole unit: `12 s`, `3 min`, `2 h`, `5 d`.
    static func span(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1_000)
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    static func ago(_ time: Int64?, now: Int64) -> String {
        time.map { span(now - $0) + " ago" } ?? "–"
    }

    /// `2026-11-23 21:03:59 UTC+7`, in the reader's zone.
    static func dateTime(_ milliseconds: Int64) -> String { zone.dateTime(milliseconds) }

    static func dateTime(_ date: Date) -> String { dateTime(Int64((date.timeIntervalSince1970 * 1_000).rounded())) }

    /// `2026-11-23 21:03:59.120`, in the reader's zone.
    static func moment(_ milliseconds: Int64) -> String { zone.moment(milliseconds) }

    /// `2026-11-23 14:03:59 UTC`: what stands beside a local time for who points at it.
    static func utc(_ milliseconds: Int64) -> String {
        ClockText(milliseconds, secondsFromGMT: 0).moment.prefix(19) + " UTC"
    }

    /// `2026-11-23 21:03:59`, in the reader's zone, as a field of a form has it.
    static func field(_ milliseconds: Int64) -> String { TimeText.field(milliseconds, zone: Reader.current.zone) }

    /// `21:03:59.120`, in the reader's zone.
    static func clock(_ milliseconds: Int64) -> String { String(moment(milliseconds).suffix(12)) }

    /// `21:03` of today, `11-22 21:03` of another day; in the reader's zone.
    static func since(_ milliseconds: Int64, now: Int64) -> String {
        let (moment, today) = (moment(milliseconds), Shown.moment(now))
        return String(
            moment.prefix(10) == today.prefix(10) ? moment.prefix(16).suffix(5) : moment.prefix(16).suffix(11))
    }

    /// The reader's zone with what it is now: `Asia/Ho_Chi_Minh (UTC+7)`, `UTC`.
    static var zoneName: String { zone.fullName(at: Int64(Date().timeIntervalSince1970 * 1_000)) }

    /// The reader's zone for the head of a column: `Asia/Ho_Chi_Minh`, `UTC`.
    static var zoneHead: String { zone.name }

    private static var zone: ZoneText { ZoneText(Reader.current.zone) }
}
