internal import SiteView

extension WebUI {
    /// Alerts that fire or are pending, and what became of their notifications.
    func alertsPage() async -> String {
        let overview = await view.overview()
        let alerts = await view.alerts()
        let deliveries = await view.deliveries(limit: 100)
        return pages.page(
            "alerts", title: alerts.isEmpty ? "No alerts" : "\(alerts.count) alerts", path: "/alerts",
            [
                "alerts": alerts.map { Self.values(of: $0, now: overview.now) }, "hasAlerts": !alerts.isEmpty,
                "deliveries": deliveries.map(Self.values), "hasDeliveries": !deliveries.isEmpty,
            ])
    }

    static func values(of alert: AlertView, now: Int64) -> [String: Any] {
        var values: [String: Any] = [
            "name": alert.name, "state": alert.state.rawValue, "severity": alert.severity,
            "summary": alert.summary, "description": alert.description, "since": Shown.span(now - alert.activeAt),
            "page": alert.fingerprint.isEmpty ? "/alerts" : "/alerts/\(alert.fingerprint)",
            "style": alert.severity == "critical" ? "offline" : "degraded",
        ]
        if !alert.suppressedBy.isEmpty { values["suppressed"] = [alert.suppressedBy.joined(separator: ", ")] }
        if let camera = alert.labels["camera_id"] { values["camera"] = [["id": camera, "link": Links.camera(camera)]] }
        return values
    }

    private static func values(_ delivery: DeliveryView) -> [String: Any] {
        var values: [String: Any] = [
            "time": Shown.clock(delivery.time), "receiver": delivery.receiver,
            "integration": delivery.integration.isEmpty ? "–" : delivery.integration,
            "status": delivery.status.rawValue, "resolved": delivery.resolved,
            "notification": delivery.alerts.joined(separator: "; "),
        ]
        if !delivery.error.isEmpty { values["error"] = [delivery.error] }
        if !delivery.answer.isEmpty { values["answer"] = [delivery.answer] }
        if !delivery.groupKey.isEmpty { values["route"] = [delivery.groupKey] }
        if delivery.repeats > 0 { values["repeated"] = ["times": String(delivery.repeats)] }
        return values
    }

    /// The demo's inbox.
    func messagesPage() async -> String {
        let messages = await view.messages(limit: 100)
        return pages.page(
            "messages", title: "Messages sent", path: "/messages", ["messages": messages.map(Self.values)])
    }

    static func values(_ message: InboxMessage) -> [String: Any] {
        [
            "id": String(message.id), "time": Shown.clock(message.time), "kind": message.kind.rawValue,
            "to": message.to, "subject": message.subject, "body": message.body,
        ]
    }
}
