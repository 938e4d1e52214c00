/// The services that a receiver may name, in the order in which their integrations are told: the one list.
enum Services {
    static let all: [Service] =
        [
            .email,
            .slack,
            .webhook,
            .pagerDuty,
            .opsGenie,
            .telegram,
            .pushover,
            .teams,
            .teamsWorkflow,
            .discord,
        ] + undeliverable.map(\.service)

    /// Those of Alertmanager that are read and checked, and by which nothing is delivered.
    static let undeliverable: [UndeliverableKind] = [
        UndeliverableKind(
            name: "wechat",
            keys: ["api_url", "corp_id", "message", "to_user", "to_party", "to_tag", "agent_id", "message_type"],
            secrets: [.init("api_secret", global: "wechat_api_secret")], globalTexts: ["wechat_api_corp_id"],
            globalAddresses: ["wechat_api_url"]),
        UndeliverableKind(
            name: "victorops",
            keys: [
                "api_url", "message_type", "state_message", "entity_display_name", "monitoring_tool",
                "custom_fields",
            ], required: ["routing_key"], secrets: [.init("api_key", global: "victorops_api_key")],
            globalAddresses: ["victorops_api_url"]),
        UndeliverableKind(
            name: "sns", keys: ["api_url", "sigv4", "subject", "message", "attributes"],
            oneOf: [["topic_arn", "phone_number", "target_arn"]]),
        UndeliverableKind(
            name: "webex", keys: ["api_url", "message"], required: ["room_id"], needsClient: true,
            globalAddresses: ["webex_api_url"]),
        UndeliverableKind(
            name: "jira",
            keys: [
                "api_url", "api_type", "summary", "description", "labels", "priority", "reopen_transition",
                "resolve_transition", "wont_fix_resolution", "reopen_duration", "fields", "custom_fields",
            ], required: ["project", "issue_type"], globalAddresses: ["jira_api_url"]),
        UndeliverableKind(
            name: "rocketchat",
            keys: [
                "api_url", "channel", "color", "title", "title_link", "text", "fields", "short_fields", "emoji",
                "icon_url",
                "image_url", "thumb_url", "link_names", "actions",
            ], secrets: [.init("token", global: "rocketchat_token"), .init("token_id", global: "rocketchat_token_id")],
            globalAddresses: ["rocketchat_api_url"]),
        UndeliverableKind(
            name: "incidentio",
            keys: ["alert_source_token", "alert_source_token_file", "max_alerts", "timeout", "metadata"],
            oneOf: [["url", "url_file"]]),
        UndeliverableKind(
            name: "mattermost",
            keys: [
                "channel", "username", "text", "icon_url", "icon_emoji", "attachments", "props", "priority",
                "fields",
            ],
            secrets: [.init("webhook_url", global: "mattermost_webhook_url")]),
    ]
}
