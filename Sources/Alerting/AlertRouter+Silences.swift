internal import Base
internal import Foundation
package import Model
package import State
internal import Synchronization

extension AlertRouter {
    /// All silences: active ones first, then those to come, then expired ones; each by its end.
    package func silences() -> [Silence] {
        let now = now()
        let order: [Silence.State] = [.active, .pending, .expired]
        func rank(_ silence: Silence) -> Int { order.firstIndex(of: silence.state(at: now)) ?? 0 }
        return core.withLock { $0.silences }.silences.values.sorted { left, right in
            let ranks = (rank(left), rank(right))
            if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
            return ranks.0 == 2 ? left.endsAt > right.endsAt : left.endsAt < right.endsAt
        }
    }

    /// How many silences there are, by state.
    package func silenceCounts() -> [String: Int] {
        let now = now()
        let states = core.withLock { $0.silences }.silences.values.map { $0.state(at: now) }
        return Dictionary(
            uniqueKeysWithValues: [Silence.State.pending, .active, .expired].map { state in
                (state.rawValue, states.count { $0 == state })
            })
    }

    /// The silence with this identifier.
    package func silence(_ id: String) throws(AlertingError) -> Silence {
        guard let silence = core.withLock({ $0.silences[id] }) else { throw Self.unknown(id) }
        return silence
    }

    /// Adds a silence, or changes the one that `posted` names. A change that would rewrite the past ends the old
    /// silence and begins another.
    /// - Returns: the silence's identifier.
    @discardableResult
    package func set(_ posted: PostedSilence) throws(AlertingError) -> String {
        let now = now()
        try Self.validate(posted, now: now)
        try SilenceLimits.check(posted)
        let (changes, alerts) = try add(posted, now: now)
        guard let last = changes.last else { throw Self.unknown(posted.id) }
        // What takes long is found out on a copy; alerts that came meanwhile were compared when they came.
        let held = SilenceTable.held(by: last, among: alerts)
        core.withLock { $0.hold(held, by: last.id) }
        try save(changes)
        return last.id
    }

    /// Takes a silence for alerts that come from now on.
    /// - Returns: the silences that changed, the new one last, and the alerts that were there before.
    private func add(_ posted: PostedSilence, now: Int64) throws(AlertingError) -> ([Silence], AlertTable) {
        let result: Result<([Silence], AlertTable), AlertingError> = core.withLock { core in
            let old = core.silences[posted.id]
            if !posted.id.isEmpty, old == nil { return .failure(Self.unknown(posted.id)) }
            var changes: [Silence] = []
            if let old, Self.canChange(old, to: posted, now: now) {
                changes = [Self.make(posted, id: old.id, startsAt: posted.startsAt, now: now)]
            } else {
                if let full = SilenceLimits.refusal(of: posted, beside: core.silences, now: now) {
                    return .failure(full)
                }
                if let old, old.state(at: now) != .expired { changes.append(Self.ended(old, now: now)) }
                changes.append(
                    Self.make(
                        posted, id: UUID().uuidString.lowercased(), startsAt: max(posted.startsAt, now), now: now))
            }
            for silence in changes { core.insert(silence) }
            return .success((changes, core.alerts))
        }
        return try result.get()
    }

    /// Ends a silence now.
    package func expire(_ id: String) throws(AlertingError) {
        let now = now()
        let silence = try silence(id)
        guard silence.state(at: now) != .expired else {
            throw AlertingError(.invalid, "cannot end silence \(id): it has already expired")
        }
        let ended = Self.ended(silence, now: now)
        core.withLock { $0.insert(ended) }
        try save([ended])
    }

    /// The token of a link that offers to silence the alert with these labels.
    package func silenceToken(for labels: Labels) -> String { tokens.token(for: labels, now: now()) }

    /// What a silence link of a notification asks for.
    /// - Throws: ``AlertingError`` for a link that was not made here, or whose time is over.
    package func silenceOffer(_ token: String) throws(AlertingError) -> SilenceOffer {
        try tokens.offer(token, now: now())
    }

    /// Silences the alert of a link from now on.
    /// - Parameter span: for how many milliseconds.
    /// - Returns: the silence's identifier.
    package func acceptOffer(
        _ token: String, for span: Int64, createdBy: String, comment: String
    ) throws(AlertingError) -> String {
        let offer = try silenceOffer(token)
        let start = now()
        return try set(
            PostedSilence(
                matchers: offer.labels.map { .equal($0.name, $0.value) }, startsAt: start, endsAt: start + span,
                createdBy: createdBy, comment: comment))
    }

    private func save(_ silences: [Silence]) throws(AlertingError) {
        do {
            try state.save(silences: silences)
        } catch {
            counters.countStateFailure()
            throw AlertingError(.storage, "\(error)")
        }
        wakeUp()
    }

    private static func unknown(_ id: String) -> AlertingError {
        AlertingError(.notFound, "cannot find silence \(id): there is none with this identifier")
    }

    private static func validate(_ posted: PostedSilence, now: Int64) throws(AlertingError) {
        func refuse(_ cause: String) -> AlertingError { AlertingError(.invalid, "cannot set the silence: \(cause)") }
        if posted.matchers.isEmpty { throw refuse("at least one matcher required") }
        if posted.matchers.contains(where: { $0.name.isEmpty }) { throw refuse("a matcher has no label name") }
        if posted.matchers.allSatisfy(\.matchesEmpty) {
            throw refuse("at least one matcher must not match the empty string, or everything would be silenced")
        }
        if posted.startsAt >= posted.endsAt { throw refuse("start time must be before end time") }
        if posted.endsAt < now { throw refuse("end time can't be in the past") }
    }

    private static func canChange(_ old: Silence, to posted: PostedSilence, now: Int64) -> Bool {
        guard old.matchers == posted.matchers else { return false }
        return switch old.state(at: now) {
        case .active: old.startsAt / 1_000 == posted.startsAt / 1_000
        case .pending: posted.startsAt >= now
        case .expired: false
        }
    }

    private static func make(_ posted: PostedSilence, id: String, startsAt: Int64, now: Int64) -> Silence {
        Silence(
            id: id, matchers: posted.matchers, startsAt: startsAt, endsAt: posted.endsAt, updatedAt: now,
            createdBy: posted.createdBy, comment: posted.comment)
    }

    private static func ended(_ silence: Silence, now: Int64) -> Silence {
        var ended = silence
        if silence.startsAt > now { ended.startsAt = now }
        ended.endsAt = now
        ended.updatedAt = now
        return ended
    }
}
