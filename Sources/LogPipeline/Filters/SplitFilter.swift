import LogDocuments

/// `split`: makes an event of each element of a list, or of each part of a text.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-split
struct SplitFilter: PipelineFilter {
    private let field: FieldName
    private let target: FieldName
    private let terminator: String

    init(_ settings: inout PluginSettings) {
        let name = settings.string("field") ?? "message"
        field = FieldName(name)
        target = FieldName(settings.string("target") ?? name)
        terminator = settings.string("terminator") ?? "\n"
        settings.ignore("ecs_compatibility")
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        let reference = field.reference(event)
        let values: [DocumentValue]
        switch event[reference] {
        case .array(let elements)?: values = elements
        case .string(let text)?:
            values = Self.parts(text, terminator).map(DocumentValue.string)
            if values.count == 1 { return .passed }
        default:
            event.addTag("_split_type_failure")
            return .passed
        }
        let target = target.reference(event)
        var events: [PipelineEvent] = []
        for value in values.prefix(Pipeline.eventsMax + 1) where !Self.isEmpty(value) {
            var copy = event
            copy[target] = value
            events.append(copy)
        }
        return .replaced(events)
    }

    /// Of nothing no event is made.
    private static func isEmpty(_ value: DocumentValue) -> Bool {
        switch value {
        case .null, .string(""), .array([]): true
        case .object(let object): object.isEmpty
        default: false
        }
    }

    private static func parts(_ text: String, _ terminator: String) -> [String] {
        if terminator.isEmpty { return [text] }
        var parts: [String] = []
        var rest = Substring(text)
        // `\r\n` is one character of Swift's, and its `\n` is to be found all the same.
        while let found = rest.utf8.firstRange(of: terminator.utf8) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }
}
