import ConfigText

/// `ruby`: there is no Ruby here. Statements that say what a filter does are done by that filter, and it is suggested; all
/// others are refused with their line, or tagged where the site says so.
struct RubyFilter: PipelineFilter {
    private let filters: Pipeline

    init?(_ settings: inout PluginSettings, _ resources: PipelineResources) {
        let code = settings.raw("code")
        let hasMore = settings.isSet("init") || settings.isSet("path")
        settings.ignore("init", "path", "script_params", "tag_on_failure", "tag_with_exception_message")
        if let code, let text = code.value.text, !hasMore, let filters = RubyTranslation.filters(of: text) {
            let written = filters.joined(separator: "\n")
            let parsed = try? PipelineParser.parse("filter { \(written) }", file: "ruby", problems: ProblemList())
            if let parsed {
                settings.problems.warn(
                    at: code.position, "there is no Ruby here; this code is done by other filters",
                    mend: "write " + filters.joined(separator: " "))
                self.filters = Pipeline([parsed], problems: ProblemList())
                return
            }
        }
        guard resources.unsupported == .tag else {
            let place = code.flatMap(Self.firstLine) ?? settings.position
            settings.problems.error(
                at: place, "there is no Ruby here, and this code says more than other filters do",
                mend: "write it with mutate, date, translate or json, or let such events go on with a tag: "
                    + "pipeline: {unsupported: tag} in watchpost.yml")
            return nil
        }
        guard
            let tagging = try? PipelineParser.parse(
                "filter { mutate { add_tag => [\"_unsupported_ruby\"] } }", file: "ruby", problems: ProblemList())
        else { return nil }
        settings.problems.warn(
            at: settings.position, "there is no Ruby here; events get the tag _unsupported_ruby", mend: "")
        filters = Pipeline([tagging], problems: ProblemList())
    }

    /// Where the first statement stands that is not understood.
    private static func firstLine(_ code: PluginSyntax.Setting) -> SourcePosition? {
        guard let text = code.value.text else { return nil }
        let position = code.value.position
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if String(line).trimmingBlanks.isEmpty || RubyTranslation.filters(of: String(line)) != nil { continue }
            return SourcePosition(
                file: position.file, line: position.line + index, column: index == 0 ? position.column : 1)
        }
        return position
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        var results: [PipelineEvent] = []
        filters.process(event, run) { results.append($0) }
        guard results.count == 1 else { return .dropped }
        event = results[0]
        return .matched
    }
}
