package import Base
internal import DatePatterns
package import LogDocuments
package import Model
internal import Synchronization

/// Sends the events of log files through pipelines on their way to the store.
///
/// What comes out of a batch is stored in one transaction with the offset up to which its lines were read: each line goes
/// through once, whatever ends the process.
package final class PipelineAppender: LogAppender {
    /// Says of an event that no filter changed what it says of itself.
    package typealias Complete = @Sendable (_ event: inout LogEvent, _ isTimed: Bool, _ now: Int64) -> Void

    /// What is in force.
    package struct Configuration: Sendable {
        package var network: PipelineNetwork
        /// The pipeline that gets the events; `nil` for none: then they are stored as they are.
        package var pipeline: Int?
        /// Fields below `[@metadata]` that all events begin with.
        package var metadata = Document()
        package var complete: Complete?
        /// Inputs `file`, by their ids, which their events bear.
        private let files: [String: (input: PipelineFileInput, pipeline: Int)]
        /// Whether events that are stored go to the servers of their outputs too.
        package var forwards = false

        package init(_ network: PipelineNetwork, pipeline: Int?) {
            self.network = network
            self.pipeline = pipeline
            var files: [String: (input: PipelineFileInput, pipeline: Int)] = [:]
            for (place, pipeline) in network.pipelines.enumerated() {
                for input in pipeline.following { files[input.id] = (input, place) }
            }
            self.files = files
        }

        /// The input `file` of which an event is, and the place of its pipeline.
        fileprivate func input(of event: LogEvent) -> (input: PipelineFileInput, pipeline: Int)? {
            guard !files.isEmpty, case .string(let id)? = event.fields[PipelineFileInput.idField] else { return nil }
            return files[id]
        }
    }

    private struct State {
        var configuration: Configuration?
        let worker = PipelineWorker()
        /// Objects of fields that many events share, the last ones used.
        var shared: [PipelineEvent.Shared] = []
    }

    private let store: any LogAppender
    private let outlets: PipelineOutlets
    private let timeSource: any TimeSource
    private let state = Mutex(State())

    /// - Parameters:
    ///   - store: where events are kept that go to an output of Elasticsearch.
    ///   - outlets: takes events that go to the other outputs.
    package init(_ store: any LogAppender, outlets: PipelineOutlets, timeSource: any TimeSource = SystemTimeSource()) {
        self.store = store
        self.outlets = outlets
        self.timeSource = timeSource
    }

    /// Takes new settings; batches that come later go by them.
    package func update(_ configuration: Configuration?) {
        state.withLock { state in
            state.configuration = configuration
            state.shared = []
        }
    }

    /// Whether a pipeline gets the events.
    package var isInForce: Bool { state.withLock { $0.configuration?.pipeline != nil } }

    package func append(_ events: [LogEvent], offset: TailOffset?) throws {
        let now = timeSource.now()
        let (kept, sent) = state.withLock { state -> ([LogEvent]?, [OutletEvent]) in
            guard let configuration = state.configuration else { return (nil, []) }
            // A batch is of one file, and a file of one input.
            let input = events.first.flatMap { configuration.input(of: $0) }
            guard let pipeline = input?.pipeline ?? configuration.pipeline else { return (nil, []) }
            var run = PipelineBatch(configuration, now: now, worker: state.worker)
            run.reserve(events.count)
            for event in events {
                if let input {
                    input.input.read(event) { run.take($0, of: event, into: pipeline) }
                } else {
                    run.take(event, into: pipeline, sharing: Self.shared(of: event, &state.shared))
                }
            }
            return (run.kept, run.sent)
        }
        try store.append(kept ?? events, offset: offset)
        outlets.send(sent)
    }

    /// Sends events that came in from elsewhere through a pipeline.
    /// - Parameter pipeline: its id; events of one that is gone are stored as they are.
    /// - Throws: what the store throws; then nothing of them is kept.
    package func append(_ documents: [PipelineEvent], into pipeline: String) throws {
        let now = timeSource.now()
        let (kept, sent) = state.withLock { state -> ([LogEvent], [OutletEvent]) in
            guard let configuration = state.configuration,
                let pipeline = configuration.network.pipelines.firstIndex(where: { $0.id == pipeline })
            else { return (documents.map(\.logEvent), []) }
            var run = PipelineBatch(configuration, now: now, worker: state.worker)
            run.reserve(documents.count)
            for event in documents { run.take(event, into: pipeline) }
            return (run.kept, run.sent)
        }
        try store.append(kept, offset: nil)
        outlets.send(sent)
    }

    /// An input has one set of shared fields, and a file's batch one input.
    private static let mostShared = 64

    private static func shared(of event: LogEvent, _ known: inout [PipelineEvent.Shared]) -> PipelineEvent.Shared? {
        guard let fields = event.fields.shared else { return nil }
        if let place = known.lastIndex(where: { $0.fields === fields }) { return known[place] }
        if known.count >= mostShared { known.removeFirst() }
        let made = PipelineEvent.Shared(fields)
        known.append(made)
        return made
    }
}

/// A batch of events on its way through a pipeline.
private struct PipelineBatch {
    private let configuration: PipelineAppender.Configuration
    private let now: Int64
    private let worker: PipelineWorker
    /// How long it takes at most from the moment at which a line is read: an older time is the line's own.
    private static let reading: Int64 = 60_000

    /// For the store.
    private(set) var kept: [LogEvent] = []
    /// For other outputs.
    private(set) var sent: [OutletEvent] = []

    init(_ configuration: PipelineAppender.Configuration, now: Int64, worker: PipelineWorker) {
        self.configuration = configuration
        self.now = now
        self.worker = worker
    }

    mutating func reserve(_ count: Int) { kept.reserveCapacity(count) }

    mutating func take(_ event: LogEvent, into pipeline: Int, sharing shared: PipelineEvent.Shared?) {
        var pipelined = PipelineEvent(event, sharing: shared)
        pipelined.metadata = configuration.metadata
        take(pipelined, of: event, into: pipeline)
    }

    /// - Parameter event: what was read of a file.
    mutating func take(_ pipelined: PipelineEvent, of event: LogEvent, into pipeline: Int) {
        let (time, message, now, complete) = (event.timestamp, event.message, now, configuration.complete)
        process(pipelined, into: pipeline) { result in
            guard let complete, result.message == message else { return }
            complete(&result, result.timestamp != time || time < now - Self.reading, now)
        }
    }

    mutating func take(_ event: PipelineEvent, into pipeline: Int) { process(event, into: pipeline) { _ in } }

    private mutating func process(
        _ event: PipelineEvent, into index: Int, _ complete: (inout LogEvent) -> Void
    ) {
        configuration.network.process(event, into: index, now: now, worker) { event, pipeline, outputs in
            for place in outputs {
                let output = pipeline.outputs.outputs[place]
                guard case .elasticsearch(let index, let target) = output.kind else {
                    if case .nowhere = output.kind { continue }
                    sent.append(OutletEvent(event: event, output: output))
                    continue
                }
                var stored = event.logEvent
                complete(&stored)
                if let index {
                    let name = index.text(for: event).lowercased()
                    if name != DefaultIndex.name(at: stored.timestamp) {
                        stored.fields[DocumentFields.index] = .string(name)
                    }
                }
                kept.append(stored)
                if configuration.forwards, target != nil { sent.append(OutletEvent(event: event, output: output)) }
            }
        }
    }
}

/// The index of an event that names none: that of its day.
package enum DefaultIndex {
    private static let day = try? DatePrinter("yyyy.MM.dd")

    package static func name(at time: Int64) -> String { "vms-" + (day?.text(for: time) ?? "") }
}
