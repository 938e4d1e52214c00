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
        row("day_of_year") { value in
            let date = date(value)
            return Double(dayNumber(date.year, date.month, date.day) - dayNumber(date.year, 1, 1) + 1)
        },
        row("days_in_month") { value in
            let date = date(value)
            let next = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
            return Double(dayNumber(next.0, next.1, 1) - dayNumber(date.year, date.month, 1))
        },
        row("month") { Double(date($0).month) },
        row("year") { Double(date($0).year) },
    ]

    private static func row(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Function {
        Function(name, [.vector], optional: 1, .moment(body))
    }

    /// Days since the Unix epoch of a date (proleptic Gregorian calendar).
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ seconds: Double) -> (year: Int, month: Int, day: Int) {
        guard seconds.magnitude < 1e14 else { return (0, 0, 0) }
        let days = Int((seconds / 86_400).rounded(.down)) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Double {
    /// What is left of a whole number, never below zero.
    fileprivate func remainder(of divisor: Double) -> Double {
        let rest = truncatingRemainder(dividingBy: divisor)
        return rest < 0 ? rest + divisor : rest
    }
}
