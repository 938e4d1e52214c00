import ConfigText
import LogDocuments

/// `useragent`: says which program, system and device a user agent is.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-useragent
struct UserAgentFilter: PipelineFilter {
    private let source: FieldName
    private let target: FieldReference?
    private let prefix: String
    private let usesSchema: Bool

    private static let metadata = FieldReference("[@metadata][filter][user_agent]")

    init(_ settings: inout PluginSettings) {
        usesSchema = settings.schema()
        source = FieldName(settings.required("source"))
        prefix = settings.string("prefix") ?? ""
        target = (settings.string("target") ?? (usesSchema ? "user_agent" : nil)).map { FieldReference($0) }
        settings.ignore("lru_cache_size")
        if let regexes = settings.raw("regexes") {
            settings.problems.warn(at: regexes.position, "the table of user agents is built in", mend: "remove regexes")
        }
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        let value = event[source.reference(event)]
        let single = value?.array.map { $0.first ?? .null } ?? value
        guard case .string(let text)? = single, !text.isEmpty else { return .passed }
        let agent = UserAgentReader.shared.read(text)
        if usesSchema {
            for (path, value) in agent.ecsFields(prefix: prefix) {
                event[target?.appending(path) ?? FieldReference(path.map { "[\($0)]" }.joined())] = .string(value)
            }
            if let target { event[target.appending([prefix + "original"])] = .string(text) }
            for (path, value) in agent.ecsMetadata { event[Self.metadata.appending(path)] = .string(value) }
        } else {
            for (name, value) in agent.fields(prefix: prefix) {
                event[target?.appending([name]) ?? FieldReference(escaping: name)] = .string(value)
            }
        }
        return .matched
    }
}
