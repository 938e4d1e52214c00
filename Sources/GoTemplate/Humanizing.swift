/// Numbers in words for people, as Prometheus writes them.
enum Humanizing {
    /// With a decimal prefix: `1.234k`, `5m`.
    static func decimal(_ value: Double) -> String {
        if value == 0 || !value.isFinite { return GoText.general(value, digits: 4) }
        if value.magnitude < 1 { return small(value, unit: "") }
        var (rest, prefix) = (value, "")
        for next in ["k", "M", "G", "T", "P", "E", "Z", "Y"] where rest.magnitude >= 1_000 {
            rest /= 1_000
            prefix = next
        }
        return GoText.general(rest, digits: 4) + prefix
    }

    /// With a binary prefix: `1.5Gi`.
    static func binary(_ value: Double) -> String {
        if value.magnitude <= 1 || !value.isFinite { return GoText.general(value, digits: 4) }
        var (rest, prefix) = (value, "")
        for next in ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"] where rest.magnitude >= 1_024 {
            rest /= 1_024
            prefix = next
        }
        return GoText.general(rest, digits: 4) + prefix
    }

    /// Seconds as `1d 2h 3m 4s`, `12ms`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return GoText.general(seconds, digits: 4) }
        if seconds == 0 { return GoText.general(seconds, digits: 4) + "s" }
        if seconds.magnitude < 1 { return small(seconds, unit: "s") }
        let sign = seconds < 0 ? "-" : ""
        let whole = Int64(min(seconds.magnitude, 9e18))
        let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60)
        if days != 0 { return "\(sign)\(days)d \(hours)h \(minutes)m \(whole % 60)s" }
        if hours != 0 { return "\(sign)\(hours)h \(minutes)m \(whole % 60)s" }
        if minutes != 0 { return "\(sign)\(minutes)m \(whole % 60)s" }
        return sign + GoText.general(seconds.magnitude, digits: 4) + "s"
    }

    static func percentage(_ ratio: Double) -> String { GoText.general(ratio * 100, digits: 4) + "%" }

    private static func small(_ value: Double, unit: String) -> String {
        var (rest, prefix) = (value, "")
        for next in ["m", "u", "n", "p", "f", "a", "z", "y"] where rest.magnitude < 1 {
            rest *= 1_000
            prefix = next
        }
        return GoText.general(rest, digits: 4) + prefix + unit
    }

    /// The moment that is `seconds` after the Unix epoch, to the millisecond, as Prometheus' times are.
    static func time(_ seconds: Double) throws -> TemplateTime {
        let nanoseconds = (seconds * 1e9).rounded(.towardZero)
        guard let exact = Int64(exactly: nanoseconds) else {
            throw TemplateFailure("\(GoText.number(seconds)) cannot be represented as a nanoseconds timestamp")
        }
        return TemplateTime(milliseconds: exact / 1_000_000)
    }

    static func timestamp(_ seconds: Double) throws -> String {
        guard seconds.isFinite else { return GoText.general(seconds, digits: 4) }
        return try time(seconds).description
    }
}
