internal import Base
internal import LogDocuments

/// Moments as Logstash writes them, `2026-11-26T05:00:00.123Z`, and as it reads them into `@timestamp`.
package enum TimestampText {
    /// The years from 0 to 9999, of which four digits tell.
    private static let written: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// Beyond the years of four digits the number itself.
    package static func iso8601(_ milliseconds: Int64) -> String {
        written.contains(milliseconds) ? DocumentTime.text(milliseconds) : "\(milliseconds)"
    }

    /// The moment of an ISO 8601 text: a date, a time to the minute at least, and a zone or none for UTC.
    package static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        var position = 0
        func digits(_ count: Int) -> Int? {
            guard position + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[position..<(position + count)] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            position += count
            return value
        }
        func take(_ signs: String) -> Bool {
            guard position < bytes.count, signs.utf8.contains(bytes[position]) else { return false }
            position += 1
            return true
        }
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            (1...12).contains(month), (1...31).contains(day), dayExists(year, month, day)
        else { return nil }
        var seconds = 0
        var thousandths = 0
        if take("Tt ") {
            guard let hour = digits(2), take(":"), let minute = digits(2), hour < 24, minute < 60 else { return nil }
            seconds = hour * 3_600 + minute * 60
            if take(":") {
                guard let second = digits(2), second < 61 else { return nil }
                seconds += second
                if take(".,") {
                    var factor = 100
                    let start = position
                    while let digit = digits(1) {
                        thousandths += digit * factor
                        factor /= 10
                    }
                    if position == start { return nil }
                }
            }
            if !take("Zz"), position < bytes.count {
                let isBehind = bytes[position] == UInt8(ascii: "-")
                guard take("+-"), let hours = digits(2), hours < 24 else { return nil }
                _ = take(":")
                let minutes = position < bytes.count ? digits(2) : 0
                guard let minutes, minutes < 60 else { return nil }
                let offset = hours * 3_600 + minutes * 60
                seconds += isBehind ? offset : -offset
            }
        }
        guard position == bytes.count else { return nil }
        return (Int64(days(year, month, day)) * 86_400 + Int64(seconds)) * 1_000 + Int64(thousandths)
    }

    private static func dayExists(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        day <= CivilDate(year: year, month: month, day: 1).lengthOfMonth
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        CivilDate(year: year, month: month, day: day).dayNumber
    }
}
