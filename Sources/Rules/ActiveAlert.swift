package import Model

/// An alert of a rule: pending, firing, or just over.
package struct ActiveAlert: Sendable, Equatable {
    package enum State: String, Sendable { case inactive, pending, firing }

    package internal(set) var state: State
    package let labels: Labels
    package internal(set) var annotations: [String: String]
    package internal(set) var value: Double
    /// Since when its condition holds, in milliseconds since the Unix epoch.
    package internal(set) var activeAt: Int64
    package internal(set) var firedAt: Int64?
    package internal(set) var resolvedAt: Int64?
    /// Since when it is kept firing though its condition no longer holds.
    package internal(set) var keptSince: Int64?
    var lastSentAt: Int64?
    /// How long it is good for when it is not sent again.
    var validUntil: Int64 = 0

    /// Whether the receivers must hear of it now.
    func needsSending(at now: Int64, resendDelay: Int64) -> Bool {
        if state == .pending { return false }
        guard let lastSentAt else { return true }
        if let resolvedAt, resolvedAt > lastSentAt { return true }
        return lastSentAt + resendDelay <= now
    }
}

/// The alerts of one alerting rule, and how they come and go: as Prometheus has it,
/// https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
struct AlertStates: Sendable {
    /// Milliseconds for which an alert that is over is still told of.
    static let resolvedRetention: Int64 = 900_000

    private(set) var active: [Labels: ActiveAlert] = [:]
    /// Until when alerts that the input no longer tells of stay as they are: the store took nothing a moment ago, so that
    /// their input may have been refused.
    private var doubtedUntil: Int64?

    struct Found {
        let labels: Labels
        let annotations: [String: String]
        let value: Double
    }

    /// Takes the result of an evaluation.
    mutating func update(_ found: [Found], hold: Int64, keepFiringFor: Int64, at time: Int64) {
        let present = Set(found.map(\.labels))
        let isDoubted = doubtedUntil.map { time < $0 } ?? false
        for sample in found {
            if var alert = active[sample.labels], alert.state != .inactive {
                alert.value = sample.value
                alert.annotations = sample.annotations
                active[sample.labels] = alert
            } else {
                active[sample.labels] = ActiveAlert(
                    state: .pending, labels: sample.labels, annotations: sample.annotations, value: sample.value,
                    activeAt: time)
            }
        }
        for (labels, var alert) in active {
            if !present.contains(labels) {
                if isDoubted, alert.state != .inactive { continue }
                var isKept = false
                if alert.state == .firing, keepFiringFor > 0 {
                    let since = alert.keptSince ?? time
                    alert.keptSince = since
                    isKept = time - since < keepFiringFor
                }
                let isOld = alert.resolvedAt.map { time - $0 > Self.resolvedRetention } ?? false
                if alert.state == .pending || isOld {
                    active[labels] = nil
                    continue
                }
                if alert.state != .inactive, !isKept {
                    alert.state = .inactive
                    alert.resolvedAt = time
                }
            } else {
                alert.keptSince = nil
            }
            if alert.state == .pending, time - alert.activeAt >= hold {
                alert.state = .firing
                alert.firedAt = time
            }
            active[labels] = alert
        }
    }

    /// Gives alerts that are new at `time` the time since which they hold, as a former run of the server knew it.
    /// - Parameter lookup: what is stored of an alert: since when it was active, and when that was last written.
    mutating func restore(hold: Int64, at time: Int64, lookup: (Labels) -> (activeAt: Int64, seen: Int64)?) {
        for (labels, var alert) in active where alert.state != .inactive && alert.activeAt == time {
            guard let stored = lookup(labels) else { continue }
            // Time during which nobody looked does not count for one that was still pending.
            let wasFiring = stored.seen - stored.activeAt >= hold
            alert.activeAt =
                wasFiring ? stored.activeAt : min(alert.activeAt, stored.activeAt + max(0, time - stored.seen))
            if alert.state == .pending, time - alert.activeAt >= hold {
                alert.state = .firing
                alert.firedAt = time
            }
            active[labels] = alert
        }
    }

    /// Keeps alerts from being over until `time`: what they rest on may have been refused by the store.
    mutating func doubtInput(until time: Int64) { doubtedUntil = time }

    /// Moves every time by as much as the clock was set, so that nobody waits longer or shorter.
    mutating func shift(by step: Int64) {
        doubtedUntil = doubtedUntil.map { $0 + step }
        active = active.mapValues { alert in
            var shifted = alert
            shifted.activeAt += step
            shifted.firedAt = alert.firedAt.map { $0 + step }
            shifted.resolvedAt = alert.resolvedAt.map { $0 + step }
            shifted.keptSince = alert.keptSince.map { $0 + step }
            shifted.lastSentAt = alert.lastSentAt.map { $0 + step }
            shifted.validUntil += step
            return shifted
        }
    }

    /// The alerts of which the receivers must hear now; they are taken to have been sent.
    mutating func takeDue(at time: Int64, resendDelay: Int64, interval: Int64) -> [ActiveAlert] {
        var due: [ActiveAlert] = []
        for (labels, var alert) in active where alert.needsSending(at: time, resendDelay: resendDelay) {
            alert.lastSentAt = time
            alert.validUntil = time + 4 * max(interval, resendDelay)
            active[labels] = alert
            due.append(alert)
        }
        return due
    }
}
