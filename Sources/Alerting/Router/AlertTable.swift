internal import Base
internal import Model
internal import State

/// The alerts that the router knows, by fingerprint.
struct AlertTable: Sendable {
    private(set) var alerts: [UInt64: StoredAlert] = [:]
    /// New alerts beyond this number are dropped, so that a runaway rule cannot fill the memory.
    static let countMax = 200_000
    private(set) var dropped = 0

    subscript(fingerprint: UInt64) -> StoredAlert? { alerts[fingerprint] }

    /// Takes `incoming`, joined with what is known of the same alert.
    /// - Returns: the fingerprint and the alert as it now stands; `nil` if there is no room.
    mutating func take(_ incoming: StoredAlert, now: Int64) -> (UInt64, StoredAlert)? {
        let fingerprint = incoming.alert.labels.fingerprint
        guard let old = alerts[fingerprint] else {
            guard alerts.count < Self.countMax else {
                dropped += 1
                return nil
            }
            alerts[fingerprint] = incoming
            return (fingerprint, incoming)
        }
        let joined = Self.overlap(old.alert, incoming.alert) ? Self.merge(old, incoming, now: now) : incoming
        alerts[fingerprint] = joined
        return (fingerprint, joined)
    }

    /// Moves the times by as much as the clock was set, but for a start that a former run kept under a later time than
    /// this run's clock had.
    /// - Parameter now: the time after the step.
    mutating func shift(by step: Int64, now: Int64) {
        let before = now - step
        alerts = alerts.mapValues { stored in
            let alert = stored.alert
            let startsAt = alert.startsAt > before + ClockSteps.tolerance ? alert.startsAt : alert.startsAt + step
            return StoredAlert(
                alert: Alert(
                    labels: alert.labels, annotations: alert.annotations, startsAt: startsAt,
                    endsAt: alert.endsAt.addingReportingOverflow(step).partialValue, generatorURL: alert.generatorURL),
                updatedAt: stored.updatedAt + step, endsByTimeout: stored.endsByTimeout)
        }
    }

    mutating func remove(_ fingerprint: UInt64) { alerts[fingerprint] = nil }

    /// Whether one of the newer alert's ends lies within the older one's span.
    private static func overlap(_ old: Alert, _ new: Alert) -> Bool {
        (new.endsAt > old.startsAt && new.endsAt < old.endsAt)
            || (new.startsAt > old.startsAt && new.startsAt < old.endsAt)
    }

    /// The newer alert, with the earliest start, and the end that its sender meant: an end that was only our own
    /// timeout never outlives one that was sent.
    private static func merge(_ first: StoredAlert, _ second: StoredAlert, now: Int64) -> StoredAlert {
        let (old, new) = second.updatedAt < first.updatedAt ? (second, first) : (first, second)
        var endsAt = new.alert.endsAt
        if new.alert.isResolved(at: now) {
            if old.alert.isResolved(at: now) { endsAt = max(endsAt, old.alert.endsAt) }
        } else if !old.endsByTimeout {
            endsAt = max(endsAt, old.alert.endsAt)
        }
        var result = new
        result.alert = Alert(
            labels: new.alert.labels, annotations: new.alert.annotations,
            startsAt: min(old.alert.startsAt, new.alert.startsAt), endsAt: endsAt,
            generatorURL: new.alert.generatorURL)
        return result
    }
}

extension StoredAlert {
    /// As it stands for who knows it at `now`: what came later than that came now, and if it was firing then lasts until
    /// `end` unless it is sent again.
    func known(at now: Int64, until end: Int64) -> StoredAlert {
        guard updatedAt > now + ClockSteps.tolerance else { return self }
        let isFiring = alert.endsAt > updatedAt
        return StoredAlert(
            alert: alert.ending(at: isFiring ? end : now), updatedAt: now, endsByTimeout: isFiring || endsByTimeout)
    }

    /// An alert that was firing, with time to be sent again: its end came nearer only because nobody was there.
    func waiting(until end: Int64) -> StoredAlert {
        guard alert.endsAt > updatedAt, alert.endsAt < end else { return self }
        var waiting = self
        waiting.alert = alert.ending(at: end)
        waiting.endsByTimeout = true
        return waiting
    }
}
