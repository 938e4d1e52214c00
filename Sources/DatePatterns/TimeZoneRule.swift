import Base
import Foundation
import Synchronization

/// A time zone: how far its clocks are from Greenwich, at any time.
package final class TimeZoneRule: Sendable {
    /// As it was named.
    package let name: String

    private enum Rule {
        /// In milliseconds.
        case fixed(Int64)
        case changing(TimeZone)
    }

    private let rule: Rule

    /// What is known of a stretch of time; zones do not change twice in one.
    private struct Stretch {
        var number = Int64.min
        var before: Int64 = 0
        var after: Int64 = 0
        /// From when on the clocks are `after`, in milliseconds.
        var change = Int64.max
    }

    /// By the last digits of their number.
    private let stretches: Mutex<[Stretch]>

    /// A stretch has two to the power of this milliseconds: 24.9 days.
    private static let stretchBits: Int64 = 31
    /// Of one zone: seven years.
    private static let stretchCount = 128
    private static let day: Int64 = 86_400_000
    /// The calendar comes again after 400 years.
    private static let cycle: Int64 = 146_097 * day
    /// A time in the year 2400: from there on rules do not change.
    private static let farTime: Int64 = 13_569_465_600_000
    private static let earliest: Int64 = -62_135_596_800_000

    private init(_ name: String, _ rule: Rule) {
        self.name = name
        self.rule = rule
        if case .fixed = rule {
            stretches = Mutex([])
        } else {
            stretches = Mutex([Stretch](repeating: Stretch(), count: Self.stretchCount))
        }
    }

    package static let utc = TimeZoneRule("UTC", .fixed(0))

    /// The host's.
    package static let host: TimeZoneRule = {
        let zone = TimeZone.current
        return named(zone.identifier) ?? TimeZoneRule(zone.identifier, .changing(zone))
    }()

    /// Clocks that are always as far from Greenwich.
    static func fixed(milliseconds: Int64) -> TimeZoneRule {
        if milliseconds == 0 { return utc }
        let seconds = abs(milliseconds) / 1_000
        let parts = [seconds / 3_600, seconds / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return TimeZoneRule((milliseconds < 0 ? "-" : "+") + parts.joined(separator: ":"), .fixed(milliseconds))
    }

    // MARK: By name

    private static let known = Mutex<[String: TimeZoneRule]>([:])
    private static let knownMax = 2_000

    /// The zone of a name of the tz database (`Asia/Ho_Chi_Minh`, `UTC`) or of an offset (`+07:00`), as Logstash's date
    /// filter takes them.
    package static func named(_ name: String) -> TimeZoneRule? {
        if name == "UTC" { return utc }
        if let rule = known.withLock({ $0[name] }) { return rule }
        guard let rule = make(name) else { return nil }
        return known.withLock { known in
            if let rule = known[name] { return rule }
            if known.count < knownMax { known[name] = rule }
            return rule
        }
    }

    private static func make(_ name: String) -> TimeZoneRule? {
        if name.hasPrefix("+") || name.hasPrefix("-") {
            let bytes = Array(name.utf8)
            guard case .read(let offset, bytes.count) = bytes.withUnsafeBufferPointer({ ZoneOffset.read($0, at: 0) })
            else { return nil }
            return fixed(milliseconds: offset)
        }
        guard ZoneNames.all.contains(name) else { return nil }
        return TimeZone(identifier: name).map { TimeZoneRule(name, .changing($0)) }
    }

    private static let longestName = 40

    /// The longest name of a zone that stands at a place.
    static func read(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> (rule: TimeZoneRule, end: Int)? {
        let name = text[start...].prefix(longestName).prefix { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 32) || [43, 45, 47, 95].contains(byte)
        }
        var end = name.endIndex
        while end > start {
            if let rule = named(String(decoding: text[start..<end], as: UTF8.self)), text[start] != 43,
                text[start] != 45
            {
                return (rule, end)
            }
            end -= 1
        }
        return nil
    }

    // MARK: Clocks

    /// Milliseconds that clocks are before those of Greenwich.
    package func offset(at time: Int64) -> Int64 {
        switch rule {
        case .fixed(let offset): return offset
        case .changing(let zone):
            let stretch = stretch(of: time, zone)
            return time < stretch.change ? stretch.before : stretch.after
        }
    }

    /// The time at which clocks show `local`, both in milliseconds; of two times the earlier.
    /// - Returns: `nil` if they never do: they were put forward over it.
    package func time(local: Int64) -> Int64? {
        guard case .changing = rule else { return local &- offset(at: local) }
        let before = offset(at: local &- Self.day)
        let after = offset(at: local &+ Self.day)
        if before == after || offset(at: local &- before) == before { return local &- before }
        return offset(at: local &- after) == after ? local &- after : nil
    }

    private func stretch(of time: Int64, _ zone: TimeZone) -> Stretch {
        let number = time >> Self.stretchBits
        let index = Int(number & Int64(Self.stretchCount - 1))
        let known = stretches.withLock { $0[index] }
        if known.number == number { return known }
        let fresh = Self.look(number, zone)
        stretches.withLock { $0[index] = fresh }
        return fresh
    }

    private static func look(_ number: Int64, _ zone: TimeZone) -> Stretch {
        func offset(_ time: Int64) -> Int64 {
            let time = time > farTime ? farTime + (time - farTime) % cycle : max(time, earliest)
            return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1_000))) * 1_000
        }
        let start = number << stretchBits
        let end = start | (1 << stretchBits - 1)
        var stretch = Stretch(number: number, before: offset(start), after: offset(end))
        guard stretch.before != stretch.after else { return stretch }
        // Zones change at whole seconds.
        var early = start
        var late = end
        while late - early > 1 {
            let middle = early + (late - early) / 2
            if offset(middle) == stretch.before { early = middle } else { late = middle }
        }
        stretch.change = late
        return stretch
    }
}
