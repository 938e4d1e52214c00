internal import Foundation
internal import LocalTime
internal import Model

/// Addresses of this server's pages that a notification leads to.
struct NotificationLinks: Sendable {
    /// Without a slash at its end.
    let externalURL: String
    let tokens: SilenceTokens
    /// Milliseconds since the Unix epoch.
    let now: Int64
    /// The site's own, of times in our own words.
    var zone = TimeZone.gmt

    /// How much of the time around an alert its camera's page shows, in milliseconds.
    private static let margin: Int64 = 600_000

    /// The camera's page at the time of the alert; empty for an alert of no camera.
    func camera(_ alert: NotificationAlert) -> String {
        let id = alert.alert.labels["camera_id"]
        if id.isEmpty { return "" }
        // Two nodes may have a camera of one name.
        let node = ["site", "instance"].compactMap { name in
            let value = alert.alert.labels[name]
            return value.isEmpty ? nil : "&\(name)=\(FormFields.encoded(value))"
        }.joined()
        let start = alert.alert.startsAt
        let end = alert.isResolved ? alert.alert.endsAt : start
        return
            "\(externalURL)/cameras/\(FormFields.encoded(id))?from=\(start - Self.margin)&to=\(end + Self.margin)\(node)"
    }

    /// A moment for people: `2026-11-28 21:03:59 UTC+7`.
    func localTime(_ milliseconds: Int64) -> String { ZoneText(zone).dateTime(milliseconds) }

    func alert(_ alert: NotificationAlert) -> String {
        "\(externalURL)/alerts/\(FingerprintText.text(alert.fingerprint))"
    }

    /// A page that asks whether and for how long the alert is to be silenced.
    func silence(_ alert: NotificationAlert) -> String {
        "\(externalURL)/silence?token=\(tokens.token(for: alert.alert.labels, now: now))"
    }
}
