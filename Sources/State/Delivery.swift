/// A notification and what became of it.
public struct Delivery: Sendable, Hashable, Codable, Identifiable {
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        case sent
        case failed
        /// The destination is a placeholder of the documentation, and was not contacted.
        case notConfigured = "not configured"
        /// The receiver has no integrations: the notification stands only here.
        case recorded
    }

    /// An alert of the notification.
    public struct AlertSummary: Sendable, Hashable, Codable {
        public let name: String
        /// `firing` or `resolved`.
        public let status: String
        public let labels: [String: String]
        public let summary: String

        public init(name: String, status: String, labels: [String: String], summary: String) {
            self.name = name
            self.status = status
            self.labels = labels
            self.summary = summary
        }
    }

    /// Counts up from 1 in the order of the log; 0 before the delivery is in it.
    public let id: Int64
    /// When the last attempt ended, in milliseconds since the Unix epoch.
    public let time: Int64
    public let receiver: String
    /// `email[0]`, `slack[1]`, `webhook[0]`, `none`.
    public let integration: String
    public let status: Status
    public let groupKey: String
    public let groupLabels: [String: String]
    /// The first alerts of the notification; ``alertCount`` says how many there were.
    public let alerts: [AlertSummary]
    public let alertCount: Int
    public let attempts: Int
    /// Why it failed or was not sent, without credentials; empty when it was sent.
    public let error: String
    /// What the destination said to a notification that it took.
    public let answer: String
    /// How often the same was delivered again shortly after, which the log has no rows of their own for.
    public let repeats: Int

    public init(
        id: Int64 = 0, time: Int64, receiver: String, integration: String, status: Status, groupKey: String,
        groupLabels: [String: String], alerts: [AlertSummary], alertCount: Int, attempts: Int, error: String,
        answer: String = "", repeats: Int = 0
    ) {
        self.id = id
        self.time = time
        self.receiver = receiver
        self.integration = integration
        self.status = status
        self.groupKey = groupKey
        self.groupLabels = groupLabels
        self.alerts = alerts
        self.alertCount = alertCount
        self.attempts = attempts
        self.error = error
        self.answer = answer
        self.repeats = repeats
    }
}
