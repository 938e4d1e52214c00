internal import Glibc

/// The time in a segment's name, as recorders write it: `20261123-114500.mkv`, `2026-11-23_11-45-00.mp4`.
enum SegmentName {
    /// Whose clock it is.
    enum Clock: Sendable { case local, utc }

    /// Milliseconds since the Unix epoch; `nil` where the name has no time.
    static func time(in name: String, _ clock: Clock) -> Int64? {
        guard var parts = parts(of: name) else { return nil }
        let seconds = clock == .utc ? timegm(&parts) : mktime(&parts)
        return seconds == -1 ? nil : Int64(seconds) * 1_000
    }

    private static func parts(of name: String) -> tm? {
        let digits = Array(name.utf8)
        var index = 0
        while index + 14 <= digits.count {
            if let found = parts(digits[index...]) { return found }
            index += 1
        }
        return nil
    }

    /// A year, and five numbers of two digits with a separator or none between them.
    private static func parts(_ text: ArraySlice<UInt8>) -> tm? {
        var rest = text
        func number(_ count: Int) -> Int32? {
            guard rest.count >= count else { return nil }
            var value: Int32 = 0
            for byte in rest.prefix(count) {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int32(byte - 0x30)
            }
            rest = rest.dropFirst(count)
            return value
        }
        guard let year = number(4), (1990...2199).contains(year) else { return nil }
        var numbers: [Int32] = []
        for _ in 0..<5 {
            if let next = rest.first, "-_.:T ".utf8.contains(next) { rest = rest.dropFirst() }
            guard let value = number(2) else { return nil }
            numbers.append(value)
        }
        guard (1...12).contains(numbers[0]), (1...31).contains(numbers[1]), numbers[2] < 24, numbers[3] < 60,
            numbers[4] < 61
        else { return nil }
        var result = tm()
        result.tm_year = year - 1_900
        result.tm_mon = numbers[0] - 1
        result.tm_mday = numbers[1]
        result.tm_hour = numbers[2]
        result.tm_min = numbers[3]
        result.tm_sec = numbers[4]
        result.tm_isdst = -1
        return result
    }
}
