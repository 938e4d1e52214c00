package import Model

/// Mutes the alerts that fulfil all its matchers between two moments.
package struct Silence: Sendable, Hashable, Identifiable {
    package enum State: String, Sendable, Hashable, Codable { case pending, active, expired }

    package let id: String
    package var matchers: [Matcher]
    /// Milliseconds since the Unix epoch, as all times here.
    package var startsAt: Int64
    package var endsAt: Int64
    package var updatedAt: Int64
    package var createdBy: String
    package var comment: String

    package init(
        id: String, matchers: [Matcher], startsAt: Int64, endsAt: Int64, updatedAt: Int64, createdBy: String,
        comment: String
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.comment = comment
    }

    package func state(at now: Int64) -> State {
        now >= endsAt ? .expired : now < startsAt ? .pending : .active
    }

    package func mutes(_ labels: Labels, at now: Int64) -> Bool {
        state(at: now) == .active && matchers.allSatisfy { $0.matches(labels) }
    }
}
