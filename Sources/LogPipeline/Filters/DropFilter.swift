import ConfigText

/// `drop`: ends events, all or some of a hundred.
struct DropFilter: PipelineFilter {
    private let percentage: Double

    init(_ settings: inout PluginSettings) { percentage = settings.number("percentage") ?? 100 }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        percentage >= 100 || Double.random(in: 0..<100) < percentage ? .dropped : .passed
    }
}
