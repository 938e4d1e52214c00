package import ConfigText
import Grok
import Listening

/// Reads the inputs of a pipeline's files that take events from the network.
package struct PipelineInputReader {
    private let resources: PipelineResources
    let usesSchema: Bool
    let problems: ProblemList

    /// - Parameters:
    ///   - resources: where the paths of settings are.
    ///   - usesSchema: whether names of the Elastic Common Schema are meant where an input does not say.
    package init(_ resources: PipelineResources, usesSchema: Bool, problems: ProblemList) {
        self.resources = resources
        self.usesSchema = usesSchema
        self.problems = problems
    }

    /// Names of the inputs that it knows.
    package static let names: Set = ["beats", "elastic_agent", "tcp", "udp", "syslog", "http", "gelf"]

    /// The input of a plugin; `nil` for one of another name, and for one in which something is wrong, which is told.
    /// - Parameter id: names the input where its settings do not.
    package func read(_ plugin: PluginSyntax, id: String) -> PipelineInput? {
        guard Self.names.contains(plugin.name) else { return nil }
        let errors = problems.errors.count
        var settings = PluginSettings(plugin, usesSchema: usesSchema, problems)
        let schema = settings.schema()
        let name = settings.string("id") ?? id
        let codec = codec(&settings, schema)
        var input: PipelineInput
        switch plugin.name {
        case "tcp": input = tcp(&settings, name, codec, schema)
        case "udp": input = udp(&settings, name, codec, schema)
        case "syslog": input = syslog(&settings, name, codec, schema)
        case "http": input = http(&settings, name, codec, schema)
        case "gelf": input = gelf(&settings, name, codec, schema)
        default: input = beats(&settings, name, codec, schema)
        }
        input.decoration = InputDecoration(
            type: settings.string("type"), tags: settings.list("tags") ?? [],
            fields: (settings.pairs("add_field") ?? []).map { (FieldName($0.name), $0.value.interpolated) })
        settings.ignore("enable_metric", "threads", "workers", "queue_size", "executor_threads", "event_loop_threads")
        settings.finish()
        return problems.errors.count == errors ? input : nil
    }

    // MARK: Each input

    private func listening(
        _ settings: inout PluginSettings, _ transport: LogListening.Transport, port standard: Int?
    ) -> LogListening {
        let port = settings.whole("port", 1...65_535) ?? standard
        if port == nil, !settings.isSet("port") {
            problems.error(at: settings.position, "\(settings.plugin.name) has no \"port\"", mend: "add port => 5044")
        }
        // Logstash's own standard is every address of the host.
        return LogListening(transport, host: settings.string("host") ?? "127.0.0.1", port: port ?? 0)
    }

    private func beats(_ settings: inout PluginSettings, _ id: String, _ codec: InputCodec, _ schema: Bool)
        -> PipelineInput
    {
        var beats = BeatsInput()
        let enriches = settings.list("enrich") ?? ["codec_metadata", "source_metadata"]
        func adds(_ name: String) -> Bool { enriches.contains(name) || enriches.contains("all") }
        beats.addsCodecTag = adds("codec_metadata") && settings.flag("include_codec_tag", true)
        beats.addsSource = adds("source_metadata")
        beats.addsPeerName = adds("ssl_peer_metadata") || settings.flag("ssl_peer_metadata", false)
        settings.ignore("add_hostname")
        if codec.kind == .multiline {
            problems.error(
                at: settings.position, "beats cannot have the codec multiline",
                mend: "put lines together in filebeat.yml, where their order is known")
        }
        var input = PipelineInput(
            id: id, .beats(beats), [listening(&settings, .tcp, port: nil)], codec: codec, usesSchema: schema)
        input.idleTimeout = .seconds(settings.whole("client_inactivity_timeout", 0...86_400) ?? 60)
        if input.idleTimeout == .zero { input.idleTimeout = nil }
        input.tls = tls(&settings)
        return input
    }

    private func tcp(_ settings: inout PluginSettings, _ id: String, _ codec: InputCodec, _ schema: Bool)
        -> PipelineInput
    {
        if settings.choice("mode", ["server", "client"], "server") == "client" {
            problems.error(
                at: settings.position, "tcp with mode => client is not done here",
                mend: "let the sender connect to this port, and remove mode")
        }
        if settings.flag("proxy_protocol", false) {
            problems.error(
                at: settings.position, "proxy_protocol is not read: its line would be an event",
                mend: "let the proxy send without it")
        }
        settings.ignore("tcp_keep_alive", "dns_reverse_lookup_enabled")
        var input = PipelineInput(
            id: id, .tcp, [listening(&settings, .tcp, port: nil)], codec: codec, usesSchema: schema)
        input.tls = tls(&settings)
        return input
    }

    private func udp(_ settings: inout PluginSettings, _ id: String, _ codec: InputCodec, _ schema: Bool)
        -> PipelineInput
    {
        var listening = listening(&settings, .udp, port: nil)
        if let bytes = settings.whole("receive_buffer_bytes", 1...1 << 30) { listening.receiveBuffer = bytes }
        settings.ignore("buffer_size")
        if settings.has("source_ip_fieldname") {
            problems.warn(
                at: settings.position, "source_ip_fieldname is not acted on",
                mend: "rename the field with mutate { rename => … }")
        }
        return PipelineInput(id: id, .udp, [listening], codec: codec, usesSchema: schema)
    }

    private func syslog(_ settings: inout PluginSettings, _ id: String, _ codec: InputCodec, _ schema: Bool)
        -> PipelineInput
    {
        var syslog = SyslogInput()
        syslog.usesLabels = settings.flag("use_labels", true)
        if let labels = settings.list("facility_labels") { syslog.facilityLabels = labels }
        if let labels = settings.list("severity_labels") { syslog.severityLabels = labels }
        syslog.timeZone = settings.string("timezone")
        for name in ["grok_pattern", "syslog_field", "proxy_protocol"] where settings.has(name) {
            problems.error(
                at: settings.position, "\(name) of syslog is not done here",
                mend: "use the input tcp or udp, and the filters grok and syslog_pri")
        }
        settings.ignore("locale")
        let stream = listening(&settings, .tcp, port: 514)
        let datagrams = LogListening(.udp, host: stream.host, port: stream.port)
        return PipelineInput(id: id, .syslog(syslog), [stream, datagrams], codec: codec, usesSchema: schema)
    }

    private func http(_ settings: inout PluginSettings, _ id: String, _ codec: InputCodec, _ schema: Bool)
        -> PipelineInput
    {
        var http = HTTPInput(usesSchema: schema)
        http.user = settings.string("user")
        http.password = settings.string("password")
        if (http.user == nil) != (http.password == nil) {
            problems.error(
                at: settings.position, "http has one of user and password", mend: "write both, or none of them")
        }
        if let status = settings.whole("response_code", 200...204) { http.status = status }
        http.codecs = ["application/json": InputCodec(.json, keepsOriginal: schema)]
        for (type, name) in settings.textPairs("additional_codecs") ?? [] {
            guard let kind = InputCodec.Kind(rawValue: name), kind != .multiline else {
                problems.error(
                    at: settings.position, "additional_codecs has the codec \"\(name.prefix(60))\"",
                    mend: "write plain, line, json or json_lines")
                continue
            }
            http.codecs[type.lowercased()] = InputCodec(kind, keepsOriginal: schema)
        }
        if let bytes = settings.whole("max_content_length", 1...1 << 40) { http.bodyBytesMax = min(bytes, 64 << 20) }
        if let name = settings.string("remote_host_target_field") { http.hostField = FieldReference(name) }
        if let name = settings.string("request_headers_target_field") { http.headersField = FieldReference(name) }
        http.answerHeaders = (settings.textPairs("response_headers") ?? []).filter { pair in
            // A line's end would begin another header.
            !(pair.name + pair.value).unicodeScalars.contains { $0.value < 32 }
        }
        settings.ignore("max_pending_requests", "verify_mode")
        var input = PipelineInput(
            id: id, .http(http), [listening(&settings, .tcp, port: 8_080)], codec: codec, usesSchema: schema)
        input.idleTimeout = .seconds(60)
        input.tls = tls(&settings)
        return input
    }

    private func gelf(_ settings: inout PluginSettings, _ id: String, _ codec: InputCodec, _ schema: Bool)
        -> PipelineInput
    {
        var gelf = GELFInput()
        gelf.renames = settings.flag("remap", true)
        gelf.stripsUnderscores = settings.flag("strip_leading_underscore", true)
        var datagrams = listening(&settings, .udp, port: 12_201)
        var stream = LogListening(.tcp, host: datagrams.host, port: datagrams.port)
        if let port = settings.whole("port_udp", 1...65_535) { datagrams.port = port }
        if let port = settings.whole("port_tcp", 1...65_535) { stream.port = port }
        var listenings: [LogListening] = []
        if settings.flag("use_udp", true) { listenings.append(datagrams) }
        if settings.flag("use_tcp", false) { listenings.append(stream) }
        return PipelineInput(id: id, .gelf(gelf), listenings, codec: codec, usesSchema: schema)
    }

    // MARK: TLS

    private func tls(_ settings: inout PluginSettings) -> TLSSettings? {
        // Names of Logstash 8, and those of before.
        let isOn =
            settings.flag("ssl_enabled", false) || settings.flag("ssl", false) || settings.flag("ssl_enable", false)
        let certificate = settings.string("ssl_certificate") ?? settings.string("ssl_cert")
        let key = settings.string("ssl_key")
        let passphrase = settings.string("ssl_key_passphrase")
        let authorities =
            (settings.list("ssl_certificate_authorities") ?? []) + (settings.list("ssl_extra_chain_certs") ?? [])
        let clients = clients(&settings)
        settings.ignore(
            "ssl_cipher_suites", "cipher_suites", "ssl_supported_protocols", "tls_min_version", "tls_max_version",
            "ssl_handshake_timeout")
        for name in ["ssl_keystore_path", "keystore", "ssl_truststore_path"] where settings.has(name) {
            problems.error(
                at: settings.position, "\(name) is a store of Java, which is not read",
                mend: "write ssl_certificate and ssl_key with files of PEM")
        }
        guard isOn else {
            if certificate != nil {
                problems.warn(
                    at: settings.position,
                    "\(settings.plugin.name) has a certificate and no ssl_enabled: it is in clear",
                    mend: "add ssl_enabled => true")
            }
            return nil
        }
        guard let certificate, let key else {
            problems.error(
                at: settings.position, "\(settings.plugin.name) has ssl and no certificate",
                mend: "add ssl_certificate => \"/…/server.crt\" and ssl_key => \"/…/server.key\"")
            return nil
        }
        var tls = TLSSettings(certificate: resources.path(certificate), key: resources.path(key))
        tls.passphrase = passphrase
        tls.authorities = authorities.map { resources.path($0) }
        tls.clients = clients
        if clients != .anyone, authorities.isEmpty {
            problems.error(
                at: settings.position, "clients are asked for certificates, and no authority is named",
                mend: "add ssl_certificate_authorities => [\"/…/ca.crt\"]")
        }
        return tls
    }

    private func clients(_ settings: inout PluginSettings) -> TLSSettings.Clients {
        let fresh = settings.choice("ssl_client_authentication", TLSSettings.Clients.allCases.map(\.rawValue), "none")
        let former = settings.choice("ssl_verify_mode", ["none", "peer", "force_peer"], "none")
        if former == "force_peer" { return .known }
        if former == "peer", fresh == "none" { return .checked }
        // tcp asks by a flag, which is on unless it is said otherwise.
        if settings.plugin.name == "tcp", settings.isSet("ssl_verify"), settings.flag("ssl_verify", true) {
            return .known
        }
        settings.ignore("ssl_verify")
        return TLSSettings.Clients(rawValue: fresh) ?? .anyone
    }

    // MARK: Codecs

    func codec(_ settings: inout PluginSettings, _ schema: Bool) -> InputCodec {
        guard let setting = settings.raw("codec") else { return InputCodec(.plain, keepsOriginal: schema) }
        let plugin: PluginSyntax
        switch setting.value.content {
        case .plugin(let inner): plugin = inner
        default:
            plugin = PluginSyntax(name: setting.value.text ?? "", position: setting.value.position, settings: [])
        }
        guard let kind = InputCodec.Kind(rawValue: plugin.name) else {
            problems.error(
                at: setting.value.position, "there is no codec \"\(plugin.name.prefix(60))\" for inputs",
                mend: "known are " + InputCodec.Kind.allCases.map(\.rawValue).joined(separator: ", "))
            return InputCodec(.plain, keepsOriginal: schema)
        }
        var inner = PluginSettings(plugin, usesSchema: schema, problems)
        var codec = InputCodec(kind, keepsOriginal: inner.schema())
        if let delimiter = inner.string("delimiter") {
            codec.delimiter = Array(delimiter.utf8)
            if delimiter.isEmpty || delimiter.utf8.count > 16 {
                problems.error(
                    at: plugin.position, "delimiter has no text, or more than 16 bytes", mend: "leave it out")
            }
        }
        if let target = inner.string("target") { codec.target = FieldReference(target) }
        if let charset = inner.string("charset"), !["UTF-8", "US-ASCII", "ASCII"].contains(charset.uppercased()) {
            problems.warn(
                at: plugin.position, "the charset \(charset.prefix(40)) is not read here: texts are taken for UTF-8",
                mend: "let the sender write UTF-8")
        }
        if kind == .multiline { codec.multiline = multiline(&inner) }
        inner.ignore("format", "id", "enable_metric", "decode_size_limit_bytes")
        inner.finish()
        return codec
    }

    private func multiline(_ settings: inout PluginSettings) -> MultilineRule? {
        let library = GrokFilter.library(&settings, resources)
        let text = settings.required("pattern")
        if settings.raw("what") == nil {
            problems.error(at: settings.position, "multiline has no \"what\"", mend: "add what => \"previous\"")
        }
        do {
            var rule = MultilineRule(try GrokPattern(text, library).expression)
            rule.joinsPrevious = settings.choice("what", ["previous", "next"], "previous") == "previous"
            rule.negates = settings.flag("negate", false)
            if let lines = settings.whole("max_lines", 1...1_000_000) { rule.linesMax = lines }
            if let bytes = settings.raw("max_bytes")?.value.text.flatMap(Self.bytes) { rule.bytesMax = bytes }
            if let tag = settings.string("multiline_tag") { rule.tag = tag }
            rule.flushInterval = settings.seconds("auto_flush_interval").map { .milliseconds($0) }
            return rule
        } catch {
            problems.error(at: settings.position, "\(error)", mend: "correct the pattern")
            return nil
        }
    }

    /// `10 MiB`, `500KB`, or a number.
    private static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits), number > 0, number < 1 << 30 else { return nil }
        switch text.dropFirst(digits.count).drop(while: { $0 == " " }).lowercased() {
        case "", "b": return number
        case "kb", "kib", "k": return min(number, 1 << 20) << 10
        case "mb", "mib", "m": return min(number, 64) << 20
        default: return nil
        }
    }
}

extension PipelineInput {
    /// Why the input must not be opened unless the site allows it: other hosts could send to it. `nil` where only programs of
    /// this host can.
    package var openAddress: String? {
        guard let open = listenings.first(where: { !$0.isLoopback }) else { return nil }
        return
            "\(open.url) can be reached from other hosts, and anyone there could write into the logs; listen at 127.0.0.1, "
            + "or say --insecure-listen"
    }
}
