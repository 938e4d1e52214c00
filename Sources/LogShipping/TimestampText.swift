import Foundation

/// Times as logs have them: `2026-11-23T12:00:00.123Z`, `2026-11-23 12:00:00,123`.
enum TimestampText {
    /// The time at byte `start` in milliseconds since the Unix epoch, and where it ends; `nil` if there is none.
    /// - Parameter zone: where the time is of that says no zone.
    static func parse(_ bytes: [UInt8], from start: Int = 0, zone: TimeZone) -> (time: Int64, end: Int)? {
        var position = start
        func number(_ count: Int) -> Int? {
            guard position + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[position..<(position + count)] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 48
            }
            position += count
            return value
        }
        func take(_ allowed: String) -> Bool {
            guard position < bytes.count, allowed.utf8.contains(bytes[position]) else { return false }
            position += 1
            return true
        }
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2), take("Tt "),
            let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var milliseconds = 0
        let beforeFraction = position
        if take(".,") {
            var scale = 100
            let first = position
            while position < bytes.count, let digit = number(1) {
                milliseconds += digit * scale
                scale /= 10
            }
            if position == first { position = beforeFraction }
        }
        let days = dayNumber(year, month, day)
        let local = (days * 86_400 + Int64(hour * 3_600 + minute * 60 + second)) * 1_000 + Int64(milliseconds)
        if take("Zz") { return (local, position) }
        let beforeZone = position
        if position < bytes.count, bytes[position] == 43 || bytes[position] == 45 {
            let sign: Int64 = bytes[position] == 45 ? -1 : 1
            position += 1
            if let hours = number(2), hours < 24 {
                _ = take(":")
                let minutes = number(2) ?? 0
                return (local - sign * Int64(hours * 60 + minutes) * 60_000, position)
            }
            position = beforeZone
        }
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local) / 1_000))
        return (local - Int64(offset) * 1_000, position)
    }

    private static let months = [
        "Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06", "Jul": "07", "Aug": "08",
        "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12",
    ]

    /// The time of an access log's line, `23/Nov/2026:12:00:00 +0000`, at byte `start`.
    static func parseAccessLog(_ bytes: [UInt8], from start: Int) -> Int64? {
        let text = Array(String(decoding: bytes[start...].prefix(26), as: UTF8.self))
        guard text.count == 26, text[2] == "/", text[6] == "/", text[11] == ":", text[20] == " ",
            let month = months[String(text[3..<6])]
        else { return nil }
        return parse(
            String(text[7..<11]) + "-" + month + "-" + String(text[..<2]) + "T" + String(text[12..<20])
                + String(text[21...]))
    }

    /// The time that is the whole of `text`.
    static func parse(_ text: String, zone: TimeZone = .gmt) -> Int64? {
        let bytes = Array(text.utf8)
        guard let found = parse(bytes, zone: zone), found.end == bytes.count else { return nil }
        return found.time
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
