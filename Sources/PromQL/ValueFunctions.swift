internal import Base
internal import Foundation

/// Functions of one value.
enum ValueFunctions {
    static let rows: [Function] = [
        row("abs") { $0.magnitude },
        row("ceil") { $0.rounded(.up) },
        row("floor") { $0.rounded(.down) },
        row("exp") { Foundation.exp($0) },
        row("ln") { Foundation.log($0) },
        row("log2") { Foundation.log2($0) },
        row("log10") { Foundation.log10($0) },
        row("sqrt") { $0.squareRoot() },
        row("sgn") { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
        row("deg") { $0 * 180 / .pi },
        row("rad") { $0 * .pi / 180 },
        row("sin") { Foundation.sin($0) },
        row("cos") { Foundation.cos($0) },
        row("tan") { Foundation.tan($0) },
        row("asin") { Foundation.asin($0) },
        row("acos") { Foundation.acos($0) },
        row("atan") { Foundation.atan($0) },
        row("sinh") { Foundation.sinh($0) },
        row("cosh") { Foundation.cosh($0) },
        row("tanh") { Foundation.tanh($0) },
        row("asinh") { Foundation.asinh($0) },
        row("acosh") { Foundation.acosh($0) },
        row("atanh") { Foundation.atanh($0) },
    ]

    private static func row(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Function {
        Function(name, [.vector], .value(body))
    }

    /// The upper bound that a label `le` names.
    static func bound(_ text: String) -> Double? {
        switch text {
        case "+Inf", "Inf", "inf", "+inf": .infinity
        case "-Inf", "-inf": -.infinity
        default: Double(text)
        }
    }
}

/// Parts of the date in UTC, of seconds since the Unix epoch.
enum CalendarFunctions {
    static let rows: [Function] = [
        row("minute") { (($0 / 60).rounded(.down)).remainder(of: 60) },
        row("hour") { (($0 / 3_600).rounded(.down)).remainder(of: 24) },
        row("day_of_week") { (($0 / 86_400).rounded(.down) + 4).remainder(of: 7) },
        row("day_of_month") { Double(date($0).day) },
        row("day_of_year") { Double(date($0).dayOfYear) },
        row("days_in_month") { Double(date($0).lengthOfMonth) },
        row("month") { Double(date($0).month) },
        row("year") { Double(date($0).year) },
    ]

    private static func row(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Function {
        Function(name, [.vector], optional: 1, .moment(body))
    }

    private static func date(_ seconds: Double) -> CivilDate {
        guard seconds.magnitude < 1e14 else { return CivilDate(year: 0, month: 0, day: 0) }
        return CivilDate(dayNumber: Int((seconds / 86_400).rounded(.down)))
    }
}

extension Double {
    /// What is left of a whole number, never below zero.
    fileprivate func remainder(of divisor: Double) -> Double {
        let rest = truncatingRemainder(dividingBy: divisor)
        return rest < 0 ? rest + divisor : rest
    }
}
