internal import Base
internal import HTTPKit
internal import MetricStore
internal import Model
internal import PromQL

extension PrometheusAPI {
    /// `/api/v1/query_exemplars`: the exemplars of all series that an expression selects.
    func exemplars(_ parameters: APIParameters) async throws -> APIAnswer {
        let selectors = try parse(parameters).selectors
        let start = try parameters.time("start") ?? .min
        let end = try parameters.time("end") ?? .max
        guard end >= start else {
            throw APIError(.badData, "invalid parameter \"end\": end timestamp must not be before start time")
        }
        let found = try await gate.run { [parts] in
            try parts.store.exemplars(matchingAny: selectors, in: TimeRange(start: start, end: end))
        }
        return APIAnswer { json in
            json.list(found) { json, series in
                json.raw(#"{"seriesLabels":"#)
                json.labels(series.labels)
                json.raw(#","exemplars":"#)
                json.list(series.exemplars) { json, exemplar in
                    json.raw(#"{"labels":"#)
                    json.labels(exemplar.labels)
                    json.raw(#","value":""#)
                    json.value(exemplar.value)
                    json.raw(#"","timestamp":"#)
                    json.timestamp(exemplar.timestamp)
                    json.raw("}")
                }
                json.raw("}")
            }
        }
    }
}
