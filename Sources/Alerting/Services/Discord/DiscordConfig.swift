internal import ConfigText
internal import Model

/// An entry of `discord_configs`: https://discord.com/developers/docs/resources/webhook#execute-webhook
struct DiscordConfig: Sendable {
    var position: SourcePosition
    var sendResolved = true
    /// The webhook's address; its last part is a credential.
    var url: Secret
    var title = #"{{ template "discord.default.title" . }}"#
    var message = #"{{ template "discord.default.message" . }}"#
    /// What stands above the embed; there a mention calls people.
    var content = #"{{ template "discord.default.content" . }}"#
    /// Empty: the webhook's own. As Alertmanager, no template.
    var username = ""
    /// Empty: the webhook's own. As Alertmanager, no template.
    var avatarURL = ""
    var http = HTTPClientConfig()

    init(position: SourcePosition, url: Secret) {
        self.position = position
        self.url = url
    }

    var templates: [String] { [title, message, content] }
}
