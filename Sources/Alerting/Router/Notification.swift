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
    /// Identifiers of the acknowledgements that count as told when it does.
    var acknowledged: Set<UInt64> = []
    /// Who looks after all alerts that fire; nobody where one has nobody.
    var acknowledgedBy: [String] = []

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
            expiresAt: now.addingReportingOverflow(kept).partialValue, acknowledged: acknowledged)
    }
}

/// Names notifications: the same alerts in the same state, told at the same moment, have the same name in every run.
enum NotificationIdentifier {
    /// What a notification says, in short: what says the same has the same.
    struct Name {
        private let text: String

        init(
            _ key: NotificationLogEntry.Key, firing: Set<UInt64>, resolved: Set<UInt64>, acknowledged: Set<UInt64> = []
        ) {
            // Who looks after them stands in it only where somebody does: former versions knew nothing of it.
            let sets = [firing, resolved] + (acknowledged.isEmpty ? [] : [acknowledged])
            let texts = sets.map { $0.sorted().map(FingerprintText.text).joined(separator: ",") }
            let whole = ([key.groupKey, key.receiver, key.integration] + texts).joined(separator: "\u{0}")
            text = FingerprintText.text(ByteHash.stable(whole)) + "-"
        }

        func identifier(at now: Int64) -> String { text + String(now, radix: 36) }

        /// Whether an identifier is of a notification that said the same.
        func isOf(_ identifier: String) -> Bool { identifier.hasPrefix(text) }
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
