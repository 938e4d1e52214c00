internal import Intervals

/// Whether moments lie in the spans of time under which routes are muted or active.
struct TimeIntervals: Sendable {
    private let intervals: [String: [TimeIntervalConfig]]

    init(_ intervals: [String: [TimeIntervalConfig]]) { self.intervals = intervals }

    /// Whether notifications of `route` are held back at `now` (milliseconds since the Unix epoch).
    func mutes(_ route: Route, at now: Int64) -> Bool { !muting(route, at: now).isEmpty }

    /// The intervals that hold notifications of `route` back at `now`: those in which it is mute, or, outside of those
    /// in which it is active, all of the latter.
    func muting(_ route: Route, at now: Int64) -> [String] {
        let mute = route.muteTimeIntervals.filter { contains($0, now) }
        if !mute.isEmpty { return mute }
        return route.activeTimeIntervals.contains { contains($0, now) } ? [] : route.activeTimeIntervals
    }

    private func contains(_ name: String, _ now: Int64) -> Bool {
        intervals[name]?.contains { $0.contains(now) } ?? false
    }
}
