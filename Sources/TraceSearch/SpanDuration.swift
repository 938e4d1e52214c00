/// Durations of spans as people write and read them; in nanoseconds.
public enum SpanDuration {
    private static let units: [(name: String, size: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 6e10), ("m", 6e10),
        ("h", 3.6e12), ("d", 8.64e13),
    ]

    /// `1.5s`, `250ms`, `80us`, `1m30s`; 0 needs no unit. `nil` for anything else, and for what no number of nanoseconds holds.
    public static func nanoseconds(_ text: some StringProtocol) -> Int64? {
        if text == "0" { return 0 }
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard let number = Double(digits), let unit = units.first(where: { $0.name == letters }) else { return nil }
            total += number * unit.size
        }
        return total < 9.2e18 ? Int64(total.rounded()) : nil
    }

    /// `840 ns`, `1.43 s`, `2 min 5 s`, `1 h 12 min`: three digits at most, or two units.
    public static func text(_ nanoseconds: Int64) -> String {
        let size = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        // 999.95 of a unit would be written as 1000.
        if size < 1_000 { return "\(sign)\(size) ns" }
        if size < 999_500 { return sign + threeDigits(Double(size) / 1e3) + " µs" }
        if size < 999_500_000 { return sign + threeDigits(Double(size) / 1e6) + " ms" }
        if size < 59_950_000_000 { return sign + threeDigits(Double(size) / 1e9) + " s" }
        let seconds = (size + 500_000_000) / 1_000_000_000
        if seconds < 3_600 { return sign + pair(seconds / 60, "min", seconds % 60, "s") }
        let minutes = (seconds + 30) / 60
        if minutes < 2_880 { return sign + pair(minutes / 60, "h", minutes % 60, "min") }
        let hours = (minutes + 30) / 60
        return sign + pair(hours / 24, "d", hours % 24, "h")
    }

    /// As ``nanoseconds(_:)`` reads it, exactly: `1.5s`.
    public static func code(_ nanoseconds: Int64) -> String {
        for (name, size) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("us", 1_000)] {
            let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: size)
            // As far as a floating number holds it.
            if whole != 0, nanoseconds.magnitude < 1 << 53 {
                let text = rest == 0 ? "\(whole)" : "\(Double(nanoseconds) / Double(size))"
                if !text.contains("e"), self.nanoseconds(text + name) == nanoseconds { return text + name }
            }
        }
        return nanoseconds == 0 ? "0" : "\(nanoseconds)ns"
    }

    private static func threeDigits(_ number: Double) -> String {
        let scale = number < 9.995 ? 100.0 : number < 99.95 ? 10 : 1
        let scaled = Int((number * scale).rounded())
        if scale == 1 { return String(scaled) }
        let (whole, part) = scaled.quotientAndRemainder(dividingBy: Int(scale))
        if part == 0 { return String(whole) }
        var digits = String(part)
        if scale == 100, part < 10 { digits = "0" + digits }
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    private static func pair(_ first: UInt64, _ firstUnit: String, _ second: UInt64, _ secondUnit: String) -> String {
        "\(first) \(firstUnit)" + (second == 0 ? "" : " \(second) \(secondUnit)")
    }
}
