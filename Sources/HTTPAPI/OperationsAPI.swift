internal import Hummingbird
internal import HummingbirdInstruments
internal import Instruments
internal import NIOCore

/// `/metrics`, health, readiness and reload.
struct OperationsAPI: Sendable {
    let services: APIServices

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/metrics") { request, _ in services.registry.response(to: request) }
        router.get("/-/healthy") { _, _ in Self.text(.ok, "Watchpost is healthy.") }
        router.get("/-/ready") { _, _ in
            services.isReady()
                ? Self.text(.ok, "Watchpost is ready.") : Self.text(.serviceUnavailable, "Watchpost is starting.")
        }
        router.post("/-/reload") { _, _ in await reload() }
    }

    private func reload() async -> Response {
        do {
            try await services.reload()
            return Self.text(.ok, "The configuration was read again.")
        } catch {
            return Self.text(.internalServerError, "The old configuration goes on:\n\(error)")
        }
    }

    static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}
