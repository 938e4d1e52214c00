package import HTTPKit
package import Hummingbird
internal import HummingbirdInstruments
package import Instruments

/// What an agent answers: `/metrics`, and whether it is well. Nothing that is asked changes anything.
package struct AgentPages: Sendable {
    private let registry: Registry

    package init(registry: Registry) { self.registry = registry }

    package func addRoutes(to router: Router<AppRequestContext>) {
        router.get("/metrics") { [registry] request, _ in registry.response(to: request) }
        router.get("/-/healthy") { _, _ in Response.text(.ok, "Watchpost's agent is healthy.") }
        router.get("/-/ready") { _, _ in Response.text(.ok, "Watchpost's agent is ready.") }
        router.get("/") { _, _ in Response.text(.ok, "Watchpost's agent. Its metrics are at /metrics.") }
    }
}
