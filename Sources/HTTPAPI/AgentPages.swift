public import Hummingbird
internal import HummingbirdInstruments
public import Instruments

/// What an agent answers: `/metrics`, and whether it is well. Nothing that is asked changes anything.
public struct AgentPages: Sendable {
    private let registry: Registry

    public init(registry: Registry) { self.registry = registry }

    public func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/metrics") { [registry] request, _ in registry.response(to: request) }
        router.get("/-/healthy") { _, _ in OperationsAPI.text(.ok, "Watchpost's agent is healthy.") }
        router.get("/-/ready") { _, _ in OperationsAPI.text(.ok, "Watchpost's agent is ready.") }
        router.get("/") { _, _ in OperationsAPI.text(.ok, "Watchpost's agent. Its metrics are at /metrics.") }
    }
}
