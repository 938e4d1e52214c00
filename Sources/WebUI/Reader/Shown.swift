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
        return number(value, digits: value.magnitude >= 100 || index == 0 ? 0 : 1) + " " + units[index]
    }

    /// `12,345`
    static func count(_ number: Int) -> String { signs.number(String(number)) }

    /// `12,345.6`, with so many digits behind the point.
    static func number(_ value: Double, digits: Int) -> String {
        value.isFinite ? signs.number(String(format: "%.\(digits)f", value)) : "–"
    }

    /// `25`, `12.5`, `0.25`: with as many digits as tell something.
    static func short(_ value: Double) -> String {
        let text = String(format: "%g", value)
        return text.contains("e") ? text : signs.number(text)
    }

    /// How the reader's language writes numbers.
    private static var signs: NumberSigns { Reader.current.words.signs }

    /// `12.34`, as drawings have it.
    static func decimal(_ number: Double) -> String { String(format: "%.2f", number) }

    /// `14.2 fps (expects 25)`; the expectation only where it is missed.
    static func fps(_ fps: Double?, expected: Double?) -> String {
        guard let fps else { return "–" }
        let text = number(fps, digits: 1) + " fps"
        guard let expected, expected > 0, fps < 0.9 * expected else { return text }
        return text + " " + say("form.expects", ["number": .text(short(expected))])
    }

    /// `25 fps`, `6–25 fps`.
    static func range(_ low: Double, _ high: Double?) -> String {
        short(low) + (high.map { "–" + short($0) } ?? "") + " fps"
    }

    /// A span of time in its largest whole unit: `12 s`, `3 min`, `2 h`, `5 d`.
    static func span(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1_000)
        return switch seconds {
        case ..<120: "\(seconds) " + say("unit.second")
        case ..<7_200: "\(seconds / 60) " + say("unit.minute")
        case ..<172_800: "\(seconds / 3_600) " + say("unit.hour")
        default: count(Int(clamping: seconds / 86_400)) + " " + say("unit.day")
        }
    }

    static func ago(_ time: Int64?, now: Int64) -> String {
        time.map { say("unit.ago", ["span": .text(span(now - $0))]) } ?? "–"
    }

    /// `2026-11-23 21:03:59 UTC+7`, in the reader's zone.
    static func dateTime(_ milliseconds: Int64) -> String { dated(zone.dateTime(milliseconds)) }

    static func dateTime(_ date: Date) -> String { dateTime(Int64((date.timeIntervalSince1970 * 1_000).rounded())) }

    /// `2026-11-23 21:03:59.120`, in the reader's zone.
    static func moment(_ milliseconds: Int64) -> String { dated(zone.moment(milliseconds)) }

    /// `2026-11-23 14:03:59 UTC`: what stands beside a local time for who points at it.
    static func utc(_ milliseconds: Int64) -> String {
        dated(ClockText(milliseconds, secondsFromGMT: 0).moment.prefix(19) + " UTC")
    }

    /// `2026-11-23 21:03:59`, in the reader's zone, as a field of a form has it: in this order in every language.
    static func field(_ milliseconds: Int64) -> String { TimeText.field(milliseconds, zone: Reader.current.zone) }

    /// `21:03:59.120`, in the reader's zone.
    static func clock(_ milliseconds: Int64) -> String { String(zone.moment(milliseconds).suffix(12)) }

    /// `21:03` of today, `11-22 21:03` of another day; in the reader's zone.
    static func since(_ milliseconds: Int64, now: Int64) -> String {
        let (moment, today) = (zone.moment(milliseconds), zone.moment(now))
        let clock = moment.suffix(12).prefix(5)
        return moment.prefix(10) == today.prefix(10) ? String(clock) : day(milliseconds) + " " + clock
    }

    /// `11-22`, in the reader's zone.
    static func day(_ milliseconds: Int64) -> String {
        let moment = zone.moment(milliseconds)
        let parts = moment.prefix(10).split(separator: "-").map(String.init)
        guard parts.count == 3 else { return moment }
        return say("language.day", ["month": .text(parts[1]), "day": .text(parts[2])])
    }

    /// `2026-11-22`, in the reader's zone.
    static func date(_ milliseconds: Int64) -> String { dated(String(zone.moment(milliseconds).prefix(10))) }

    /// A date and what follows it, in the order of the reader's language.
    static func dated(_ text: String) -> String {
        let parts = text.prefix(10).split(separator: "-").map(String.init)
        // Years of more than four digits are nobody's dates.
        guard parts.count == 3, parts[0].count == 4, Reader.current.words.hasDateOrder else { return text }
        let values: [String: WordValue] = ["year": .text(parts[0]), "month": .text(parts[1]), "day": .text(parts[2])]
        return say("language.date", values) + text.dropFirst(10)
    }

    /// The reader's zone with what it is now: `Asia/Ho_Chi_Minh (UTC+7)`, `UTC`.
    static var zoneName: String { zone.fullName(at: Int64(Date().timeIntervalSince1970 * 1_000)) }

    /// The reader's zone for the head of a column: `Asia/Ho_Chi_Minh`, `UTC`.
    static var zoneHead: String { zone.name }

    private static var zone: ZoneText { ZoneText(Reader.current.zone) }
}
