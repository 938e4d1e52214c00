internal import Foundation
internal import Model

/// Addresses of this server's pages that a notification leads to.
struct NotificationLinks: Sendable {
    /// Without a slash at its end.
    let externalURL: String
    let tokens: SilenceTokens
    /// Milliseconds since the Unix epoch.
    let now: Int64

    /// How much of the time around an alert its camera's page shows, in milliseconds.
    private static let margin: Int64 = 600_000

    /// The camera's page at the time of the alert; empty for an alert of no camera.
    func camera(_ alert: NotificationAlert) -> String {
        let id = alert.alert.labels["camera_id"]
        if id.isEmpty { return "" }
        let start = alert.alert.startsAt
        let end = alert.isResolved ? alert.alert.endsAt : start
        return "\(externalURL)/cameras/\(FormFields.encoded(id))?from=\(start - Self.margin)&to=\(end + Self.margin)"
    }

    func alert(_ alert: NotificationAlert) -> String {
        "\(externalURL)/alerts/\(FingerprintText.text(alert.fingerprint))"
    }

    /// A page that asks whether and for how long the alert is to be silenced.
    func silence(_ alert: NotificationAlert) -> String {
        "\(externalURL)/silence?token=\(tokens.token(for: alert.alert.labels, now: now))"
    }
}
