internal import ConfigText
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

    init(_ config: SlackConfig, _ text: NotificationText) {
        channel = text.optional(config.channel, "channel")
        username = text.optional(config.username, "username")
        iconEmoji = text.optional(config.iconEmoji, "icon_emoji")
        iconURL = text.link(config.iconURL, "icon_url")
        linkNames = config.linkNames ? true : nil
        var fields: [Field] = []
        for field in config.fields where !text.isPlain {
            fields.append(
                Field(
                    title: (text.optional(field.title, "title") ?? ""),
                    value: (text.optional(field.value, "value") ?? ""),
                    short: field.short ?? config.shortFields))
        }
        var actions: [Action] = []
        for action in config.actions where !text.isPlain {
            actions.append(
                Action(
                    type: (text.optional(action.type, "type") ?? ""), text: (text.optional(action.text, "text") ?? ""),
                    url: text.link(action.url, "url"), style: text.optional(action.style, "style"),
                    name: text.optional(action.name, "name"), value: text.optional(action.value, "value")))
        }
        let title = NotificationText.cut(text.line(config.title, "title"), to: Self.titleLengthMax)
        attachments = [
            Attachment(
                title: title.isEmpty ? nil : title, titleLink: text.link(config.titleLink, "title_link"),
                pretext: text.optional(config.pretext, "pretext"),
                text: text.body(config.text, "text"),
                fallback: text.line(config.fallback, "fallback"),
                callbackID: (text.optional(config.callbackID, "callback_id") ?? ""),
                fields: fields.isEmpty ? nil : fields, actions: actions.isEmpty ? nil : actions,
                imageURL: text.link(config.imageURL, "image_url"),
                thumbURL: text.link(config.thumbURL, "thumb_url"),
                footer: (text.optional(config.footer, "footer") ?? ""), color: text.optional(config.color, "color"),
                mrkdwnIn: config.formattedParts.isEmpty ? nil : config.formattedParts)
        ]
    }
}

struct SlackIntegration: Integration {
    let config: SlackConfig

    let kind = "slack"
    var sendsResolved: Bool { config.sendResolved }
    var destination: String { config.channel.isEmpty ? "Slack" : "Slack, \(config.channel)" }
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    /// Bytes of the whole message. Slack cuts or refuses texts of more than 40,000 characters.
    private static let sizeMax = 39_000

    static func post(_ config: SlackConfig, _ text: NotificationText) throws -> WebPost {
        let url = try config.apiURL.read()
        return try text.fitted(sizeMax, \WebPost.body.count) { text in
            try .json(SlackPayload(config, text), to: url, client: config.client, secrets: [url])
        }
    }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        await courier.send(try Self.post(config, text), judge: Self.refusal)
    }

    /// `{"ok": false, "error": …}`: https://api.slack.com/web#responses. Webhooks answer with the bare word.
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let ok: Bool
            let error: String?
        }
        let answer: Answer? = ServiceRefusal.answer(response)
        if answer?.ok == true { return nil }
        let text = String(decoding: response.body.prefix(300), as: UTF8.self)
        let isTaken = (200..<300).contains(response.status)
        if isTaken, answer == nil { return nil }
        let word = answer.map { $0.error ?? "no reason given" } ?? text
        let passing = ["ratelimited", "rate_limited", "fatal_error", "internal_error", "service_unavailable"]
        if passing.contains(word) {
            let pause = response.headers["retry-after"].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
            return ServiceRefusal.refused(by: "Slack", code: 429, word, pause: pause)
        }
        let content = [
            "invalid_payload", "invalid_blocks", "invalid_attachments", "too_many_attachments", "msg_too_long",
            "no_text",
            "message_too_long", "invalid_arguments", "invalid_form_data", "msg_blocks_too_long",
        ]
        if content.contains(word) { return ServiceRefusal.refused(by: "Slack", code: 400, word, isAboutContent: true) }
        return answer == nil ? nil : ServiceRefusal.refused(by: "Slack", code: 400, word, isAboutContent: false)
    }
}
