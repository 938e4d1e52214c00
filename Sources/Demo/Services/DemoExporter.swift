internal import Hummingbird
internal import HummingbirdInstruments
internal import Instruments

/// A service's `/metrics` on this host, as any service of a site has it.
struct DemoExporter: Sendable {
    /// Who it is among those that Prometheus scrapes.
    struct Name: Sendable {
        let job: String
        let service: String
        let instance: String

        static let gateway = Name(job: "streaming-gateways", service: "gateway", instance: "edge-1")
        static let api = Name(job: "api-servers", service: "api", instance: "core-2")
        static let plateReader = Name(job: "ai-workers", service: "plate-reader", instance: "gpu-1")
    }

    let name: Name
    let registry: Registry
    private let server: LoopbackServer

    var port: Int { server.port }

    init(_ name: Name) async throws {
        let registry = Registry()
        let router = Router()
        router.get("/metrics") { request, _ in registry.response(to: request) }
        server = try await LoopbackServer("the \(name.service)", router: router)
        self.name = name
        self.registry = registry
    }

    /// Serves until the task is cancelled.
    func run() async { await server.run() }
}
