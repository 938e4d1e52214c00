internal import ConfigText
internal import Model

/// Reads the receivers that are services of others: `pagerduty_configs` and its kin.
struct PushReceiverReader {
    let global: AlertmanagerGlobal

    func read(_ reader: MappingReader, into receiver: inout ReceiverConfig) {
        receiver.pagerDuties = reader.mappings("pagerduty_configs", pagerDuty)
        receiver.opsGenies = reader.mappings("opsgenie_configs", opsGenie)
        receiver.telegrams = reader.mappings("telegram_configs", telegram)
        receiver.pushovers = reader.mappings("pushover_configs", pushover)
        receiver.teams = reader.mappings("msteams_configs") { teams($0, .message) }
        receiver.teams += reader.mappings("msteamsv2_configs") { teams($0, .adaptive) }
    }

    private func client(_ reader: MappingReader) -> HTTPClientConfig {
        reader.mapping("http_config", HTTPClientReader.read) ?? global.client
    }

    /// A credential that must be there, here or in `global`.
    private func credential(_ key: String, or shared: String? = nil, in reader: MappingReader) -> Secret? {
        if let secret = reader.secret(key, file: "\(key)_file") ?? shared.flatMap({ global.secrets[$0] }) {
            return secret
        }
        if !reader.has(key), !reader.has("\(key)_file") {
            reader.error(
                "\(reader.path) has no \(key)",
                mend: "write \(key)_file" + (shared.map { ", or \($0) in global" } ?? ""))
        }
        return nil
    }

    private func service(_ key: String, global shared: String, standard: String, in reader: MappingReader) -> String {
        HTTPClientReader.url(key, in: reader) ?? global.addresses[shared] ?? standard
    }

    // MARK: PagerDuty

    private func pagerDuty(_ reader: MappingReader) -> PagerDutyConfig? {
        let keys = ["routing_key", "routing_key_file", "service_key", "service_key_file"].filter(reader.has)
        let routing = reader.secret("routing_key", file: "routing_key_file")
        let service = reader.secret("service_key", file: "service_key_file")
        if keys.isEmpty {
            reader.error("\(reader.path) has no key", mend: "write routing_key_file")
        } else if keys.count > 1 {
            reader.bothStand(keys[0], keys[1])
        }
        let isOld = routing == nil && service != nil
        let standard = HTTPClientReader.url("url", in: reader) ?? global.addresses["pagerduty_url"]
        var config = PagerDutyConfig(
            position: reader.position, key: routing ?? service ?? .inline(""),
            url: standard ?? "https://events.pagerduty.com/"
                + (isOld ? "generic/2010-04-15/create_event.json" : "v2/enqueue"))
        config.usesVersion1 = isOld
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        let texts: [(String, WritableKeyPath<PagerDutyConfig, String>)] = [
            ("client", \.client), ("client_url", \.clientURL), ("description", \.description), ("source", \.source),
            ("severity", \.severity), ("class", \.eventClass), ("component", \.component), ("group", \.group),
        ]
        for (key, path) in texts { assign(reader.text(key), to: &config[keyPath: path]) }
        for (key, value) in reader.textMap("details") { config.details[key.value] = value.value }
        config.images = reader.mappings("images") { image in
            PagerDutyConfig.Attachment(
                href: image.text("href") ?? "", text: image.text("alt") ?? "", source: image.text("src") ?? "")
        }
        config.links = reader.mappings("links") { link in
            PagerDutyConfig.Attachment(href: link.text("href") ?? "", text: link.text("text") ?? "")
        }
        _ = reader.duration("timeout")
        config.http = client(reader)
        return config
    }

    // MARK: OpsGenie

    private func opsGenie(_ reader: MappingReader) -> OpsGenieConfig? {
        let key = credential("api_key", or: "opsgenie_api_key", in: reader)
        let url = service(
            "api_url", global: "opsgenie_api_url", standard: "https://api.opsgenie.com/", in: reader)
        var config = OpsGenieConfig(position: reader.position, key: key ?? .inline(""), url: url)
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        let texts: [(String, WritableKeyPath<OpsGenieConfig, String>)] = [
            ("message", \.message), ("description", \.description), ("source", \.source), ("tags", \.tags),
            ("note", \.note), ("priority", \.priority), ("entity", \.entity), ("actions", \.actions),
        ]
        for (key, path) in texts { assign(reader.text(key), to: &config[keyPath: path]) }
        for (key, value) in reader.textMap("details") { config.details[key.value] = value.value }
        config.responders = reader.mappings("responders", responder)
        assign(reader.boolean("update_alerts"), to: &config.updatesAlerts)
        config.http = client(reader)
        return config
    }

    private func responder(_ reader: MappingReader) -> OpsGenieConfig.Responder? {
        if !["id", "name", "username"].contains(where: reader.has) {
            reader.error("a responder has no id, name or username", mend: "write one of them")
        }
        let type = reader.required("type", mend: "write type: team, user, escalation or schedule")
        if let type, !type.value.contains("{{"),
            !["team", "teams", "user", "escalation", "schedule"].contains(type.value.lowercased())
        {
            reader.problems.error(
                at: type.position, "there are no responders of the type \"\(type.value)\"",
                mend: "write team, user, escalation or schedule")
        }
        return OpsGenieConfig.Responder(
            id: reader.text("id") ?? "", name: reader.text("name") ?? "", username: reader.text("username") ?? "",
            type: type?.value ?? "")
    }

    // MARK: Telegram, Pushover, Teams

    private func telegram(_ reader: MappingReader) -> TelegramConfig? {
        let token = credential("bot_token", or: "telegram_bot_token", in: reader)
        var chat: Secret?
        if let number = reader.integer("chat_id") { chat = .inline(String(number)) }
        if let file = reader.path("chat_id_file") {
            if chat != nil { reader.bothStand("chat_id", "chat_id_file") }
            chat = .file(file)
        }
        if chat == nil, !reader.has("chat_id") {
            reader.error("\(reader.path) has no chat_id", mend: "write chat_id, the number of the chat")
        }
        let url = service(
            "api_url", global: "telegram_api_url", standard: "https://api.telegram.org", in: reader)
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
        config.http = client(reader)
        return config
    }

    private func pushover(_ reader: MappingReader) -> PushoverConfig? {
        let user = credential("user_key", in: reader)
        let token = credential("token", in: reader)
        var config = PushoverConfig(
            position: reader.position, userKey: user ?? .inline(""), token: token ?? .inline(""))
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        let texts: [(String, WritableKeyPath<PushoverConfig, String>)] = [
            ("title", \.title), ("message", \.message), ("url", \.link), ("url_title", \.linkTitle),
            ("device", \.device), ("sound", \.sound), ("priority", \.priority),
        ]
        for (key, path) in texts { assign(reader.text(key), to: &config[keyPath: path]) }
        assign(reader.duration("retry"), to: &config.retry)
        assign(reader.duration("expire"), to: &config.expire)
        assign(reader.duration("ttl"), to: &config.lifetime)
        assign(reader.boolean("html"), to: &config.usesHTML)
        assign(reader.boolean("monospace"), to: &config.isMonospace)
        if config.usesHTML, config.isMonospace { reader.bothStand("html", "monospace") }
        config.http = client(reader)
        return config
    }

    private func teams(_ reader: MappingReader, _ card: TeamsConfig.Card) -> TeamsConfig? {
        let url = credential("webhook_url", in: reader)
        var config = TeamsConfig(position: reader.position, card: card, url: url ?? .inline(""))
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        assign(reader.text("title"), to: &config.title)
        if card == .message { assign(reader.text("summary"), to: &config.summary) }
        assign(reader.text("text"), to: &config.text)
        config.http = client(reader)
        return config
    }
}
