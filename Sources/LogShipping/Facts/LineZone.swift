import Foundation
import Synchronization

/// The zone of times that name none: turns what a clock on the wall shows into a time.
///
/// An hour that is left out when summer begins is read by the clock of before. Of the two times of an hour that comes twice
/// the earlier one counts, until the lines of a file go back, or where the later one is the present.
final class LineZone: Sendable {
    private let zone: TimeZone

    /// What is known of a quarter of an hour on the wall: zones change at its ends alone.
    private struct Quarter {
        var number = Int64.min
        var earlier: Int64 = 0
        /// Of an hour that comes twice.
        var later: Int64?
    }

    private struct State {
        var quarter = Quarter()
        /// The last time in an hour that comes twice, by file.
        var last: [String: Int64] = [:]
    }

    private let state = Mutex(State())

    private static let quarterLength: Int64 = 900_000
    private static let day: Int64 = 86_400_000
    /// How far lines of one file may be out of order, and how far a clock may go before ours.
    private static let slack: Int64 = 60_000
    /// How far the first line of a file may lie back to count as the present.
    private static let present: Int64 = 600_000
    private static let filesMax = 10_000

    init(_ zone: TimeZone) { self.zone = zone }

    /// Minutes east of Greenwich at a time.
    func minutes(at time: Int64) -> Int64 { offset(at: time) / 60_000 }

    private func offset(at time: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1_000))) * 1_000
    }

    /// The time at which a clock of the zone shows `local`, both in milliseconds.
    /// - Parameters:
    ///   - path: the file, of which the lines are in order.
    ///   - now: when the line is read.
    func time(local: Int64, path: String, now: Int64) -> Int64 {
        let number = (local - ((local % Self.quarterLength) + Self.quarterLength) % Self.quarterLength)
        return state.withLock { state in
            if state.quarter.number != number { state.quarter = quarter(number) }
            let earlier = local - state.quarter.earlier
            guard let later = state.quarter.later.map({ local - $0 }) else { return earlier }
            let isLater: Bool
            if later > now + Self.slack {
                isLater = false
            } else if let last = state.last[path], last < later + Self.day {
                isLater = earlier < last - Self.slack
            } else {
                isLater = now - later < Self.present
            }
            if state.last.count >= Self.filesMax { state.last = [:] }
            state.last[path] = isLater ? later : earlier
            return isLater ? later : earlier
        }
    }

    private func quarter(_ start: Int64) -> Quarter {
        let before = offset(at: start - Self.day)
        let after = offset(at: start + Self.day)
        if before == after { return Quarter(number: start, earlier: before) }
        switch (offset(at: start - before) == before, offset(at: start - after) == after) {
        case (true, true): return Quarter(number: start, earlier: before, later: after)
        case (false, true): return Quarter(number: start, earlier: after)
        default: return Quarter(number: start, earlier: before)
        }
    }

    // MARK: By name

    private static let named = Mutex<[String: LineZone]>([:])

    /// The zone of a name (`Asia/Ho_Chi_Minh`), of an abbreviation that means one, or of an offset (`+07:00`), as
    /// `event.timezone` has them.
    static func named(_ name: String) -> LineZone? {
        if let known = named.withLock({ $0[name] }) { return known }
        guard let zone = timeZone(name) else { return nil }
        let fresh = LineZone(zone)
        named.withLock { if $0.count < 1_000 { $0[name] = fresh } }
        return fresh
    }

    private static func timeZone(_ name: String) -> TimeZone? {
        if name.contains("/") { return name.hasPrefix("/") ? nil : TimeZone(identifier: name) }
        let bytes = Array(name.utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            if let found = ZoneText.read(bytes, at: 0, or: nil, time: 0), found.end == bytes.count,
                case .minutes(let minutes) = found.zone
            {
                return TimeZone(secondsFromGMT: Int(minutes) * 60)
            }
            return nil
        }
    }

    static let utc = LineZone(.gmt)

    /// The host's.
    static var host: LineZone { LineZone(.current) }
}

/// What is known where a line is read.
struct LineContext {
    let zone: LineZone
    /// In milliseconds since the Unix epoch.
    let now: Int64
    /// The file's.
    let path: String
}

/// What may be written as a time zone.
package enum SiteTimeZone {
    /// Whether a name, an abbreviation or an offset means a zone: `Asia/Ho_Chi_Minh`, `UTC`, `+07:00`.
    package static func isKnown(_ name: String) -> Bool { LineZone.named(name) != nil }
}
