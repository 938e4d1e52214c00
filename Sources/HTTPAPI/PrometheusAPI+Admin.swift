internal import Hummingbird
internal import MetricStore
internal import Model

/// `/api/v1/admin/tsdb`: what is done to the stored samples as a whole.
extension PrometheusAPI {
    func addAdminRoutes(to group: RouterGroup<BasicRequestContext>) {
        admin(group, "compact") { _, store in
            try store.compact()
            return nil
        }
    }

    /// A route that changes something, and so takes POST and PUT. One such request at a time goes through the store.
    private func admin(
        _ group: RouterGroup<BasicRequestContext>, _ path: RouterPath,
        _ handle: @escaping @Sendable (APIParameters, MetricStore) throws -> APIAnswer?
    ) {
        for method in [HTTPRequest.Method.post, .put] {
            group.on(path, method: method) { [services] request, _ in
                await answer(request) { parameters in
                    try await adminGate.run { try handle(parameters, services.store) } ?? .done
                }
            }
        }
    }
}
