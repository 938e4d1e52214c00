package import Foundation

/// What `now` stands for in a text, and by which clock days begin.
package struct ZoneClock: Sendable {
    /// In milliseconds since the Unix epoch.
    package let now: Int64
    package let zone: TimeZone

    private static let day: Int64 = 86_400_000

    package init(now: Int64, zone: TimeZone) {
        self.now = now
        self.zone = zone
    }

    private func offset(at time: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1_000))) * 1_000
    }

    /// What a clock of the zone shows at a time, as if it were UTC.
    package func local(_ time: Int64) -> Int64 { time + offset(at: time) }

    /// When a clock of the zone shows `local`: the first time where it does so twice, and by the clock of before where
    /// it never does.
    package func time(local: Int64) -> Int64 {
        let before = offset(at: local - Self.day)
        let after = offset(at: local + Self.day)
        let first = local - before
        if before == after || offset(at: first) == before { return first }
        let second = local - after
        return offset(at: second) == after ? second : first
    }
}
