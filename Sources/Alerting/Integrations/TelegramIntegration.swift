internal import Foundation
internal import GoTemplate
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
        let expanded = text.body(config.message, "message", escapesHTML: config.parseMode == "HTML")
        let message = TelegramMessage(
            chat: try config.chat.read(), text: NoticeText.cut(expanded, to: textLengthMax),
            parseMode: config.parseMode.isEmpty ? nil : config.parseMode,
            disablesNotification: config.disablesNotifications ? true : nil, thread: config.thread)
        let base = config.url.hasSuffix("/") ? String(config.url.dropLast()) : config.url
        return try .json(message, to: "\(base)/bot\(token)/sendMessage", client: config.http, secrets: [token])
    }

    /// Telegram says in the body for how many seconds it wants to be left alone.
    static func judge(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            struct Parameters: Decodable {
                let retryAfter: Int?
                enum CodingKeys: String, CodingKey { case retryAfter = "retry_after" }
            }
            let description: String?
            let parameters: Parameters?
        }
        guard response.status != 200,
            let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
        else { return nil }
        let pause = answer.parameters?.retryAfter.map { Duration.seconds(max(0, $0)) }
        return .failed(
            "Telegram refused the message: \(answer.description ?? "status \(response.status)")",
            mayRetry: response.status == 429 || response.status >= 500, pause: pause)
    }
}
