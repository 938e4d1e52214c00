public import ConfigText

/// One rule file: groups of recording and alerting rules.
public struct RuleFile: Sendable {
    public let path: String
    public let groups: [RuleGroupConfig]

    public init(path: String, groups: [RuleGroupConfig]) {
        self.path = path
        self.groups = groups
    }
}

/// Rules that are evaluated one after the other at the same interval.
public struct RuleGroupConfig: Sendable {
    public var name: String
    /// The file in which the group stands.
    public var file: String
    /// `nil`: the global evaluation interval.
    public var interval: Duration?
    public var queryOffset: Duration = .zero
    /// The most alerts or series that one rule may make; 0 is no limit.
    public var limit = 0
    public var labels: [String: String] = [:]
    public var rules: [RuleConfig] = []

    public init(name: String, file: String) {
        self.name = name
        self.file = file
    }
}

/// A recording rule or an alerting rule.
public struct RuleConfig: Sendable {
    public enum Kind: Sendable, Hashable {
        /// Stores the result under this metric name.
        case record(String)
        /// Fires under this alert name.
        case alert(String)
    }

    public var kind: Kind
    /// PromQL, and where it begins in the file.
    public var expr: Located<String>
    public var hold: Duration = .zero  // `for`
    public var keepFiringFor: Duration = .zero
    public var labels: [String: Located<String>] = [:]
    public var annotations: [String: Located<String>] = [:]

    public init(kind: Kind, expr: Located<String>) {
        self.kind = kind
        self.expr = expr
    }
}
