package import Base
package import Model
package import PromQL
package import TraceSearch

/// What Jaeger's door reads and asks.
package struct JaegerParts: Sendable {
    let traces: any TraceSource
    let graph: any ServiceGraphSource
    let samples: any SampleSource
    let engine: PromQLEngine
    let gate: WorkGate
    let bounds: JaegerBounds
    let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - traces: where spans are looked for.
    ///   - graph: which services call which.
    ///   - samples: where the metrics of spans are, which the monitor page asks for.
    ///   - engine: answers expressions over them within its limits.
    ///   - gate: where searches run, with those of other doors.
    ///   - bounds: how much one answer holds.
    ///   - now: milliseconds since the Unix epoch.
    package init(
        traces: any TraceSource, graph: any ServiceGraphSource, samples: any SampleSource, engine: PromQLEngine,
        gate: WorkGate, bounds: JaegerBounds = JaegerBounds(), now: @escaping @Sendable () -> Int64
    ) {
        self.traces = traces
        self.graph = graph
        self.samples = samples
        self.engine = engine
        self.gate = gate
        self.bounds = bounds
        self.now = now
    }
}

/// How much one answer holds.
package struct JaegerBounds: Sendable {
    /// Spans of a trace that is asked for alone.
    package var spansOfOne = 100_000
    /// Spans of each trace that a search finds.
    package var spansOfFound = 10_000
    /// Spans of all traces that a search finds, of each some at least.
    package var spansInAll = 200_000
    /// Spans of a found trace that are given whatever the others hold.
    package var spansOfEach = 20
    /// Traces of one answer.
    package var traces = 5_000
    /// Traces that are counted for `total`, at least.
    package var counted = 1_000
    /// How far `offset` goes.
    package var offset = 100_000
    /// Spans that match, among which traces are counted.
    package var hits = 100_000
    /// Bytes: what comes behind is left out, but for the first span.
    package var bytes = 128 << 20
    /// How long one question is worked at.
    package var time = Duration.seconds(30)

    package init() {}
}
