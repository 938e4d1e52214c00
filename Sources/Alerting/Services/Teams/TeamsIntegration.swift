internal import ConfigText
internal import Transfers

/// A message card: https://learn.microsoft.com/outlook/actionable-messages/message-card-reference
private struct MessageCard: Encodable {
    let context = "http://schema.org/extensions"
    let type = "MessageCard"
    let title: String
    let summary: String
    let text: String
    let themeColor: String

    enum CodingKeys: String, CodingKey {
        case title, summary, text, themeColor
        case context = "@context"
        case type = "@type"
    }
}

/// An adaptive card, as a Teams workflow takes it: https://adaptivecards.io/explorer/AdaptiveCard.html
private struct AdaptiveCardMessage: Encodable {
    struct Block: Encodable {
        let type = "TextBlock"
        let text: String
        var weight: String?
        var size: String?
        var style: String?
        var color: String?
        let wrap = true
    }

    struct Width: Encodable { let width = "full" }

    struct Card: Encodable {
        let schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        let type = "AdaptiveCard"
        let version = "1.2"
        let body: [Block]
        let msteams = Width()

        enum CodingKeys: String, CodingKey {
            case type, version, body, msteams
            case schema = "$schema"
        }
    }

    struct Attachment: Encodable {
        let contentType = "application/vnd.microsoft.card.adaptive"
        let content: Card
    }

    let type = "message"
    let attachments: [Attachment]
}

struct TeamsIntegration: Integration {
    let config: TeamsConfig

    let kind = "msteams"
    var sendsResolved: Bool { config.sendResolved }
    let destination = "Microsoft Teams"
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    /// Bytes of the whole message, beyond which Teams refuses it.
    private static let sizeMax = 28_000
    private static let titleLengthMax = 1_024

    static func post(_ config: TeamsConfig, _ text: NotificationText) throws -> WebPost {
        let url = try config.url.read()
        return try text.fitted(sizeMax, \WebPost.body.count) { text in
            try post(config, text, to: url)
        }
    }

    private static func post(_ config: TeamsConfig, _ text: NotificationText, to url: String) throws -> WebPost {
        let title = NotificationText.cut(text.line(config.title, "title"), to: titleLengthMax)
        let body = text.body(config.text, "text")
        switch config.card {
        case .message:
            let card = MessageCard(
                title: title, summary: NotificationText.cut(text.line(config.summary, "summary"), to: titleLengthMax),
                text: body,
                themeColor: text.isFiring ? "8C1A1A" : "2DC72D")
            return try .json(card, to: url, client: config.http, secrets: [url])
        case .adaptive:
            let card = AdaptiveCardMessage.Card(body: [
                .init(
                    text: title, weight: "Bolder", size: "Medium", style: "heading",
                    color: text.isFiring ? "attention" : "good"),
                .init(text: body),
            ])
            let message = AdaptiveCardMessage(attachments: [.init(content: card)])
            return try .json(message, to: url, client: config.http, secrets: [url])
        }
    }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        await courier.send(try Self.post(config, text), judge: Self.refusal)
    }

    /// A text with the status of the service behind it, itself with 200:
    /// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        guard (200..<300).contains(response.status) else { return nil }
        let text = String(decoding: response.body.prefix(2_000), as: UTF8.self)
        let isRefusal =
            ["http error", "failed with error", "\"error\"", "summary or text is required", "bad payload"]
            .contains { text.lowercased().contains($0) }
        guard isRefusal else { return nil }
        let code = text.firstMatch(of: #/HTTP error (\d{3})/#.ignoresCase()).flatMap { Int($0.output.1) } ?? 400
        return ServiceRefusal.refused(by: "Teams", code: code, text)
    }
}
