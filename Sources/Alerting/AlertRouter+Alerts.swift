internal import Base
internal import Model
package import State
internal import Synchronization

extension AlertRouter {
    /// Takes alerts that a program posted. Those that are right are taken even if others are not.
    /// - Throws: ``AlertingError`` with code `invalid`, naming what is wrong.
    package func post(_ posted: [PostedAlert]) throws(AlertingError) {
        guard posted.count <= AlertLimits.postedMax else { throw AlertLimits.tooMany }
        var valid: [Alert] = []
        var faults: [String] = []
        for alert in posted {
            let labels = Labels(alert.labels.map { Label($0.key, $0.value) })
            if labels.isEmpty {
                faults.append("an alert needs at least one label")
            } else if alert.labels.keys.contains(where: \.isEmpty) || alert.annotations.keys.contains(where: \.isEmpty)
            {
                faults.append("a label's or annotation's name is empty")
            } else if let start = alert.startsAt, let end = alert.endsAt, end < start {
                faults.append("start time must be before end time")
            } else if let fault = AlertLimits.fault(of: alert) {
                faults.append(fault)
            } else {
                valid.append(
                    Alert(
                        labels: labels, annotations: alert.annotations, startsAt: alert.startsAt ?? 0,
                        endsAt: alert.endsAt ?? 0, generatorURL: alert.generatorURL))
            }
        }
        take(valid)
        guard faults.isEmpty else {
            let unique = Set(faults).sorted().joined(separator: "; ")
            throw AlertingError(.invalid, "cannot take \(faults.count) of \(posted.count) alerts: \(unique)")
        }
    }

    /// The alerts that are not over, in the order of their labels.
    package func alerts() -> [RoutedAlert] {
        let now = now()
        let core = core.withLock { $0 }
        var holds = HoldLook(core, now: now)
        return core.alerts.alerts.filter { !$0.value.alert.isResolved(at: now) }
            .map { core.view($0.key, $0.value, &holds) }
            .sorted { $0.labels < $1.labels }
    }

    /// How many alerts are not over, and how many of them a silence or a graver alert holds.
    package func alertCounts() -> (active: Int, suppressed: Int) {
        let now = now()
        return core.withLock { $0 }.alertCounts(now: now)
    }

    /// The groups with alerts that are not over, by their labels and then by receiver.
    package func groups() -> [AlertGroupView] {
        let now = now()
        let core = core.withLock { $0 }
        var holds = HoldLook(core, now: now)
        return core.groups.values.compactMap { group -> AlertGroupView? in
            let route = core.tree.routes[group.id.route]
            let views = group.alerts.compactMap { fingerprint in
                core.alerts[fingerprint].flatMap { stored in
                    stored.alert.isResolved(at: now) ? nil : core.view(fingerprint, stored, &holds)
                }
            }
            if views.isEmpty { return nil }
            return AlertGroupView(
                labels: group.id.labels, receiver: route.receiver, key: core.groupKey(route, group.id.labels),
                nextFlush: group.nextFlush, alerts: views.sorted { $0.labels < $1.labels })
        }.sorted { ($0.labels, $0.receiver) < ($1.labels, $1.receiver) }
    }

    /// The newest notifications and what became of them, newest first.
    package func deliveries(limit: Int) throws(AlertingError) -> [Delivery] {
        do {
            return try state.deliveries(limit: limit)
        } catch {
            throw AlertingError(.storage, "\(error)")
        }
    }

    /// Names of the receivers, in the order of the configuration.
    package func receivers() -> [String] { core.withLock { $0.receivers } }
}

extension RouterCore {
    func view(_ fingerprint: UInt64, _ stored: StoredAlert, _ holds: inout HoldLook) -> RoutedAlert {
        let labels = stored.alert.labels
        let now = holds.now
        let silencedBy = silences.muting(fingerprint, at: now)
        let inhibitedBy = holds.inhibition.inhibitor(of: labels).map { [FingerprintText.text($0)] } ?? []
        let maintainedBy = holds.maintenance.holding(fingerprint)
        let routes = tree.routes(for: labels)
        var receivers: [String] = []
        for route in routes where !receivers.contains(route.receiver) { receivers.append(route.receiver) }
        let isSuppressed = !silencedBy.isEmpty || !inhibitedBy.isEmpty || !maintainedBy.isEmpty
        return RoutedAlert(
            fingerprint: FingerprintText.text(fingerprint), labels: labels, annotations: stored.alert.annotations,
            startsAt: stored.alert.startsAt, endsAt: stored.alert.endsAt, updatedAt: stored.updatedAt,
            generatorURL: stored.alert.generatorURL, state: isSuppressed ? .suppressed : .active,
            silencedBy: silencedBy, inhibitedBy: inhibitedBy, maintainedBy: maintainedBy,
            mutedBy: Set(routes.flatMap { intervals.muting($0, at: now) }).sorted(), receivers: receivers)
    }
}
