public import Model

/// Mutes the alerts that fulfil all its matchers between two moments.
public struct Silence: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable, Codable { case pending, active, expired }

    public let id: String
    public var matchers: [Matcher]
    /// Milliseconds since the Unix epoch, as all times here.
    public var startsAt: Int64
    public var endsAt: Int64
    public var updatedAt: Int64
    public var createdBy: String
    public var comment: String

    public init(
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

    public func state(at now: Int64) -> State {
        now >= endsAt ? .expired : now < startsAt ? .pending : .active
    }

    public func mutes(_ labels: Labels, at now: Int64) -> Bool {
        state(at: now) == .active && matchers.allSatisfy { $0.matches(labels) }
    }
}
