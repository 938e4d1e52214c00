internal import HTTPKit
internal import Hummingbird
internal import Model
internal import SiteView

/// A pipeline that is tried on lines that somebody pasted.
struct PipelineTrialContent: PageContent {
    static let template = PageTemplate.pipelineTrial

    struct Choice: Sendable {
        let id: String
        let name: String
        let chosen: Bool
    }

    struct Result: Sendable {
        let line: String
        let dropped: Bool
        let events: [String]
    }

    let refusal: String?
    let choices: [Choice]
    let filters: String
    let lines: String
    let json: Bool
    let problems: [String]
    let results: [Result]
    let cut: String?
}

extension WebUI {
    func pipelinesPage() async -> Response {
        html(await trialPage(PipelineTrial(pipeline: await view.pipelines().first, lines: "")))
    }

    func tryPipeline(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request, bytesMax: 4 * PipelineTrial.mostBytes)
        let trial = PipelineTrial(
            pipeline: fields["pipeline"].flatMap { $0.isEmpty ? nil : $0 },
            filters: (fields["filters"] ?? "").replacing("\r\n", with: "\n"),
            lines: (fields["lines"] ?? "").replacing("\r\n", with: "\n"), isJSON: fields["json"] != nil)
        do {
            return html(await trialPage(trial, try await view.tryPipeline(trial)))
        } catch {
            return html(await trialPage(trial, refusal: "\(error)"), status: .badRequest)
        }
    }

    private func trialPage(
        _ trial: PipelineTrial, _ found: PipelineTrialView = PipelineTrialView(), refusal: String? = nil
    ) async -> String {
        let choices = await view.pipelines().map {
            PipelineTrialContent.Choice(
                id: $0, name: say("logs.pipelineOfSite", ["name": .text($0)]), chosen: $0 == trial.pipeline)
        }
        let content = PipelineTrialContent(
            refusal: refusal,
            choices: choices + [.init(id: "", name: say("logs.filtersBelow"), chosen: trial.pipeline == nil)],
            filters: trial.filters, lines: trial.lines, json: trial.isJSON, problems: found.problems,
            results: found.results.map {
                .init(
                    line: VisibleText.short($0.line), dropped: $0.events.isEmpty,
                    events: $0.events.map { VisibleText($0, length: 20_000).text })
            }, cut: found.cut)
        return pages.page(content, title: say("logs.pipelineTitle"), path: LogsAddress.path, live: false)
    }
}
