internal import Base
internal import ConfigText
internal import Patterns

/// Reads `processors`, of an input or of the whole file.
///
/// A processor that takes something away is done, or is an error: what a person wanted to keep out of the store must not
/// get in. Others that are not done are warnings, unless one that takes something away comes behind them: it would look
/// at other events than it was written for.
struct FilebeatProcessorReader {
    let problems: ProblemList
    /// What is not done in front of the next processor.
    private(set) var skipped: String?

    init(_ problems: ProblemList, skipped: String? = nil) {
        self.problems = problems
        self.skipped = skipped
    }

    /// Change or add fields, and are left out.
    private static let others = [
        "add_id", "add_locale", "add_network_direction", "add_observer_metadata", "add_process_metadata", "append",
        "community_id", "convert", "copy_fields", "decode_base64_field", "decode_cef", "decode_csv_fields",
        "decode_json_fields", "decode_xml", "decompress_gzip_field", "detect_mime_type", "dissect", "dns",
        "extract_array", "fingerprint", "lowercase", "move_fields", "parse_aws_vpc_flow_log", "rate_limit",
        "registered_domain", "rename", "syslog", "timestamp", "translate_sid", "uppercase", "urldecode",
    ]
    private static let metadata = ["add_cloud_metadata", "add_docker_metadata", "add_kubernetes_metadata"]
    private static let done = [
        "drop_event", "drop_fields", "include_fields", "truncate_fields", "replace", "add_tags", "add_fields",
        "add_labels",
    ]
    private static let known = others + metadata + done + ["add_host_metadata", "script", "if"]

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
        switch name.value {
        case "drop_event", "drop_fields", "include_fields", "truncate_fields", "replace": return removing(name, options)
        case "add_tags", "add_fields", "add_labels": return adding(name, options)
        case "script":
            problems.error(
                at: name.position, "the processor script is not done here, and it may drop events",
                mend: "write drop_event, drop_fields or replace with their conditions")
        case _ where Self.metadata.contains(name.value):
            problems.warn(
                at: name.position, "the processor \(name.value) is known and not acted on: it asks other services",
                mend: "remove it, or keep it for Filebeat")
            skipped = skipped ?? name.value
        case _ where Self.known.contains(name.value):
            problems.warn(
                at: name.position, "the processor \(name.value) is known and not acted on",
                mend: "do the same in logstash/*.conf, or keep it for Filebeat")
            skipped = skipped ?? name.value
        default:
            let nearest = NearestName.of(name.value, among: Self.known)
            problems.error(
                at: name.position, "unknown processor \"\(name.value)\"",
                mend: nearest.map { "did you mean \($0)?" } ?? "remove it")
        }
        return nil
    }

    /// Tells where a processor that takes something away would see other events than in Filebeat.
    private func checkOrder(_ name: Located<String>) {
        guard let skipped else { return }
        problems.error(
            at: name.position,
            "\(name.value) stands behind \(skipped), which is not done here, so it may miss what it is to take away",
            mend: "move \(name.value) in front of it, or remove \(skipped)")
    }

    private func removing(_ name: Located<String>, _ options: YAMLValue) -> FilebeatProcessor? {
        checkOrder(name)
        if options.isNull {
            options.error("\(name.value) has no settings", mend: "write when with a condition, or fields")
            return nil
        }
        return options.mapping { reader in
            let condition = when(reader)
            reader.accepted("ignore_missing", "fail_on_error", "id", "tag")
            let action: FilebeatProcessor.Action?
            switch name.value {
            case "drop_event":
                if condition == nil, !reader.has("when") {
                    reader.error("drop_event has no condition", mend: "write when with a condition")
                }
                action = .dropEvent
            case "drop_fields": action = .dropFields(names(reader))
            case "include_fields": action = .includeFields(names(reader))
            case "truncate_fields": action = truncation(reader)
            default: action = .replace(replacements(reader))
            }
            guard let action, condition != nil || !reader.has("when") else { return nil }
            return FilebeatProcessor(action: action, condition: condition)
        }
    }

    private func names(_ reader: MappingReader) -> [FilebeatProcessor.FieldName] {
        let texts = reader.value("fields")?.list({ $0 }) ?? []
        if texts.isEmpty { reader.error("\(reader.path) has no fields", mend: "write fields, a list of names") }
        return texts.compactMap { value -> FilebeatProcessor.FieldName? in
            guard let text = value.text() else { return nil }
            guard text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") else { return .name(text) }
            do throws(PatternError) {
                return .pattern(try Pattern(String(text.dropFirst().dropLast())))
            } catch {
                value.error("\(value.path) is not a pattern: \(error.reason)", mend: "correct it (syntax: RE2)")
                return nil
            }
        }
    }

    private func truncation(_ reader: MappingReader) -> FilebeatProcessor.Action? {
        let fields = reader.texts("fields", orOne: true).map(\.value)
        let (bytes, characters) = (reader.count("max_bytes"), reader.count("max_characters"))
        if fields.isEmpty { reader.error("\(reader.path) has no fields", mend: "write fields, a list of names") }
        switch (bytes, characters) {
        case (let bytes?, nil): return .truncateFields(fields, .bytes(bytes))
        case (nil, let characters?): return .truncateFields(fields, .characters(characters))
        default:
            reader.error("\(reader.path) needs one length", mend: "write max_bytes or max_characters")
            return nil
        }
    }

    private func replacements(_ reader: MappingReader) -> [FilebeatProcessor.Replacement] {
        let found = reader.mappings("fields") { entry -> FilebeatProcessor.Replacement? in
            let field = entry.required("field", mend: "write the field's name")
            let pattern = entry.pattern("pattern")
            if !entry.has("pattern") { entry.error("\(entry.path) has no pattern", mend: "write pattern") }
            let replacement = entry.valueOrNull("replacement")?.text() ?? ""
            guard let field, let pattern else { return nil }
            return .init(field: field.value, pattern: pattern, replacement: replacement)
        }
        if !reader.has("fields") {
            reader.error("\(reader.path) has no fields", mend: "write fields with field, pattern and replacement")
        }
        return found
    }

    private func adding(_ name: Located<String>, _ options: YAMLValue) -> FilebeatProcessor? {
        options.mapping { reader in
            let condition = when(reader)
            reader.accepted("id", "tag")
            let target = reader.text("target")
            let action: FilebeatProcessor.Action
            switch name.value {
            case "add_tags":
                action = .addTags(
                    field: target.flatMap { $0.isEmpty ? nil : $0 } ?? "tags",
                    reader.texts("tags", orOne: true).map(\.value))
            default:
                let isLabels = name.value == "add_labels"
                let values = reader.value(isLabels ? "labels" : "fields").map(FilebeatReader.flatFields) ?? []
                let prefix = isLabels ? "labels" : target ?? "fields"
                action = .addFields(
                    Dictionary(values.map { (prefix.isEmpty ? $0.0 : "\(prefix).\($0.0)", $0.1) }) { $1 })
            }
            guard condition != nil || !reader.has("when") else { return nil }
            return FilebeatProcessor(action: action, condition: condition)
        }
    }

    private mutating func branch(_ item: YAMLValue) -> FilebeatProcessor? {
        var inner = self
        defer { skipped = inner.skipped }
        return item.mapping { reader in
            let condition = reader.value("if").flatMap(condition)
            let then = inner.read(Self.asList(reader.value("then")))
            let otherwise = inner.read(Self.asList(reader.value("else")))
            guard let condition else { return nil }
            return FilebeatProcessor(action: .branch(then: then, else: otherwise), condition: condition)
        }
    }

    /// One processor stands for a list of one.
    private static func asList(_ value: YAMLValue?) -> YAMLValue? {
        guard let value, value.isMapping else { return value }
        return YAMLValue(
            node: YAMLNode(.sequence([value.node]), at: value.position), path: value.path, problems: value.problems)
    }

    // MARK: Conditions

    private func when(_ reader: MappingReader) -> FilebeatCondition? { reader.value("when").flatMap(condition) }

    private func condition(_ value: YAMLValue) -> FilebeatCondition? {
        let entries = value.entries()
        guard let (name, options) = entries.first, entries.count == 1 else {
            if value.isMapping {
                value.error(
                    "\(value.path) has \(entries.count) conditions",
                    mend: "write one, or a list of them under and or or")
            }
            return nil
        }
        let before = problems.all.count
        let condition = self.condition(name, options)
        // One part that is wrong makes the whole mean something else.
        return problems.all[before...].contains { $0.severity == .error } ? nil : condition
    }

    private func condition(_ name: Located<String>, _ options: YAMLValue) -> FilebeatCondition? {
        switch name.value {
        case "equals": return .equals(leaves(options).compactMap { leaf in leaf.1.text().map { (leaf.0, $0) } })
        case "contains": return .contains(leaves(options).compactMap { leaf in leaf.1.text().map { (leaf.0, $0) } })
        case "regexp": return .regexp(leaves(options).compactMap { leaf in leaf.1.pattern().map { (leaf.0, $0) } })
        case "range": return range(options)
        case "has_fields": return .hasFields(some(options.texts(orOne: true), options).map(\.value))
        case "and": return .and(some(options.list { self.condition($0) }, options))
        case "or": return .or(some(options.list { self.condition($0) }, options))
        case "not": return condition(options).map { .not($0) }
        default:
            let known = ["equals", "contains", "regexp", "range", "has_fields", "and", "or", "not"]
            let nearest = NearestName.of(name.value, among: known)
            problems.error(
                at: name.position,
                name.value == "network"
                    ? "the condition network is not done here" : "unknown condition \"\(name.value)\"",
                mend: nearest.map { "did you mean \($0)?" } ?? "write one of \(known.joined(separator: ", "))")
            return nil
        }
    }

    /// A condition of nothing would hold for every event.
    private func some<Item>(_ items: [Item], _ options: YAMLValue) -> [Item] {
        if items.isEmpty { options.error("\(options.path) is empty", mend: "write what it is to hold for") }
        return items
    }

    private func range(_ options: YAMLValue) -> FilebeatCondition {
        .range(
            leaves(options).compactMap { name, value in
                let parts = name.split(separator: ".")
                guard parts.count > 1, let bound = parts.last.flatMap({ FilebeatCondition.Bound(rawValue: String($0)) })
                else {
                    value.error("\(value.path) has no bound", mend: "write field.gte, field.gt, field.lte or field.lt")
                    return nil
                }
                return value.number().map { (parts.dropLast().joined(separator: "."), bound, $0) }
            })
    }

    /// The fields of a condition with what is wanted of each, nested ones under dotted names.
    private func leaves(_ value: YAMLValue) -> [(String, YAMLValue)] {
        let entries = value.entries()
        if entries.isEmpty, value.isMapping || value.isNull {
            value.error("\(value.path) names no field", mend: "write a field")
        }
        return entries.flatMap { key, value -> [(String, YAMLValue)] in
            if value.isMapping { return leaves(value).map { ("\(key.value).\($0.0)", $0.1) } }
            return [(key.value, value)]
        }
    }
}
