internal import Foundation
internal import GoTemplate
internal import SiteConfig
internal import Transfers

/// A message for Slack's incoming webhooks: https://api.slack.com/messaging/webhooks
struct SlackPayload: Encodable, Sendable {
    struct Attachment: Encodable, Sendable {
        let title: String
        let titleLink: String?
        let pretext: String?
        let text: String
        let fallback: String
        let color: String?
        let mrkdwnIn = ["fallback", "pretext", "text"]

        enum CodingKeys: String, CodingKey {
            case title, pretext, text, fallback, color
            case titleLink = "title_link"
            case mrkdwnIn = "mrkdwn_in"
        }
    }

    let channel: String?
    let username: String?
    let iconEmoji: String?
    let iconURL: String?
    let linkNames: Bool?
    let attachments: [Attachment]

    enum CodingKeys: String, CodingKey {
        case channel, username, attachments
        case iconEmoji = "icon_emoji"
        case iconURL = "icon_url"
        case linkNames = "link_names"
    }

    /// Slack cuts longer titles itself, in the middle of a word.
    private static let titleLengthMax = 1_024
    /// Slack refuses messages that are much longer.
    private static let textLengthMax = 30_000

    init(
        _ config: SlackConfig, _ data: NotificationData, _ templates: NotificationTemplates, now: Int64
    ) throws(TemplateError) {
        func expand(_ text: String, _ field: String) throws(TemplateError) -> String {
            try templates.expand(text, field: field, data, now: now)
        }
        func optional(_ text: String, _ field: String) throws(TemplateError) -> String? {
            let expanded = try expand(text, field)
            return expanded.isEmpty ? nil : expanded
        }
        channel = try optional(config.channel, "channel")
        username = try optional(config.username, "username")
        iconEmoji = try optional(config.iconEmoji, "icon_emoji")
        iconURL = try optional(config.iconURL, "icon_url")
        linkNames = config.linkNames ? true : nil
        attachments = [
            Attachment(
                title: Self.cut(try expand(config.title, "title"), to: Self.titleLengthMax),
                titleLink: try optional(config.titleLink, "title_link"),
                pretext: try optional(config.pretext, "pretext"),
                text: Self.cut(try expand(config.text, "text"), to: Self.textLengthMax),
                fallback: try expand(config.fallback, "fallback"), color: try optional(config.color, "color"))
        ]
    }

    static func cut(_ text: String, to length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }
}

enum SlackIntegration {
    static func send(
        _ data: NotificationData, _ config: SlackConfig, _ templates: NotificationTemplates, _ transfers: Transfers,
        now: Int64, timeout: Duration
    ) async -> DeliveryAttempt {
        let url: String
        let body: Data
        do {
            url = try config.apiURL.read()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes]
            body = try encoder.encode(try SlackPayload(config, data, templates, now: now))
        } catch {
            return .failed("\(error)", mayRetry: false)
        }
        if let reason = Placeholder.reason(url: url) { return .notConfigured(reason) }
        do throws(TransferError) {
            let response = try await transfers.send(
                HTTPRequest(
                    method: "POST", url: url, headers: [("Content-Type", "application/json")], body: [UInt8](body),
                    timeout: timeout, maxResponseBytes: 1 << 20, client: config.client))
            return refusal(in: response) ?? DeliveryAttempt(response, hiding: url)
        } catch {
            return DeliveryAttempt(error, hiding: url)
        }
    }

    /// Slack's other methods answer 200 with `"ok": false` when they refuse.
    private static func refusal(in response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let ok: Bool
            let error: String?
        }
        guard response.status == 200, let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
            !answer.ok
        else { return nil }
        return .failed("Slack refused the message: \(answer.error ?? "no reason given")", mayRetry: false)
    }
}
