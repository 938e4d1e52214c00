internal import Base
internal import Model
internal import State

/// An alert at the moment of a flush.
struct NotificationAlert: Sendable {
    let fingerprint: UInt64
    let alert: Alert
    let isResolved: Bool
    let updatedAt: Int64
}

/// What one integration is to be told about one group.
struct Notification: Sendable {
    let intent: NotificationIntent
    let integration: ReceiverIntegration
    let groupLabels: Labels
    /// Those that the integration wants to hear of; empty where only the log is brought up to date.
    let alerts: [NotificationAlert]
    let repeatInterval: Int64

    var key: NotificationLogEntry.Key { intent.key }
    var firing: Set<UInt64> { intent.firing }
    var resolved: Set<UInt64> { intent.resolved }

    /// How long at least the log remembers a notification, in milliseconds.
    private static let retention: Int64 = 5 * 86_400_000

    func logEntry(at now: Int64) -> NotificationLogEntry {
        let (twice, overflow) = repeatInterval.multipliedReportingOverflow(by: 2)
        let kept = max(Self.retention, overflow ? Self.retention : twice)
        return NotificationLogEntry(
            key: key, sentAt: now, firing: firing, resolved: resolved,
            expiresAt: now.addingReportingOverflow(kept).partialValue)
    }
}

/// Names notifications: the same alerts in the same state, told at the same moment, have the same name in every run.
enum NotificationIdentifier {
    static func make(
        _ key: NotificationLogEntry.Key, firing: Set<UInt64>, resolved: Set<UInt64>, now: Int64
    ) -> String {
        let sets = [firing, resolved].map { $0.sorted().map(FingerprintText.text).joined(separator: ",") }
        let text = ([key.groupKey, key.receiver, key.integration] + sets).joined(separator: "\u{0}")
        let hash = ByteHash.stable(text)
        return FingerprintText.text(hash) + "-" + String(now, radix: 36)
    }
}

/// A group whose time has come, and the notifications that follow from it.
struct Flush: Sendable {
    let group: AlertGroup.ID
    /// All that the group might have given rise to: nobody else tells of it meanwhile.
    let keys: [NotificationLogEntry.Key]
    let notifications: [Notification]
    /// The alerts of the group that were over at the flush, with the time of their last change.
    let resolved: [UInt64: Int64]
    /// Milliseconds since the Unix epoch.
    let time: Int64
    /// For how many milliseconds deliveries are tried again.
    let patience: Int64
}
