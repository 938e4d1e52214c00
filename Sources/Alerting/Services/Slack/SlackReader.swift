internal import ConfigText
internal import Model

extension Service {
    static let slack = Service(
        "slack_configs", global: SlackGlobal.self,
        secretKeys: ["api_url", "app_token", "slack_api_url", "slack_app_token"], templates: SlackTemplates.all,
        read: SlackReader.read)
}

/// What `global` says for Slack.
struct SlackGlobal: ServiceGlobal {
    var url: Secret?
    var token: Secret?
    var appURL = "https://slack.com/api/chat.postMessage"

    init() {}

    init(_ reader: MappingReader) {
        url = reader.secret("slack_api_url", file: "slack_api_url_file")
        token = reader.secret("slack_app_token", file: "slack_app_token_file")
        assign(HTTPClientReader.url("slack_app_url", in: reader), to: &appURL)
    }
}

/// Reads an entry of `slack_configs`.
enum SlackReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> SlackIntegration? {
        let shared = global[SlackGlobal.self]
        var slack = SlackConfig(position: reader.position, apiURL: .inline(shared.appURL))
        slack.client = reader.client(or: global)
        let url = reader.secret("api_url", file: "api_url_file")
        let token = reader.secret("app_token", file: "app_token_file")
        let appURL = HTTPClientReader.url("app_url", in: reader)
        if url != nil, token != nil { reader.bothStand("api_url", "app_token") }
        if let url = url ?? (token == nil ? shared.url : nil) {
            slack.apiURL = url
        } else if let token = token ?? shared.token {
            slack.client.authorization = token
            slack.apiURL = .inline(appURL ?? shared.appURL)
        } else if !reader.has("api_url"), !reader.has("api_url_file") {
            reader.error(
                "the receiver has no Slack address", mend: "write api_url_file here, or slack_api_url_file in global")
        }
        if case .inline(let text) = url, let value = reader.value("api_url") {
            _ = HTTPClientReader.check(text, value)
            reader.warnOfPlaceholder(Located(text, at: value.position))
        }
        reader.sendResolved(kind: "Slack message", into: &slack.sendResolved)
        for (key, path) in texts { assign(reader.text(key), to: &slack[keyPath: path]) }
        assign(reader.boolean("link_names"), to: &slack.linkNames)
        extras(reader, into: &slack)
        return SlackIntegration(config: slack)
    }

    private static var texts: [(String, WritableKeyPath<SlackConfig, String>)] {
        [
            ("channel", \.channel), ("username", \.username), ("color", \.color), ("title", \.title),
            ("title_link", \.titleLink), ("pretext", \.pretext), ("text", \.text), ("fallback", \.fallback),
            ("icon_emoji", \.iconEmoji), ("icon_url", \.iconURL), ("callback_id", \.callbackID), ("footer", \.footer),
            ("image_url", \.imageURL), ("thumb_url", \.thumbURL),
        ]
    }

    private static func extras(_ reader: MappingReader, into slack: inout SlackConfig) {
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
}
