package import Model
public import Tracing

/// Where in a trace something happens: what goes from process to process in headers.
public struct TraceContext: Sendable, Hashable {
    package var trace: TraceID
    package var span: SpanID
    /// Whether the trace is kept; `nil` where who began it left that to others (B3 only).
    package var decision: Bool?
    /// Whether the trace's number is random: the second flag of `traceparent`.
    package var isRandom: Bool
    /// The header `tracestate`.
    package var state: String
    /// Whether it came from another process.
    package var isRemote: Bool

    package init(
        trace: TraceID, span: SpanID, decision: Bool?, isRandom: Bool = false, state: String = "",
        isRemote: Bool = false
    ) {
        self.trace = trace
        self.span = span
        self.decision = decision
        self.isRandom = isRandom
        self.state = state
        self.isRemote = isRemote
    }

    /// 32 hexadecimal digits, as a log line has them behind `trace_id=`.
    public var traceID: String { trace.description }

    /// 16 hexadecimal digits, as a log line has them behind `span_id=`.
    public var spanID: String { span.description }

    /// Whether the spans of this trace are kept.
    public var isSampled: Bool { decision ?? false }

    /// Whether it names a trace and a span: `b3: 0` says only that nothing is to be kept.
    package var namesSpan: Bool { !trace.isZero && !span.isZero }

    /// The trace flags as `traceparent` and OTLP have them.
    package var flags: UInt8 { (isSampled ? 1 : 0) | (isRandom ? 2 : 0) }
}

private enum TraceContextKey: InstrumentationContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "otlp-trace-context" }
}

extension InstrumentationContext {
    /// Where in a trace this is; `nil` outside of any. Of a request that came it is the client's span, within `withSpan`
    /// that span.
    public var traceContext: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}
