internal import Base
internal import HTTPKit
internal import HTTPTypes
internal import Model
internal import PromQL

extension JaegerAPI {
    /// `/api/metrics/{latencies|calls|errors|minstep}`: what Jaeger's monitor page shows.
    func metrics(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let name = parameters.segment("kind")
        if name == "minstep" { return Self.shortestStep }
        guard let kind = SpanMetricsQuestion.Kind(rawValue: name) else {
            throw JaegerError(
                .notFound, "there are no metrics \"\(name.prefix(80))\": ask for latencies, calls, errors or minstep")
        }
        let question = try SpanMetricsQuestion(kind, parameters, now: parts.now())
        let expression: PromQL.Expression
        do {
            expression = try PromQLParser.parse(question.expression)
        } catch {
            throw JaegerError(.badRequest, "a service or a length of time cannot be asked for: \(error)")
        }
        return try await work { parts in
            let result = try parts.engine.range(
                expression, start: question.start, end: question.end, step: question.step, from: parts.samples)
            var json = JSONBytes()
            json.family(of: question, result.value)
            return json
        }
    }

    /// Milliseconds that points of a metric are apart at least.
    private static var shortestStep: JSONBytes {
        var json = JSONBytes()
        json.raw(#"{"data":1,"total":0,"limit":0,"offset":0,"errors":null}"#)
        return json
    }
}

extension JSONBytes {
    /// A family of metrics in the JSON of https://github.com/prometheus/OpenMetrics' protobuf.
    fileprivate mutating func family(of question: SpanMetricsQuestion, _ value: QueryResult.Value) {
        raw(#"{"name":"#)
        string(question.name)
        raw(#","type":"GAUGE","help":"#)
        string(question.help)
        raw(#","metrics":"#)
        let series: [SeriesColumn] = if case .matrix(let series) = value { series } else { [] }
        list(series) { json, series in
            json.raw(#"{"labels":["#)
            var isFirst = true
            for (label, shown) in [("service_name", "service_name"), ("span_name", "operation")] {
                let value = series.labels[label]
                if value.isEmpty { continue }
                json.comma(unlessFirst: &isFirst)
                json.raw(#"{"name":"#)
                json.string(shown)
                json.raw(#","value":"#)
                json.string(value)
                json.raw("}")
            }
            json.raw(#"],"metricPoints":"#)
            json.list(zip(series.timestamps, series.values)) { $0.point($1.0, $1.1) }
            json.raw("}")
        }
        raw("}")
    }

    private mutating func point(_ time: Int64, _ value: Double) {
        raw(#"{"gaugeValue":{"doubleValue":"#)
        if value.isFinite { real(value) } else { string(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity") }
        raw(#"},"timestamp":"#)
        moment(time)
        raw("}")
    }
}
