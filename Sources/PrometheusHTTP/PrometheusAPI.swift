internal import Base
internal import Foundation
package import HTTPKit
package import Hummingbird
internal import Model
internal import PromQL

/// `/api/v1` as Prometheus 3 answers it, with remote read and write, and `/federate`.
package struct PrometheusAPI: Sendable {
    let parts: PrometheusParts
    let gate = WorkGate("queries", width: 8, usesCallersThread: true)
    let adminGate = WorkGate("administration", width: 1, usesCallersThread: true)

    /// - Parameter parts: what it answers from.
    package init(_ parts: PrometheusParts) { self.parts = parts }

    /// Adds everything under `/api/v1` that is Prometheus' own, and `/federate`.
    package func addRoutes(to router: Router<AppRequestContext>) {
        let group = router.group("/api/v1")
        addQueryRoutes(to: group)
        addAdminRoutes(to: group.group("admin/tsdb"))
        addTargetRoutes(to: group)
        addStatusRoutes(to: group)
        let remoteWrite = RemoteWriteAPI(appender: parts.receiving.appender, lanes: parts.receiving.lanes)
        group.post("write") { request, _ in await remoteWrite.write(request) }
        let externalLabels = { @Sendable [parts] in parts.status().externalLabels }
        let remoteRead = RemoteReadAPI(
            source: parts.queries.source, externalLabels: externalLabels, lanes: parts.receiving.lanes)
        group.post("read") { request, _ in await remoteRead.read(request) }
        let federation = FederationAPI(queries: parts.queries, externalLabels: externalLabels, now: parts.now)
        router.get("/federate") { request, _ in await federation.page(request) }
    }

    private func addQueryRoutes(to group: RouterGroup<AppRequestContext>) {
        both(group, "query") { try await instantQuery($0) }
        both(group, "query_range") { try await rangeQuery($0) }
        both(group, "query_exemplars") { try await exemplars($0) }
        both(group, "labels") { try await labelNames($0) }
        both(group, "series") { try await series($0) }
        both(group, "format_query") { try formatQuery($0) }
        both(group, "parse_query") { parameters in
            let tree = try parse(parameters).tree
            return APIAnswer { $0.tree(tree) }
        }
        group.get("label/:name/values") { request, context in
            let name = context.parameters.get("name") ?? ""
            return await answer(request) { try await labelValues(name.removingPercentEncoding ?? name, $0) }
        }
        group.get("rules") { request, _ in await answer(request) { try rules($0) } }
        group.get("alerts") { request, _ in await answer(request) { _ in alerts() } }
        group.get("targets") { request, _ in await answer(request) { targets($0) } }
        group.get("metadata") { request, _ in await answer(request) { try metadata($0) } }
    }

    private func both(
        _ group: RouterGroup<AppRequestContext>, _ path: RouterPath,
        _ handle: @escaping @Sendable (APIParameters) async throws -> APIAnswer
    ) {
        group.get(path) { request, _ in await answer(request, handle) }
        group.post(path) { request, _ in await answer(request, handle) }
    }

    func answer(
        _ request: Request, _ handle: (APIParameters) async throws -> APIAnswer
    ) async -> Response {
        do {
            return try await handle(APIParameters(of: request)).response
        } catch let error as APIError {
            return APIAnswer.response(for: error)
        } catch {
            return APIAnswer.response(for: APIError(QueryFailure.kind(of: error), "\(error)"))
        }
    }

    // MARK: Queries

    private func instantQuery(_ parameters: APIParameters) async throws -> APIAnswer {
        let expression = try parse(parameters)
        let time = try parameters.time("time") ?? parts.now()
        let limit = try parameters.limit()
        return try await run(parameters, limit: limit) { [parts] engine, countsSamples in
            try engine.instant(expression, at: time, from: parts.queries.source, countsSamples: countsSamples)
        }
    }

    private func rangeQuery(_ parameters: APIParameters) async throws -> APIAnswer {
        let expression = try parse(parameters)
        guard expression.type == .scalar || expression.type == .vector else {
            throw APIError(
                .badData,
                "invalid parameter \"query\": invalid expression type \"\(expression.type.rawValue)\" for range query, must be Scalar or instant Vector"
            )
        }
        guard let start = try parameters.time("start"), let end = try parameters.time("end") else {
            throw APIError(.badData, "invalid parameter \"start\" or \"end\": it is missing")
        }
        guard end >= start else {
            throw APIError(.badData, "invalid parameter \"end\": end timestamp must not be before start time")
        }
        guard let step = try parameters.span("step") else {
            throw APIError(.badData, "invalid parameter \"step\": it is missing")
        }
        guard (end - start) / step <= Self.maxPoints else {
            throw APIError(
                .badData,
                "exceeded maximum resolution of \(Self.maxPoints) points per timeseries. Try decreasing the query resolution (?step=XX)"
            )
        }
        let limit = try parameters.limit()
        return try await run(parameters, limit: limit) { [parts] engine, countsSamples in
            try engine.range(
                expression, start: start, end: end, step: step, from: parts.queries.source, countsSamples: countsSamples
            )
        }
    }

    /// The most steps of a range query, as in Prometheus.
    private static let maxPoints: Int64 = 11_000

    func parse(_ parameters: APIParameters) throws -> PromQL.Expression {
        let text = try parameters.required("query")
        do {
            return try PromQLParser.parse(text, features: parts.queries.features)
        } catch {
            throw APIError(.badData, "invalid parameter \"query\": \(error)")
        }
    }

    /// Runs a query under its time limit, with the lookback and the statistics that are asked for.
    private func run(
        _ parameters: APIParameters, limit: Int,
        _ query: @escaping @Sendable (PromQLEngine, _ countsSamples: Bool) throws -> QueryResult
    ) async throws -> APIAnswer {
        let engine = try parameters.span("lookback_delta").map(parts.queries.engine.lookingBack) ?? parts.queries.engine
        let detail = StatisticsDetail(parameters.text("stats") ?? "")
        let timeLimit = min(try parameters.span("timeout") ?? Self.timeout, Self.timeout)
        let asked = ContinuousClock.now
        let (result, begun): (QueryResult, ContinuousClock.Instant)
        do {
            // The span has the wait for other queries in it.
            (result, begun) = try await RequestWitness.watch(
                "PromQL query",
                attributes: [.init("db.query.text", .string(String((parameters.text("query") ?? "").prefix(2_000))))]
            ) {
                try await gate.run(within: .milliseconds(timeLimit)) {
                    let begun = ContinuousClock.now
                    return (try query(engine, detail != .none), begun)
                }
            }
        } catch is WorkTimedOut {
            throw APIError(.timeout, "query timed out in expression evaluation")
        }
        let timings = QueryTimings(queue: begun - asked, evaluation: .now - begun)
        return APIAnswer(
            QueryAnswer(
                result, limit: limit,
                statistics: result.statistics.map { JSONBytes(statistics: $0, timings, detail: detail) }))
    }

    /// Milliseconds that a query may take.
    private static let timeout: Int64 = 120_000

    private func formatQuery(_ parameters: APIParameters) throws -> APIAnswer {
        let pretty = try parse(parameters).prettyPrinted
        return APIAnswer { $0.string(pretty) }
    }

    // MARK: Labels

    func selection(_ parameters: APIParameters) throws -> (selectors: [[Matcher]], range: TimeRange) {
        let texts = parameters.all("match[]") + parameters.all("match")
        let selectors = try texts.map { text in
            do {
                return try PromQLParser.parseSelector(text, features: parts.queries.features)
            } catch {
                throw APIError(.badData, "invalid parameter \"match[]\": \(error)")
            }
        }
        let range = TimeRange(start: try parameters.time("start") ?? .min, end: try parameters.time("end") ?? .max)
        return (selectors, range)
    }

    private func labelNames(_ parameters: APIParameters) async throws -> APIAnswer {
        let (selectors, range) = try selection(parameters)
        let limit = try parameters.limit()
        let names = try await gate.run { [parts] in
            try parts.queries.labels.labelNames(matchingAny: selectors, in: range)
        }
        return APIAnswer(texts: names, limit: limit)
    }

    private func labelValues(_ name: String, _ parameters: APIParameters) async throws -> APIAnswer {
        // A name that is not classic comes as Prometheus escapes it in addresses: `U__` and hexadecimal.
        guard !name.isEmpty else { throw APIError(.badData, "invalid label name: \"\"") }
        let (selectors, range) = try selection(parameters)
        let limit = try parameters.limit()
        let values = try await gate.run { [parts] in
            try parts.queries.labels.labelValues(of: name, matchingAny: selectors, in: range)
        }
        return APIAnswer(texts: values, limit: limit)
    }

    private func series(_ parameters: APIParameters) async throws -> APIAnswer {
        let (selectors, range) = try selection(parameters)
        guard !selectors.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
        let limit = try parameters.limit()
        let found = try await gate.run { [parts] in
            try parts.queries.labels.series(
                matchingAny: selectors, in: range, limit: limit == .max ? .max : limit + 1)
        }
        let isCut = found.count > limit
        return APIAnswer(warnings: isCut ? [APIAnswer.cutWarning] : []) { json in
            json.list(found.prefix(limit)) { $0.labels($1) }
        }
    }
}
