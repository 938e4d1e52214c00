internal import ConfigText
internal import LogDocuments
internal import LogPipeline
internal import LogShipping
internal import Model
internal import Site
internal import Synchronization
internal import Transfers

/// The pipelines of the site, between the log files and the store.
final class SitePipelines: FindingSource, Sendable {
    /// What log files append to.
    let appender: PipelineAppender
    private let outlets: PipelineOutlets

    private struct State {
        var network: PipelineNetwork?
        var problem: String?
    }

    private let state = Mutex(State())

    /// - Parameter store: what takes the events in the end.
    init(store: any LogAppender, transfers: Transfers) {
        outlets = PipelineOutlets(transfers: transfers)
        appender = PipelineAppender(store, outlets: outlets)
    }

    /// Takes the pipelines of a configuration; where something is wrong with them, the former ones stay.
    func update(_ site: Site) {
        let network = state.withLock { state in
            state.problem = site.pipelineProblem
            if site.pipelineProblem == nil { state.network = site.pipelines }
            return state.network
        }
        outlets.update(network)
        guard let network, let filebeat = site.filebeat, filebeat.output?.value == "logstash" else {
            appender.update(nil)
            return
        }
        var configuration = PipelineAppender.Configuration(
            network, pipeline: network.pipeline(atPort: filebeat.outputPort))
        configuration.metadata = Self.metadata
        let untouched = UntouchedEvents(timeZone: site.watchpost.timeZone)
        configuration.complete = { untouched.complete(&$0, isTimed: $1, now: $2) }
        configuration.forwards = site.watchpost.forwardLogs
        appender.update(configuration)
    }

    /// What Filebeat says of itself to Logstash.
    private static let metadata: Document = [
        "beat": .string("filebeat"), "type": .string("_doc"), "version": .string("8.0.0"),
    ]

    /// Writes to the outputs that are not the store.
    func run() async { await outlets.run() }

    var findings: [Finding] {
        let problem = state.withLock(\.problem).map {
            Finding(.error, part: "logs", text: "the pipelines are not those of the files: \($0)")
        }
        return [problem].compactMap(\.self) + outlets.findings
    }

    /// The pipelines in force.
    var network: PipelineNetwork? { state.withLock(\.network) }

    /// Whether events of log files go through a pipeline.
    var takesFiles: Bool { appender.isInForce }

    /// Comparisons of conditions that could not be made.
    var conditionFailures: Int { state.withLock { $0.network?.conditionFailures ?? 0 } }
}
