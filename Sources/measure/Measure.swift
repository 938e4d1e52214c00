import ArgumentParser

/// What the benchmarks run: parts of Watchpost alone, so that their cost can be told from all others'.
@main
struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Runs one part of Watchpost for a benchmark.",
        subcommands: [
            CamerasMeasure.self, ProbeMeasure.self, PageMeasure.self, LogsIngestMeasure.self, LogsSearchMeasure.self,
            TracesSendMeasure.self, TracesIngestMeasure.self, TracesSearchMeasure.self,
        ])
}
