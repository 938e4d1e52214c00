internal import ConfigText
internal import Foundation
internal import GoTemplate
internal import Model
internal import State
internal import Transfers

/// The JSON that Alertmanager posts to webhooks, version 4:
/// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
struct WebhookPayload: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let status: String
        let labels: [String: String]
        let annotations: [String: String]
        let startsAt: String
        let endsAt: String
        let generatorURL: String
        let fingerprint: String

        init(_ alert: NotificationAlert) {
            status = alert.isResolved ? "resolved" : "firing"
            labels = alert.alert.labels.texts
            annotations = alert.alert.annotations
            startsAt = TemplateTime(milliseconds: alert.alert.startsAt).rfc3339
            endsAt = alert.isResolved ? TemplateTime(milliseconds: alert.alert.endsAt).rfc3339 : "0001-01-01T00:00:00Z"
            generatorURL = alert.alert.generatorURL
            fingerprint = FingerprintText.text(alert.fingerprint)
        }
    }

    let receiver: String
    let status: String
    let alerts: [Item]
    let groupLabels: [String: String]
    let commonLabels: [String: String]
    let commonAnnotations: [String: String]
    let externalURL: String
    let version = "4"
    let groupKey: String
    let truncatedAlerts: Int

    init(_ data: NotificationData, maxAlerts: Int) {
        let kept = maxAlerts > 0 ? Array(data.alerts.prefix(maxAlerts)) : data.alerts
        receiver = data.receiver
        status = data.status
        alerts = kept.map(Item.init)
        groupLabels = data.groupLabels
        commonLabels = data.commonLabels
        commonAnnotations = data.commonAnnotations
        externalURL = data.externalURL
        groupKey = data.groupKey
        truncatedAlerts = data.alerts.count - kept.count
    }
}

struct WebhookIntegration: Integration {
    let config: WebhookConfig

    let kind = "webhook"
    var sendsResolved: Bool { config.sendResolved }
    var destination: String {
        guard case .inline(let url) = config.url else { return "a webhook" }
        return "the webhook at \(Placeholder.host(of: url))"
    }
    var templates: [Located<String>] { [] }

    private static let shortListMax = 50

    static func post(_ config: WebhookConfig, _ text: NotificationText) throws -> WebPost {
        let url = try config.url.read()
        // A list that was too long is sent shorter.
        let limit = config.maxAlerts > 0 ? config.maxAlerts : Int.max
        let maxAlerts = text.isPlain ? min(limit, shortListMax) : config.maxAlerts
        return try .json(
            WebhookPayload(text.data, maxAlerts: maxAlerts), to: url, client: config.client, secrets: [url])
    }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        await courier.send(try Self.post(config, text), within: config.timeout)
    }

    /// Its other form is a shorter list, which helps where the list was too long.
    func hasPlainForm(after reason: String) -> Bool { reason.contains("413") }
}
