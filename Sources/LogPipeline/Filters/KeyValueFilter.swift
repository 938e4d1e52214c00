import ConfigText
import LogDocuments

/// `kv`: reads pairs out of a text.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-kv
struct KeyValueFilter: PipelineFilter {
    private let source: FieldName
    private let target: FieldName?
    private let text: KeyValueText
    private let prefix: Interpolation
    private let included: [Interpolation]
    private let excluded: [Interpolation]
    private let defaults: [(key: String, value: Interpolation)]
    private let failureTags: [String]

    init?(_ settings: inout PluginSettings) {
        source = FieldName(settings.string("source") ?? "message")
        target = settings.string("target").map(FieldName.init)
        prefix = Interpolation(settings.string("prefix") ?? "")
        included = (settings.list("include_keys") ?? []).map(Interpolation.init)
        excluded = (settings.list("exclude_keys") ?? []).map(Interpolation.init)
        defaults = (settings.textPairs("default_keys") ?? []).map { ($0.name, Interpolation($0.value)) }
        failureTags = settings.list("tag_on_failure") ?? ["_kv_filter_error"]
        settings.ignore("tag_on_timeout", "timeout_millis", "ecs_compatibility")
        let options = Self.options(&settings)
        do throws(KeyValueError) {
            text = try KeyValueText(options)
        } catch {
            settings.problems.error(at: settings.position, "kv: \(error)", mend: "correct it")
            return nil
        }
    }

    private static func options(_ settings: inout PluginSettings) -> KeyValueText.Options {
        var options = KeyValueText.Options()
        func transform(_ name: String, _ settings: inout PluginSettings) -> KeyValueText.Transform? {
            guard settings.has(name) else { return nil }
            return KeyValueText.Transform(
                rawValue: settings.choice(name, ["lowercase", "uppercase", "capitalize"], "lowercase"))
        }
        options.fieldSplit = settings.string("field_split") ?? options.fieldSplit
        options.fieldSplitPattern = settings.string("field_split_pattern")
        options.valueSplit = settings.string("value_split") ?? options.valueSplit
        options.valueSplitPattern = settings.string("value_split_pattern")
        options.includeBrackets = settings.flag("include_brackets", true)
        options.trimKey = settings.string("trim_key")
        options.trimValue = settings.string("trim_value")
        options.removeCharKey = settings.string("remove_char_key")
        options.removeCharValue = settings.string("remove_char_value")
        options.transformKey = transform("transform_key", &settings)
        options.transformValue = transform("transform_value", &settings)
        options.isLenient = settings.choice("whitespace", ["lenient", "strict"], "lenient") == "lenient"
        options.recursive = settings.flag("recursive", false)
        options.allowDuplicateValues = settings.flag("allow_duplicate_values", true)
        options.allowEmptyValues = settings.flag("allow_empty_values", false)
        return options
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        let texts: [String]
        switch event[source.reference(event)] {
        case .string(let text)?: texts = [text]
        case .array(let values)?: texts = values.compactMap(\.string)
        case nil, .null?: texts = []
        default:
            for tag in failureTags { event.addTag(tag) }
            return .passed
        }
        var keys = KeyValueText.Keys(prefix: prefix.text(for: event))
        for name in included { keys.include.insert(name.text(for: event)) }
        for name in excluded { keys.exclude.insert(name.text(for: event)) }
        var missing: [(key: String, value: String)] = []
        for (key, value) in defaults { missing.append((key, value.text(for: event))) }
        let pairs = text.pairs(in: texts, keys: keys, defaults: missing)
        if pairs.isEmpty { return .passed }
        if let target {
            event[target.reference(event)] = DocumentValue(.pairs(pairs))
        } else {
            for pair in pairs { event[FieldReference(escaping: pair.key)] = DocumentValue(pair.value) }
        }
        return .matched
    }
}

extension DocumentValue {
    fileprivate init(_ value: KeyValueText.Value) {
        switch value {
        case .text(let text): self = .string(text)
        case .list(let values): self = .array(values.map(DocumentValue.init))
        case .pairs(let pairs): self = .object(Document(pairs.map { ($0.key, DocumentValue($0.value)) }))
        }
    }
}
