internal import HTTPTypes
internal import Model

/// What Jaeger's monitor page asks of the metrics of spans: how long calls take, how many there are, and how many fail.
struct SpanMetricsQuestion: Sendable {
    enum Kind: String, Sendable {
        case latencies
        case calls
        case errors
    }

    let kind: Kind
    private let services: [String]
    private let spanKinds: [Span.Kind]
    private let byOperation: Bool
    private let quantile: Double
    /// Milliseconds over which a rate is taken.
    private let ratePer: Int64
    /// Milliseconds since the Unix epoch.
    let start: Int64
    let end: Int64
    /// Milliseconds.
    let step: Int64

    /// The most steps of one question, as of Prometheus' queries.
    private static let pointsMax: Int64 = 11_000
    private static let servicesMax = 100

    /// - Parameter now: milliseconds since the Unix epoch.
    init(_ kind: Kind, _ parameters: JaegerParameters, now: Int64) throws {
        self.kind = kind
        services = parameters.all("service")
        guard !services.isEmpty else {
            throw JaegerError(.badRequest, "the parameter \"service\" is missing: name at least one service")
        }
        guard services.count <= Self.servicesMax else {
            throw JaegerError(.badRequest, "there are more than \(Self.servicesMax) parameters \"service\"")
        }
        let kinds = try parameters.all("spanKind").map { try JaegerParameters.spanKind("spanKind", $0) }
        spanKinds = kinds.isEmpty ? [.server] : kinds
        byOperation = try parameters.flag("groupByOperation")
        quantile = try Self.quantile(parameters, isRequired: kind == .latencies)
        ratePer = try parameters.milliseconds("ratePer", or: 600_000)
        step = try parameters.milliseconds("step", or: 5_000)
        end = try parameters.time("endTs", unit: 1) ?? now
        let lookback = try parameters.milliseconds("lookback", or: 3_600_000)
        guard lookback / step <= Self.pointsMax else {
            throw JaegerError(
                .badRequest,
                "there would be more than \(Self.pointsMax) points: ask for a shorter lookback or a longer step")
        }
        let (start, isTooEarly) = end.subtractingReportingOverflow(lookback)
        guard !isTooEarly, end.magnitude < 1 << 53 else {
            throw JaegerError.bad("endTs", String(end), "too far away: write milliseconds since 1970")
        }
        self.start = start
    }

    private static func quantile(_ parameters: JaegerParameters, isRequired: Bool) throws -> Double {
        guard let text = parameters.text("quantile") else {
            if isRequired { throw JaegerError(.badRequest, "the parameter \"quantile\" is missing: write 0.95, say") }
            return 0
        }
        guard let quantile = Double(text), quantile > 0, quantile <= 1 else {
            throw JaegerError.bad("quantile", text, "not a number above 0 and up to 1")
        }
        return quantile
    }

    /// The same as PromQL.
    var expression: String {
        let calls = "traces_span_metrics_calls_total"
        switch kind {
        case .latencies:
            return
                "histogram_quantile(\(quantile), \(rate("traces_span_metrics_duration_milliseconds_bucket", and: "le")))"
        case .calls: return rate(calls)
        case .errors:
            // Where none failed there may be no series of failures.
            let all = rate(calls)
            return "(\(rate(calls, where: #",status_code="STATUS_CODE_ERROR""#)) or 0 * \(all)) / \(all)"
        }
    }

    private func rate(_ metric: String, where more: String = "", and label: String? = nil) -> String {
        let labels = ["service_name"] + (byOperation ? ["span_name"] : []) + (label.map { [$0] } ?? [])
        let names = LabelText.quoted(services.map(Self.escaped).joined(separator: "|"))
        let kinds = LabelText.quoted(spanKinds.map(\.longName).joined(separator: "|"))
        return "sum by (\(labels.joined(separator: ","))) "
            + "(rate(\(metric){service_name=~\(names),span_kind=~\(kinds)\(more)}[\(ratePer)ms]))"
    }

    /// A text that a regular expression matches alone.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, character in
            if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(character) { result += "\\" }
            result.unicodeScalars.append(character)
        }
    }

    /// The name of the metric in the answer.
    var name: String {
        let prefix = byOperation ? "service_operation_" : "service_"
        switch kind {
        case .latencies: return prefix + "latencies"
        case .calls: return prefix + "call_rate"
        case .errors: return prefix + "error_rate"
        }
    }

    var help: String {
        let by = byOperation ? "grouped by service & operation" : "grouped by service"
        switch kind {
        case .latencies: return "\(quantile)th quantile latency, \(by)"
        case .calls: return "calls/sec, \(by)"
        case .errors: return "errors a second as a share of calls a second, \(by)"
        }
    }
}
