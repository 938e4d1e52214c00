internal import Foundation
internal import GoTemplate
internal import SiteConfig
internal import Transfers

/// A message for Slack's incoming webhooks: https://api.slack.com/messaging/webhooks
///
/// Its form is Alertmanager's, which sends attachments rather than blocks.
struct SlackPayload: Encodable, Sendable {
    struct Field: Encodable, Sendable {
        let title: String
        let value: String
        let short: Bool?
    }

    struct Action: Encodable, Sendable {
        let type: String
        let text: String
        let url: String?
        let style: String?
        let name: String?
        let value: String?
    }

    struct Attachment: Encodable, Sendable {
        let title: String?
        let titleLink: String?
        let pretext: String?
        let text: String
        let fallback: String
        let callbackID: String
        let fields: [Field]?
        let actions: [Action]?
        let imageURL: String?
        let thumbURL: String?
        let footer: String
        let color: String?
        let mrkdwnIn: [String]?

        enum CodingKeys: String, CodingKey {
            case title, pretext, text, fallback, fields, actions, footer, color
            case titleLink = "title_link"
            case callbackID = "callback_id"
            case imageURL = "image_url"
            case thumbURL = "thumb_url"
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

    init(_ config: SlackConfig, _ text: NoticeText) throws(TemplateError) {
        channel = try text.optional(config.channel, "channel")
        username = try text.optional(config.username, "username")
        iconEmoji = try text.optional(config.iconEmoji, "icon_emoji")
        iconURL = try text.optional(config.iconURL, "icon_url")
        linkNames = config.linkNames ? true : nil
        var fields: [Field] = []
        for field in config.fields {
            fields.append(
                Field(
                    title: try text.expand(field.title, "title"), value: try text.expand(field.value, "value"),
                    short: field.short ?? config.shortFields))
        }
        var actions: [Action] = []
        for action in config.actions {
            actions.append(
                Action(
                    type: try text.expand(action.type, "type"), text: try text.expand(action.text, "text"),
                    url: try text.optional(action.url, "url"), style: try text.optional(action.style, "style"),
                    name: try text.optional(action.name, "name"), value: try text.optional(action.value, "value")))
        }
        let title = NoticeText.cut(try text.expand(config.title, "title"), to: Self.titleLengthMax)
        attachments = [
            Attachment(
                title: title.isEmpty ? nil : title, titleLink: try text.optional(config.titleLink, "title_link"),
                pretext: try text.optional(config.pretext, "pretext"),
                text: NoticeText.cut(text.body(config.text, "text"), to: Self.textLengthMax),
                fallback: try text.expand(config.fallback, "fallback"),
                callbackID: try text.expand(config.callbackID, "callback_id"),
                fields: fields.isEmpty ? nil : fields, actions: actions.isEmpty ? nil : actions,
                imageURL: try text.optional(config.imageURL, "image_url"),
                thumbURL: try text.optional(config.thumbURL, "thumb_url"),
                footer: try text.expand(config.footer, "footer"), color: try text.optional(config.color, "color"),
                mrkdwnIn: config.formattedParts.isEmpty ? nil : config.formattedParts)
        ]
    }
}

enum SlackIntegration {
    static func post(_ config: SlackConfig, _ text: NoticeText) throws -> WebPost {
        let url = try config.apiURL.read()
        return try .json(try SlackPayload(config, text), to: url, client: config.client, secrets: [url])
    }

    /// Slack's other methods answer 200 with `"ok": false` when they refuse.
    static func judge(_ response: HTTPResponse) -> DeliveryAttempt? {
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
