public import Foundation
public import Model

/// What `now` stands for in a query, and by which clock days begin.
struct QueryClock: Sendable {
    /// In milliseconds since the Unix epoch.
    let now: Int64
    let zone: TimeZone

    private static let day: Int64 = 86_400_000

    private func offset(at time: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1_000))) * 1_000
    }

    /// What a clock of the zone shows at a time, as if it were UTC.
    func local(_ time: Int64) -> Int64 { time + offset(at: time) }

    /// When a clock of the zone shows `local`: the first time where it does so twice, and by the clock of before where
    /// it never does.
    func time(local: Int64) -> Int64 {
        let before = offset(at: local - Self.day)
        let after = offset(at: local + Self.day)
        let first = local - before
        if before == after || offset(at: first) == before { return first }
        let second = local - after
        return offset(at: second) == after ? second : first
    }
}

/// Times as people write them beside a query.
public enum LogTime {
    /// What `text` stands for: milliseconds since the Unix epoch, a date of which parts may be left out (all of it then), or
    /// date math such as `now-15m` or `now/d`; `nil` where it is none of them.
    /// - Parameter zone: says when days begin, and what dates mean that name no zone.
    public static func range(_ text: String, now: Int64, zone: TimeZone) -> TimeRange? {
        // Four digits are a year.
        if text.utf8.count != 4, let milliseconds = Int64(text) {
            return TimeRange(start: milliseconds, end: milliseconds)
        }
        return DateMath.range(text, QueryClock(now: now, zone: zone))
    }

    /// The zone of a name (`Asia/Ho_Chi_Minh`, `UTC`), or of an offset (`+07:00`); `nil` where there is none.
    public static func zone(_ name: String) -> TimeZone? {
        if name == "Z" { return .gmt }
        if let match = name.wholeMatch(of: /([+-])(\d\d):?(\d\d)?/) {
            guard let hours = Int(match.2), let minutes = Int(match.3 ?? "0"), hours <= 14, minutes < 60 else {
                return nil
            }
            let seconds = (hours * 60 + minutes) * 60
            return TimeZone(secondsFromGMT: match.1 == "-" ? -seconds : seconds)
        }
        let isName = name.utf8.allSatisfy { byte in
            (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
                || "/_+-".utf8.contains(byte)
        }
        guard isName, name.first?.isLetter ?? false, name.utf8.count < 64 else { return nil }
        return TimeZone(identifier: name) ?? TimeZone(abbreviation: name)
    }
}
