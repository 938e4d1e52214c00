internal import Base

/// Times as documents have them where they are written anew.
package enum DocumentTime {
    private static let day: Int64 = 86_400_000

    /// `2026-11-23T12:00:00.123Z`, and with an offset of some milliseconds `2026-11-23T19:00:00.123+07:00`.
    package static func text(_ milliseconds: Int64, offset: Int64 = 0) -> String {
        let local = milliseconds &+ offset
        let number = CivilDate.dayNumber(of: local)
        let date = CivilDate(dayNumber: number)
        let rest = Int(local &- Int64(number) &* day)
        var text: [UInt8] = []
        text.reserveCapacity(30)
        func put(_ value: Int, _ digits: Int) {
            var divisor = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
        }
        if date.year < 0 || date.year > 9_999 { text.append(UInt8(ascii: date.year < 0 ? "-" : "+")) }
        put(abs(date.year), abs(date.year) > 9_999 ? 6 : 4)
        for part in [(date.month, 2, "-"), (date.day, 2, "-"), (rest / 3_600_000, 2, "T")]
            as [(Int, Int, Unicode.Scalar)]
        {
            text.append(UInt8(ascii: part.2))
            put(part.0, part.1)
        }
        text.append(UInt8(ascii: ":"))
        put(rest / 60_000 % 60, 2)
        text.append(UInt8(ascii: ":"))
        put(rest / 1_000 % 60, 2)
        text.append(UInt8(ascii: "."))
        put(rest % 1_000, 3)
        if offset == 0 {
            text.append(UInt8(ascii: "Z"))
        } else {
            text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
            let minutes = Int(abs(offset) / 60_000)
            put(minutes / 60, 2)
            text.append(UInt8(ascii: ":"))
            put(minutes % 60, 2)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
