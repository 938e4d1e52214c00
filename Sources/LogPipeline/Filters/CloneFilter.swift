import ConfigText
import LogDocuments

/// `clone`: lets copies of an event go on beside it, each with a name as its `type`, or among its tags.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-clone
struct CloneFilter: PipelineFilter {
    private let names: [Interpolation]
    private let usesSchema: Bool
    private let actions: CommonActions

    init(_ settings: inout PluginSettings) {
        usesSchema = settings.schema()
        names = (settings.list("clones") ?? []).map(Interpolation.init)
        if names.isEmpty {
            settings.problems.error(at: settings.position, "clone has no \"clones\"", mend: "add clones => [\"NAME\"]")
        }
        actions = CommonActions(&settings)
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        var events = [event]
        for name in names {
            var copy = event
            let text = name.text(for: event)
            if usesSchema { copy.addTag(text) } else { copy[FieldReference("type")] = .string(text) }
            actions.apply(to: &copy)
            events.append(copy)
        }
        return .replaced(events)
    }

}
