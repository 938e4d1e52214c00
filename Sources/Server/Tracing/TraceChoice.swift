internal import Base
internal import Model
internal import OTLPTracing
internal import Synchronization

/// Chooses among the traces that this server makes of its own work, each as a whole once its root has ended: those with an
/// error, those that took long, those that a client wants kept, and a part of the others, chosen by their numbers. No more
/// than so many a second are kept.
final class TraceChoice: SpanSink {
    struct Rules: Sendable {
        /// That part of those that were quick and good.
        var ratio = 0.05
        /// Nanoseconds from which on a trace is slow.
        var slow: Int64 = 500_000_000
        var tracesPerSecond = 20.0
        var burst = 100.0
    }

    private struct State {
        /// Spans that ended before their roots, by trace.
        var pending: [TraceID: [Model.Span]] = [:]
        var tokens: Double
        var filled: Int64
    }

    private static let pendingMax = 512
    private static let spansMax = 64

    private let rules: Rules
    private let sink: any SpanSink
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameter now: nanoseconds of a clock.
    init(_ rules: Rules, now: @escaping @Sendable () -> Int64 = WallClock.nanoseconds, sink: any SpanSink) {
        self.rules = rules
        self.now = now
        self.sink = sink
        state = Mutex(State(tokens: rules.burst, filled: now()))
    }

    func take(_ span: Model.Span) {
        let isRemote = span.flags & 0x200 != 0
        let kept = state.withLock { state -> [Model.Span] in
            guard span.isRoot || isRemote else {
                // What a root never follows must not gather.
                if state.pending.count >= Self.pendingMax { state.pending.removeAll() }
                if state.pending[span.traceID, default: []].count < Self.spansMax {
                    state.pending[span.traceID, default: []].append(span)
                }
                return []
            }
            let spans = (state.pending.removeValue(forKey: span.traceID) ?? []) + [span]
            let isWanted =
                isRemote || span.duration >= rules.slow || spans.contains { $0.status == .error }
                || Double(span.traceID.low) < rules.ratio * 0x1p64
            return isWanted && takeToken(&state) ? spans : []
        }
        for span in kept { sink.take(span) }
    }

    private func takeToken(_ state: inout State) -> Bool {
        let now = now()
        let passed = Double(max(0, now - state.filled)) / 1e9
        state.filled = now
        state.tokens = min(rules.burst, state.tokens + passed * rules.tracesPerSecond)
        guard state.tokens >= 1 else { return false }
        state.tokens -= 1
        return true
    }
}
