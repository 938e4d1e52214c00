internal import SiteView

/// Alerts that fire or are pending, and what became of their notifications.
struct AlertsContent: PageContent {
    static let template = PageTemplate.alerts

    let alerts: [AlertRow]
    let hasAlerts: Bool
    let deliveries: [DeliveryRow]
    let hasDeliveries: Bool
}

/// An alert of a list.
struct AlertRow: Sendable {
    let name: String
    let state: String
    let severity: String
    let summary: String
    let description: String
    let since: String
    /// The address of its own page.
    let page: String
    let style: String
    /// What holds it.
    let suppressed: String?
    let camera: CameraLink?
}

extension AlertRow {
    init(_ alert: AlertView, now: Int64) {
        name = alert.name
        state = alert.state.rawValue
        severity = alert.severity
        summary = alert.summary
        description = alert.description
        since = Shown.span(now - alert.activeAt)
        page = alert.fingerprint.isEmpty ? "/alerts" : "/alerts/\(alert.fingerprint)"
        style = alert.severity == "critical" ? "offline" : "degraded"
        suppressed = alert.suppressedBy.isEmpty ? nil : alert.suppressedBy.joined(separator: ", ")
        camera = Links.camera(of: alert.labels)
    }
}

/// An attempt to tell somebody.
struct DeliveryRow: Sendable {
    struct Repeated: Sendable {
        let times: String
    }

    let time: String
    let receiver: String
    let integration: String
    let status: String
    let resolved: Bool
    let notification: String
    let error: String?
    let answer: String?
    let route: String?
    let repeated: Repeated?
}

extension DeliveryRow {
    init(_ delivery: DeliveryView) {
        func text(_ text: String) -> String? { text.isEmpty ? nil : text }
        time = Shown.clock(delivery.time)
        receiver = delivery.receiver
        integration = text(delivery.integration) ?? "–"
        status = delivery.status.rawValue
        resolved = delivery.resolved
        notification = delivery.alerts.joined(separator: "; ")
        error = text(delivery.error)
        answer = text(delivery.answer)
        route = text(delivery.groupKey)
        repeated = delivery.repeats > 0 ? Repeated(times: String(delivery.repeats)) : nil
    }
}

/// The demo's inbox.
struct MessagesContent: PageContent {
    static let template = PageTemplate.messages

    let messages: [MessageRow]
}

/// A message that the demo caught.
struct MessageRow: Sendable {
    let id: String
    let time: String
    let kind: String
    let to: String
    let subject: String
    let body: String
}

extension MessageRow {
    init(_ message: InboxMessage) {
        id = String(message.id)
        time = Shown.clock(message.time)
        kind = message.kind.rawValue
        to = message.to
        subject = message.subject
        body = message.body
    }
}

extension WebUI {
    func alertsPage() async -> String {
        let overview = await view.overview()
        let alerts = await view.alerts()
        let deliveries = await view.deliveries(limit: 100)
        let content = AlertsContent(
            alerts: alerts.map { AlertRow($0, now: overview.now) }, hasAlerts: !alerts.isEmpty,
            deliveries: deliveries.map(DeliveryRow.init), hasDeliveries: !deliveries.isEmpty)
        return pages.page(content, title: alerts.isEmpty ? "No alerts" : "\(alerts.count) alerts", path: "/alerts")
    }

    func messagesPage() async -> String {
        let messages = await view.messages(limit: 100)
        return pages.page(
            MessagesContent(messages: messages.map(MessageRow.init)), title: "Messages sent", path: "/messages")
    }
}
