internal import ConfigText
internal import Model

extension Service {
    static let telegram = Service(
        "telegram_configs", global: TelegramGlobal.self, secretKeys: ["bot_token", "telegram_bot_token"],
        templates: #"""
            {{ define "telegram.default.message" }}{{ template "watchpost.lines" .Alerts }}{{ end }}
            """#,
        read: TelegramReader.read)
}

/// What `global` says for Telegram.
struct TelegramGlobal: ServiceGlobal {
    var token: Secret?
    var url: String?

    init() {}

    init(_ reader: MappingReader) {
        token = reader.secret("telegram_bot_token", file: "telegram_bot_token_file")
        url = HTTPClientReader.url("telegram_api_url", in: reader)
    }
}

/// Reads an entry of `telegram_configs`.
enum TelegramReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> TelegramIntegration? {
        let shared = global[TelegramGlobal.self]
        let token = reader.credential("bot_token", or: ("telegram_bot_token", shared.token))
        var chat: Secret?
        if let number = reader.integer("chat_id") { chat = .inline(String(number)) }
        if let file = reader.path("chat_id_file") {
            if chat != nil { reader.bothStand("chat_id", "chat_id_file") }
            chat = .file(file)
        }
        if chat == nil, !reader.has("chat_id") {
            reader.error("\(reader.path) has no chat_id", mend: "write chat_id, the number of the chat")
        }
        let url = HTTPClientReader.url("api_url", in: reader) ?? shared.url ?? "https://api.telegram.org"
        var config = TelegramConfig(
            position: reader.position, token: token ?? .inline(""), chat: chat ?? .inline(""), url: url)
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        assign(reader.text("message"), to: &config.message)
        assign(reader.boolean("disable_notifications"), to: &config.disablesNotifications)
        config.thread = reader.integer("message_thread_id")
        // An empty mode is plain text, and stands for itself.
        if let mode = reader.choice("parse_mode", among: ["", "MarkdownV2", "Markdown", "HTML"]) {
            config.parseMode = mode
        }
        config.http = reader.client(or: global)
        return TelegramIntegration(config: config)
    }
}
