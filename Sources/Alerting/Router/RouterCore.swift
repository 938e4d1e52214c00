internal import Base
internal import Model
internal import State

/// The router without clock, threads and network: it is told what came and what time it is, and says what is due.
///
/// Semantics are Alertmanager's: https://prometheus.io/docs/alerting/latest/configuration/
struct RouterCore: Sendable {
    private(set) var alerts = AlertTable()
    private(set) var groups: [AlertGroup.ID: AlertGroup] = [:]
    private(set) var silences = SilenceTable()
    private(set) var tree: RoutingTree
    private(set) var inhibitor: Inhibitor
    private(set) var intervals: TimeIntervals
    private(set) var integrations: [String: [ReceiverIntegration]]
    /// Names, in the order of the configuration.
    let receivers: [String]
    private(set) var log: [NotificationLogEntry.Key: NotificationLogEntry] = [:]
    /// Notifications that nobody has taken yet.
    private(set) var intents: [NotificationLogEntry.Key: NotificationIntent] = [:]
    /// Who looks after what.
    var acknowledgements = AcknowledgementTable()
    /// When what is worked on.
    var maintenance = MaintenanceTable()
    private(set) var resolveTimeout: Int64
    private(set) var generation = 0
    /// Notifications that are being delivered, over changes of the configuration too.
    private(set) var underway: Set<NotificationLogEntry.Key> = []
    private var nextCleaning: Int64 = 0

    /// Empty groups live until the next cleaning; an alert that returns before keeps the group's rhythm.
    static let cleaningInterval: Int64 = 30_000
    /// Deliveries are tried for at least this long, even where the group's interval is shorter.
    static let deliveryTimeMin: Int64 = 10_000

    init(_ config: AlertmanagerConfig) {
        tree = RoutingTree(config.route)
        inhibitor = Inhibitor(config.inhibitRules)
        intervals = TimeIntervals(config.timeIntervals)
        integrations = Dictionary(config.receivers.map { ($0.name, ReceiverIntegration.all(of: $0)) }) { $1 }
        receivers = config.receivers.map(\.name)
        resolveTimeout = config.resolveTimeout.milliseconds
    }

    /// Takes over what a former run kept.
    ///
    /// An alert that was firing gets time to be sent again: its end came nearer only because nobody was there. What was
    /// kept under a later time than now counts as of now: that run's clock was ahead, or this one's is behind, and what
    /// was told is then repeated once late at worst, neither early nor in days.
    mutating func restore(
        alerts stored: [StoredAlert], silences: [Silence], log: [NotificationLogEntry],
        intents: [NotificationIntent] = [], acknowledgements: [Acknowledgement] = [],
        maintenance: [MaintenanceWindow] = [], now: Int64
    ) {
        for window in maintenance { self.maintenance.insert(window) }
        // Nobody was there to see their faults: each has its time of grace from now on.
        for one in acknowledgements.prefix(AcknowledgementTable.countMax) { self.acknowledgements.set(one, seen: now) }
        self.intents = Dictionary(intents.map { ($0.key, $0) }) { $1 }
        for silence in silences { self.silences.insert(silence) }
        self.log = Dictionary(log.map { ($0.key, $0.known(at: now)) }) { $1 }
        let end = now + resolveTimeout
        ingest(stored.map { $0.known(at: now, until: end).waiting(until: end) }, now: now)
    }

    /// Takes a new configuration; all alerts are grouped anew, and the log keeps notifications from being told twice.
    mutating func update(_ config: AlertmanagerConfig, now: Int64) {
        let old = self
        self = RouterCore(config)
        (log, silences, underway, intents) = (old.log, old.silences, old.underway, old.intents)
        acknowledgements = old.acknowledgements
        for window in old.maintenance.windows.values { maintenance.insert(window) }
        (generation, nextCleaning) = (old.generation + 1, old.nextCleaning)
        ingest(Array(old.alerts.alerts.values), now: now)
        assert(isSound, "BUG: the groups of a new configuration are not sound")
    }

    /// Takes alerts and returns them as they now stand.
    /// - Parameter matches: what was found out before about those that are new.
    @discardableResult
    mutating func ingest(
        _ incoming: [StoredAlert], now: Int64, matches: AlertMatches? = nil
    ) -> [StoredAlert] {
        var changed: [StoredAlert] = []
        changed.reserveCapacity(incoming.count)
        for one in incoming {
            let count = alerts.alerts.count
            guard let (fingerprint, stored) = alerts.take(one, now: now) else { continue }
            changed.append(stored)
            if alerts.alerts.count > count {
                silences.add(fingerprint, stored.alert.labels, matches?.silences)
                maintenance.add(fingerprint, stored.alert.labels, matches?.maintenance)
            }
            inhibitor.add(fingerprint, stored.alert.labels)
            for route in tree.routes(for: stored.alert.labels) { place(fingerprint, stored.alert, route, now) }
        }
        return changed
    }

    private mutating func place(_ fingerprint: UInt64, _ alert: Alert, _ route: Route, _ now: Int64) {
        let id = AlertGroup.ID(
            route: route.index, labels: route.groupLabels(of: alert.labels), generation: generation)
        var group = groups[id] ?? AlertGroup(id: id, nextFlush: now + route.groupWait)
        group.alerts.insert(fingerprint)
        // Who has already waited elsewhere does not wait again: after a restart or a reload.
        if !group.hasFlushed, alert.startsAt + route.groupWait < now { group.nextFlush = min(group.nextFlush, now) }
        groups[id] = group
    }

    /// The next moment at which ``takeDue(now:)`` has work; `nil` while there is nothing.
    var nextDue: Int64? {
        let flushes = groups.values.lazy.filter { !$0.isFlushing }.map(\.nextFlush).min()
        guard let flushes else { return nil }
        return min(flushes, nextCleaning, maintenance.nextEnd ?? nextCleaning)
    }

    /// A group whose time has come.
    struct Due: Sendable {
        fileprivate let group: AlertGroup
        fileprivate let keys: [NotificationLogEntry.Key]
    }

    /// The groups whose time has come. Each must come back through ``finish(_:succeeded:flushesAgain:now:)``.
    mutating func takeDue(now: Int64) -> [Flush] {
        let flushes = beginDue(now: now).map { flush($0, now: now) }
        keepIntents(of: flushes)
        return flushes
    }

    /// The first part of ``takeDue(now:)``: marks the groups. What follows from them is asked of a copy, as it may take
    /// long.
    mutating func beginDue(now: Int64) -> [Due] {
        hastenGroups(of: maintenance.released(now: now), now: now)
        var due: [Due] = []
        for (id, group) in groups where !group.isFlushing && group.nextFlush <= now && !group.alerts.isEmpty {
            let route = tree.routes[id.route]
            let keys = notificationKeys(id)
            if keys.contains(where: underway.contains) { continue }
            let late = now - group.nextFlush
            groups[id]?.nextFlush = (late < route.groupInterval ? group.nextFlush : now) + route.groupInterval
            groups[id]?.hasFlushed = true
            groups[id]?.isFlushing = true
            assert(underway.isDisjoint(with: keys), "BUG: two flushes tell one notification")
            underway.formUnion(keys)
            due.append(Due(group: group, keys: keys))
        }
        return due
    }

    /// The last part of ``takeDue(now:)``.
    mutating func keepIntents(of flushes: [Flush]) {
        for notification in flushes.flatMap(\.notifications) where !notification.alerts.isEmpty {
            intents[notification.key] = notification.intent
        }
    }

    /// The notifications that a group may give rise to, one for each integration of its receiver.
    func notificationKeys(_ id: AlertGroup.ID) -> [NotificationLogEntry.Key] {
        let route = tree.routes[id.route]
        let key = groupKey(route, id.labels)
        return (integrations[route.receiver] ?? []).map {
            NotificationLogEntry.Key(groupKey: key, receiver: route.receiver, integration: $0.name)
        }
    }

    func groupKey(_ route: Route, _ labels: Labels) -> String { "\(route.key):\(labels)" }

    /// What a group gives rise to.
    func flush(_ due: Due, now: Int64) -> Flush {
        let group = due.group
        let route = tree.routes[group.id.route]
        let members = group.alerts.compactMap { fingerprint in
            alerts[fingerprint].map { stored in
                NotificationAlert(
                    fingerprint: fingerprint, alert: acknowledged(stored.alert, fingerprint),
                    isResolved: stored.alert.isResolved(at: now), updatedAt: stored.updatedAt)
            }
        }
        let resolved = members.filter(\.isResolved).map { ($0.fingerprint, $0.updatedAt) }
        var holds = HoldLook(self, now: now)
        let told =
            intervals.mutes(route, at: now)
            ? [] : members.filter { !isMuted($0.fingerprint, $0.alert.labels, &holds) }.sorted(by: Self.isBefore)
        let released = told.lazy.filter { !$0.isResolved }.compactMap { holds.released($0.fingerprint, $0.alert) }.max()
        let notifications =
            told.isEmpty
            ? []
            : (integrations[route.receiver] ?? []).compactMap {
                notification(to: $0, about: told, released: released, group, route, now)
            }
        let patience = max(Self.deliveryTimeMin, route.groupInterval)
        return Flush(
            group: group.id, keys: due.keys, notifications: notifications, resolved: Dictionary(resolved) { $1 },
            time: now,
            patience: patience)
    }

    /// How many alerts are not over, and how many of them something holds.
    func alertCounts(now: Int64) -> (active: Int, suppressed: Int) {
        var counts = (active: 0, suppressed: 0)
        var holds = HoldLook(self, now: now)
        for (fingerprint, stored) in alerts.alerts where !stored.alert.isResolved(at: now) {
            let isHeld = isMuted(fingerprint, stored.alert.labels, &holds)
            if isHeld { counts.suppressed += 1 } else { counts.active += 1 }
        }
        return counts
    }

    func isMuted(_ fingerprint: UInt64, _ labels: Labels, _ holds: inout HoldLook) -> Bool {
        silences.mutes(fingerprint, at: holds.now) || holds.maintenance.holds(fingerprint)
            || holds.inhibition.inhibitor(of: labels) != nil
    }

    /// - Parameter released: when the last maintenance window ended that held any of the alerts that fire.
    private func notification(
        to integration: ReceiverIntegration, about told: [NotificationAlert], released: Int64?, _ group: AlertGroup,
        _ route: Route, _ now: Int64
    ) -> Notification? {
        let key = NotificationLogEntry.Key(
            groupKey: groupKey(route, group.id.labels), receiver: route.receiver, integration: integration.name)
        let firing = Set(told.lazy.filter { !$0.isResolved }.map(\.fingerprint))
        let resolved = Set(told.lazy.filter(\.isResolved).map(\.fingerprint))
        // What began and ended while no notification got through is told late rather than never.
        let missed = (intents[key]?.untold ?? []).intersection(resolved)
        let acknowledged = acknowledged(firing, since: log[key])
        let isNews = Self.isNews(
            firing: firing, resolved: resolved, since: log[key], sendsResolved: integration.sendsResolved,
            repeatInterval: acknowledged.isComplete ? nil : route.repeatInterval, now: now)
        // Whoever was told before the works hears what is left after them.
        let isLeft = released.map { $0 > log[key]?.sentAt ?? .max } ?? false
        guard isNews || isLeft || acknowledged.isNews || !missed.isEmpty else { return nil }
        let wanted = told.filter {
            integration.sendsResolved || !$0.isResolved || missed.contains($0.fingerprint)
        }
        return Notification(
            intent: intent(key, firing: firing, resolved: resolved, acknowledged.identifiers, now: now),
            integration: integration, groupLabels: group.id.labels, alerts: wanted,
            repeatInterval: route.repeatInterval, acknowledged: acknowledged.identifiers,
            acknowledgedBy: acknowledged.isComplete ? names(of: firing) : [])
    }

    /// Who looks after alerts, each once.
    private func names(of alerts: Set<UInt64>) -> [String] {
        Set(alerts.compactMap { acknowledgements.of($0)?.by }).sorted()
    }

    /// The intent that waits already, if it says the same: then whoever got it before knows it again.
    private func intent(
        _ key: NotificationLogEntry.Key, firing: Set<UInt64>, resolved: Set<UInt64>, _ acknowledged: Set<UInt64>,
        now: Int64
    ) -> NotificationIntent {
        let name = NotificationIdentifier.Name(key, firing: firing, resolved: resolved, acknowledged: acknowledged)
        if let old = intents[key], old.firing == firing, old.resolved == resolved, name.isOf(old.identifier) {
            return old
        }
        let untold = (intents[key]?.untold ?? []).union(firing).intersection(firing.union(resolved))
            .subtracting(log[key]?.firing ?? [])
        return NotificationIntent(
            key: key, identifier: name.identifier(at: now),
            createdAt: now, firing: firing, resolved: resolved, untold: untold)
    }

    /// Whether a group differs from what was last told about it, or was told so long ago that it is told again.
    /// - Parameter repeatInterval: `nil` where nothing is told again.
    static func isNews(
        firing: Set<UInt64>, resolved: Set<UInt64>, since last: NotificationLogEntry?, sendsResolved: Bool,
        repeatInterval: Int64?, now: Int64
    ) -> Bool {
        guard let last else { return !firing.isEmpty }
        if !firing.isSubset(of: last.firing) { return true }
        // That all is over is news even to those who do not want to hear it: the log must forget the alerts.
        if firing.isEmpty { return !last.firing.isEmpty }
        if sendsResolved, !resolved.isSubset(of: last.resolved) { return true }
        guard let repeatInterval else { return false }
        return last.sentAt < now.subtractingReportingOverflow(repeatInterval).partialValue
    }

    /// By job, then by instance, then by the labels, as Alertmanager orders the alerts of a notification.
    private static func isBefore(_ left: NotificationAlert, _ right: NotificationAlert) -> Bool {
        for name in ["job", "instance"] {
            switch (left.alert.labels.value(of: name), right.alert.labels.value(of: name)) {
            case (nil, nil): continue
            case (nil, _): return false
            case (_, nil): return true
            case (let first?, let second?) where first != second:
                return first.utf8.lexicographicallyPrecedes(second.utf8)
            default: continue
            }
        }
        return left.alert.labels < right.alert.labels
    }

    /// Has the groups with these alerts looked at now, of which people were told before.
    mutating func hastenGroups(of alerts: Set<UInt64>, now: Int64) {
        for (id, group) in groups where group.hasFlushed && !group.alerts.isDisjoint(with: alerts) {
            groups[id]?.nextFlush = min(group.nextFlush, now)
        }
    }

    mutating func endAcknowledgement(_ key: String) { acknowledgements.remove(key) }

    /// Notes that a notification counts as told.
    mutating func told(_ entry: NotificationLogEntry) {
        log[entry.key] = entry
        intents[entry.key] = nil
    }

    /// Ends a flush.
    /// - Parameters:
    ///   - succeeded: whether every notification counts as told; then alerts that are over leave the group.
    ///   - flushesAgain: whether the group is looked at again at once.
    /// - Returns: labels of alerts that are forgotten.
    mutating func finish(
        _ flush: Flush, succeeded: Bool, flushesAgain: Bool = false, now: Int64 = 0
    ) -> [Labels] {
        underway.subtract(flush.keys)
        guard var group = groups[flush.group] else { return [] }
        group.isFlushing = false
        if flushesAgain { group.nextFlush = min(group.nextFlush, now) }
        if succeeded {
            for (fingerprint, updatedAt) in flush.resolved where alerts[fingerprint]?.updatedAt == updatedAt {
                group.alerts.remove(fingerprint)
            }
        }
        groups[flush.group] = group
        let forgotten = succeeded ? forget(flush.resolved.keys, now: flush.time) : []
        assert(isSound(group), "BUG: a group was left unsound by its flush")
        return forgotten
    }

    /// Forgets alerts that are over and in no group any more.
    private mutating func forget(_ candidates: some Sequence<UInt64>, now: Int64) -> [Labels] {
        var forgotten: [Labels] = []
        for fingerprint in candidates {
            guard let stored = alerts[fingerprint], stored.alert.isResolved(at: now) else { continue }
            let labels = stored.alert.labels
            let isHeld = tree.routes(for: labels).contains { route in
                let id = AlertGroup.ID(
                    route: route.index, labels: route.groupLabels(of: labels), generation: generation)
                return groups[id]?.alerts.contains(fingerprint) == true
            }
            if isHeld { continue }
            inhibitor.remove(fingerprint, labels)
            silences.remove(fingerprint)
            maintenance.forget(fingerprint)
            alerts.remove(fingerprint)
            forgotten.append(labels)
        }
        return forgotten
    }

    /// Drops empty groups and what has expired; cheap when called too early.
    /// - Returns: whether it was time.
    mutating func clean(now: Int64) -> Bool {
        guard now >= nextCleaning else { return false }
        nextCleaning = now + Self.cleaningInterval
        groups = groups.filter { !$0.value.alerts.isEmpty || $0.value.isFlushing }
        log = log.filter { $0.value.expiresAt >= now }
        if !intents.isEmpty {
            // Where no group is left, by a silence or by other routes, there is nobody to be told any more.
            let keys = Set(groups.keys.flatMap(notificationKeys))
            intents = intents.filter { keys.contains($0.key) && $0.value.createdAt >= now - Self.intentRetention }
        }
        silences.clean(endedBefore: silenceHorizon(now: now))
        assert(isSound, "BUG: a group or what waits to be told is unsound")
        return true
    }

    /// How long expired silences are shown, in milliseconds.
    static let silenceRetention: Int64 = 5 * 86_400_000
    /// How long a notification that nobody takes is remembered, in milliseconds.
    static let intentRetention: Int64 = 5 * 86_400_000

    /// Silences that ended before this moment are forgotten: those of five days, but no more than there is room for.
    func silenceHorizon(now: Int64) -> Int64 {
        let ends = silences.silences.values.filter { $0.state(at: now) == .expired }.map(\.endsAt)
        let oldest = ends.count > SilenceLimits.countMax ? ends.sorted(by: >)[SilenceLimits.countMax - 1] : .min
        return max(now - Self.silenceRetention, oldest)
    }

    /// Takes a silence for alerts that come from now on.
    mutating func insert(_ silence: Silence) { silences.insert(silence) }

    /// Says which of the alerts that are there a silence holds.
    mutating func hold(_ fingerprints: [UInt64], by id: String) {
        silences.hold(fingerprints.filter { alerts[$0] != nil }, by: id)
    }

    /// Takes a silence for all alerts.
    mutating func set(_ silence: Silence) {
        insert(silence)
        hold(SilenceTable.held(by: silence, among: alerts), by: silence.id)
    }

    /// Follows a wall clock that was set: what was to come, and what has been, is as far away as before.
    ///
    /// Silences and time intervals stay where people put them.
    /// - Parameter now: the time after the step.
    mutating func shift(by step: Int64, now: Int64) {
        for id in groups.keys { groups[id]?.nextFlush += step }
        alerts.shift(by: step, now: now)
        acknowledgements.shift(by: step)
        log = log.mapValues { $0.moved(by: step) }
        nextCleaning += step
    }
}

extension NotificationLogEntry {
    func moved(by step: Int64) -> NotificationLogEntry {
        NotificationLogEntry(
            key: key, sentAt: sentAt + step, firing: firing, resolved: resolved,
            expiresAt: expiresAt.addingReportingOverflow(step).partialValue, acknowledged: acknowledged)
    }

    /// As it stands for who knows it at `now`: nothing was told later than that.
    fileprivate func known(at now: Int64) -> NotificationLogEntry {
        sentAt > now + ClockSteps.tolerance ? moved(by: now - sentAt) : self
    }
}

extension Alert {
    func ending(at moment: Int64) -> Alert {
        Alert(
            labels: labels, annotations: annotations, startsAt: startsAt, endsAt: moment, generatorURL: generatorURL)
    }
}
