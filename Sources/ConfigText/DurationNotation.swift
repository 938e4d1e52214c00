internal import Foundation
internal import Model

/// The notations of durations that the standard files use.
package enum DurationNotation {
    /// Milliseconds of a text as Prometheus and Alertmanager write it.
    package static func prometheus(_ text: String) -> Int64? { DurationText.milliseconds(text) }

    /// Milliseconds of a text as Go and Beats write it: `1.5s`, `1h30m`, `300ms`; a bare number is seconds.
    package static func go(_ text: String) -> Int64? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if let seconds = Double(rest), seconds.isFinite, abs(seconds) < 1e12 {
            return Int64(isNegative ? -seconds * 1_000 : seconds * 1_000)
        }
        let units: [Substring: Double] = ["ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1e3, "m": 6e4, "h": 3.6e6]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let size = units[unit] else { return nil }
            total += number * size
        }
        guard total < 1e15 else { return nil }
        return Int64(isNegative ? -total : total)
    }
}

/// The notations of sizes.
package enum SizeNotation {
    /// Bytes of a text as Prometheus' limits have it: a number and a unit, `KB` and `KiB` both being 1,024.
    package static func powersOf1024(_ text: String) -> Int64? {
        bytes(
            text,
            units: unitNames.enumerated().flatMap { index, name in
                let size = pow(1_024, Double(index + 1))
                return [("\(name)B", size), ("\(name)iB", size)]
            })
    }

    /// Bytes of a text as `watchpost.yml` has it: `KB` is 1,000 and `KiB` is 1,024; a bare number is bytes.
    package static func decimal(_ text: String) -> Int64? {
        if let bytes = Int64(text) { return bytes < 0 ? nil : bytes }
        return bytes(
            text,
            units: unitNames.enumerated().flatMap { index, name in
                [("\(name)B", pow(1_000, Double(index + 1))), ("\(name)iB", pow(1_024, Double(index + 1)))]
            })
    }

    private static let unitNames = ["K", "M", "G", "T", "P"]

    private static func bytes(_ text: String, units: [(name: String, size: Double)]) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let name = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Double(digits) else { return nil }
        if name == "B" { return Int64(exactly: number) }
        guard let unit = units.first(where: { $0.name == name }), number * unit.size < 9e18 else { return nil }
        return Int64(number * unit.size)
    }
}
