import Grok
import LogDocuments

/// A filter of a pipeline: looks at an event and changes it.
protocol PipelineFilter: Sendable {
    /// - Parameter event: what the filter leaves of it.
    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome
}

/// What became of an event in a filter.
enum FilterOutcome: Sendable {
    /// The filter did what it is for: what its block adds and removes is done.
    case matched
    /// The event goes on without that.
    case passed
    /// The event ends here.
    case dropped
    /// These go on in its place.
    case replaced([PipelineEvent])
}

/// What filters may know beside the event.
struct FilterRun {
    /// The machine's clock, in milliseconds since the Unix epoch.
    let now: Int64
    /// Memory for matches of patterns.
    let scratch: MatchScratch
}

/// What every filter may do to an event that it matched: `add_field`, `remove_field`, `add_tag`, `remove_tag`.
struct CommonActions: Sendable {
    private let addedFields: [(FieldName, InterpolatedValue)]
    private let removedFields: [FieldName]
    private let addedTags: [Interpolation]
    private let removedTags: [Interpolation]
    let isEmpty: Bool

    init(_ settings: inout PluginSettings) {
        addedFields = (settings.pairs("add_field") ?? []).map { (FieldName($0.name), $0.value.interpolated) }
        removedFields = (settings.list("remove_field") ?? []).map(FieldName.init)
        addedTags = (settings.list("add_tag") ?? []).map(Interpolation.init)
        removedTags = (settings.list("remove_tag") ?? []).map(Interpolation.init)
        settings.ignore("id", "enable_metric", "periodic_flush")
        isEmpty = addedFields.isEmpty && removedFields.isEmpty && addedTags.isEmpty && removedTags.isEmpty
    }

    func apply(to event: inout PipelineEvent) {
        for (name, value) in addedFields {
            let field = name.reference(event)
            let value = value.value(event)
            if case .array(let values) = value {
                for each in values { event.add(each, to: field) }
            } else {
                event.add(value, to: field)
            }
        }
        for name in removedFields { event.remove(name.reference(event)) }
        for tag in addedTags { event.addTag(tag.text(for: event)) }
        for tag in removedTags { event.removeTag(tag.text(for: event)) }
    }
}
