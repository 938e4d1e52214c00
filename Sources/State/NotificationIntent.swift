/// A notification that is to be delivered, kept from before its first attempt until it counts as told.
///
/// It outlives the server, so that the attempt after a restart can be known as the same notification by whoever gets
/// it.
package struct NotificationIntent: Sendable, Hashable {
    package let key: NotificationLogEntry.Key
    /// The same for every attempt: a mail's `Message-ID`, a web request's `Idempotency-Key`.
    package let identifier: String
    /// Milliseconds since the Unix epoch.
    package let createdAt: Int64
    /// Fingerprints of the alerts that it tells as firing.
    package let firing: Set<UInt64>
    /// Fingerprints of the alerts that it tells as resolved.
    package let resolved: Set<UInt64>
    /// Fingerprints of the alerts that this or a former intent was to tell as firing, and that nobody was told of. They
    /// may be over by now.
    package let untold: Set<UInt64>

    package init(
        key: NotificationLogEntry.Key, identifier: String, createdAt: Int64, firing: Set<UInt64>,
        resolved: Set<UInt64>, untold: Set<UInt64>
    ) {
        self.key = key
        self.identifier = identifier
        self.createdAt = createdAt
        self.firing = firing
        self.resolved = resolved
        self.untold = untold
    }
}
