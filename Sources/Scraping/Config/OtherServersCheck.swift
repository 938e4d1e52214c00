internal import ConfigText

/// The parts of `prometheus.yml` about other servers and Prometheus' own storage that are checked as Prometheus checks
/// them, and not acted on.
enum OtherServersCheck {
    private static let reservedHeaders: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type",
        "x-prometheus-remote-write-version",
        "user-agent", "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "www-authenticate",
        "accept-encoding", "x-prometheus-remote-read-version", "te", "trailer", "transfer-encoding",
    ]

    static func check(_ reader: MappingReader) {
        var names: Set<String> = []
        if reader.readEach("remote_read", { remoteRead($0, names: &names) }) {
            reader.notActedOn("remote_read", because: "queries read our own store alone")
        }
        if reader.read("tracing", tracing) {
            reader.notActedOn("tracing", because: "Watchpost sends no spans of its own")
        }
        if reader.read("otlp", otlp) { reader.notActedOn("otlp", because: "OTLP comes in a later version") }
        if reader.read("storage", storage) {
            reader.notActedOn(
                "storage", because: "storage is set in watchpost.yml", mend: "write storage in watchpost.yml")
        }
        if reader.read("runtime", { _ = $0.integer("gogc") }) {
            reader.notActedOn("runtime", because: "there is no Go runtime here")
        }
    }

    /// Checks that no two entries have one name.
    static func name(_ reader: MappingReader, _ names: inout Set<String>) {
        guard let name = reader.located("name"), !name.value.isEmpty else { return }
        if !names.insert(name.value).inserted {
            reader.problems.error(at: name.position, "the name \"\(name.value)\" stands twice", mend: "choose another")
        }
    }

    /// Refuses headers that are the server's own affair.
    static func headers(_ reader: MappingReader) {
        for (key, _) in reader.textMap("headers") where reservedHeaders.contains(key.value.lowercased()) {
            reader.problems.error(
                at: key.position, "the header \(key.value) is set by the server itself",
                mend: key.value.lowercased() == "authorization" ? "use authorization or basic_auth" : "remove it")
        }
    }

    private static func remoteRead(_ reader: MappingReader, names: inout Set<String>) {
        _ = reader.required("url", mend: "write url")
        name(reader, &names)
        headers(reader)
        _ = reader.duration("remote_timeout")
        _ = reader.boolean("read_recent")
        _ = reader.boolean("filter_external_labels")
        _ = reader.textMap("required_matchers")
        reader.accepted("chunked_read_limit")
        _ = HTTPClientReader.read(reader)
    }

    private static func tracing(_ reader: MappingReader) {
        _ = reader.choice("client_type", among: ["grpc", "http"])
        _ = reader.required("endpoint", mend: "write endpoint: HOST:PORT")
        _ = reader.number("sampling_fraction")
        _ = reader.boolean("insecure")
        headers(reader)
        _ = reader.text("compression")
        _ = reader.duration("timeout")
        reader.accepted("tls_config")
    }

    private static func otlp(_ reader: MappingReader) {
        _ = reader.texts("promote_resource_attributes")
        _ = reader.texts("ignore_resource_attributes")
        for key in [
            "promote_all_resource_attributes", "keep_identifying_resource_attributes", "convert_histograms_to_nhcb",
            "promote_scope_metadata", "label_name_underscore_sanitization", "label_name_preserve_multiple_underscores",
        ] {
            _ = reader.boolean(key)
        }
        _ = reader.choice(
            "translation_strategy",
            among: [
                "UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes", "NoUTF8EscapingWithSuffixes",
                "NoTranslation",
            ])
    }

    private static func storage(_ reader: MappingReader) {
        reader.read("tsdb") { tsdb in
            _ = tsdb.duration("out_of_order_time_window")
            _ = tsdb.number("stale_series_compaction_threshold")
            tsdb.read("retention", retention)
            tsdb.read("chunk_encoding") { encoding in
                _ = encoding.choice("floats", among: ["xor", "xor2"])
            }
        }
        reader.read("exemplars") { _ = $0.integer("max_exemplars") }
    }

    private static func retention(_ reader: MappingReader) {
        _ = reader.duration("time")
        if let size = reader.value("size"), let text = size.text(), text != "0", SizeNotation.powersOf1024(text) == nil
        {
            size.error("\(size.path) is not a size", mend: "write a number and a unit, as in 10GB")
        }
        if let percentage = reader.number("percentage"), !(0...100).contains(percentage) {
            reader.error("retention.percentage is \(percentage)", mend: "write a number from 0 to 100")
        }
    }
}
