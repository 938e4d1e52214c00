internal import Glibc

/// The time in a segment's name, as recorders write it: `20261123-114500.mkv`, `2026-11-23_11-45-00.mp4`.
enum SegmentName {
    /// Whose clock it is.
    enum Clock: Sendable { case local, utc }

    /// When a segment was begun: of its name, else of the date in its folders' names and the time at its name's beginning.
    /// - Parameter path: below the folder of the recordings.
    /// - Parameter modified: when it was last written.
    /// - Returns: milliseconds since the Unix epoch; `nil` where it tells no time.
    static func time(in path: String, _ clock: Clock, writtenAt modified: Int64) -> Int64? {
        let names = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let name = names.last else { return nil }
        if let numbers = numbers(in: Array(name.utf8)) { return time(numbers, clock, writtenAt: modified) }
        guard names.count > 1, let date = date(in: Array(names.dropLast().joined(separator: "/").utf8)) else {
            return nil
        }
        var rest = Array(name.utf8)[...]
        // A number alone is one of an event.
        guard rest.count > 2, !isDigit(rest[2]), let ofDay = numbers([2, 2, 2], separators: "-_.:", &rest),
            rest.first.map({ !isDigit($0) }) ?? true
        else {
            return nil
        }
        return time(date + ofDay, clock, writtenAt: modified)
    }

    /// - Parameters:
    ///   - numbers: year, month, day, hour, minute, second.
    ///   - modified: when the segment was last written. Of the hour that comes twice when summer time ends it is the later
    ///     one, unless the segment was written before.
    /// - Returns: milliseconds since the Unix epoch; `nil` where there is no such time.
    static func time(_ numbers: [Int32], _ clock: Clock, writtenAt modified: Int64) -> Int64? {
        guard isTime(numbers) else { return nil }
        if clock == .utc {
            var parts = broken(numbers)
            return milliseconds(timegm(&parts))
        }
        // Where the clocks do not change both are the same, or one is of another hour.
        let times = [0, 1].compactMap { (isSummer: Int32) -> Int64? in
            var parts = broken(numbers)
            parts.tm_isdst = isSummer
            let time = milliseconds(mktime(&parts))
            return parts.tm_hour == numbers[3] ? time : nil
        }
        if let latest = times.filter({ $0 <= modified + 5_000 }).max() ?? times.min() { return latest }
        var parts = broken(numbers)
        return milliseconds(mktime(&parts))
    }

    private static func isTime(_ numbers: [Int32]) -> Bool {
        numbers.count == 6 && (1990...2199).contains(numbers[0]) && (1...12).contains(numbers[1])
            && (1...31).contains(numbers[2]) && numbers[3] < 24 && numbers[4] < 60 && numbers[5] < 61
    }

    /// Broken down, as the C library calls it.
    private static func broken(_ numbers: [Int32]) -> tm {
        var parts = tm()
        parts.tm_year = numbers[0] - 1_900
        parts.tm_mon = numbers[1] - 1
        parts.tm_mday = numbers[2]
        parts.tm_hour = numbers[3]
        parts.tm_min = numbers[4]
        parts.tm_sec = numbers[5]
        parts.tm_isdst = -1
        return parts
    }

    private static func milliseconds(_ time: time_t) -> Int64? { time == -1 ? nil : Int64(time) * 1_000 }

    /// A year, and five numbers of two digits with a separator or none between them, anywhere in a name.
    private static func numbers(in name: [UInt8]) -> [Int32]? {
        for index in name.indices where name.count - index >= 14 {
            // Within a longer number stands no year.
            if index > 0, isDigit(name[index - 1]) { continue }
            var rest = name[index...]
            if let found = numbers([4, 2, 2, 2, 2, 2], separators: "-_.:T ", &rest), isTime(found) {
                return found
            }
        }
        return nil
    }

    /// A year, a month and a day in the names of folders, as `2026-11-23`, `20261123AM` and `2026/11/23`.
    private static func date(in names: [UInt8]) -> [Int32]? {
        for index in names.indices where index == 0 || !isDigit(names[index - 1]) {
            var rest = names[index...]
            if let found = numbers([4, 2, 2], separators: "-_./", &rest), rest.first.map({ !isDigit($0) }) ?? true,
                isTime(found + [0, 0, 0])
            {
                return found
            }
        }
        return nil
    }

    /// Numbers of so many digits each, with one of the separators between them, or none.
    private static func numbers(_ counts: [Int], separators: String, _ rest: inout ArraySlice<UInt8>) -> [Int32]? {
        var numbers: [Int32] = []
        for count in counts {
            if !numbers.isEmpty, let next = rest.first, separators.utf8.contains(next) { rest = rest.dropFirst() }
            let digits = rest.prefix(count)
            guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
            numbers.append(digits.reduce(0) { $0 * 10 + Int32($1 - 0x30) })
            rest = rest.dropFirst(count)
        }
        return numbers
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
