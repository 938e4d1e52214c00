import ConfigText
import LogDocuments

/// `urldecode`: decodes what is written as `%C3%A9`.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-urldecode
struct URLDecodeFilter: PipelineFilter {
    private let field: FieldName
    private let takesAll: Bool
    private let charset: URLText.Charset

    init(_ settings: inout PluginSettings) {
        field = FieldName(settings.string("field") ?? "message")
        takesAll = settings.flag("all_fields", false)
        let name = settings.string("charset") ?? "UTF-8"
        charset = URLText.Charset(name: name) ?? .utf8
        if URLText.Charset(name: name) == nil {
            settings.problems.error(
                at: settings.position, "urldecode knows no charset \"\(name)\"",
                mend: "write UTF-8, ISO-8859-1 or Windows-1252")
        }
        settings.ignore("tag_on_failure")
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        if takesAll {
            for (name, value) in event.document.members { event[FieldReference(escaping: name)] = decoded(value) }
        } else {
            let field = field.reference(event)
            if let value = event[field] { event[field] = decoded(value) }
        }
        return .matched
    }

    private func decoded(_ value: DocumentValue) -> DocumentValue {
        switch value {
        case .string(let text): .string(URLText.decoded(text, charset: charset))
        case .array(let values): .array(values.map(decoded))
        case .object(let object): .object(Document(object.members.map { ($0.name, decoded($0.value)) }))
        default: value
        }
    }
}
