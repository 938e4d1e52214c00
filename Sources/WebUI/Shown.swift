internal import Foundation

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

    static func dateTime(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
            + " UTC"
    }

    static func dateTime(_ milliseconds: Int64) -> String {
        dateTime(Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
    }

    /// `2026-11-23 14:03:59.120`, UTC.
    static func moment(_ milliseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle.iso8601.year().month().day().dateTimeSeparator(.space)
        return text(milliseconds, style.time(includingFractionalSeconds: false))
    }

    /// `2026-11-23T14:03:59.120`, UTC, as a field of a form has it.
    static func field(_ milliseconds: Int64) -> String { moment(milliseconds).replacing(" ", with: "T") }

    /// `14:03:59.120`, UTC.
    static func clock(_ milliseconds: Int64) -> String {
        text(milliseconds, .iso8601.time(includingFractionalSeconds: false))
    }

    /// A moment with its milliseconds. Of a fraction in a floating number a formatter may show one millisecond less.
    private static func text(_ milliseconds: Int64, _ style: Date.ISO8601FormatStyle) -> String {
        let rest = (milliseconds % 1_000 + 1_000) % 1_000
        let second = Date(timeIntervalSince1970: Double(milliseconds / 1_000 - (milliseconds % 1_000 < 0 ? 1 : 0)))
        return second.formatted(style) + String(format: ".%03d", Int(rest))
    }
}
