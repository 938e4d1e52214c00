/// Somebody's word that they look after a fault.
package struct Acknowledgement: Sendable, Hashable {
    /// Names the fault: `camera cam-17`, `node rec-3`, `alert 1f2e3d4c5b6a7988`.
    package let key: String
    /// Who looks after it.
    package let by: String
    package let comment: String
    /// Milliseconds since the Unix epoch.
    package let createdAt: Int64
    /// Names this word of this person: what was told of one is not told of another.
    package let identifier: UInt64
    /// Fingerprints of the alerts that the fault gives rise to.
    package var alerts: Set<UInt64>

    package init(
        key: String, by: String, comment: String, createdAt: Int64, identifier: UInt64, alerts: Set<UInt64>
    ) {
        self.key = key
        self.by = by
        self.comment = comment
        self.createdAt = createdAt
        self.identifier = identifier
        self.alerts = alerts
    }
}
