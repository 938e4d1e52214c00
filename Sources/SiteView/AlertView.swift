/// An alert on the pages, in the API and on the command line.
public struct AlertView: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable { case pending, firing }

    public var name: String
    /// Sixteen hexadecimal digits, as notifications and the alert's page name it; empty for one that is told to nobody.
    public var fingerprint: String
    public var state: State
    /// Names of silences and of alerts that keep it from being sent; empty when it is sent.
    public var suppressedBy: [String]
    public var severity: String
    public var summary: String
    public var description: String
    public var labels: [String: String]
    /// Since when the condition holds, in milliseconds since the Unix epoch.
    public var activeAt: Int64
    public var value: String

    public init(
        name: String, fingerprint: String, state: State, suppressedBy: [String], severity: String, summary: String,
        description: String,
        labels: [String: String], activeAt: Int64, value: String
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.state = state
        self.suppressedBy = suppressedBy
        self.severity = severity
        self.summary = summary
        self.description = description
        self.labels = labels
        self.activeAt = activeAt
        self.value = value
    }
}

/// A silence on the pages.
public struct SilenceView: Sendable, Equatable {
    public enum State: String, Sendable { case pending, active, expired }

    public var id: String
    public var state: State
    /// `name="value"`, one a matcher.
    public var matchers: [String]
    /// Milliseconds since the Unix epoch.
    public var endsAt: Int64
    public var createdBy: String
    public var comment: String

    public init(
        id: String, state: State, matchers: [String], endsAt: Int64, createdBy: String, comment: String
    ) {
        self.id = id
        self.state = state
        self.matchers = matchers
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.comment = comment
    }
}

/// One entry of the delivery log: a notification that went out, or why it did not.
public struct DeliveryView: Codable, Sendable, Equatable {
    public enum Status: String, Codable, Sendable {
        case sent, failed
        /// The destination is a placeholder, which is never contacted.
        case notConfigured = "not configured"
        /// The receiver has no integration: the notification stands here only.
        case recorded
    }

    public var time: Int64
    public var receiver: String
    /// `email`, `slack`, `webhook`, or empty for a receiver without integrations.
    public var integration: String
    public var status: Status
    /// Whether it tells that all its alerts are over.
    public var resolved: Bool
    /// One line an alert.
    public var alerts: [String]
    public var attempts: Int
    public var error: String
    /// What the destination said to a notification that it took.
    public var answer: String
    /// The route and the group by which the notification came about: `{}/{severity="critical"}:{alertname="NodeDown"}`.
    public var groupKey: String
    /// How often the same was delivered again shortly after.
    public var repeats: Int

    public init(
        time: Int64, receiver: String, integration: String, status: Status, resolved: Bool, alerts: [String],
        attempts: Int, error: String, answer: String = "", groupKey: String = "", repeats: Int = 0
    ) {
        self.time = time
        self.receiver = receiver
        self.integration = integration
        self.status = status
        self.resolved = resolved
        self.alerts = alerts
        self.attempts = attempts
        self.error = error
        self.answer = answer
        self.groupKey = groupKey
        self.repeats = repeats
    }
}

/// A message that came to the demo's own inbox: what a person would have found in theirs.
public struct InboxMessage: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable { case mail, webhook }

    public var id: Int
    public var time: Int64
    public var kind: Kind
    public var to: String
    public var subject: String
    public var body: String

    public init(id: Int, time: Int64, kind: Kind, to: String, subject: String, body: String) {
        self.id = id
        self.time = time
        self.kind = kind
        self.to = to
        self.subject = subject
        self.body = body
    }
}
