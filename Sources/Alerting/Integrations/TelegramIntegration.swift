internal import SiteConfig
internal import Transfers

/// A message of a Telegram bot: https://core.telegram.org/bots/api#sendmessage
private struct TelegramMessage: Encodable {
    let chat: String
    let text: String
    let parseMode: String?
    let disablesNotification: Bool?
    let thread: Int?
    let disablesPreview = true

    enum CodingKeys: String, CodingKey {
        case text
        case chat = "chat_id"
        case parseMode = "parse_mode"
        case disablesNotification = "disable_notification"
        case thread = "message_thread_id"
        case disablesPreview = "disable_web_page_preview"
    }
}

enum TelegramIntegration {
    /// Telegram refuses a longer message.
    private static let textLengthMax = 4_096

    static func post(_ config: TelegramConfig, _ text: NoticeText) throws -> WebPost {
        let token = try config.token.read()
        typealias Marked = (text: String, mode: String)
        let (expanded, mode) = text.fitted(
            textLengthMax, { (marked: Marked) in length(marked.text, mode: marked.mode) }
        ) {
            text -> Marked in
            let mode = text.isPlain ? "" : config.parseMode
            return (text.body(config.message, "message", escapesHTML: mode == "HTML"), mode)
        }
        let message = TelegramMessage(
            chat: try config.chat.read(), text: expanded, parseMode: mode.isEmpty ? nil : mode,
            disablesNotification: config.disablesNotifications ? true : nil, thread: config.thread)
        let base = config.url.hasSuffix("/") ? String(config.url.dropLast()) : config.url
        return try .json(message, to: "\(base)/bot\(token)/sendMessage", client: config.http, secrets: [token])
    }

    /// The length of a text once its marks are read, in UTF-16 units, as Telegram counts.
    static func length(_ text: String, mode: String) -> Int {
        guard mode == "HTML" else { return text.utf16.count }
        var length = 0
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "<", let end = rest.firstIndex(of: ">") {
                rest = rest[rest.index(after: end)...]
            } else if scalar == "&", let end = rest.prefix(10).firstIndex(of: ";") {
                length += 1
                rest = rest[rest.index(after: end)...]
            } else {
                length += scalar.value > 0xffff ? 2 : 1
            }
        }
        return length
    }
}
