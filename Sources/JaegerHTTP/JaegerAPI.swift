internal import Base
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
internal import Model

/// Traces as Jaeger's clients read them: `/api/…`, as it was until August 2026 and as Grafana asks, and `/api/v3/…`, as
/// Jaeger's own pages ask. The same below `/jaeger`, for clients that want a base path.
package struct JaegerAPI: Sendable {
    let parts: JaegerParts

    /// A door to a store.
    package init(_ parts: JaegerParts) { self.parts = parts }

    /// Adds both families of paths, without a base path and with one.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for base in ["", "/jaeger"] {
            addFirstRoutes(to: router.group(RouterPath(base + "/api")))
            addThirdRoutes(to: router.group(RouterPath(base + "/api/v3")))
        }
    }

    private func addFirstRoutes(to group: RouterGroup<AppRequestContext>) {
        first(group, "services") { _ in try await services() }
        first(group, "services/:service/operations") { call in try await operationNames(call) }
        first(group, "operations") { call in try await operations(call) }
        first(group, "traces") { call in try await search(call) }
        first(group, "traces/:id") { call in try await trace(call) }
        first(group, "dependencies") { call in try await dependencies(call) }
        first(group, "metrics/:kind") { call in try await metrics(call) }
    }

    private func addThirdRoutes(to group: RouterGroup<AppRequestContext>) {
        third(group, "services") { _ in try await servicesOfV3() }
        third(group, "operations") { call in try await operationsOfV3(call) }
        third(group, "traces") { call in try await searchOfV3(call) }
        third(group, "traces/:id") { call in try await traceOfV3(call) }
        third(group, "trace-summaries") { call in try await summaries(call) }
    }

    private func first(
        _ group: RouterGroup<AppRequestContext>, _ path: RouterPath,
        _ answer: @escaping @Sendable (JaegerParameters) async throws -> JSONBytes
    ) {
        group.get(path) { request, context -> Response in
            do {
                return .json(.ok, try await answer(JaegerParameters(request, context)).bytes)
            } catch {
                return JaegerError(of: error).response
            }
        }
    }

    private func third(
        _ group: RouterGroup<AppRequestContext>, _ path: RouterPath,
        _ answer: @escaping @Sendable (JaegerParameters) async throws -> JSONBytes
    ) {
        group.get(path) { request, context -> Response in
            do {
                return .json(.ok, try await answer(JaegerParameters(request, context)).bytes)
            } catch {
                return JaegerError(of: error).responseOfV3
            }
        }
    }

    /// Works at a question, a few at a time, until its client has left or the time is over.
    func work<Answer: Sendable>(_ work: @escaping @Sendable (JaegerParts) throws -> Answer) async throws -> Answer {
        let parts = parts
        return try await parts.gate.run(within: parts.bounds.time) { try work(parts) }
    }
}
