package import ConfigText
internal import Grok

/// The pipelines of a site, and the ways between them: `output { pipeline { send_to } }` to `input { pipeline { address } }`.
package final class PipelineNetwork: Sendable {
    package let pipelines: [PipelineConfig]
    private let byAddress: [String: Int]

    /// Pipelines that an event may go through one after the other.
    private static let mostHops = 16

    /// - Parameter problems: gets addresses at which nobody listens.
    package init(_ pipelines: [PipelineConfig], problems: ProblemList) {
        self.pipelines = pipelines
        var byAddress: [String: Int] = [:]
        for (index, pipeline) in pipelines.enumerated() {
            for address in pipeline.addresses { byAddress[address] = index }
        }
        self.byAddress = byAddress
        for output in pipelines.flatMap(\.outputs.outputs) {
            guard case .pipeline(let addresses) = output.kind else { continue }
            for address in addresses where byAddress[address] == nil {
                problems.error(
                    at: output.position, "no pipeline listens at \"\(address)\"",
                    mend: "add input { pipeline { address => \"\(address)\" } } to one, or correct the address")
            }
        }
    }

    package var isEmpty: Bool { pipelines.isEmpty }

    /// The pipeline that gets what is shipped to that port; else the first that takes events of shippers, else the first
    /// that no other one feeds.
    package func pipeline(atPort port: Int?) -> Int? {
        if let port, let found = pipelines.firstIndex(where: { $0.beatsPorts.contains(port) }) { return found }
        return pipelines.firstIndex { !$0.beatsPorts.isEmpty } ?? pipelines.firstIndex { $0.addresses.isEmpty }
            ?? (pipelines.isEmpty ? nil : 0)
    }

    /// Sends an event through a pipeline, and through those that it sends it to.
    /// - Parameter emit: gets what comes out, and the places of the outputs of the last pipeline that it goes to; none where
    ///   no output wants it.
    package func process(
        _ event: consuming PipelineEvent, into index: Int, now: Int64, _ worker: PipelineWorker,
        _ emit: (_ event: PipelineEvent, _ pipeline: PipelineConfig, _ outputs: [Int]) -> Void
    ) {
        process(event, into: index, now, worker, hops: 0, emit)
    }

    private func process(
        _ event: consuming PipelineEvent, into index: Int, _ now: Int64, _ worker: PipelineWorker, hops: Int,
        _ emit: (_ event: PipelineEvent, _ pipeline: PipelineConfig, _ outputs: [Int]) -> Void
    ) {
        let pipeline = pipelines[index]
        pipeline.filters.process(event, now: now, worker) { event in
            var outputs: [Int] = []
            var others: [Int] = []
            pipeline.outputs.route(event, worker) { place in
                if case .pipeline(let addresses) = pipeline.outputs.outputs[place].kind {
                    others += addresses.compactMap { byAddress[$0] }
                } else {
                    outputs.append(place)
                }
            }
            if !outputs.isEmpty || others.isEmpty { emit(event, pipeline, outputs) }
            // A circle ends here, as the event would go round for ever.
            guard hops < Self.mostHops else { return }
            for other in others { process(event, into: other, now, worker, hops: hops + 1, emit) }
        }
    }
}
