/// What a group did since the start of the server, over reloads.
package struct RuleGroupCounts: Sendable, Hashable {
    /// Evaluations of single rules.
    package internal(set) var evaluations = 0
    /// Of them those that failed.
    package internal(set) var failures = 0
    /// Evaluations of the whole group.
    package internal(set) var iterations = 0
    /// Those that were due while the one before still ran.
    package internal(set) var iterationsMissed = 0
}

/// A rule group as the API and the pages show it. Times are in milliseconds since the Unix epoch, spans in seconds.
package struct RuleGroupView: Sendable {
    package let name: String
    package let file: String
    package let interval: Double
    package let limit: Int
    package let rules: [RuleView]
    package let lastEvaluation: Int64?
    package let lastDuration: Double
    package let counts: RuleGroupCounts

    /// The same group with some of its rules.
    package func keeping(_ rules: [RuleView]) -> RuleGroupView {
        RuleGroupView(
            name: name, file: file, interval: interval, limit: limit, rules: rules, lastEvaluation: lastEvaluation,
            lastDuration: lastDuration, counts: counts)
    }
}

/// A rule as the API and the pages show it.
package struct RuleView: Sendable {
    package enum Health: String, Sendable { case unknown, ok, err }

    package let name: String
    /// An alerting rule, or else a recording rule.
    package let isAlert: Bool
    package let expression: String
    package let hold: Double
    package let keepFiringFor: Double
    package let labels: [String: String]
    package let annotations: [String: String]
    /// Sorted by labels; none of a recording rule.
    package let alerts: [ActiveAlert]
    package let health: Health
    package let lastError: String
    package let lastEvaluation: Int64?
    package let lastDuration: Double

    /// The worst state of its alerts.
    package var state: ActiveAlert.State {
        alerts.contains { $0.state == .firing } ? .firing : alerts.isEmpty ? .inactive : .pending
    }
}
