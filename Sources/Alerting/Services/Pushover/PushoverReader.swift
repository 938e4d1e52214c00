internal import ConfigText
internal import Model

extension Service {
    static let pushover = Service(
        "pushover_configs", secretKeys: ["user_key"],
        templates: #"""
            {{ define "pushover.default.title" }}{{ template "__subject" . }}{{ end }}
            {{ define "pushover.default.message" }}{{ template "watchpost.lines" .Alerts }}{{ end }}
            {{ define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end }}
            """#,
        read: PushoverReader.read)
}

/// Reads an entry of `pushover_configs`.
enum PushoverReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> PushoverIntegration? {
        let user = reader.credential("user_key")
        let token = reader.credential("token")
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
        config.http = reader.client(or: global)
        return PushoverIntegration(config: config)
    }
}
