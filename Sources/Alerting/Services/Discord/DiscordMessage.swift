/// A message of a webhook: https://discord.com/developers/docs/resources/webhook#execute-webhook
struct DiscordMessage: Encodable, Sendable {
    /// https://discord.com/developers/docs/resources/message#embed-object
    struct Embed: Encodable, Sendable {
        let title: String?
        let description: String?
        let color: Int
    }

    let content: String?
    let embeds: [Embed]
    let username: String?
    let avatarURL: String?

    enum CodingKeys: String, CodingKey {
        case content, embeds, username
        case avatarURL = "avatar_url"
    }

    /// Characters, beyond which Discord refuses the message. A title and a description together stay within the 6,000
    /// that all embeds of a message may have.
    private static let titleLengthMax = 256
    private static let descriptionLengthMax = 4_096
    private static let contentLengthMax = 2_000
    private static let usernameLengthMax = 80

    /// Those of Alertmanager.
    private static let firingColor = 0x99_2d22
    private static let resolvedColor = 0x2e_cc71

    init(_ config: DiscordConfig, _ text: NotificationText) {
        let title = Self.visible(text.line(config.title, "title"), atMost: Self.titleLengthMax)
        let body = text.fitted(Self.descriptionLengthMax, \String.unicodeScalars.count) { text in
            text.body(config.message, "message")
        }
        let description = Self.visible(body, atMost: Self.descriptionLengthMax)
        content = text.optional(config.content, "content").flatMap {
            Self.visible($0, atMost: Self.contentLengthMax)
        }
        // Discord refuses a message in which there is nothing to see.
        let isEmpty = title == nil && description == nil && content == nil
        embeds = [
            Embed(
                title: isEmpty ? text.headline : title, description: description,
                color: text.isFiring ? Self.firingColor : Self.resolvedColor)
        ]
        // Either may be what Discord refused.
        username = text.isPlain ? nil : Self.visible(config.username, atMost: Self.usernameLengthMax)
        avatarURL = text.isPlain || config.avatarURL.isEmpty ? nil : config.avatarURL
    }

    /// What Discord takes of `text`; `nil` for what it shows nothing of.
    private static func visible(_ text: String, atMost length: Int) -> String? {
        text.allSatisfy(\.isWhitespace) ? nil : NotificationText.cut(text, to: length)
    }
}
