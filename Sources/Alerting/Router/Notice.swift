internal import Model
internal import State

/// One integration of a receiver.
struct Integration: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case email, slack, webhook
        /// The receiver has no integrations; the notice goes into the delivery log only.
        case none
    }

    let kind: Kind
    /// Its place among those of its kind in the receiver.
    let index: Int
    let sendsResolved: Bool

    /// `email[0]`; `none`.
    var name: String { kind == .none ? "none" : "\(kind.rawValue)[\(index)]" }
}

/// An alert at the moment of a flush.
struct NoticeAlert: Sendable {
    let fingerprint: UInt64
    let alert: Alert
    let isResolved: Bool
    let updatedAt: Int64
}

/// What one integration is to be told about one group.
struct Notice: Sendable {
    let key: NotificationLogEntry.Key
    let integration: Integration
    let groupLabels: Labels
    /// Those that the integration wants to hear of; empty where only the log is brought up to date.
    let alerts: [NoticeAlert]
    let firing: Set<UInt64>
    let resolved: Set<UInt64>
    let repeatInterval: Int64

    /// How long at least the log remembers a notice, in milliseconds.
    private static let retention: Int64 = 5 * 86_400_000

    func logEntry(at now: Int64) -> NotificationLogEntry {
        let (twice, overflow) = repeatInterval.multipliedReportingOverflow(by: 2)
        let kept = max(Self.retention, overflow ? Self.retention : twice)
        return NotificationLogEntry(
            key: key, sentAt: now, firing: firing, resolved: resolved,
            expiresAt: now.addingReportingOverflow(kept).partialValue)
    }
}

/// A group whose time has come, and the notices that follow from it.
struct Flush: Sendable {
    let group: AlertGroup.ID
    let notices: [Notice]
    /// The alerts of the group that were over at the flush, with the time of their last change.
    let resolved: [UInt64: Int64]
    /// Milliseconds since the Unix epoch.
    let time: Int64
    /// Until when deliveries are tried again.
    let deadline: Int64
}
