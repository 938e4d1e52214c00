internal import Model

/// Zipkin's headers, one (`b3`) or several (`X-B3-…`): https://github.com/openzipkin/b3-propagation
enum B3 {
    static let traceID = "X-B3-TraceId"
    static let spanID = "X-B3-SpanId"
    static let sampled = "X-B3-Sampled"
    static let flags = "X-B3-Flags"

    /// The context of `{trace}-{span}-{sampled}-{parent}`, the last two optional, or of a decision alone.
    static func read(_ header: String) -> TraceContext? {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 1 {
            return decision(parts[0]).map {
                TraceContext(trace: TraceID(high: 0, low: 0), span: SpanID(0), decision: $0, isRemote: true)
            }
        }
        guard parts.count <= 4 else { return nil }
        var decision: Bool?
        if parts.count > 2 {
            guard let said = self.decision(parts[2]) else { return nil }
            decision = said
        }
        if parts.count == 4 {
            guard parts[3].utf8.count == 16, SpanID(parts[3]) != nil else { return nil }
        }
        return context(parts[0], parts[1], decision)
    }

    /// The context of the several headers; `nil` where they are wrong or not there.
    static func read(_ header: (String) -> String?) -> TraceContext? {
        var decision: Bool?
        if header(flags) == "1" {
            decision = true
        } else if let text = header(sampled) {
            guard let said = self.decision(text) else { return nil }
            decision = said
        }
        guard let trace = header(traceID) else {
            return decision.map {
                TraceContext(trace: TraceID(high: 0, low: 0), span: SpanID(0), decision: $0, isRemote: true)
            }
        }
        return header(spanID).flatMap { context(trace, $0, decision) }
    }

    static func text(_ context: TraceContext) -> String {
        let ids = "\(context.traceID)-\(context.spanID)"
        return context.decision.map { "\(ids)-\($0 ? 1 : 0)" } ?? ids
    }

    private static func context(
        _ trace: some StringProtocol, _ span: some StringProtocol, _ decision: Bool?
    ) -> TraceContext? {
        guard trace.utf8.count == 32 || trace.utf8.count == 16, span.utf8.count == 16, let trace = TraceID(trace),
            let span = SpanID(span)
        else { return nil }
        let context = TraceContext(trace: trace, span: span, decision: decision, isRemote: true)
        return context.namesSpan ? context : nil
    }

    private static func decision(_ text: some StringProtocol) -> Bool? {
        switch text.lowercased() {
        case "1", "d", "true": true
        case "0", "false": false
        default: nil
        }
    }
}
