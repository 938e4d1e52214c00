internal import ConfigText
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

struct TelegramIntegration: Integration {
    let config: TelegramConfig

    let kind = "telegram"
    var sendsResolved: Bool { config.sendResolved }
    let destination = "Telegram"
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    /// Telegram refuses a longer message.
    private static let textLengthMax = 4_096

    static func post(_ config: TelegramConfig, _ text: NotificationText) throws -> WebPost {
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

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        await courier.send(try Self.post(config, text), judge: Self.refusal)
    }

    /// `{"ok": false, "error_code": …}`: https://core.telegram.org/bots/api#making-requests
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            struct Parameters: Decodable {
                let retryAfter: Int?
                enum CodingKeys: String, CodingKey { case retryAfter = "retry_after" }
            }

            let ok: Bool
            let code: Int?
            let description: String?
            let parameters: Parameters?
            enum CodingKeys: String, CodingKey {
                case ok, description, parameters
                case code = "error_code"
            }
        }
        guard let answer: Answer = ServiceRefusal.answer(response), !answer.ok else { return nil }
        let code = answer.code ?? (response.status < 300 ? 400 : response.status)
        let reason = answer.description ?? "status \(code)"
        let words = ["parse entities", "too long", "is empty", "entity", "unsupported start tag"]
        let isAboutContent = code == 413 || code == 400 && words.contains { reason.lowercased().contains($0) }
        // Telegram says in the body for how many seconds it wants to be left alone.
        let pause = answer.parameters?.retryAfter.map { Duration.seconds(max(0, $0)) }
        return ServiceRefusal.refused(by: "Telegram", code: code, reason, pause: pause, isAboutContent: isAboutContent)
    }
}
