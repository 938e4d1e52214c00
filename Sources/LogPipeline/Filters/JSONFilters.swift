import ConfigText
import LogDocuments

/// `json`: reads a field that holds JSON.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-json
struct JSONFilter: PipelineFilter {
    private let source: FieldName
    private let target: FieldName?
    private let skipsInvalid: Bool
    private let failureTags: [String]

    init(_ settings: inout PluginSettings) {
        source = FieldName(settings.required("source"))
        target = settings.string("target").map(FieldName.init)
        skipsInvalid = settings.flag("skip_on_invalid_json", false)
        failureTags = settings.list("tag_on_failure") ?? ["_jsonparsefailure"]
        settings.ignore("ecs_compatibility")
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        guard let value = event[source.reference(event)], value != .null else { return .passed }
        guard case .string(let text) = value, let parsed = try? DocumentReader.value(text) else {
            return failed(&event)
        }
        if let target {
            event[target.reference(event)] = parsed
            return .matched
        }
        guard case .object(let object) = parsed else { return failed(&event) }
        for (name, value) in object.members { event[FieldReference(escaping: name)] = value }
        return .matched
    }

    private func failed(_ event: inout PipelineEvent) -> FilterOutcome {
        if !skipsInvalid { for tag in failureTags { event.addTag(tag) } }
        return .passed
    }
}

/// `json_encode`: writes a field as JSON.
struct JSONEncodeFilter: PipelineFilter {
    private let source: FieldName
    private let target: FieldName

    init(_ settings: inout PluginSettings) {
        let name = settings.required("source")
        source = FieldName(name)
        target = FieldName(settings.string("target") ?? name)
        settings.ignore("tag_on_failure")
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        guard let value = event[source.reference(event)] else { return .passed }
        event[target.reference(event)] = .string(value.json)
        return .matched
    }
}

extension FieldReference {
    /// The field of the event with this name, which is no path whatever stands in it; `@timestamp` is the event's time.
    init(escaping name: String) {
        if name == "@timestamp" || name == "@metadata" || name.utf8.first != UInt8(ascii: "[") {
            self.init(name)
        } else {
            self.init(root: .event, path: [name], description: name)
        }
    }
}
