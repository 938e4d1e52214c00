internal import Base

/// Reads `filebeat.yml` as Filebeat 8 and 9 do; dotted keys (`output.logstash`) and nested ones are the same.
enum FilebeatReader {
    private static let outputs = ["elasticsearch", "logstash", "kafka", "redis", "file", "console", "discard"]

    /// What every input has in common.
    struct Common {
        var fields: [String: String] = [:]
        var fieldsUnderRoot = false
        var tags: [String] = []
    }

    static func read(_ root: YAMLValue) -> FilebeatConfig? {
        YAMLValue(node: root.node.expandingDottedKeys, path: root.path, problems: root.problems).mapping(top)
    }

    private static func top(_ reader: MappingReader) -> FilebeatConfig? {
        var config = FilebeatConfig()
        var common = Common()
        for (name, value) in reader.value("fields").map(flatFields) ?? [] { common.fields[name] = value }
        common.fieldsUnderRoot = reader.boolean("fields_under_root") ?? false
        common.tags = reader.texts("tags", orOne: true).map(\.value)
        reader.read("filebeat") { filebeat in
            config.inputs = inputs(filebeat, common: common)
        }
        processors(reader, into: &config)
        config.output = reader.mapping("output", output)
        reader.accepted(
            "name", "setup", "logging", "queue", "path", "http", "monitoring", "max_procs", "timestamp", "features",
            "seccomp",
            "keystore", "management", "instrumentation", "timeseries", "migration", "ssl", "gc_percent",
            "shutdown_timeout")
        reader.notActedOn("cloud", "xpack", because: "logs are kept here", mend: "remove it, or keep it for Filebeat")
        return config
    }

    private static func inputs(_ reader: MappingReader, common: Common) -> [FilebeatInput] {
        let inputs = reader.mappings("inputs") { FilebeatInputReader.read($0, common: common) }.compactMap(\.input)
        var positions: [String: SourcePosition] = [:]
        for input in inputs where input.kind == .filestream {
            if let first = positions[input.id] {
                reader.problems.error(
                    at: input.position, "two filestream inputs have the id \"\(input.id)\"",
                    mend: "give each an id of its own; the first is on line \(first.line)")
            }
            positions[input.id] = input.position
        }
        reader.notActedOn(
            "modules", "autodiscover", "config", because: "inputs stand in this file", mend: "write them as inputs")
        reader.accepted("registry", "shutdown_timeout", "overwrite_pipelines", "registry_file", "registry_flush")
        return inputs
    }

    private static func output(_ reader: MappingReader) -> Located<String>? {
        let present = outputs.filter { name in
            guard let value = reader.value(name) else { return reader.valueOrNull(name) != nil }
            guard value.isMapping else { return true }
            let isOff = value.mapping { output -> Bool? in
                output.takeOthers()
                return output.boolean("enabled") == false
            }
            return isOff != true
        }
        if present.count > 1 {
            reader.error(
                "two outputs are on: \(present.joined(separator: ", "))", mend: "keep one, or set enabled: false")
        }
        return present.first.map { Located($0, at: reader.keyPosition($0)) }
    }

    private static func processors(_ reader: MappingReader, into config: inout FilebeatConfig) {
        for (name, options) in reader.list("processors", { $0.entries() }).flatMap(\.self) {
            switch name.value {
            case "add_host_metadata":
                config.addHostMetadata = true
                if options.isMapping { config.hostMetadataUnlessTagged = options.mapping(unlessTagged)?.first }
            case "add_cloud_metadata", "add_docker_metadata", "add_kubernetes_metadata":
                reader.problems.warn(
                    at: name.position, "the processor \(name.value) is known and not acted on: it asks other services",
                    mend: "remove it, or keep it for Filebeat")
            default: tellUnknownProcessor(name, reader.problems)
            }
        }
    }

    /// The tag in `when.not.contains.tags`.
    private static func unlessTagged(_ reader: MappingReader) -> [String]? {
        var tag: [String] = []
        reader.read("when") { when in
            when.read("not") { not in
                not.read("contains") { contains in
                    tag = contains.texts("tags", orOne: true).map(\.value)
                }
            }
            when.notActedOn(
                "contains", "equals", "or", "and", "regexp", "has_fields", "network", "range",
                because: "only when.not.contains.tags is looked at")
        }
        reader.accepted("netinfo", "cache", "geo", "replace_fields")
        return tag
    }

    private static let otherProcessors = [
        "add_fields", "add_labels", "add_tags", "add_id", "add_locale", "add_network_direction",
        "add_observer_metadata",
        "add_process_metadata", "append", "community_id", "convert", "copy_fields", "decode_base64_field", "decode_cef",
        "decode_csv_fields", "decode_json_fields", "decode_xml", "decompress_gzip_field", "detect_mime_type", "dissect",
        "dns", "drop_event", "drop_fields", "extract_array", "fingerprint", "include_fields", "lowercase",
        "move_fields",
        "parse_aws_vpc_flow_log", "rate_limit", "registered_domain", "rename", "replace", "script", "syslog",
        "timestamp",
        "translate_sid", "truncate_fields", "uppercase", "urldecode", "if",
    ]

    static func tellUnknownProcessor(_ name: Located<String>, _ problems: ProblemList) {
        if otherProcessors.contains(name.value) {
            problems.warn(
                at: name.position, "the processor \(name.value) is known and not acted on",
                mend: "do the same in logstash/*.conf, or keep it for Filebeat")
            return
        }
        let nearest = NearestName.of(name.value, among: otherProcessors + ["add_host_metadata"])
        problems.error(
            at: name.position, "unknown processor \"\(name.value)\"",
            mend: nearest.map { "did you mean \($0)?" } ?? "remove it")
    }

    /// The fields of `fields`, nested ones under dotted names.
    static func flatFields(_ value: YAMLValue) -> [(String, String)] {
        value.entries().flatMap { key, value -> [(String, String)] in
            if value.isMapping { return flatFields(value).map { ("\(key.value).\($0.0)", $0.1) } }
            if value.isSequence { return [(key.value, value.texts().map(\.value).joined(separator: ","))] }
            return value.text().map { [(key.value, $0)] } ?? []
        }
    }
}
