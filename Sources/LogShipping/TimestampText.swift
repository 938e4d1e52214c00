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
        if let (minutes, end) = zoneMinutes(bytes, position) { return (local - minutes * 60_000, end) }
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local) / 1_000))
        return (local - Int64(offset) * 1_000, position)
    }

    /// The zone behind a time, directly or after a blank: `Z`, `UTC`, `GMT`, `+07`, `+0700`, `+07:00`, `UTC+7`.
    /// - Returns: minutes east of Greenwich, and where the zone ends; `nil` if none is said.
    private static func zoneMinutes(_ bytes: [UInt8], _ start: Int) -> (minutes: Int64, end: Int)? {
        var position = start
        func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
        func digit(_ index: Int) -> Int64? { byte(index).flatMap { (48...57).contains($0) ? Int64($0) - 48 : nil } }
        func isLetter(_ index: Int) -> Bool { byte(index).map { (97...122).contains($0 | 32) } ?? false }
        let isApart = byte(position) == 32
        while byte(position) == 32 { position += 1 }
        var isNamed = false
        if let first = byte(position), first | 32 == 122 {
            // A word that begins with a Z is none.
            guard !isApart || (!isLetter(position + 1) && digit(position + 1) == nil) else { return nil }
            return (0, position + 1)
        }
        for name in ["UTC", "GMT"] where bytes[min(position, bytes.count)...].starts(with: name.utf8) {
            position += 3
            isNamed = true
        }
        if isNamed, isLetter(position) { return nil }
        let unsigned = position
        guard let sign = byte(position), sign == 43 || sign == 45, let tens = digit(position + 1) else {
            return isNamed ? (0, unsigned) : nil
        }
        position += 2
        var hours = tens
        if let ones = digit(position) {
            hours = tens * 10 + ones
            position += 1
        } else if !isNamed {
            return nil
        }
        var minutes: Int64 = 0
        let separator = byte(position) == 58 ? 1 : 0
        if let tens = digit(position + separator), let ones = digit(position + separator + 1) {
            minutes = tens * 10 + ones
            position += separator + 2
        }
        let isOver = digit(position) == nil && !isLetter(position) && byte(position) != 58
        // Apart from the time it may be any number of the line: `12:00:00 -5 dB`, `12:00:00 +0.5`.
        let isNumber = byte(position) == 46 && digit(position + 1) != nil
        guard hours <= 14, minutes < 60, !isApart || (isOver && !isNumber) else {
            return isNamed ? (0, unsigned) : nil
        }
        return ((sign == 45 ? -1 : 1) * (hours * 60 + minutes), position)
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
