internal import Base
internal import ConfigText
internal import LogDocuments
internal import LogPipeline
internal import Site
internal import SiteView

extension ServerView {
    func pipelines() async -> [String] { parts.pipelines.network?.pipelines.map(\.id) ?? [] }

    func tryPipeline(_ trial: PipelineTrial) async throws -> PipelineTrialView {
        guard trial.filters.utf8.count <= PipelineTrial.mostBytes, trial.lines.utf8.count <= PipelineTrial.mostBytes
        else {
            throw LogSearchRefused("more than \(PipelineTrial.mostBytes >> 10) kB; paste less")
        }
        let network = parts.pipelines.network
        let zone = parts.site.watchpost.timeZone
        let now = parts.timeSource.now()
        do {
            return try await Self.trialGate.run(within: Self.longestTrial) {
                try Self.run(trial, network, timeZone: zone, now: now)
            }
        } catch is WorkTimedOut {
            throw LogSearchRefused("others try pipelines too; try again", isBusy: true)
        }
    }

    private static let trialGate = WorkGate("pipeline trials", width: 1, usesCallersThread: true)
    private static let longestTrial = Duration.seconds(10)
    /// No line is begun after this.
    private static let patience = Duration.seconds(5)

    private static func run(
        _ trial: PipelineTrial, _ site: PipelineNetwork?, timeZone: String?, now: Int64
    ) throws -> PipelineTrialView {
        var view = PipelineTrialView()
        let (network, index) = try chosen(trial, site, timeZone, &view)
        let worker = PipelineWorker()
        let clock = ContinuousClock()
        let end = clock.now + patience
        for (number, line) in trial.lines.split(separator: "\n").enumerated() {
            if number == PipelineTrial.mostLines || clock.now > end {
                view.cut =
                    number == PipelineTrial.mostLines
                    ? "The lines behind the first \(number) were left out."
                    : "It took too long: \(number) lines were tried."
                break
            }
            let text = String(line)
            let event: PipelineEvent
            if trial.isJSON {
                do throws(DocumentError) {
                    guard case .object(let document) = try DocumentReader.value(text) else {
                        throw DocumentError(.malformed, at: 0, "it is no object")
                    }
                    event = PipelineEvent(document, now: now)
                } catch {
                    throw LogSearchRefused("line \(number + 1) is no event: \(error)")
                }
            } else {
                event = PipelineEvent(timestamp: now, ["message": .string(text)])
            }
            var events: [String] = []
            network.process(event, into: index, now: now, worker) { event, _, _ in
                if events.count < 100 { events.append(RubyDebug.text(event, showsMetadata: true)) }
            }
            view.results.append((text, events))
        }
        return view
    }

    private static func chosen(
        _ trial: PipelineTrial, _ site: PipelineNetwork?, _ timeZone: String?, _ view: inout PipelineTrialView
    ) throws -> (PipelineNetwork, Int) {
        if let id = trial.pipeline {
            guard let site, let index = site.pipelines.firstIndex(where: { $0.id == id }) else {
                throw LogSearchRefused("there is no pipeline \"\(id.prefix(80))\"")
            }
            return (site, index)
        }
        var options = PipelineOptions()
        options.timeZone = timeZone
        options.readsFiles = false
        let problems = ProblemList()
        var text = trial.filters
        // Filters alone are what people paste.
        if !hasSection(text) { text = "filter {\n\(text)\n}" }
        let config = PipelineConfig.read([PipelineFile(path: "filters", text: text)], options, problems: problems)
        guard let config else { throw LogSearchRefused(problems.errors.map(\.description).joined(separator: "\n")) }
        view.problems = problems.warnings.map(\.description)
        return (PipelineNetwork([config], problems: ProblemList()), 0)
    }

    /// Whether the text begins with a section of a pipeline's file, behind comments.
    private static func hasSection(_ text: String) -> Bool {
        let first = text.split(separator: "\n").first { line in
            let rest = line.drop(while: \.isWhitespace)
            return !rest.isEmpty && rest.first != "#"
        }
        let word = first?.drop(while: \.isWhitespace).prefix(while: \.isLetter) ?? ""
        return ["input", "filter", "output"].contains(word)
    }
}
