internal import ConfigText
internal import Model

extension Service {
    static let opsGenie = Service(
        "opsgenie_configs", global: OpsGenieGlobal.self, secretKeys: ["opsgenie_api_key"],
        templates: #"""
            {{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
            {{ define "opsgenie.default.description" }}{{ template "watchpost.lines" .Alerts }}{{ end }}
            {{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}
            """#,
        read: OpsGenieReader.read)
}

/// What `global` says for OpsGenie.
struct OpsGenieGlobal: ServiceGlobal {
    var key: Secret?
    var url: String?

    init() {}

    init(_ reader: MappingReader) {
        key = reader.secret("opsgenie_api_key", file: "opsgenie_api_key_file")
        url = HTTPClientReader.url("opsgenie_api_url", in: reader)
    }
}

/// Reads an entry of `opsgenie_configs`.
enum OpsGenieReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> OpsGenieIntegration? {
        let shared = global[OpsGenieGlobal.self]
        let key = reader.credential("api_key", or: ("opsgenie_api_key", shared.key))
        let url = HTTPClientReader.url("api_url", in: reader) ?? shared.url ?? "https://api.opsgenie.com/"
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
        config.http = reader.client(or: global)
        return OpsGenieIntegration(config: config)
    }

    private static func responder(_ reader: MappingReader) -> OpsGenieConfig.Responder? {
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
}
