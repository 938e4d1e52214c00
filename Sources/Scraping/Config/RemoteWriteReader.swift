internal import Base
internal import ConfigText
internal import Model

/// Reads `remote_write`.
enum RemoteWriteReader {
    private static let messages = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"]

    static func read(_ reader: MappingReader) -> [RemoteWriteConfig] {
        var names: Set<String> = []
        return reader.mappings("remote_write") { remote($0, names: &names) }
    }

    private static func remote(_ reader: MappingReader, names: inout Set<String>) -> RemoteWriteConfig? {
        let given = reader.required("url", mend: "write url")
        let url = given.flatMap { url -> String? in
            if ["http://", "https://"].contains(where: { url.value.lowercased().hasPrefix($0) }) { return url.value }
            // Prometheus takes such an address too, and fails when it sends.
            if !url.value.isEmpty {
                reader.problems.warn(
                    at: url.position, "remote_write has a url without a scheme, to which nothing can be sent",
                    mend: "write http://HOST:PORT/…")
            }
            return nil
        }
        OtherServersCheck.name(reader, &names)
        OtherServersCheck.headers(reader)
        let name = reader.text("name") ?? ""
        var config = RemoteWriteConfig(name: name, url: url ?? "")
        assign(reader.duration("remote_timeout", above: .zero), to: &config.timeout)
        config.headers = reader.textMap("headers").map { ($0.key.value, $0.value.value) }
        config.relabelConfigs = RelabelReader.rules("write_relabel_configs", in: reader)
        if reader.boolean("send_exemplars") == true {
            reader.notActedOn("send_exemplars", because: "exemplars stay here")
        }
        if reader.boolean("send_native_histograms") == true {
            reader.notActedOn("send_native_histograms", because: "native histograms are not stored")
        }
        _ = reader.boolean("round_robin_dns")
        config.usesVersion2 = reader.choice("protobuf_message", among: messages) == messages[1]
        reader.read("queue_config") { queue($0, into: &config) }
        reader.read("metadata_config") { metadata in
            _ = metadata.boolean("send")
            _ = metadata.duration("send_interval")
            _ = metadata.count("max_samples_per_send")
        }
        login(reader)
        config.client = HTTPClientReader.read(reader)
        // Without a name of its own a remote is known by its address, whose queue goes on over restarts.
        if name.isEmpty { config.name = String(ByteHash.stable(config.url), radix: 16) }
        return url == nil ? nil : config
    }

    private static func login(_ reader: MappingReader) {
        reader.notActedOn(
            "sigv4", "azuread", "google_iam", because: "clouds' logins are not known", mend: "use another")
        let logins = ["sigv4", "azuread", "google_iam", "basic_auth", "authorization", "oauth2"].filter(reader.has)
        if logins.count > 1, logins != ["basic_auth", "authorization"] { reader.bothStand(logins[0], logins[1]) }
    }

    private static func queue(_ reader: MappingReader, into config: inout RemoteWriteConfig) {
        // One connection sends what is on the disk, in order: shards and their capacity have nothing to say.
        for key in ["capacity", "min_shards", "max_shards"] { _ = reader.integer(key, atLeast: 1) }
        assign(reader.integer("max_samples_per_send", atLeast: 1), to: &config.samplesPerSend)
        assign(reader.duration("batch_send_deadline", above: .zero), to: &config.sendDeadline)
        assign(reader.boolean("retry_on_http_429"), to: &config.retriesTooManyRequests)
        if let limit = reader.duration("sample_age_limit"), limit > .zero { config.ageLimit = limit }
        assign(reader.duration("min_backoff", above: .zero), to: &config.leastBackoff)
        assign(reader.duration("max_backoff", above: .zero), to: &config.mostBackoff)
        if config.mostBackoff < config.leastBackoff {
            reader.error("max_backoff is shorter than min_backoff", mend: "raise max_backoff")
        }
    }
}
