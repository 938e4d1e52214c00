import Base

/// Reads a time in one of the forms that logs have, at one place of a text.
///
/// | form | of |
/// |---|---|
/// | `2026-11-23T12:00:00.123Z`, `2026-11-23 12:00:00,123`, `2026/11/23 12:00:00` | ISO 8601, Python, Java, Go, nginx |
/// | `23/Nov/2026:12:00:00 +0700`, `23-Nov-2026 12:00:00`, `23 Nov 2026 12:00:00` | access logs, Tomcat, Redis |
/// | `Nov 23 12:00:00`, `Mon Nov 23 12:00:00 2026`, `Nov 23, 2026 1:00:00 PM` | syslog, Apache, Java |
/// | `Mon, 23 Nov 2026 12:00:00 +0700` | mail |
/// | `E1123 12:00:00.123456`, `20261123 12:00:00`, `11/23/2026 01:00:00 PM`, `23.11.2026 12:00:00` | klog, and others |
/// | `12:00:00.123` in front of a level | go2rtc, logback |
/// | `1795669200`, with a fraction, or of ms, us, ns | seconds since the Unix epoch |
///
/// A year that is not written is the one that makes the time the last of its kind before now; so is a day.
struct TimeText {
    struct Found {
        /// Milliseconds since the Unix epoch.
        var time: Int64
        /// Behind the time and its zone.
        var end: Int
        var form = Form.plain
    }

    enum Form: Equatable {
        case plain
        /// Of an access log, which has no level.
        case access
        /// A letter in front of the date is the level.
        case klog(UInt8)
        /// A sign behind it is the level.
        case redis
        /// Without a day: only in front of a level.
        case timeOfDay
        /// A mere number: only where a time is expected.
        case epoch
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let context: LineContext

    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000
    /// A line may be a little before our clock, and its zone unknown.
    private static let ahead = day
    private static let epochBack: Int64 = 10 * 366 * day

    /// The time at byte `start`.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, _ context: LineContext) -> Found? {
        var text = TimeText(bytes: bytes, position: start, context: context)
        return text.read()
    }

    /// The time that is the whole of `text`.
    static func whole(_ text: String, _ context: LineContext) -> Int64? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count >= 10, bytes.count <= 80, let found = read(bytes, at: 0, context),
                found.form != .timeOfDay, found.form != .access || found.end == bytes.count
            else { return nil }
            return found.end == bytes.count ? found.time : nil
        }
    }

    /// The time that a number means, of seconds, milliseconds, microseconds or nanoseconds; `nil` where that is none of
    /// the last ten years.
    static func epoch(_ number: Double, now: Int64) -> Int64? {
        let milliseconds: Double
        switch number {
        case ..<1e8: return nil
        case ..<1e11: milliseconds = number * 1_000
        case ..<1e14: milliseconds = number
        case ..<1e17: milliseconds = number / 1_000
        case ..<1e20: milliseconds = number / 1_000_000
        default: return nil
        }
        // A fraction of seconds is a little less than it was written.
        let time = Int64((milliseconds + 0.001).rounded(.down))
        return (now - epochBack...now + ahead).contains(time) ? time : nil
    }

    // MARK: Bytes

    private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private var next: UInt8 { byte(position) }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }

    private func digits(at start: Int) -> Int {
        var end = start
        while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
        return end - start
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte, position < bytes.count else { return false }
        position += 1
        return true
    }

    private mutating func number(_ counts: ClosedRange<Int>) -> Int? {
        let count = digits(at: position)
        guard counts.contains(count) else { return nil }
        var value = 0
        for _ in 0..<count {
            value = value * 10 + Int(bytes[position]) - 48
            position += 1
        }
        return value
    }

    private mutating func skipBlanks() { while next == 32 { position += 1 } }

    // MARK: Forms

    private mutating func read() -> Found? {
        let start = position
        let first = next
        if Self.isLetter(first) { return letters() }
        let count = digits(at: position)
        let behind = byte(position + count)
        switch count {
        case 4 where behind == 45 || behind == 47 || behind == 46: return yearFirst(behind)
        case 1, 2:
            if behind == 58, count == 2 { return timeOfDay() }
            if behind == 47 || behind == 45 || behind == 46 || behind == 32 { return dayOrMonthFirst(behind) }
            return nil
        case 8: return compact()
        case 10, 13, 16, 19: return epochNumber(start, count)
        default: return nil
        }
    }

    /// `2026-11-23T12:00:00`.
    private mutating func yearFirst(_ separator: UInt8) -> Found? {
        guard let year = number(4...4), take(separator), let month = number(1...2), take(separator),
            let day = number(1...2)
        else { return nil }
        _ = take(44)
        guard take(84) || take(116) || take(32) || take(95) || take(58) || take(45) else { return nil }
        if next == 32 { position += 1 }
        return at(CivilTime(year: year, month: month, day: day), mayLackSeconds: true)
    }

    /// `20261123T120000Z`, `20261123 12:00:00`.
    private mutating func compact() -> Found? {
        guard let date = number(8...8) else { return nil }
        let day = CivilTime(year: date / 10_000, month: date / 100 % 100, day: date % 100)
        guard day.isValid, take(84) || take(32) || take(45) || take(95) else { return nil }
        if digits(at: position) != 6 { return at(day) }
        guard let clock = number(6...6) else { return nil }
        return at(day, clock / 10_000, clock / 100 % 100, clock % 100)
    }

    /// `23/Nov/2026:12:00:00`, `23 Nov 12:00:00`, `11/23/2026 12:00:00`.
    private mutating func dayOrMonthFirst(_ separator: UInt8) -> Found? {
        guard let first = number(1...2), take(separator) else { return nil }
        if let month = monthName() {
            if next == 32, separator == 32, digits(at: position + 1) == 2, byte(position + 3) == 58 {
                position += 1
                return withoutYear(month, first, .redis)
            }
            guard take(separator), let year = number(4...4), take(58) || take(32) else { return nil }
            let form: Form = separator == 47 ? .access : separator == 32 ? .redis : .plain
            return at(CivilTime(year: year, month: month, day: first), form)
        }
        guard separator != 32, let second = number(1...2), take(separator) else { return nil }
        let count = digits(at: position)
        guard count == 4 || count == 2, let third = number(count...count) else { return nil }
        _ = take(44)
        guard take(32) || take(84) || take(45) || take(58) else { return nil }
        if next == 32 { position += 1 }
        var days = [(third, second, first)]
        if separator != 46 { days.insert((third, first, second), at: 0) }
        if count == 2 {
            days = days.map { (2_000 + $0.0, $0.1, $0.2) }
            if separator == 47 { days.insert((2_000 + first, second, third), at: 0) }
        }
        return nearest(days.map { CivilTime(year: $0.0, month: $0.1, day: $0.2) })
    }

    /// Of a date that can be read in several ways the one that is nearest to now.
    private mutating func nearest(_ days: [CivilTime]) -> Found? {
        let start = position
        var best: (found: Found, end: Int)?
        for day in days where day.isValid {
            position = start
            guard let found = at(day) else { return nil }
            if let best, abs(best.found.time - context.now) <= abs(found.time - context.now) { continue }
            best = (found, position)
        }
        return best?.found
    }

    private mutating func letters() -> Found? {
        let start = position
        if let letter = klogLetter() {
            let count = digits(at: position + 1)
            position += 1
            if count == 4, let date = number(4...4), take(32) {
                return withoutYear(date / 100, date % 100, .klog(letter))
            }
            position = start + 1
            guard count == 8, let date = number(8...8), take(32) else { return nil }
            return at(CivilTime(year: date / 10_000, month: date / 100 % 100, day: date % 100), .klog(letter))
        }
        if weekday() {
            _ = take(44)
            skipBlanks()
            // `Mon, 23 Nov 2026 12:00:00 +0700`
            if Self.isDigit(next) {
                guard let found = dayOrMonthFirst(byte(position + digits(at: position))), found.form != .timeOfDay
                else { return nil }
                return Found(time: found.time, end: found.end)
            }
        }
        guard let month = monthName() else { return nil }
        skipBlanks()
        guard let day = number(1...2) else { return nil }
        _ = take(44)
        guard take(32) else { return nil }
        skipBlanks()
        if digits(at: position) == 4 {
            guard let year = number(4...4) else { return nil }
            _ = take(44) || take(58)
            skipBlanks()
            return at(CivilTime(year: year, month: month, day: day))
        }
        return withoutYear(month, day, .plain)
    }

    private func klogLetter() -> UInt8? {
        guard Self.isDigit(byte(position + 1)) else { return nil }
        switch next {
        case UInt8(ascii: "I"), UInt8(ascii: "W"), UInt8(ascii: "E"), UInt8(ascii: "F"), UInt8(ascii: "D"): return next
        default: return nil
        }
    }

    /// Three letters in one number.
    private static func packed(_ name: String) -> UInt32 { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ].map(packed)
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(packed)

    private func name(in names: [UInt32]) -> Int? {
        guard Self.isLetter(next), !Self.isLetter(byte(position + 3)) else { return nil }
        let name = UInt32(next | 32) << 16 | UInt32(byte(position + 1) | 32) << 8 | UInt32(byte(position + 2) | 32)
        return names.firstIndex(of: name)
    }

    private mutating func monthName() -> Int? {
        guard let index = name(in: Self.months) else { return nil }
        position += 3
        return index + 1
    }

    private mutating func weekday() -> Bool {
        guard name(in: Self.weekdays) != nil else { return false }
        position += 3
        return true
    }

    /// Seconds since the Unix epoch with a fraction, or a number of smaller units.
    private mutating func epochNumber(_ start: Int, _ count: Int) -> Found? {
        position += count
        if count == 10, next == 46 || next == 44, Self.isDigit(byte(position + 1)) {
            position += 1 + digits(at: position + 1)
        }
        if Self.isLetter(next) || next == 45 || next == 95 || next == 46 || next == 47 { return nil }
        let text = String(decoding: bytes[start..<position], as: UTF8.self).replacing(",", with: ".")
        guard let number = Double(text), let time = Self.epoch(number, now: context.now) else { return nil }
        return Found(time: time, end: position, form: .epoch)
    }

    /// A time without its day is of the last day on which it was not yet to come.
    private mutating func timeOfDay() -> Found? {
        guard let clock = clock(mayLackSeconds: false) else { return nil }
        let shown = context.now + context.zone.minutes(at: context.now) * Self.minute
        var today = CivilTime(milliseconds: shown)
        today.timeOfDay = clock
        let time = context.zone.time(local: today.milliseconds, path: context.path, now: context.now)
        if time <= context.now + 5 * Self.minute { return Found(time: time, end: position, form: .timeOfDay) }
        let before = context.zone.time(local: today.milliseconds - Self.day, path: context.path, now: context.now)
        return Found(time: before, end: position, form: .timeOfDay)
    }

    // MARK: Date and clock

    private mutating func withoutYear(_ month: Int, _ day: Int, _ form: Form) -> Found? {
        let start = position
        guard let clock = clock(mayLackSeconds: false) else { return nil }
        // `Mon Nov 23 12:00:00 2026`, `Mon Nov 23 12:00:00 UTC 2026`
        if form == .plain, let found = yearBehind(month, day, clock) { return found }
        let year = CivilTime(milliseconds: context.now).date.year
        // The last of February may lie eight years back.
        for year in [year + 1, year, year - 1, year - 2, year - 3, year - 4, year - 8] {
            let date = CivilTime(year: year, month: month, day: day)
            guard date.isValid else { continue }
            position = start
            guard let found = at(date, form) else { return nil }
            if found.time <= context.now + Self.ahead { return found }
        }
        return nil
    }

    private mutating func yearBehind(_ month: Int, _ day: Int, _ clock: Int64) -> Found? {
        let start = position
        let zoneStart = position
        if next == 32, Self.isLetter(byte(position + 1)) {
            position += 1
            while Self.isLetter(next) { position += 1 }
        }
        guard take(32), digits(at: position) == 4, let year = number(4...4), !Self.isLetter(next), next != 58 else {
            position = start
            return nil
        }
        let date = CivilTime(year: year, month: month, day: day, timeOfDay: clock)
        guard date.isValid else { return nil }
        let local = date.milliseconds
        let end = position
        position = zoneStart
        let time = resolved(local).time
        return Found(time: time, end: end)
    }

    /// The time on a day of which the clock stands here.
    private mutating func at(_ day: CivilTime, _ form: Form = .plain, mayLackSeconds: Bool = false) -> Found? {
        guard day.isValid, let clock = clock(mayLackSeconds: mayLackSeconds) else { return nil }
        var date = day
        date.timeOfDay = clock
        let (time, end) = resolved(date.milliseconds)
        return Found(time: time, end: end, form: form)
    }

    private mutating func at(_ day: CivilTime, _ hour: Int, _ minute: Int, _ second: Int) -> Found? {
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        var date = day
        date.timeOfDay = Int64(hour * 3_600 + minute * 60 + second) * 1_000 + fraction()
        let (time, end) = resolved(date.milliseconds)
        return Found(time: time, end: end)
    }

    /// The time of which a clock shows `local`, by the zone that stands here, or by the site's.
    private mutating func resolved(_ local: Int64) -> (time: Int64, end: Int) {
        switch ZoneText.read(bytes, at: position, or: context.zone, time: local) {
        case (.minutes(let minutes), let end)?: return (local - minutes * Self.minute, end)
        case (.named(let zone), let end)?: return (zone.time(local: local, path: context.path, now: context.now), end)
        case nil: return (context.zone.time(local: local, path: context.path, now: context.now), position)
        }
    }

    /// Milliseconds since midnight of `12:00:00.123`, `1:00:00 PM`.
    private mutating func clock(mayLackSeconds: Bool) -> Int64? {
        guard var hour = number(1...2), take(58), let minute = number(2...2), minute < 60 else { return nil }
        var second = 0
        if next == 58 {
            position += 1
            guard let number = number(2...2), number <= 60 else { return nil }
            second = number
        } else if !mayLackSeconds || Self.isDigit(next) {
            return nil
        }
        let milliseconds = fraction()
        if let isAfternoon = half() {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour < 24 else { return nil }
        return Int64(hour * 3_600 + minute * 60 + second) * 1_000 + milliseconds
    }

    /// Milliseconds of `.123456`, `,123` or `:123`.
    private mutating func fraction() -> Int64 {
        let count = digits(at: position + 1)
        guard next == 46 || next == 44 || (next == 58 && count == 3 && byte(position + 4) != 58), count > 0 else {
            return 0
        }
        var milliseconds: Int64 = 0
        var scale: Int64 = 100
        for index in position + 1...position + count {
            milliseconds += Int64(bytes[index] - 48) * scale
            scale /= 10
        }
        position += 1 + count
        return milliseconds
    }

    /// Whether `PM` stands here; `nil` where neither half of the day does.
    private mutating func half() -> Bool? {
        let start = next == 32 ? position + 1 : position
        let letter = byte(start) | 32
        guard letter == 97 || letter == 112, byte(start + 1) | 32 == 109, !Self.isLetter(byte(start + 2)) else {
            return nil
        }
        position = start + 2
        return letter == 112
    }
}
