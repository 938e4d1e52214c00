internal import Foundation
internal import LocalTime
package import Model
package import State

/// When a maintenance window holds alerts.
///
/// Times end before `end`: at that moment nothing is held any more.
package struct MaintenanceTime: Sendable {
    private let window: MaintenanceWindow
    private let weekly: WeeklySpan?

    package init(_ window: MaintenanceWindow) {
        self.window = window
        weekly = window.weekly.map {
            WeeklySpan(start: $0.start, end: $0.end, zone: ZoneText.zone(named: $0.zone) ?? .gmt)
        }
    }

    /// The time that goes on at a moment, or the next one; `nil` where none comes any more.
    package func next(_ now: Int64) -> TimeRange? {
        if let ended = window.endedAt, ended <= now { return nil }
        let next =
            if let weekly { weekly.time(notOverAt: now) } else {
                window.endsAt > now ? TimeRange(start: window.startsAt, end: window.endsAt) : nil
            }
        return next.flatMap(cut)
    }

    /// Until when alerts are held, where they are at a moment.
    package func end(at now: Int64) -> Int64? {
        next(now).flatMap { $0.start <= now ? $0.end : nil }
    }

    /// The last time that was over at a moment.
    package func last(before now: Int64) -> TimeRange? {
        // One that somebody ended may have been going on then.
        if let ended = window.endedAt, ended <= now {
            if let cut = time(at: ended - 1).flatMap(cut) { return cut }
            return last(whole: ended)
        }
        return last(whole: now)
    }

    private func last(whole now: Int64) -> TimeRange? {
        if let weekly { return weekly.time(overAt: now) }
        return window.endsAt <= now ? TimeRange(start: window.startsAt, end: window.endsAt) : nil
    }

    private func time(at now: Int64) -> TimeRange? {
        let time =
            if let weekly { weekly.time(notOverAt: now) } else {
                TimeRange(start: window.startsAt, end: window.endsAt)
            }
        return time.flatMap { $0.start <= now && now < $0.end ? $0 : nil }
    }

    private func cut(_ time: TimeRange) -> TimeRange? {
        guard let ended = window.endedAt, ended < time.end else { return time }
        return ended > time.start ? TimeRange(start: time.start, end: ended) : nil
    }
}

extension MaintenanceWindow {
    package enum State: String, Sendable, Hashable, Codable { case pending, active, over }

    package func state(at now: Int64) -> State {
        guard let next = MaintenanceTime(self).next(now) else { return .over }
        return next.start <= now ? .active : .pending
    }
}
