/// A notification and what became of it.
package struct Delivery: Sendable, Hashable, Codable, Identifiable {
    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        case sent
        case failed
        /// The destination is a placeholder of the documentation, and was not contacted.
        case notConfigured = "not configured"
        /// The receiver has no integrations: the notification stands only here.
        case recorded
    }

    /// An alert of the notification.
    package struct AlertSummary: Sendable, Hashable, Codable {
        package let name: String
        /// `firing` or `resolved`.
        package let status: String
        package let labels: [String: String]
        package let summary: String

        package init(name: String, status: String, labels: [String: String], summary: String) {
            self.name = name
            self.status = status
            self.labels = labels
            self.summary = summary
        }
    }

    /// Counts up from 1 in the order of the log; 0 before the delivery is in it.
    package let id: Int64
    /// When the last attempt ended, in milliseconds since the Unix epoch.
    package let time: Int64
    package let receiver: String
    /// `email[0]`, `slack[1]`, `webhook[0]`, `none`.
    package let integration: String
    package let status: Status
    package let groupKey: String
    package let groupLabels: [String: String]
    /// The first alerts of the notification; ``alertCount`` says how many there were.
    package let alerts: [AlertSummary]
    package let alertCount: Int
    package let attempts: Int
    /// Why it failed or was not sent, without credentials; empty when it was sent.
    package let error: String
    /// What the destination said to a notification that it took.
    package let answer: String
    /// How often the same was delivered again shortly after, which the log has no rows of their own for.
    package let repeats: Int

    package init(
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
