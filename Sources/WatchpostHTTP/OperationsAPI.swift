internal import HTTPKit
internal import Hummingbird
internal import HummingbirdInstruments
internal import Instruments

/// `/metrics`, health, readiness and reload.
struct OperationsAPI: Sendable {
    let parts: WatchpostParts

    func addRoutes(to router: Router<AppRequestContext>) {
        router.get("/metrics") { request, _ in parts.registry.response(to: request) }
        router.get("/-/healthy") { _, _ in Response.text(.ok, "Watchpost is healthy.") }
        router.get("/-/ready") { _, _ in
            parts.isReady()
                ? Response.text(.ok, "Watchpost is ready.")
                : Response.text(.serviceUnavailable, "Watchpost is starting.")
        }
        router.post("/-/reload") { _, _ in await reload() }
    }

    private func reload() async -> Response {
        do {
            return Response.text(.ok, try await parts.reload().text)
        } catch {
            return Response.text(.internalServerError, "The old configuration goes on:\n\(error)")
        }
    }
}
