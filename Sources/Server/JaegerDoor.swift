internal import Base
internal import JaegerHTTP
internal import SpanMetrics

extension Doors {
    /// Traces as Jaeger's clients read them.
    static func jaeger(_ parts: Parts) -> JaegerAPI {
        JaegerAPI(
            JaegerParts(
                traces: parts.traces, graph: StoredServiceGraph(source: parts.metrics), samples: parts.metrics,
                engine: parts.engine, gate: ServerView.traceGate, now: { parts.timeSource.now() }))
    }
}
