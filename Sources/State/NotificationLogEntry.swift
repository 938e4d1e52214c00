/// To whom a group of alerts was last told, and which alerts were in it.
public struct NotificationLogEntry: Sendable, Hashable {
    /// Names one integration of one receiver for one group.
    public struct Key: Sendable, Hashable {
        public let groupKey: String
        public let receiver: String
        /// Kind and number within the receiver: `email[0]`.
        public let integration: String

        public init(groupKey: String, receiver: String, integration: String) {
            self.groupKey = groupKey
            self.receiver = receiver
            self.integration = integration
        }
    }

    public let key: Key
    /// Milliseconds since the Unix epoch.
    public let sentAt: Int64
    /// Fingerprints of the alerts that were told as firing.
    public let firing: Set<UInt64>
    /// Fingerprints of the alerts that were told as resolved.
    public let resolved: Set<UInt64>
    /// When the entry may be forgotten.
    public let expiresAt: Int64

    public init(key: Key, sentAt: Int64, firing: Set<UInt64>, resolved: Set<UInt64>, expiresAt: Int64) {
        self.key = key
        self.sentAt = sentAt
        self.firing = firing
        self.resolved = resolved
        self.expiresAt = expiresAt
    }
}
