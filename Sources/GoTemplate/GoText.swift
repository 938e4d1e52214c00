internal import Foundation

/// Values as Go's `fmt` prints them.
package enum GoText {
    /// A float as `%v` prints it: `2.388888888888889`, `1e+06`, `+Inf`.
    package static func number(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, exponent) = shortestDigits(value)
        let sign = value.sign == .minus ? "-" : ""
        if exponent < -4 || exponent >= 6 {
            return sign + scientific(digits, exponent)
        }
        return sign + plain(digits, exponent)
    }

    static func special(_ value: Double) -> String? {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : nil
    }

    /// The fewest digits that give the value back, and the power of ten of the first one.
    static func shortestDigits(_ value: Double) -> (digits: [Character], exponent: Int) {
        if value == 0 { return (["0"], 0) }
        // Swift prints the fewest digits too, in a form of its own.
        let text = value.magnitude.description
        let parts = text.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        var digits = Array(mantissa[0]) + (mantissa.count > 1 ? Array(mantissa[1]) : [])
        var exponent = mantissa[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits[0] == "0" {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits[digits.count - 1] == "0" { digits.removeLast() }
        return (digits, exponent)
    }

    static func scientific(_ digits: [Character], _ exponent: Int) -> String {
        let fraction = digits.count > 1 ? "." + String(digits[1...]) : ""
        return "\(digits[0])\(fraction)e\(exponent < 0 ? "-" : "+")\(padded(abs(exponent), to: 2))"
    }

    static func plain(_ digits: [Character], _ exponent: Int) -> String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + String(digits) }
        let whole = digits.prefix(exponent + 1)
        let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
        let fraction = digits.dropFirst(exponent + 1)
        return String(whole) + zeros + (fraction.isEmpty ? "" : "." + String(fraction))
    }

    /// A float with so many significant digits: `%.4g`.
    static func general(_ value: Double, digits: Int) -> String {
        special(value) ?? String(format: "%.\(digits)g", value)
    }

    static func padded(_ value: Int, to width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A duration as Go prints it: `1h2m3.5s`, `1.5ms`, `0s`.
    static func duration(nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let total = nanoseconds.magnitude
        if total < 1_000 { return "\(sign)\(total)ns" }
        if total < 1_000_000 { return sign + decimal(total, unit: 1_000) + "µs" }
        if total < 1_000_000_000 { return sign + decimal(total, unit: 1_000_000) + "ms" }
        let minutes = total / 60_000_000_000
        var text = decimal(total % 60_000_000_000, unit: 1_000_000_000) + "s"
        if minutes > 0 { text = "\(minutes % 60)m" + text }
        if minutes >= 60 { text = "\(minutes / 60)h" + text }
        return sign + text
    }

    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        let width = String(unit).count - 1
        var fraction = padded(Int(value % unit), to: width)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(value / unit)" + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// Text in double quotes with Go's escapes.
    static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                output += "\\x" + hexadecimal(UInt64(scalar.value), width: 2)
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }

    static func hexadecimal(_ value: UInt64, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension TemplateValue {
    /// The value as Go's `%v` prints it.
    package var printed: String {
        switch self {
        case .none: "<nil>"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): GoText.number(number)
        case .string(let text), .markup(let text), .link(let text), .named(_, let text): text
        case .list(let list): "[" + list.map(\.printed).joined(separator: " ") + "]"
        case .map(let map):
            map.isRecord
                ? "{" + map.sortedEntries.map(\.value.printed).joined(separator: " ") + "}"
                : "map[" + map.sortedEntries.map { "\($0.key):\($0.value.printed)" }.joined(separator: " ") + "]"
        case .time(let time): time.description
        case .duration(let nanoseconds): GoText.duration(nanoseconds: nanoseconds)
        case .object(let object): object.underlying.printed
        }
    }
}
