/// To whom a group of alerts was last told, and which alerts were in it.
package struct NotificationLogEntry: Sendable, Hashable {
    /// Names one integration of one receiver for one group.
    package struct Key: Sendable, Hashable {
        package let groupKey: String
        package let receiver: String
        /// Kind and number within the receiver: `email[0]`.
        package let integration: String

        package init(groupKey: String, receiver: String, integration: String) {
            self.groupKey = groupKey
            self.receiver = receiver
            self.integration = integration
        }
    }

    package let key: Key
    /// Milliseconds since the Unix epoch.
    package let sentAt: Int64
    /// Fingerprints of the alerts that were told as firing.
    package let firing: Set<UInt64>
    /// Fingerprints of the alerts that were told as resolved.
    package let resolved: Set<UInt64>
    /// When the entry may be forgotten.
    package let expiresAt: Int64
    /// Identifiers of the acknowledgements that were told with it, or before.
    package let acknowledged: Set<UInt64>

    package init(
        key: Key, sentAt: Int64, firing: Set<UInt64>, resolved: Set<UInt64>, expiresAt: Int64,
        acknowledged: Set<UInt64> = []
    ) {
        self.key = key
        self.sentAt = sentAt
        self.firing = firing
        self.resolved = resolved
        self.expiresAt = expiresAt
        self.acknowledged = acknowledged
    }
}
