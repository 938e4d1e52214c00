internal import ConfigText
internal import Model

extension Service {
    /// Message cards.
    static let teams = Service(
        "msteams_configs", secretKeys: ["webhook_url"],
        templates: #"""
            {{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
            {{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
            {{ define "msteams.default.text" }}{{ template "watchpost.markdown" . }}{{ end }}
            """#,
        read: { TeamsReader.read($0, $1, .message) })

    /// Adaptive cards, for workflows.
    static let teamsWorkflow = Service(
        "msteamsv2_configs", secretKeys: ["webhook_url"],
        templates: #"""
            {{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
            {{ define "msteamsv2.default.text" }}{{ template "watchpost.markdown" . }}{{ end }}
            """#,
        read: { TeamsReader.read($0, $1, .adaptive) })
}

/// Reads an entry of `msteams_configs` or `msteamsv2_configs`.
enum TeamsReader {
    static func read(
        _ reader: MappingReader, _ global: AlertmanagerGlobal, _ card: TeamsConfig.Card
    ) -> TeamsIntegration? {
        let url = reader.credential("webhook_url")
        var config = TeamsConfig(position: reader.position, card: card, url: url ?? .inline(""))
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        assign(reader.text("title"), to: &config.title)
        if card == .message { assign(reader.text("summary"), to: &config.summary) }
        assign(reader.text("text"), to: &config.text)
        config.http = reader.client(or: global)
        return TeamsIntegration(config: config)
    }
}
