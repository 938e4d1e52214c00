internal import Model
internal import State

extension RouterCore {
    /// What becomes of an alert with these labels, whether there is one or not.
    func explain(_ labels: Labels, now: Int64) -> AlertExplanation {
        let fingerprint = labels.fingerprint
        let stored = alerts[fingerprint].flatMap { $0.alert.isResolved(at: now) ? nil : $0.alert }
        let holding = silences.muting(labels, at: now).compactMap { silences[$0] }.map {
            AlertExplanation.HoldingSilence(
                id: $0.id, createdBy: $0.createdBy, comment: $0.comment, endsAt: $0.endsAt)
        }
        var holds = HoldLook(self, now: now)
        let works = holds.maintenance.holding(labels).compactMap { maintenance[$0] }.map { window in
            AlertExplanation.HoldingSilence(
                id: window.id, createdBy: window.createdBy, comment: window.comment,
                endsAt: holds.maintenance.end(of: window.id) ?? window.endsAt)
        }
        let inhibitedBy = holds.inhibition.inhibition(of: labels).flatMap { found in
            alerts[found.fingerprint].map { source in
                AlertExplanation.HoldingAlert(
                    fingerprint: FingerprintText.text(found.fingerprint), alert: source.alert.labels.description,
                    rule: Self.words(found.rule))
            }
        }
        return AlertExplanation(
            name: labels["alertname"], fingerprint: FingerprintText.text(fingerprint),
            state: stored == nil ? .absent : .firing, labels: labels.texts, annotations: stored?.annotations ?? [:],
            since: stored?.startsAt, firesAt: nil, silences: holding, maintenance: works,
            inhibitedBy: inhibitedBy.map { [$0] } ?? [],
            routes: tree.routes(for: labels).map { explain($0, labels, fingerprint, now) })
    }

    private func explain(
        _ route: Route, _ labels: Labels, _ fingerprint: UInt64, _ now: Int64
    ) -> AlertExplanation.Route {
        let groupLabels = route.groupLabels(of: labels)
        let id = AlertGroup.ID(route: route.index, labels: groupLabels, generation: generation)
        let looking = groups[id].map { people(lookingAfter: $0, route, now) } ?? []
        let told = (integrations[route.receiver] ?? []).map { integration in
            let key = NotificationLogEntry.Key(
                groupKey: groupKey(route, groupLabels), receiver: route.receiver, integration: integration.name)
            let entry = log[key].flatMap {
                $0.firing.contains(fingerprint) || $0.resolved.contains(fingerprint) ? $0 : nil
            }
            let isFiring = entry?.firing.contains(fingerprint) ?? false
            return AlertExplanation.Told(
                integration: integration.name, destination: integration.integration.destination,
                sendsResolved: integration.sendsResolved, lastTold: entry?.sentAt, lastToldFiring: isFiring,
                repeatsAt: isFiring && looking.isEmpty ? entry.map { $0.sentAt + route.repeatInterval } : nil,
                waitingSince: intents[key]?.createdAt, restsWith: isFiring ? looking : [])
        }
        let isThere = groups[id]?.alerts.contains(fingerprint) == true
        return AlertExplanation.Route(
            path: tree.path(to: route), receiver: route.receiver, group: groupLabels.description,
            groupWait: route.groupWait, groupInterval: route.groupInterval, repeatInterval: route.repeatInterval,
            mutedBy: intervals.muting(route, at: now), nextFlush: isThere ? groups[id]?.nextFlush : nil, told: told)
    }

    /// Who looks after all that fires in a group and is told; nobody where one has nobody: then all is told again.
    private func people(lookingAfter group: AlertGroup, _ route: Route, _ now: Int64) -> [String] {
        if acknowledgements.all.isEmpty { return [] }
        var holds = HoldLook(self, now: now)
        let firing = group.alerts.filter { fingerprint in
            guard let alert = alerts[fingerprint]?.alert, !alert.isResolved(at: now) else { return false }
            return !isMuted(fingerprint, alert.labels, &holds)
        }
        let people = firing.map { acknowledgements.of($0)?.by }
        return people.contains(nil) ? [] : Set(people.compactMap(\.self)).sorted()
    }

    private static func words(_ rule: InhibitRuleConfig) -> String {
        func list(_ matchers: [Matcher]) -> String { matchers.map(\.description).joined(separator: ", ") }
        let equal = rule.equal.isEmpty ? "" : " with the same \(rule.equal.joined(separator: ", "))"
        return "\(list(rule.sourceMatchers)) holds \(list(rule.targetMatchers))\(equal)"
    }
}
