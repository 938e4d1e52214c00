internal import Model
internal import PromQLScripts
internal import Synchronization

/// Takes what rules write into the memory that their expressions read.
final class MemoryAppender: SampleAppender {
    private struct State {
        var labels: [Labels] = []
        var refs: [Labels: SeriesRef] = [:]
    }

    private let source: MemorySource
    private let state = Mutex(State())

    init(_ source: MemorySource) { self.source = source }

    func resolve(_ labels: Labels) -> SeriesRef {
        state.withLock { state in
            if let ref = state.refs[labels] { return ref }
            let ref = SeriesRef(rawValue: UInt32(state.labels.count))
            state.labels.append(labels)
            state.refs[labels] = ref
            return ref
        }
    }

    func append(_ samples: [RefSample]) -> AppendOutcome {
        for sample in samples {
            let labels = state.withLock { $0.labels[Int(sample.ref.rawValue)] }
            source.load(labels, [sample.timestamp: sample.value])
        }
        var outcome = AppendOutcome()
        outcome.accepted = samples.count
        return outcome
    }
}
