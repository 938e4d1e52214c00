internal import ConfigText
internal import Model

extension Service {
    static let discord = Service(
        "discord_configs", secretKeys: ["webhook_url"],
        templates: #"""
            {{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
            {{ define "discord.default.message" }}{{ template "watchpost.markdown" . }}{{ end }}
            {{ define "discord.default.content" }}{{ end }}
            """#,
        read: DiscordReader.read)
}

/// Reads an entry of `discord_configs`.
enum DiscordReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> DiscordIntegration? {
        let url = reader.credential("webhook_url")
        if case .inline(let text) = url, let value = reader.value("webhook_url") {
            _ = HTTPClientReader.check(text, value)
            reader.warnOfPlaceholder(Located(text, at: value.position))
        }
        var config = DiscordConfig(position: reader.position, url: url ?? .inline(""))
        assign(reader.boolean("send_resolved"), to: &config.sendResolved)
        assign(reader.text("title"), to: &config.title)
        assign(reader.text("message"), to: &config.message)
        assign(reader.text("content"), to: &config.content)
        if let username = reader.located("username") {
            config.username = username.value
            warnOfRefusedName(username, in: reader)
        }
        assign(HTTPClientReader.url("avatar_url", in: reader), to: &config.avatarURL)
        config.http = reader.client(or: global)
        return DiscordIntegration(config: config)
    }

    /// https://discord.com/developers/docs/resources/user#usernames-and-nicknames
    private static func warnOfRefusedName(_ name: Located<String>, in reader: MappingReader) {
        let words = ["clyde", "discord"].filter { name.value.lowercased().contains($0) }
        guard let word = words.first else { return }
        reader.problems.warn(
            at: name.position, "Discord refuses names with \"\(word)\" in them", mend: "choose another username")
    }
}
