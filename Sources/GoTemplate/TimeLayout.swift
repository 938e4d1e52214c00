extension TemplateTime {
    /// The time in Go's layout language, where `2006-01-02 15:04:05` names the parts by an example.
    package func formatted(_ layout: String) -> String {
        let time = CivilTime(self)
        var output = ""
        var rest = Array(layout.utf8)[...]
        var literal: [UInt8] = []
        while !rest.isEmpty {
            if let (part, length) = TimeLayout.part(at: rest) {
                output += String(decoding: literal, as: UTF8.self)
                literal.removeAll()
                output += part(time)
                rest = rest.dropFirst(length)
            } else {
                literal.append(rest.removeFirst())
            }
        }
        return output + String(decoding: literal, as: UTF8.self)
    }
}

/// The parts of Go's time layouts: https://pkg.go.dev/time#pkg-constants
private enum TimeLayout {
    typealias Part = (CivilTime) -> String

    // Longer names stand before those that they begin with.
    private static let parts: [(name: String, write: @Sendable (CivilTime) -> String)] = [
        ("January", { CivilTime.months[$0.month - 1] }),
        ("Jan", { String(CivilTime.months[$0.month - 1].prefix(3)) }),
        ("Monday", { CivilTime.weekdays[$0.weekday] }),
        ("Mon", { String(CivilTime.weekdays[$0.weekday].prefix(3)) }),
        ("MST", { $0.zoneName }),
        ("2006", { GoText.padded($0.year, to: 4) }),
        ("002", { GoText.padded($0.dayOfYear, to: 3) }),
        ("01", { GoText.padded($0.month, to: 2) }),
        ("02", { GoText.padded($0.day, to: 2) }),
        ("03", { GoText.padded(twelve($0), to: 2) }),
        ("04", { GoText.padded($0.minute, to: 2) }),
        ("05", { GoText.padded($0.second, to: 2) }),
        ("06", { GoText.padded($0.year % 100, to: 2) }),
        ("15", { GoText.padded($0.hour, to: 2) }),
        ("PM", { $0.hour < 12 ? "AM" : "PM" }),
        ("pm", { $0.hour < 12 ? "am" : "pm" }),
        ("__2", { String(repeating: " ", count: 3 - min(3, "\($0.dayOfYear)".count)) + "\($0.dayOfYear)" }),
        ("_2006", { "_" + GoText.padded($0.year, to: 4) }),
        ("_2", { ($0.day < 10 ? " " : "") + "\($0.day)" }),
        ("Z07:00:00", { $0.offset == 0 ? "Z" : zone($0, ":", seconds: true) }),
        ("Z070000", { $0.offset == 0 ? "Z" : zone($0, "", seconds: true) }),
        ("Z07:00", { $0.offset == 0 ? "Z" : zone($0, ":") }),
        ("Z0700", { $0.offset == 0 ? "Z" : zone($0, "") }),
        ("Z07", { $0.offset == 0 ? "Z" : zone($0, nil) }),
        ("-07:00:00", { zone($0, ":", seconds: true) }),
        ("-070000", { zone($0, "", seconds: true) }),
        ("-07:00", { zone($0, ":") }),
        ("-0700", { zone($0, "") }),
        ("-07", { zone($0, nil) }),
        ("1", { "\($0.month)" }),
        ("2", { "\($0.day)" }),
        ("3", { "\(twelve($0))" }),
        ("4", { "\($0.minute)" }),
        ("5", { "\($0.second)" }),
    ]

    static func part(at layout: ArraySlice<UInt8>) -> (Part, Int)? {
        if let fraction = fraction(at: layout) { return fraction }
        guard let found = parts.first(where: { layout.starts(with: $0.name.utf8) }) else { return nil }
        // "Jan" and "Mon" count only where no small letter follows: "Month" is a word.
        if found.name == "Jan" || found.name == "Mon", let next = layout.dropFirst(3).first, (97...122).contains(next) {
            return nil
        }
        return (found.write, found.name.utf8.count)
    }

    /// `.000` keeps its digits, `.999` drops closing zeros; digits must not follow.
    private static func fraction(at layout: ArraySlice<UInt8>) -> (Part, Int)? {
        guard let first = layout.first, first == UInt8(ascii: ".") || first == UInt8(ascii: ","),
            let digit = layout.dropFirst().first, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
        else { return nil }
        let count = layout.dropFirst().prefix { $0 == digit }.count
        if let next = layout.dropFirst(1 + count).first, (48...57).contains(next) { return nil }
        let separator = String(decoding: [first], as: UTF8.self)
        let keepsZeros = digit == UInt8(ascii: "0")
        let part: Part = { time in
            var digits = GoText.padded(time.nanosecond, to: 9).prefix(count)
            if !keepsZeros { while digits.hasSuffix("0") { digits.removeLast() } }
            return digits.isEmpty ? "" : separator + digits
        }
        return (part, 1 + count)
    }

    private static func twelve(_ time: CivilTime) -> Int { time.hour % 12 == 0 ? 12 : time.hour % 12 }

    private static func zone(_ time: CivilTime, _ separator: String?, seconds: Bool = false) -> String {
        let offset = abs(time.offset)
        var text = (time.offset < 0 ? "-" : "+") + GoText.padded(offset / 3_600, to: 2)
        if let separator {
            text += separator + GoText.padded(offset / 60 % 60, to: 2)
            if seconds { text += separator + GoText.padded(offset % 60, to: 2) }
        }
        return text
    }
}
