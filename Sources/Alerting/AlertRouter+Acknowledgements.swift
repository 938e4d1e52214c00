internal import Base
package import Model
package import State
internal import Synchronization

extension AlertRouter {
    /// What is known of a fault that somebody looks after.
    package enum Standing: Sendable, Hashable {
        /// It is there, and gives rise to these alerts.
        case there(alerts: Set<UInt64>)
        case over
        case unknown
    }

    /// Whoever looks after a fault, the last who said so first.
    package func acknowledgements() -> [Acknowledgement] {
        core.withLock { $0.acknowledgements }.all.values.sorted { ($1.createdAt, $0.key) < ($0.createdAt, $1.key) }
    }

    /// Who looks after an alert with these labels.
    package func acknowledgement(of labels: Labels) -> Acknowledgement? {
        core.withLock { $0.acknowledgements }.of(labels.fingerprint)
    }

    /// Notes that somebody looks after a fault, in place of whoever did before. Those who were told of its alerts are told
    /// of it, and hear of them no more by repetition.
    /// - Parameter alerts: fingerprints of the alerts that the fault gives rise to now.
    /// - Throws: ``AlertingError`` where a name is missing, there are too many, or it cannot be kept.
    @discardableResult
    package func acknowledge(
        _ key: String, by person: String, comment: String, alerts: Set<UInt64>
    ) throws(AlertingError) -> Acknowledgement {
        let by = AcknowledgementLimits.line(person, AcknowledgementLimits.nameLengthMax)
        let comment = AcknowledgementLimits.line(comment, AcknowledgementLimits.commentLengthMax)
        func refuse(_ cause: String, _ code: AlertingError.Code = .invalid) -> AlertingError {
            AlertingError(code, "cannot acknowledge the fault: \(cause)")
        }
        if by.isEmpty { throw refuse("say who looks after it") }
        if key.isEmpty { throw refuse("say which") }
        if key.utf8.count > AcknowledgementLimits.keyBytesMax {
            throw refuse("its key is longer than the limit of \(AcknowledgementLimits.keyBytesMax) bytes", .tooLarge)
        }
        let now = now()
        let one = Acknowledgement(
            key: key, by: by, comment: comment, createdAt: now,
            identifier: ByteHash.stable("\(key)\u{0}\(by)\u{0}\(comment)\u{0}\(now)"), alerts: alerts)
        let taken = try inTurn { () throws(AlertingError) in
            let others = core.withLock { $0.acknowledgements }
            if others[key] == nil, others.all.count >= AcknowledgementTable.countMax {
                throw refuse(
                    "there are as many as the limit of \(AcknowledgementTable.countMax) allows; end some", .tooLarge)
            }
            // A person who says the same again of the same fault says nothing new.
            if let old = others[key], old.by == by, old.comment == comment { return old }
            // What is told to others is kept before.
            try keepAcknowledgements([one], removing: [])
            core.withLock { $0.acknowledge(one, now: now) }
            return one
        }
        wakeUp()
        return taken
    }

    /// Ends an acknowledgement: what goes on is repeated again.
    package func endAcknowledgement(_ key: String) throws(AlertingError) {
        try inTurn { () throws(AlertingError) in
            guard core.withLock({ $0.acknowledgements[key] }) != nil else {
                throw AlertingError(.notFound, "cannot end the acknowledgement: nobody looks after \"\(key)\"")
            }
            try keepAcknowledgements([], removing: [key])
            core.withLock { $0.endAcknowledgement(key) }
        }
        wakeUp()
    }

    /// Follows the faults that are looked after; called every few seconds.
    /// - Parameter standing: what is known of each key.
    package func followAcknowledged(_ standing: (String) -> Standing) {
        let keys = core.withLock { $0.acknowledgements }.all.keys
        if keys.isEmpty { return }
        let known = Dictionary(
            uniqueKeysWithValues: keys.map { key -> (String, AcknowledgementTable.Standing) in
                switch standing(key) {
                case .there(let alerts): (key, .there(alerts))
                case .over: (key, .over)
                case .unknown: (key, .unknown)
                }
            })
        let now = now()
        let hasChanged = try? inTurn { () throws(AlertingError) in
            let (changed, ended) = core.withLock { $0.followAcknowledged(known, now: now) }
            if changed.isEmpty && ended.isEmpty { return false }
            keep { () throws(StateError) in try state.update(acknowledgements: changed, removing: ended) }
            return true
        }
        if hasChanged == true { wakeUp() }
    }

    private func keepAcknowledgements(
        _ saved: [Acknowledgement], removing removed: [String]
    ) throws(AlertingError) {
        do {
            try state.update(acknowledgements: saved, removing: removed)
        } catch {
            counters.countStateFailure()
            throw AlertingError(.storage, "\(error)")
        }
    }
}
