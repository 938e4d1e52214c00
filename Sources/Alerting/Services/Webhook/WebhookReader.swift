internal import ConfigText
internal import Model

extension Service {
    static let webhook = Service(
        "webhook_configs", addressKeys: ["url"],
        read: WebhookReader.read)
}

/// Reads an entry of `webhook_configs`.
enum WebhookReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> WebhookIntegration? {
        let url = reader.located("url")
        let file = reader.path("url_file")
        if url != nil, file != nil { reader.bothStand("url", "url_file") }
        var secret: Secret?
        if let url, !url.value.isEmpty, let value = reader.value("url") {
            secret = HTTPClientReader.check(url.value, value).map { .inline($0) } ?? .inline("")
            reader.warnOfPlaceholder(url)
            if holdsCredential(url.value) {
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
        webhook.client = reader.client(or: global)
        reader.notActedOn("payload", because: "the body is Alertmanager's own JSON")
        return WebhookIntegration(config: webhook)
    }

    private static func holdsCredential(_ url: String) -> Bool {
        if Redaction.urls(in: url) != url { return true }
        let query = url.drop { $0 != "?" }.lowercased()
        return ["token=", "key=", "secret=", "password="].contains { query.contains($0) }
    }
}
