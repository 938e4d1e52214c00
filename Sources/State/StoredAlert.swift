public import Model

/// An alert that the router knows, kept over a restart.
public struct StoredAlert: Sendable, Hashable {
    public var alert: Alert
    /// When it last came, in milliseconds since the Unix epoch.
    public var updatedAt: Int64
    /// Whether its end was set by us because the sender named none.
    public var endsByTimeout: Bool

    public init(alert: Alert, updatedAt: Int64, endsByTimeout: Bool) {
        self.alert = alert
        self.updatedAt = updatedAt
        self.endsByTimeout = endsByTimeout
    }

    public static func == (left: StoredAlert, right: StoredAlert) -> Bool {
        left.alert == right.alert && left.updatedAt == right.updatedAt && left.endsByTimeout == right.endsByTimeout
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(alert.labels)
        hasher.combine(updatedAt)
    }
}
