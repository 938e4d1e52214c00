internal import ConfigText
internal import Model

/// `global` of `alertmanager.yml`: what receivers have where they say nothing themselves.
struct AlertmanagerGlobal {
    var resolveTimeout: Duration = .seconds(300)
    var client = HTTPClientConfig()
    var mailFrom = ""
    var mailHello = "localhost"
    var mailServer = ""
    var mailUsername = ""
    var mailPassword: Secret?
    var mailIdentity = ""
    var mailRequireTLS = true
    var mailImplicitTLS: Bool?
    var mailTLS = HTTPClientConfig()
    var slackURL: Secret?
    var slackToken: Secret?
    var slackAppURL = "https://slack.com/api/chat.postMessage"
    /// Credentials of services, by their keys.
    var secrets: [String: Secret] = [:]
    /// Addresses of services, by their keys.
    var addresses: [String: String] = [:]

    private static let secretKeys = [
        "opsgenie_api_key", "wechat_api_secret", "victorops_api_key", "telegram_bot_token", "rocketchat_token",
        "rocketchat_token_id", "mattermost_webhook_url",
    ]
    private static let addressKeys = [
        "pagerduty_url", "opsgenie_api_url", "wechat_api_url", "victorops_api_url",
        "telegram_api_url", "webex_api_url", "rocketchat_api_url", "jira_api_url",
    ]

    static func read(_ reader: MappingReader) -> AlertmanagerGlobal {
        var global = AlertmanagerGlobal()
        assign(reader.duration("resolve_timeout", above: .zero), to: &global.resolveTimeout)
        assign(reader.mapping("http_config", HTTPClientReader.read), to: &global.client)
        global.readMail(reader)
        global.slackURL = reader.secret("slack_api_url", file: "slack_api_url_file")
        global.slackToken = reader.secret("slack_app_token", file: "slack_app_token_file")
        assign(HTTPClientReader.url("slack_app_url", in: reader), to: &global.slackAppURL)
        for key in secretKeys { global.secrets[key] = reader.secret(key, file: "\(key)_file") }
        for key in addressKeys { global.addresses[key] = HTTPClientReader.url(key, in: reader) }
        _ = reader.text("wechat_api_corp_id")
        return global
    }

    private mutating func readMail(_ reader: MappingReader) {
        assign(reader.text("smtp_from"), to: &mailFrom)
        if let hello = reader.text("smtp_hello"), !hello.isEmpty { mailHello = hello }
        assign(EmailReader.server("smtp_smarthost", in: reader), to: &mailServer)
        assign(reader.text("smtp_auth_username"), to: &mailUsername)
        mailPassword = reader.secret("smtp_auth_password", file: "smtp_auth_password_file")
        EmailReader.refuseSharedSecret("smtp_auth_secret", in: reader)
        assign(reader.text("smtp_auth_identity"), to: &mailIdentity)
        assign(reader.boolean("smtp_require_tls"), to: &mailRequireTLS)
        assign(reader.boolean("smtp_force_implicit_tls"), to: &mailImplicitTLS)
        assign(reader.mapping("smtp_tls_config", HTTPClientReader.tls), to: &mailTLS)
    }
}
