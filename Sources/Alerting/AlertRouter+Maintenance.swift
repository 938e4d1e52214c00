internal import Base
package import Foundation
internal import LocalTime
package import Model
package import State
internal import Synchronization

/// A maintenance window as a person or program asks for it.
package struct PlannedMaintenance: Sendable, Hashable {
    package var matchers: [Matcher]
    /// As a clock of the zone shows it: `2026-11-29T22:00`; empty for now.
    package var from: String
    package var until: String
    /// Whether it comes again each week.
    package var isWeekly: Bool
    package var createdBy: String
    /// What is done in it.
    package var comment: String

    package init(
        matchers: [Matcher], from: String, until: String, isWeekly: Bool, createdBy: String, comment: String
    ) {
        self.matchers = matchers
        self.from = from
        self.until = until
        self.isWeekly = isWeekly
        self.createdBy = createdBy
        self.comment = comment
    }
}

extension AlertRouter {
    /// Now, in milliseconds since the Unix epoch.
    package var time: Int64 { now() }

    /// Days of one window at most.
    private static let daysMax = 92

    /// Windows that hold something first, then those to come, by when they do, then those that are over.
    package func maintenance() -> [MaintenanceWindow] {
        let now = now()
        func place(_ window: MaintenanceWindow) -> (Int, Int64, String) {
            let time = MaintenanceTime(window)
            guard let next = time.next(now) else { return (2, -(time.last(before: now)?.end ?? 0), window.id) }
            return next.start <= now ? (0, next.end, window.id) : (1, next.start, window.id)
        }
        return core.withLock { $0.maintenance }.windows.values.map { (place($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Plans works: alerts that fulfil all matchers are told to nobody meanwhile, and what fires still at the end is told.
    /// - Parameter zone: by whose clock the times are meant.
    /// - Throws: ``AlertingError`` that says in words what cannot be.
    @discardableResult
    package func plan(_ planned: PlannedMaintenance, in zone: TimeZone) throws(AlertingError) -> MaintenanceWindow {
        let now = now()
        try MaintenanceLimits.check(planned)
        let window = try Self.window(planned, in: zone, now: now)
        let alerts = try inTurn { () throws(AlertingError) in
            try MaintenanceLimits.check(window, beside: core.withLock { $0.maintenance })
            // It holds nothing that is not kept: who was told that works are planned can rely on it.
            try keepMaintenance([window], removing: [])
            return core.withLock { core in
                core.maintenance.insert(window)
                return core.alerts
            }
        }
        // What takes long is found out on a copy; alerts that came meanwhile were compared when they came.
        let held = MaintenanceTable.held(by: window, among: alerts)
        core.withLock { core in
            core.maintenance.hold(held.filter { core.alerts[$0] != nil }, by: window.id)
        }
        wakeUp()
        return window
    }

    /// Ends a window now: what still fires is told. One that did not begin yet is forgotten.
    package func endMaintenance(_ id: String) throws(AlertingError) {
        let now = now()
        try inTurn { () throws(AlertingError) in
            let (window, state) = try known(id, now: now)
            if state == .over {
                throw AlertingError(.invalid, "cannot end the maintenance window \(id): it is over already")
            }
            if window.startsAt > now { return try forgetMaintenance(id) }
            var ended = window
            ended.endedAt = now
            let over = ended
            try keepMaintenance([over], removing: [])
            core.withLock { core in
                core.maintenance.insert(over)
                core.hastenGroups(of: core.maintenance.table.alerts(fitting: [id]), now: now)
            }
        }
        wakeUp()
    }

    /// Forgets a window that does not hold anything now.
    package func deleteMaintenance(_ id: String) throws(AlertingError) {
        let now = now()
        try inTurn { () throws(AlertingError) in
            if try known(id, now: now).state == .active {
                throw AlertingError(
                    .invalid, "cannot delete the maintenance window \(id): it holds alerts now; end it first")
            }
            try forgetMaintenance(id)
        }
        wakeUp()
    }

    private func known(
        _ id: String, now: Int64
    ) throws(AlertingError) -> (window: MaintenanceWindow, state: MaintenanceWindow.State) {
        guard let window = core.withLock({ $0.maintenance[id] }) else {
            throw AlertingError(.notFound, "cannot find the maintenance window \(id): there is none of this identifier")
        }
        return (window, window.state(at: now))
    }

    private func forgetMaintenance(_ id: String) throws(AlertingError) {
        try keepMaintenance([], removing: [id])
        core.withLock { $0.maintenance.remove([id]) }
    }

    private func keepMaintenance(_ saved: [MaintenanceWindow], removing removed: [String]) throws(AlertingError) {
        do {
            try state.update(maintenance: saved, removing: removed)
        } catch {
            counters.countStateFailure()
            throw AlertingError(.storage, "\(error)")
        }
    }

    private static func window(
        _ planned: PlannedMaintenance, in zone: TimeZone, now: Int64
    ) throws(AlertingError) -> MaintenanceWindow {
        func refuse(_ cause: String) -> AlertingError {
            AlertingError(.invalid, "cannot plan the maintenance: \(cause)")
        }
        let name = ZoneText(zone).name
        let range: TimeRange
        switch LocalSpan(from: planned.from, until: planned.until, in: zone, now: now, daysMax: daysMax) {
        case .span(let span, _): range = span
        case .fault(let fault): throw refuse(Self.words(fault, planned, zone: name))
        }
        var weekly: MaintenanceWindow.Weekly?
        if planned.isWeekly {
            guard let start = LocalMoment.wall(planned.from), let end = LocalMoment.wall(planned.until) else {
                throw refuse("one that comes each week needs its begin, like 2026-11-29T22:00")
            }
            guard end > start, end - start < WeeklySpan.week else {
                throw refuse("one that comes each week is shorter than a week, and ends after its begin")
            }
            weekly = .init(zone: ZoneText(zone).code, start: start, end: end)
        }
        return MaintenanceWindow(
            id: String(UUID().uuidString.lowercased().prefix(13)), matchers: planned.matchers, startsAt: range.start,
            endsAt: range.end, weekly: weekly, createdAt: now,
            createdBy: AcknowledgementLimits.line(planned.createdBy, AcknowledgementLimits.nameLengthMax),
            comment: AcknowledgementLimits.line(planned.comment, AcknowledgementLimits.commentLengthMax))
    }

    private static func words(_ fault: LocalSpan.Fault, _ planned: PlannedMaintenance, zone: String) -> String {
        let (from, until) = (LabelText.quoted(planned.from), LabelText.quoted(planned.until))
        return switch fault {
        case .unreadableStart: "its begin is \(from); write it like 2026-11-29T22:00, or leave it out for now"
        case .unreadableEnd: "its end is \(until); write it like 2026-11-29T22:00"
        case .startNever: "clocks of \(zone) are set forward over \(from): that time is not there; write another begin"
        case .endNever: "clocks of \(zone) are set forward over \(until): that time is not there; write another end"
        case .reversed: "its end \(until) is not after its begin"
        case .past: "its end \(until) is over already, by the clock of \(zone)"
        case .tooLong(let days): "it is longer than \(days) days; plan a shorter one, or one each week"
        }
    }
}
