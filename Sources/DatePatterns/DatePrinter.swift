import Base
import Synchronization

/// Prints times of UTC by a pattern of Joda-Time, as `%{+yyyy.MM.dd}` does.
package final class DatePrinter: Sendable {
    private let elements: [DateElement]
    /// In milliseconds: as long as one of these goes, the text stays.
    private let unit: Int64
    private let last = Mutex<(number: Int64, text: String)>((.min, ""))

    /// Reads a pattern.
    package init(_ pattern: String) throws(DatePatternError) {
        var reader = DatePatternReader(pattern, locale: .english)
        elements = try reader.read()
        unit = elements.map(Self.unit).min() ?? Self.day
    }

    /// Reads a pattern of `java.time`, as `%{{yyyy-MM-dd}}` has it. Weeks are those of ISO 8601.
    package init(javaTime pattern: String) throws(DatePatternError) {
        elements = try JavaTimePatternReader(pattern).read()
        unit = elements.map(Self.unit).min() ?? Self.day
    }

    private init(elements: [DateElement]) {
        self.elements = elements
        unit = elements.map(Self.unit).min() ?? Self.day
    }

    private static let day: Int64 = 86_400_000

    private static func unit(_ element: DateElement) -> Int64 {
        switch element {
        case .number(let field, _, _, _), .name(let field, _, _): field.rank < 8 ? day : Int64(field.unit)
        case .fraction: 1
        default: day
        }
    }

    /// `2026-11-26T05:00:00.123`
    static let iso8601: DatePrinter = {
        func number(_ field: DateField, _ digits: Int = 2) -> DateElement {
            .number(field, digitsMin: digits, digitsMax: digits, signed: true)
        }
        func literal(_ text: String) -> DateElement { .literal(Array(text.utf8)) }
        let date = [number(.year, 4), literal("-"), number(.month), literal("-"), number(.dayOfMonth), literal("T")]
        let time = [number(.hour), literal(":"), number(.minute), literal(":"), number(.second), literal(".")]
        return DatePrinter(elements: date + time + [.fraction(.fractionOfSecond, digitsMin: 3, digitsMax: 3)])
    }()

    /// - Parameter time: in milliseconds since the Unix epoch.
    package func text(for time: Int64) -> String {
        if unit == 1 { return print(time) }
        let (quotient, remainder) = time.quotientAndRemainder(dividingBy: unit)
        let number = remainder < 0 ? quotient - 1 : quotient
        if let known = last.withLock({ $0.number == number ? $0.text : nil }) { return known }
        let text = print(time)
        last.withLock { $0 = (number, text) }
        return text
    }

    private func print(_ time: Int64) -> String {
        let date = LocalDate(time)
        var text = ""
        for element in elements {
            switch element {
            case .literal(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .number(let field, let digitsMin, _, _): Self.append(date.value(of: field), digitsMin, to: &text)
            case .shortYear(let field, _): Self.append(abs(date.value(of: field)) % 100, 2, to: &text)
            case .fraction(let field, let digitsMin, _):
                Self.append(date.value(of: field), 3, cut: digitsMin, to: &text)
            case .name(let field, let names, let isShort):
                text += names.text(of: date.value(of: field), short: isShort)
            case .offset(let colon): text += colon ? "+00:00" : "+0000"
            case .zoneName(let isShort): text += isShort ? "UTC" : "Coordinated Universal Time"
            case .zoneID: text += "UTC"
            case .choice: break
            }
        }
        return text
    }

    /// - Parameter cut: how many digits of a fraction are shown, with zeros behind it where it has fewer.
    private static func append(_ value: Int, _ digitsMin: Int, cut: Int? = nil, to text: inout String) {
        let digits = String(abs(value))
        let padded = String(repeating: "0", count: max(0, digitsMin - digits.utf8.count)) + digits
        if value < 0 { text += "-" }
        guard let cut else {
            text += padded
            return
        }
        text += padded.prefix(cut) + String(repeating: "0", count: max(0, cut - padded.utf8.count))
    }
}
