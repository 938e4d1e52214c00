internal import Alerting
internal import Base
internal import Collectors
internal import Foundation
internal import MetricStore
internal import Model
internal import Nodes
internal import Patterns
internal import Site
internal import SiteView
internal import State

extension ServerView {
    private var router: AlertRouter { parts.outlets.router }

    func maintenance() async -> [MaintenanceView] {
        let windows = router.maintenance()
        if windows.isEmpty { return [] }
        let known = await known()
        let held = Dictionary(router.alerts().flatMap(\.maintainedBy).map { ($0, 1) }, uniquingKeysWith: +)
        return windows.map { window in
            MaintenanceView(
                window, now: router.time, held: held[window.id] ?? 0, notes: known.notes(on: window.matchers))
        }
    }

    func planMaintenance(_ plan: MaintenancePlan) async throws -> MaintenanceView {
        let matchers: [Matcher]
        do { matchers = try plan.labels + MatcherText.parse(plan.matchers) } catch {
            throw AlertRequestRefused("\(error)")
        }
        defer { shared.forget() }
        do {
            let window = try router.plan(
                PlannedMaintenance(
                    matchers: matchers, from: plan.from, until: plan.until, isWeekly: plan.weekly, createdBy: plan.by,
                    comment: plan.comment), in: parts.site.watchpost.zone)
            let held = router.alerts().count { $0.maintainedBy.contains(window.id) }
            return MaintenanceView(window, now: router.time, held: held, notes: await known().notes(on: matchers))
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func endMaintenance(_ id: String) async throws {
        defer { shared.forget() }
        do { try router.endMaintenance(id) } catch { throw AlertRequestRefused("\(error)") }
    }

    func deleteMaintenance(_ id: String) async throws {
        defer { shared.forget() }
        do { try router.deleteMaintenance(id) } catch { throw AlertRequestRefused("\(error)") }
    }

    /// What there is at the site that a window could mean.
    private struct Known {
        let cameras: Set<String>
        let nodes: Set<String>

        /// One that names what is not here holds nothing: that is said before the works, not after them.
        func notes(on matchers: [Matcher]) -> [String] {
            matchers.filter { $0.operation == .equal && !$0.value.isEmpty }.compactMap { matcher in
                switch matcher.name {
                case "camera_id" where !cameras.contains(matcher.value): "No camera \(matcher.value) is known now."
                case "instance" where !nodes.isEmpty && !nodes.contains(matcher.value):
                    "No node \(matcher.value) is known now."
                default: nil
                }
            }
        }
    }

    /// What gave no sample for a day, in milliseconds, is not known.
    private static let knownTime: Int64 = 86_400_000

    private func known() async -> Known {
        let nodes = parts.nodes.view()
        let cameras = parts.cameras.statuses() + nodes.cameras
        let now = parts.timeSource.now()
        let instances =
            (try? parts.metrics.labelValues(
                of: "instance", matchingAny: [], in: TimeRange(start: now - Self.knownTime, end: now))) ?? []
        return Known(cameras: Set(cameras.map(\.id)), nodes: Set(instances + nodes.nodes.map(\.node.instance)))
    }
}

extension MaintenancePlan {
    fileprivate var labels: [Matcher] {
        // A blank that was pasted with a name is none of it.
        [("camera_id", camera), ("instance", node), ("site", site)]
            .map { ($0.0, $0.1.trimmingCharacters(in: .whitespacesAndNewlines.union(.controlCharacters))) }
            .filter { !$0.1.isEmpty }.map { .equal($0.0, $0.1) }
    }
}

extension MaintenanceView {
    init(_ window: MaintenanceWindow, now: Int64, held: Int, notes: [String]) {
        let time = MaintenanceTime(window)
        let state: State =
            switch window.state(at: now) {
            case .pending: .pending
            case .active: .active
            case .over: .over
            }
        let shown = time.next(now) ?? time.last(before: now)
        self.init(
            id: window.id, state: state, matchers: window.matchers.map(\.description),
            startsAt: shown?.start ?? window.startsAt, endsAt: shown?.end ?? window.endsAt,
            weekly: window.weekly.map(Weekly.init), by: window.createdBy, comment: window.comment, held: held,
            notes: notes)
    }
}

extension MaintenanceView.Weekly {
    init(_ weekly: MaintenanceWindow.Weekly) {
        func parts(_ wall: Int64) -> (day: Int, minute: Int) {
            // 1 January 1970 was a Thursday.
            ((CivilDate.dayNumber(of: wall) + 3) % 7, Int(wall % 86_400_000) / 60_000)
        }
        let (start, end) = (parts(weekly.start), parts(weekly.end))
        self.init(
            zone: weekly.zone, startDay: start.day, startMinute: start.minute, endDay: end.day, endMinute: end.minute)
    }
}
