package import ConfigText

/// One rule file: groups of recording and alerting rules.
package struct RuleFile: Sendable {
    package let path: String
    package let groups: [RuleGroupConfig]

    package init(path: String, groups: [RuleGroupConfig]) {
        self.path = path
        self.groups = groups
    }
}

/// Rules that are evaluated one after the other at the same interval.
package struct RuleGroupConfig: Sendable {
    package var name: String
    /// The file in which the group stands.
    package var file: String
    /// `nil`: the global evaluation interval.
    package var interval: Duration?
    package var queryOffset: Duration = .zero
    /// The most alerts or series that one rule may make; 0 is no limit.
    package var limit = 0
    package var labels: [String: String] = [:]
    package var rules: [RuleConfig] = []

    package init(name: String, file: String) {
        self.name = name
        self.file = file
    }
}

/// A recording rule or an alerting rule.
package struct RuleConfig: Sendable {
    package enum Kind: Sendable, Hashable {
        /// Stores the result under this metric name.
        case record(String)
        /// Fires under this alert name.
        case alert(String)
    }

    package var kind: Kind
    /// PromQL, and where it begins in the file.
    package var expr: Located<String>
    package var hold: Duration = .zero  // `for`
    package var keepFiringFor: Duration = .zero
    package var labels: [String: Located<String>] = [:]
    package var annotations: [String: Located<String>] = [:]

    package init(kind: Kind, expr: Located<String>) {
        self.kind = kind
        self.expr = expr
    }
}
