/// Lines that somebody wants to see go through a pipeline.
package struct PipelineTrial: Sendable {
    /// The most lines of one trial, and the most bytes of all of them, and of filters that are pasted.
    package static let mostLines = 500
    package static let mostBytes = 256 << 10

    /// The id of one of the site's pipelines; `nil` for ``filters``.
    package var pipeline: String?
    /// Filters in Logstash's language.
    package var filters: String
    package var lines: String
    /// Whether each line is an object of JSON; else it becomes the field `message`.
    package var isJSON: Bool

    package init(pipeline: String? = nil, filters: String = "", lines: String, isJSON: Bool = false) {
        self.pipeline = pipeline
        self.filters = filters
        self.lines = lines
        self.isJSON = isJSON
    }
}

/// What came out of a pipeline.
package struct PipelineTrialView: Sendable {
    /// What a person should know of the filters, with places.
    package var problems: [String] = []
    /// For each line the events that came out, as JSON over several lines; none where it was dropped.
    package var results: [(line: String, events: [String])] = []
    /// Why the last lines were not tried.
    package var cut: String?

    package init() {}
}
