/// What a group did since the start of the server, over reloads.
public struct RuleGroupCounts: Sendable, Hashable {
    /// Evaluations of single rules.
    public internal(set) var evaluations = 0
    /// Of them those that failed.
    public internal(set) var failures = 0
    /// Evaluations of the whole group.
    public internal(set) var iterations = 0
    /// Those that were due while the one before still ran.
    public internal(set) var iterationsMissed = 0
}

/// A rule group as the API and the pages show it. Times are in milliseconds since the Unix epoch, spans in seconds.
public struct RuleGroupView: Sendable {
    public let name: String
    public let file: String
    public let interval: Double
    public let limit: Int
    public let rules: [RuleView]
    public let lastEvaluation: Int64?
    public let lastDuration: Double
    public let counts: RuleGroupCounts

    /// The same group with some of its rules.
    public func keeping(_ rules: [RuleView]) -> RuleGroupView {
        RuleGroupView(
            name: name, file: file, interval: interval, limit: limit, rules: rules, lastEvaluation: lastEvaluation,
            lastDuration: lastDuration, counts: counts)
    }
}

/// A rule as the API and the pages show it.
public struct RuleView: Sendable {
    public enum Health: String, Sendable { case unknown, ok, err }

    public let name: String
    /// An alerting rule, or else a recording rule.
    public let isAlert: Bool
    public let expression: String
    public let hold: Double
    public let keepFiringFor: Double
    public let labels: [String: String]
    public let annotations: [String: String]
    /// Sorted by labels; none of a recording rule.
    public let alerts: [ActiveAlert]
    public let health: Health
    public let lastError: String
    public let lastEvaluation: Int64?
    public let lastDuration: Double

    /// The worst state of its alerts.
    public var state: ActiveAlert.State {
        alerts.contains { $0.state == .firing } ? .firing : alerts.isEmpty ? .inactive : .pending
    }
}
