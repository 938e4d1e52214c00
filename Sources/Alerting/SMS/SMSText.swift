internal import Foundation

/// What Alertmanager posts to webhooks, as far as a telephone shows it.
struct SMSNotification: Decodable, Sendable {
    struct Alert: Decodable, Sendable {
        let status: String?
        let labels: [String: String]
        let annotations: [String: String]?
    }

    let status: String?
    let groupKey: String?
    let alerts: [Alert]

    /// Three parts of a long message: more costs more than it tells.
    static let lengthMax = 459

    /// One line: what is wrong, first of all how many and how grave.
    var text: String {
        let isOver = status == "resolved"
        let first = alerts.first
        let severity = first?.labels["severity"].map { "\($0.uppercased()) " } ?? ""
        var text = isOver ? "OVER " : severity
        if alerts.count > 1 { text += "\(alerts.count) alerts: " }
        var shown = 0
        for alert in alerts {
            let piece = (shown > 0 ? "; " : "") + Self.words(alert, inResolved: isOver)
            let rest = alerts.count - shown - 1
            let reserve = rest > 0 ? 12 : 0
            if shown > 0, text.count + piece.count + reserve > Self.lengthMax {
                text += "; +\(alerts.count - shown) more"
                break
            }
            text += piece
            shown += 1
        }
        return NotificationText.cut(text, to: Self.lengthMax)
    }

    private static func words(_ alert: Alert, inResolved: Bool) -> String {
        let name = alert.labels["alertname"] ?? "alert"
        let over = alert.status == "resolved" && !inResolved ? "over: " : ""
        if let summary = alert.annotations?["summary"], !summary.isEmpty { return over + summary }
        return over + name + (alert.labels["camera_id"].map { " \($0)" } ?? "")
    }
}
