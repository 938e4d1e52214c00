package import HTTPKit
package import Hummingbird
internal import HummingbirdInstruments
package import Instruments
package import Model

/// What an agent answers: `/metrics`, its cameras, and whether it is well. Nothing that is asked changes anything.
package struct AgentPages: Sendable {
    private let registry: Registry
    private let cameras: @Sendable () -> [CameraStatus]

    /// - Parameter cameras: what is known of each camera now; a server that scrapes the agent shows it on the camera's page.
    package init(registry: Registry, cameras: @escaping @Sendable () -> [CameraStatus]) {
        self.registry = registry
        self.cameras = cameras
    }

    package func addRoutes(to router: Router<AppRequestContext>) {
        router.get("/metrics") { [registry] request, _ in registry.response(to: request) }
        router.get("/-/healthy") { _, _ in Response.text(.ok, "Watchpost's agent is healthy.") }
        router.get("/-/ready") { _, _ in Response.text(.ok, "Watchpost's agent is ready.") }
        router.get("/api/watchpost/cameras") { [cameras] _, _ in try WatchpostAPI.json(cameras()) }
        router.get("/api/watchpost/cameras/:id") { [cameras] _, context in
            let id = WatchpostAPI.cameraID(context)
            guard let camera = cameras().first(where: { $0.id == id }) else {
                return try WatchpostAPI.json(["error": "no camera has the id \"\(id)\""], status: .notFound)
            }
            return try WatchpostAPI.json(camera)
        }
        router.get("/") { _, _ in Response.text(.ok, "Watchpost's agent. Its metrics are at /metrics.") }
    }
}
