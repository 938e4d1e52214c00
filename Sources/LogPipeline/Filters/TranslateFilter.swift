import ConfigText
import Grok
import LogDocuments

/// `translate`: looks a value up in a table and stores what stands there.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-translate
struct TranslateFilter: PipelineFilter {
    private let source: FieldName
    private let target: FieldName
    private let table: TranslationTable
    private let isExact: Bool
    private let usesPatterns: Bool
    private let overrides: Bool
    private let fallback: Interpolation?
    private let iterated: FieldName?

    init?(_ settings: inout PluginSettings, _ resources: PipelineResources) {
        let usesSchema = settings.schema()
        let name = settings.string("source") ?? settings.string("field") ?? ""
        settings.ignore("source", "field", "destination", "target", "refresh_behaviour")
        if name.isEmpty {
            settings.problems.error(
                at: settings.position, "translate has no \"source\"", mend: "add source => \"FIELD\"")
        }
        iterated = settings.string("iterate_on").map(FieldName.init)
        let wanted = settings.string("target") ?? settings.string("destination")
        let targetName = wanted ?? (usesSchema ? name : "translation")
        source = FieldName(name)
        target = FieldName(targetName)
        isExact = settings.flag("exact", true)
        usesPatterns = settings.flag("regex", false)
        overrides = settings.flag("override", usesSchema && targetName == name)
        fallback = settings.string("fallback").map(Interpolation.init)
        guard let table = TranslationTable(&settings, resources, usesPatterns: usesPatterns) else { return nil }
        self.table = table
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        if let iterated { return apply(toEach: iterated.reference(event), &event, run) }
        let (source, target) = (source.reference(event), target.reference(event))
        guard let value = event[source], value != .null else { return .passed }
        guard overrides || source == target || !event.contains(target) else { return .passed }
        guard let found = translation(of: value, event, run) else { return .passed }
        event[target] = found
        return .matched
    }

    /// Of each element of a list, whose own fields the settings name then.
    private func apply(
        toEach field: FieldReference, _ event: inout PipelineEvent, _ run: borrowing FilterRun
    ) -> FilterOutcome {
        guard case .array(var elements)? = event[field] else { return .passed }
        let (source, target) = (source.reference(event), target.reference(event))
        var results: [DocumentValue] = []
        var hasMatched = false
        for index in elements.indices {
            if case .object(let object) = elements[index] {
                var inner = PipelineEvent(timestamp: event.timestamp, object)
                guard let value = inner[source], let found = translation(of: value, event, run) else { continue }
                inner[target] = found
                elements[index] = .object(inner.own)
                hasMatched = true
            } else if let found = translation(of: elements[index], event, run) {
                results.append(found)
                hasMatched = true
            } else {
                results.append(.null)
            }
        }
        guard hasMatched else { return .passed }
        if results.isEmpty { event[field] = .array(elements) } else { event[target] = .array(results) }
        return .matched
    }

    private func translation(
        of value: DocumentValue, _ event: borrowing PipelineEvent, _ run: borrowing FilterRun
    ) -> DocumentValue? {
        let single = value.array.map { $0.first ?? .string("") } ?? value
        let text = single.fieldText
        let found =
            isExact
            ? table.value(of: text, run)
            : table.replacing(in: text, run).map(DocumentValue.string)
        return found ?? fallback.map { .string($0.text(for: event)) }
    }
}
