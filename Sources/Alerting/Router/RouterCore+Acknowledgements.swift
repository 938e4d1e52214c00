internal import Model
internal import State

extension RouterCore {
    /// Takes an acknowledgement. Those who were told of its alerts are told of it at once; who waits to be told of an
    /// alert at all hears of both together.
    mutating func acknowledge(_ one: Acknowledgement, now: Int64) {
        acknowledgements.set(one, seen: now)
        hastenGroups(of: one.alerts, now: now)
    }

    /// Follows the faults that are looked after.
    /// - Returns: what is to be kept anew, and the keys of those that ended.
    mutating func followAcknowledged(
        _ standing: [String: AcknowledgementTable.Standing], now: Int64
    ) -> (changed: [Acknowledgement], ended: [String]) {
        acknowledgements.follow(standing, now: now)
    }

    /// An alert as it is told: with who looks after it.
    func acknowledged(_ alert: Alert, _ fingerprint: UInt64) -> Alert {
        guard let one = acknowledgements.of(fingerprint) else { return alert }
        var annotations = alert.annotations
        annotations["acknowledged_by"] = one.by
        if !one.comment.isEmpty { annotations["acknowledged_comment"] = one.comment }
        // Every template shows the summary, also those that know nothing of this.
        annotations["summary"] = "\(annotations["summary"] ?? alert.name) (\(one.by) looks after it)"
        return Alert(
            labels: alert.labels, annotations: annotations, startsAt: alert.startsAt, endsAt: alert.endsAt,
            generatorURL: alert.generatorURL)
    }

    /// What is told of acknowledgements with a notification.
    struct Acknowledged: Sendable {
        /// Whether somebody who was told of an alert has not heard yet who looks after it.
        let isNews: Bool
        /// Whether somebody looks after every alert that fires: then nobody needs to hear of them again.
        let isComplete: Bool
        /// Identifiers of what counts as told when the notification does.
        let identifiers: Set<UInt64>
    }

    func acknowledged(_ firing: Set<UInt64>, since last: NotificationLogEntry?) -> Acknowledged {
        if acknowledgements.all.isEmpty { return Acknowledged(isNews: false, isComplete: false, identifiers: []) }
        var (told, isComplete, isNews) = (last?.acknowledged ?? [], !firing.isEmpty, false)
        let before = told
        for fingerprint in firing {
            guard let one = acknowledgements.of(fingerprint) else {
                isComplete = false
                continue
            }
            if last?.firing.contains(fingerprint) == true, !before.contains(one.identifier) { isNews = true }
            told.insert(one.identifier)
        }
        // Those that ended are told by nothing any more.
        told.formIntersection(acknowledgements.identifiers)
        return Acknowledged(isNews: isNews, isComplete: isComplete, identifiers: told)
    }
}
