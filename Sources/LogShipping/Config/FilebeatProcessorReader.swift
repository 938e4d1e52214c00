internal import Base
internal import ConfigText
internal import Patterns

/// Reads `processors`, of an input or of the whole file.
///
/// A processor that takes something away, or that decodes what others take something away of, is done, or is an error: what
/// a person wanted to keep out of the store must not get in. Others that are not done are warnings, unless the condition of
/// one that takes something away looks at the fields that they would make.
struct FilebeatProcessorReader {
    let problems: ProblemList
    /// What processors would make that are not done.
    private(set) var unknown: UnknownFields

    init(_ problems: ProblemList, unknown: UnknownFields = UnknownFields()) {
        self.problems = problems
        self.unknown = unknown
    }

    /// Add fields, and are left out: the names of those.
    private static let others: [String: [String]] = [
        "add_cloud_metadata": ["cloud", "orchestrator"], "add_docker_metadata": ["container", "docker"],
        "add_kubernetes_metadata": ["kubernetes", "container", "orchestrator"], "add_nomad_metadata": ["nomad"],
        "add_cloudfoundry_metadata": ["cloudfoundry"], "add_host_metadata": ["host"], "add_id": ["@metadata"],
        "add_locale": ["event.timezone"], "add_network_direction": ["network"], "add_observer_metadata": ["observer"],
        "add_process_metadata": ["process", "container"], "add_session_metadata": ["process"],
        "add_data_stream": ["data_stream"], "add_formatted_index": ["@metadata"], "community_id": ["network"],
        "detect_mime_type": ["http"], "dns": [], "fingerprint": ["fingerprint"], "registered_domain": [],
        "translate_sid": [], "translate_ldap_attribute": [], "append": [], "move_fields": [], "lowercase": [],
        "uppercase": [], "cache": [], "alterFieldCase": [],
    ]
    /// Options that name the field that a processor makes.
    private static let targets = ["target", "target_field", "network_direction_field"]
    /// Take away, hide or decode, and are not done.
    private static let refused = [
        "script", "rate_limit", "decode_cef", "decode_xml", "decode_xml_wineventlog", "decode_duration",
        "decompress_gzip_field", "parse_aws_vpc_flow_log", "now",
    ]
    private static let done = [
        "drop_event", "drop_fields", "include_fields", "truncate_fields", "replace", "add_tags", "add_fields",
        "add_labels", "rename", "copy_fields", "decode_json_fields", "dissect", "convert", "timestamp", "urldecode",
        "decode_base64_field", "decode_csv_fields", "extract_array", "syslog",
    ]
    private static let known = Array(others.keys) + refused + done + ["if"]

    /// Options that are told where they stand beside a processor and not below it.
    private static let options: [String: [String]] = Dictionary(
        uniqueKeysWithValues: known.map {
            (
                $0,
                [
                    "when", "fields", "field", "ignore_missing", "fail_on_error", "target", "tokenizer", "layouts",
                    "tags",
                ]
            )
        })

    /// Reads a list of processors.
    /// - Parameter hostMetadata: takes the options of `add_host_metadata`; `nil` where it has no effect.
    mutating func read(_ list: YAMLValue?, hostMetadata: ((YAMLValue) -> Void)? = nil) -> [FilebeatProcessor] {
        var processors: [FilebeatProcessor] = []
        for item in list?.list({ $0 }) ?? [] {
            let entries = item.entries()
            if entries.contains(where: { $0.key.value == "if" }) {
                if let branch = branch(item) { processors.append(branch) }
                continue
            }
            if MisplacedOptions.tell(entries, options: Self.options) { continue }
            for (name, options) in entries {
                if let hostMetadata, name.value == "add_host_metadata" {
                    hostMetadata(options)
                } else if let processor = one(name, options) {
                    processors.append(processor)
                }
            }
        }
        return processors
    }

    private mutating func one(_ name: Located<String>, _ options: YAMLValue) -> FilebeatProcessor? {
        if Self.done.contains(name.value) { return known(name, options) }
        if Self.refused.contains(name.value) {
            problems.error(
                at: name.position,
                "the processor \(name.value) is not done here, and it may take away or decode what is not to be stored",
                mend: "write drop_event, drop_fields or replace with their conditions, or remove it")
        } else if var fields = Self.others[name.value] {
            problems.warn(
                at: name.position, "the processor \(name.value) is known and not acted on",
                mend: "remove it, or keep it for Filebeat")
            for (key, value) in options.isMapping ? options.entries() : [] where Self.targets.contains(key.value) {
                if let target = value.text() { fields.append(target) }
            }
            unknown.add(fields, by: name.value)
        } else {
            let nearest = NearestName.of(name.value, among: Self.known)
            problems.error(
                at: name.position, "unknown processor \"\(name.value)\"",
                mend: nearest.map { "did you mean \($0)?" } ?? "remove it")
        }
        return nil
    }

    private func known(_ name: Located<String>, _ options: YAMLValue) -> FilebeatProcessor? {
        if options.isNull {
            options.error("\(name.value) has no settings", mend: "write when with a condition, or fields")
            return nil
        }
        return options.mapping { reader in
            let condition = reader.value("when").flatMap { ConditionReader(problems: problems).read($0) }
            if name.value == "drop_event", !reader.has("when") {
                reader.error("drop_event has no condition", mend: "write when with a condition")
            }
            reader.accepted("id", "tag")
            let action = FilebeatActionReader(problems: problems).read(name.value, reader)
            FilebeatReader.warnOfOthers(reader)
            guard let action, condition != nil || !reader.has("when") else { return nil }
            if let condition { check(condition, action, at: name) }
            return FilebeatProcessor(action: action, condition: condition)
        }
    }

    /// Tells where a processor that takes something away would see other events than in Filebeat.
    private func check(_ condition: FilebeatCondition, _ action: FilebeatProcessor.Action, at name: Located<String>) {
        switch action {
        case .addTags, .addFields: return
        default: break
        }
        guard let maker = condition.fields.lazy.compactMap(unknown.maker).first else { return }
        problems.error(
            at: name.position,
            "\(name.value) stands behind \(maker), which is not done here, so it may miss what it is to take away",
            mend: "move \(name.value) in front of it with another condition, or remove \(maker)")
    }

    private mutating func branch(_ item: YAMLValue) -> FilebeatProcessor? {
        var inner = self
        defer { unknown = inner.unknown }
        return item.mapping { reader in
            let condition = reader.value("if").flatMap { ConditionReader(problems: problems).read($0) }
            let position = Located("if", at: reader.keyPosition("if"))
            let then = inner.read(Self.asList(reader.value("then")))
            let otherwise = inner.read(Self.asList(reader.value("else")))
            if !reader.has("then") {
                reader.error("\(reader.path) has no then", mend: "write then, a list of processors")
            }
            guard let condition else { return nil }
            let action = FilebeatProcessor.Action.branch(then: then, else: otherwise)
            if (then + otherwise).contains(where: \.takesAway) { check(condition, action, at: position) }
            return FilebeatProcessor(action: action, condition: condition)
        }
    }

    /// One processor stands for a list of one.
    private static func asList(_ value: YAMLValue?) -> YAMLValue? {
        guard let value, value.isMapping else { return value }
        return YAMLValue(
            node: YAMLNode(.sequence([value.node]), at: value.position), path: value.path, problems: value.problems)
    }
}

extension FilebeatProcessor {
    /// Whether it does more than to add something.
    fileprivate var takesAway: Bool {
        switch action {
        case .addTags, .addFields: false
        case .branch(let then, let otherwise): (then + otherwise).contains(where: \.takesAway)
        default: true
        }
    }
}
