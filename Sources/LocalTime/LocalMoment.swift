package import Foundation
package import Model

/// A time as people write it, in a time zone: `2026-11-29T02:00`, which clocks that are set may show twice, or never.
package enum LocalMoment: Sendable, Hashable {
    /// Milliseconds since the Unix epoch.
    case once(Int64)
    /// Clocks are set back over it.
    case twice(first: Int64, second: Int64)
    /// Clocks are set forward over it.
    case never
    /// It is no time.
    case unreadable

    /// Reads `2026-11-29T02:00` or `2026-11-29 02:00`, with seconds or without.
    package init(_ text: String, in zone: TimeZone) {
        guard let wall = Self.wall(text) else {
            self = .unreadable
            return
        }
        self.init(wall: wall, in: zone)
    }

    /// - Parameter wall: what the clock shows, in milliseconds since the Unix epoch as if it were Greenwich's.
    package init(wall: Int64, in zone: TimeZone) {
        let (seconds, milliseconds) = (wall / 1_000, wall % 1_000)
        // What stands on the clock less what the zone was ahead then: only what comes back to itself was there.
        let offsets = Set(
            [-172_800, -43_200, 0, 43_200, 172_800].map {
                zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds + $0)))
            })
        let moments = Set(
            offsets.map { seconds - Int64($0) }.filter { moment in
                moment + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))) == seconds
            }
        ).sorted()
        switch moments.count {
        case 0: self = .never
        case 1: self = .once(moments[0] * 1_000 + milliseconds)
        default:
            self = .twice(
                first: moments[0] * 1_000 + milliseconds, second: moments[moments.count - 1] * 1_000 + milliseconds)
        }
    }

    /// What a clock shows that shows `text`, in milliseconds since the Unix epoch as if it were Greenwich's.
    package static func wall(_ text: String) -> Int64? {
        let numbers = text.split { "-T :".contains($0) }.map(String.init)
        let widths = numbers.map(\.utf8.count)
        guard [5, 6].contains(numbers.count), widths[0] == 4, widths.dropFirst().allSatisfy({ $0 == 2 }),
            text.utf8.count == (numbers.count == 5 ? 16 : 19),
            numbers.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let parts = numbers.compactMap { Int($0) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let components = DateComponents(
            year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
            second: parts.count > 5 ? parts[5] : 0)
        guard parts[0] >= 1970, (1...12).contains(parts[1]), (1...31).contains(parts[2]), parts[3] < 24, parts[4] < 60,
            parts.count < 6 || parts[5] < 60, let date = calendar.date(from: components)
        else { return nil }
        // The 31st of a month that has none.
        guard calendar.component(.day, from: date) == parts[2] else { return nil }
        return Int64(date.timeIntervalSince1970) * 1_000
    }
}

/// A span of time as people write it, or why it is none.
package enum LocalSpan: Sendable, Hashable {
    package enum Fault: Sendable, Hashable {
        case unreadableStart, unreadableEnd, startNever, endNever, reversed, past
        /// It is longer than so many days.
        case tooLong(days: Int)
    }

    /// A remark on how it was read.
    package enum Remark: Sendable, Hashable {
        /// The clock shows that time twice: the span holds both.
        case startTwice, endTwice
        /// It had begun already.
        case startsNow
    }

    case span(TimeRange, [Remark])
    case fault(Fault)

    /// - Parameters:
    ///   - start: empty for now.
    ///   - daysMax: how long it may be.
    package init(from start: String, until end: String, in zone: TimeZone, now: Int64, daysMax: Int) {
        var remarks: [Remark] = []
        let from: Int64
        switch start.isEmpty ? .once(now) : LocalMoment(start, in: zone) {
        case .once(let moment): from = moment
        case .twice(let first, _):
            from = first
            remarks.append(.startTwice)
        case .never:
            self = .fault(.startNever)
            return
        case .unreadable:
            self = .fault(.unreadableStart)
            return
        }
        let until: Int64
        switch LocalMoment(end, in: zone) {
        case .once(let moment): until = moment
        case .twice(_, let second):
            until = second
            remarks.append(.endTwice)
        case .never:
            self = .fault(.endNever)
            return
        case .unreadable:
            self = .fault(.unreadableEnd)
            return
        }
        if until <= from {
            self = .fault(.reversed)
        } else if until <= now {
            self = .fault(.past)
        } else if until - from > Int64(daysMax) * 86_400_000 {
            self = .fault(.tooLong(days: daysMax))
        } else {
            // A minute is how exactly people write.
            if from < now - 60_000 { remarks.append(.startsNow) }
            self = .span(TimeRange(start: max(from, now), end: until), remarks)
        }
    }
}
