internal import ConfigText
internal import Model

/// Reads the entries of `receivers`.
struct ReceiverReader {
    let global: AlertmanagerGlobal

    func receiver(_ reader: MappingReader) -> ReceiverConfig? {
        let name = reader.required("name", mend: "write name")
        var receiver = ReceiverConfig(name: name?.value ?? "")
        receiver.emails = reader.mappings("email_configs") { EmailReader.read($0, global: global) }
        receiver.slacks = reader.mappings("slack_configs", slack)
        receiver.webhooks = reader.mappings("webhook_configs", webhook)
        PushReceiverReader(global: global).read(reader, into: &receiver)
        receiver.undeliverables = OtherIntegration.all.flatMap { $0.check(in: reader, global: global) }
        return name == nil ? nil : receiver
    }

    private func slack(_ reader: MappingReader) -> SlackConfig? {
        var slack = SlackConfig(position: reader.position, apiURL: .inline(global.slackAppURL))
        assign(reader.mapping("http_config", HTTPClientReader.read) ?? global.client, to: &slack.client)
        let url = reader.secret("api_url", file: "api_url_file")
        let token = reader.secret("app_token", file: "app_token_file")
        let appURL = HTTPClientReader.url("app_url", in: reader)
        if url != nil, token != nil { reader.bothStand("api_url", "app_token") }
        if let url = url ?? (token == nil ? global.slackURL : nil) {
            slack.apiURL = url
        } else if let token = token ?? global.slackToken {
            slack.client.authorization = token
            slack.apiURL = .inline(appURL ?? global.slackAppURL)
        } else if !reader.has("api_url"), !reader.has("api_url_file") {
            reader.error(
                "the receiver has no Slack address", mend: "write api_url_file here, or slack_api_url_file in global")
        }
        if case .inline(let text) = url, let value = reader.value("api_url") {
            _ = HTTPClientReader.check(text, value)
            Self.warnOfPlaceholder(Located(text, at: value.position), in: reader)
        }
        Self.sendResolved(reader, kind: "Slack message", into: &slack.sendResolved)
        for (key, path) in Self.slackTexts { assign(reader.text(key), to: &slack[keyPath: path]) }
        assign(reader.boolean("link_names"), to: &slack.linkNames)
        Self.slackExtras(reader, into: &slack)
        return slack
    }

    private static var slackTexts: [(String, WritableKeyPath<SlackConfig, String>)] {
        [
            ("channel", \.channel), ("username", \.username), ("color", \.color), ("title", \.title),
            ("title_link", \.titleLink), ("pretext", \.pretext), ("text", \.text), ("fallback", \.fallback),
            ("icon_emoji", \.iconEmoji), ("icon_url", \.iconURL), ("callback_id", \.callbackID), ("footer", \.footer),
            ("image_url", \.imageURL), ("thumb_url", \.thumbURL),
        ]
    }

    private static func slackExtras(_ reader: MappingReader, into slack: inout SlackConfig) {
        slack.fields = reader.mappings("fields") { field in
            let title = field.required("title", mend: "write title")
            let value = field.required("value", mend: "write value")
            return SlackConfig.Field(
                title: title?.value ?? "", value: value?.value ?? "", short: field.boolean("short"))
        }
        slack.actions = reader.mappings("actions") { action in
            let type = action.required("type", mend: "write type: button")
            let text = action.required("text", mend: "write text")
            if !action.has("url"), !action.has("name") {
                action.error("the action has no url", mend: "write url or name")
            }
            action.accepted("confirm")
            return SlackConfig.Action(
                type: type?.value ?? "", text: text?.value ?? "", url: action.text("url") ?? "",
                style: action.text("style") ?? "", name: action.text("name") ?? "", value: action.text("value") ?? "")
        }
        assign(reader.boolean("short_fields"), to: &slack.shortFields)
        if reader.has("mrkdwn_in") { slack.formattedParts = reader.texts("mrkdwn_in").map(\.value) }
        _ = reader.boolean("update_message")
        _ = reader.duration("timeout")
        reader.notActedOn(
            "message_text", "update_message", because: "it is not part of the message", mend: "put it into text")
    }

    private func webhook(_ reader: MappingReader) -> WebhookConfig? {
        let url = reader.located("url")
        let file = reader.path("url_file")
        if url != nil, file != nil { reader.bothStand("url", "url_file") }
        var secret: Secret?
        if let url, !url.value.isEmpty, let value = reader.value("url") {
            secret = HTTPClientReader.check(url.value, value).map { .inline($0) } ?? .inline("")
            Self.warnOfPlaceholder(url, in: reader)
            if Self.holdsCredential(url.value) {
                value.warn("\(value.shownPath) holds a credential and leaks with the file", mend: "write url_file")
            }
        } else if let file {
            secret = .file(file)
        }
        if secret == nil { reader.error("the webhook has no address", mend: "write url or url_file") }
        var webhook = WebhookConfig(position: reader.position, url: secret ?? .inline(""))
        assign(reader.boolean("send_resolved"), to: &webhook.sendResolved)
        assign(reader.count("max_alerts"), to: &webhook.maxAlerts)
        assign(reader.duration("timeout"), to: &webhook.timeout)
        assign(reader.mapping("http_config", HTTPClientReader.read) ?? global.client, to: &webhook.client)
        reader.notActedOn("payload", because: "the body is Alertmanager's own JSON")
        return webhook
    }

    private static func holdsCredential(_ url: String) -> Bool {
        if Redaction.urls(in: url) != url { return true }
        let query = url.drop { $0 != "?" }.lowercased()
        return ["token=", "key=", "secret=", "password="].contains { query.contains($0) }
    }

    static func sendResolved(_ reader: MappingReader, kind: String, into sendResolved: inout Bool) {
        if let given = reader.boolean("send_resolved") {
            sendResolved = given
        } else if !reader.has("send_resolved") {
            reader.warn(
                "\(reader.path) sends no \(kind) when the trouble is over", mend: "write send_resolved: true, or false")
        }
    }

    static func warnOfPlaceholder(_ text: Located<String>?, in reader: MappingReader) {
        guard let text, let placeholder = Placeholders.found(in: text.value) else { return }
        reader.problems.warn(
            at: text.position, "\(placeholder) is a placeholder: nothing is sent there", mend: "write your own address")
    }
}
