/// That somebody looks after a fault, on the pages, in the API and on the command line.
package struct AcknowledgementView: Codable, Sendable, Equatable {
    /// Names the fault: `camera cam-17`, `node rec-3`, `alert 1f2e3d4c5b6a7988`.
    package var key: String
    /// Who looks after it.
    package var by: String
    package var comment: String
    /// Since when, in milliseconds since the Unix epoch.
    package var since: Int64
    /// Fingerprints of the alerts that the fault gives rise to.
    package var alerts: [String]

    package init(key: String, by: String, comment: String, since: Int64, alerts: [String]) {
        self.key = key
        self.by = by
        self.comment = comment
        self.since = since
        self.alerts = alerts
    }

    /// The key of an alert by its fingerprint.
    package static func key(ofAlert fingerprint: String) -> String { "alert \(fingerprint)" }
}

extension [AcknowledgementView] {
    /// Who looks after an alert: under its own name, or under that of a fault which gives rise to it. Of several the last
    /// one who said so.
    package func of(alert fingerprint: String) -> AcknowledgementView? {
        if fingerprint.isEmpty { return nil }
        let own = AcknowledgementView.key(ofAlert: fingerprint)
        return filter { $0.key == own || $0.alerts.contains(fingerprint) }.max { $0.since < $1.since }
    }
}
