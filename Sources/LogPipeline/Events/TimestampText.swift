internal import Base

/// Moments as Logstash writes them, `2026-11-26T05:00:00.123Z`, and as it reads them into `@timestamp`.
package enum TimestampText {
    package static func iso8601(_ milliseconds: Int64) -> String {
        let dayNumber = CivilDate.dayNumber(of: milliseconds)
        let rest = milliseconds &- Int64(dayNumber) &* 86_400_000
        let date = CivilDate(dayNumber: dayNumber)
        guard (0...9_999).contains(date.year) else { return "\(milliseconds)" }
        return String(unsafeUninitializedCapacity: 24) { bytes in
            func put(_ value: Int, _ count: Int, at place: Int) {
                var value = value
                for index in stride(from: place + count - 1, through: place, by: -1) {
                    bytes[index] = UInt8(48 + value % 10)
                    value /= 10
                }
            }
            let signs: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (23, "Z")]
            for (place, sign) in signs { bytes[place] = sign.asciiValue ?? 0 }
            put(date.year, 4, at: 0)
            put(date.month, 2, at: 5)
            put(date.day, 2, at: 8)
            put(Int(rest / 3_600_000), 2, at: 11)
            put(Int(rest / 60_000 % 60), 2, at: 14)
            put(Int(rest / 1_000 % 60), 2, at: 17)
            put(Int(rest % 1_000), 3, at: 20)
            return 24
        }
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
