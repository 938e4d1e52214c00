internal import ConfigText
internal import Model

extension Service {
    static let pagerDuty = Service(
        "pagerduty_configs", global: PagerDutyGlobal.self, secretKeys: ["routing_key", "service_key"],
        templates: #"""
            {{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
            {{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
            {{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
            {{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}
            """#,
        read: PagerDutyReader.read)
}

/// What `global` says for PagerDuty.
struct PagerDutyGlobal: ServiceGlobal {
    var url: String?

    init() {}

    init(_ reader: MappingReader) {
        url = HTTPClientReader.url("pagerduty_url", in: reader)
    }
}

/// Reads an entry of `pagerduty_configs`.
enum PagerDutyReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> PagerDutyIntegration? {
        let keys = ["routing_key", "routing_key_file", "service_key", "service_key_file"].filter(reader.has)
        let routing = reader.secret("routing_key", file: "routing_key_file")
        let service = reader.secret("service_key", file: "service_key_file")
        if keys.isEmpty {
            reader.error("\(reader.path) has no key", mend: "write routing_key_file")
        } else if keys.count > 1 {
            reader.bothStand(keys[0], keys[1])
        }
        let isOld = routing == nil && service != nil
        let standard = HTTPClientReader.url("url", in: reader) ?? global[PagerDutyGlobal.self].url
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
        config.http = reader.client(or: global)
        return PagerDutyIntegration(config: config)
    }
}
