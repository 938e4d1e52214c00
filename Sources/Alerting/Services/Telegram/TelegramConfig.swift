internal import ConfigText
internal import Model

/// An entry of `telegram_configs`: https://core.telegram.org/bots/api#sendmessage
struct TelegramConfig: Sendable {
    var position: SourcePosition
    var sendResolved = true
    var token: Secret
    /// A number.
    var chat: Secret
    var thread: Int?
    var url: String
    var message = #"{{ template "telegram.default.message" . }}"#
    var disablesNotifications = false
    /// `HTML`, `MarkdownV2`, `Markdown`, or empty for plain text.
    var parseMode = "HTML"
    var http = HTTPClientConfig()

    init(position: SourcePosition, token: Secret, chat: Secret, url: String) {
        self.position = position
        self.token = token
        self.chat = chat
        self.url = url
    }

    var templates: [String] { [message] }
}
