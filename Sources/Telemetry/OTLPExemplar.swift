internal import Model

/// An event behind a point, with the span in which it happened.
struct OTLPExemplar: Sendable, Equatable {
    /// Those that the point itself does not have.
    var attributes: OTLPMetrics.Attributes = [:]
    /// Nanoseconds since the Unix epoch.
    var time: UInt64 = 0
    var value = 0.0
    /// In hexadecimal digits; empty without a trace.
    var traceID = ""
    var spanID = ""

    /// As OpenMetrics limits the names and values of an exemplar's labels together.
    private static let labelCharactersMax = 128

    /// As Prometheus stores it: the trace and the span, and the attributes where there is room for all of them.
    var exemplar: Exemplar {
        var trace: [Label] = []
        if !traceID.isEmpty { trace.append(Label("trace_id", traceID)) }
        if !spanID.isEmpty { trace.append(Label("span_id", spanID)) }
        let others = attributes.map { Label(OTLPNames.label($0.key), $0.value) }
        let all = others + trace
        let count = all.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
        return Exemplar(
            labels: Labels(count <= Self.labelCharactersMax ? all : trace), value: value,
            timestamp: Int64(time / 1_000_000))
    }
}
