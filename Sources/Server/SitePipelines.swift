internal import ConfigText
internal import Instruments
internal import Listening
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
    /// Takes events from the network.
    private let listener: PipelineListener
    private let allowsOpenInputs: Bool
    private let outlets: PipelineOutlets

    private struct State {
        var network: PipelineNetwork?
        var problem: String?
        /// Inputs that are not opened, and why.
        var refused: [LogInputStatus] = []
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - store: what takes the events in the end.
    ///   - doors: counts what comes from the network.
    ///   - allowsOpenInputs: whether inputs listen that other hosts can send to.
    init(store: any LogAppender, transfers: Transfers, doors: LogDoors, allowsOpenInputs: Bool) {
        let outlets = PipelineOutlets(transfers: transfers)
        let appender = PipelineAppender(store, outlets: outlets)
        self.outlets = outlets
        self.appender = appender
        self.allowsOpenInputs = allowsOpenInputs
        listener = PipelineListener(doors: doors) { events, pipeline in
            try appender.append(events, into: pipeline)
        }
    }

    /// Takes the pipelines of a configuration; where something is wrong with them, the former ones stay.
    func update(_ site: Site) {
        let network = state.withLock { state in
            state.problem = site.pipelineProblem
            if site.pipelineProblem == nil { state.network = site.pipelines }
            return state.network
        }
        outlets.update(network)
        guard let network else {
            appender.update(nil)
            listen([])
            return
        }
        let isForFiles = site.filebeat?.output?.value == "logstash"
        var configuration = PipelineAppender.Configuration(
            network, pipeline: isForFiles ? network.pipeline(atPort: site.filebeat?.outputPort) : nil)
        configuration.metadata = Self.metadata
        let untouched = UntouchedEvents(timeZone: site.watchpost.timeZone)
        configuration.complete = { untouched.complete(&$0, isTimed: $1, now: $2) }
        configuration.forwards = site.watchpost.forwardLogs
        appender.update(configuration)
        listen(network.pipelines.flatMap(\.listening))
    }

    private func listen(_ inputs: [PipelineInput]) {
        var opened: [PipelineInput] = []
        var refused: [LogInputStatus] = []
        for input in inputs {
            if let reason = input.openAddress, !allowsOpenInputs {
                var status = LogInputStatus(id: input.id, paths: input.listenings.map(\.url))
                status.lastError = "is not started: \(reason)"
                refused.append(status)
            } else {
                opened.append(input)
            }
        }
        state.withLock { $0.refused = refused }
        listener.update(opened)
    }

    /// How the inputs fare that take events from the network, those too that are not started.
    var inputs: [LogInputStatus] { listener.statuses + state.withLock(\.refused) }

    /// What Filebeat says of itself to Logstash.
    private static let metadata: Document = [
        "beat": .string("filebeat"), "type": .string("_doc"), "version": .string("8.0.0"),
    ]

    /// Takes events from the network, and writes to the outputs that are not the store.
    func run() async {
        async let received: Void = listener.run()
        await outlets.run()
        await received
    }

    var findings: [Finding] {
        let problem = state.withLock(\.problem).map {
            Finding(.error, part: "logs", text: "the pipelines are not those of the files: \($0)")
        }
        return [problem].compactMap(\.self) + LogShipper.findings(of: inputs) + outlets.findings
    }

    /// The pipelines in force.
    var network: PipelineNetwork? { state.withLock(\.network) }

    /// Whether events of log files go through a pipeline.
    var takesFiles: Bool { appender.isInForce }

    /// What went through each pipeline, and what waits for its outputs.
    var families: [MetricFamily] {
        let pipelines = network?.pipelines ?? []
        func of(_ definition: MetricDefinition, _ value: (Pipeline) -> Int) -> MetricFamily {
            definition.family(pipelines.map { ($0.id, Double(value($0.filters))) })
        }
        let outputs = outlets.counts
        return [
            of(Catalogue.logPipelineTakenEventsTotal, \.counts.taken),
            of(Catalogue.logPipelineGivenEventsTotal, \.counts.given),
            of(Catalogue.logPipelineConditionFailuresTotal, \.conditionFailures),
            Catalogue.logPipelineWaitingEvents.family(outputs.map { ($0.output, Double($0.waiting)) }),
            Catalogue.logPipelineLostEventsTotal.family(outputs.map { ($0.output, Double($0.lost)) }),
        ]
    }
}
