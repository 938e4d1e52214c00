internal import ConfigText

/// A way of notifying that Alertmanager has and we have not: its keys are checked as Alertmanager checks them,
/// and a warning says that nothing is delivered.
struct OtherIntegration {
    let name: String
    /// Keys that need no more check than to be known.
    private let keys: [String]
    /// Keys that must be there.
    private var required: [String] = []
    /// Credentials, each under its key or `KEY_file`, that must be there, or in `global` under the given name.
    private var secrets: [(key: String, global: String?)] = []
    /// Of each list exactly one must be there.
    private var oneOf: [[String]] = []
    /// Whether the login stands in `http_config`, which must be there.
    private var needsClient = false

    private var key: String { "\(name)_configs" }

    /// - Returns: the entries of this kind.
    func check(in receiver: MappingReader, global: AlertmanagerGlobal) -> [UndeliverableConfig] {
        let entries = receiver.mappings(key) { check($0, global: global) }
        if entries.isEmpty { return [] }
        receiver.problems.warn(
            at: receiver.keyPosition(key), "\(receiver.value.joined(key)) is known, and nothing is delivered by it",
            mend:
                "use webhook_configs, slack_configs or email_configs; "
                + "each notification stands in the delivery log as failed")
        return entries
    }

    private func check(_ reader: MappingReader, global: AlertmanagerGlobal) -> UndeliverableConfig? {
        let sendResolved = reader.boolean("send_resolved") ?? (name != "wechat")
        _ = reader.mapping("http_config", HTTPClientReader.read)
        if needsClient, !reader.has("http_config") {
            reader.error("\(reader.path) has no http_config", mend: "write http_config with authorization")
        }
        reader.accepted(keys: keys)
        for key in required { _ = reader.required(key, mend: "write \(key)") }
        for (key, globalKey) in secrets {
            let secret = reader.secret(key, file: "\(key)_file")
            if secret != nil || reader.has(key) || reader.has("\(key)_file") { continue }
            if let globalKey, global.secrets[globalKey] != nil { continue }
            reader.error(
                "\(reader.path) has no \(key)",
                mend: "write \(key)_file" + (globalKey.map { ", or \($0) in global" } ?? ""))
        }
        for keys in oneOf {
            reader.accepted(keys: keys)
            let present = keys.filter(reader.has)
            if present.isEmpty {
                reader.error("\(reader.path) has none of \(keys.joined(separator: ", "))", mend: "write one of them")
            } else if present.count > 1 {
                reader.bothStand(present[0], present[1])
            }
        }
        return UndeliverableConfig(position: reader.position, kind: name, sendResolved: sendResolved)
    }

    static var all: [OtherIntegration] {
        [
            OtherIntegration(
                name: "wechat",
                keys: ["api_url", "corp_id", "message", "to_user", "to_party", "to_tag", "agent_id", "message_type"],
                secrets: [("api_secret", "wechat_api_secret")]),
            OtherIntegration(
                name: "victorops",
                keys: [
                    "api_url", "message_type", "state_message", "entity_display_name", "monitoring_tool",
                    "custom_fields",
                ], required: ["routing_key"], secrets: [("api_key", "victorops_api_key")]),
            OtherIntegration(
                name: "sns", keys: ["api_url", "sigv4", "subject", "message", "attributes"],
                oneOf: [["topic_arn", "phone_number", "target_arn"]]),
            OtherIntegration(
                name: "discord", keys: ["title", "message", "content", "username", "avatar_url"],
                oneOf: [["webhook_url", "webhook_url_file"]]),
            OtherIntegration(name: "webex", keys: ["api_url", "message"], required: ["room_id"], needsClient: true),
            OtherIntegration(
                name: "jira",
                keys: [
                    "api_url", "api_type", "summary", "description", "labels", "priority", "reopen_transition",
                    "resolve_transition", "wont_fix_resolution", "reopen_duration", "fields", "custom_fields",
                ], required: ["project", "issue_type"]),
            OtherIntegration(
                name: "rocketchat",
                keys: [
                    "api_url", "channel", "color", "title", "title_link", "text", "fields", "short_fields", "emoji",
                    "icon_url",
                    "image_url", "thumb_url", "link_names", "actions",
                ], secrets: [("token", "rocketchat_token"), ("token_id", "rocketchat_token_id")]),
            OtherIntegration(
                name: "incidentio",
                keys: ["alert_source_token", "alert_source_token_file", "max_alerts", "timeout", "metadata"],
                oneOf: [["url", "url_file"]]),
            OtherIntegration(
                name: "mattermost",
                keys: [
                    "channel", "username", "text", "icon_url", "icon_emoji", "attachments", "props", "priority",
                    "fields",
                ],
                secrets: [("webhook_url", "mattermost_webhook_url")]),
        ]
    }

    private init(
        name: String, keys: [String], required: [String] = [], secrets: [(key: String, global: String?)] = [],
        oneOf: [[String]] = [], needsClient: Bool = false
    ) {
        self.name = name
        self.keys = keys
        self.required = required
        self.secrets = secrets
        self.oneOf = oneOf
        self.needsClient = needsClient
    }
}
