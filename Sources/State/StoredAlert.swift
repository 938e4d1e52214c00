package import Model

/// An alert that the router knows, kept over a restart.
package struct StoredAlert: Sendable, Hashable {
    package var alert: Alert
    /// When it last came, in milliseconds since the Unix epoch.
    package var updatedAt: Int64
    /// Whether its end was set by us because the sender named none.
    package var endsByTimeout: Bool

    package init(alert: Alert, updatedAt: Int64, endsByTimeout: Bool) {
        self.alert = alert
        self.updatedAt = updatedAt
        self.endsByTimeout = endsByTimeout
    }

    package static func == (left: StoredAlert, right: StoredAlert) -> Bool {
        left.alert == right.alert && left.updatedAt == right.updatedAt && left.endsByTimeout == right.endsByTimeout
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(alert.labels)
        hasher.combine(updatedAt)
    }
}
