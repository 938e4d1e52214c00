import Hummingbird
import HummingbirdInstruments
import Instruments
import Metrics

/// A service as a VMS has them, with metrics: it takes pictures of licence plates and reads them.
/// `curl -X POST localhost:9092/plates/gate`, then `curl localhost:9092/metrics`.
@main
struct PlateReader {
    static func main() async throws {
        let registry = Registry()
        // What libraries measure through swift-metrics is shown too.
        MetricsSystem.bootstrap(MetricsBackend(registry))
        let reader = Reader(registry: registry)

        let router = Router()
        // http_requests_total, http_request_duration_seconds and active_connections_total of every route.
        router.add(middleware: RequestMetricsMiddleware(registry: registry))
        router.get("/metrics") { request, _ in registry.response(to: request) }
        router.post("/plates/:camera") { _, context in
            let plate = await reader.read(camera: try context.parameters.require("camera"))
            return plate ?? "no plate\n"
        }
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9092
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}

/// Stands for the model that reads plates: one picture at a time.
actor Reader {
    private let registry: Registry
    private var count = 0
    private var rightCount: [String: (right: Double, all: Double)] = [:]

    init(registry: Registry) { self.registry = registry }

    nonisolated func read(camera: String) async -> String? {
        let queue = registry.gauge(Catalogue.aiJobsQueuedTotal, "lpr")
        queue.add(1)
        defer { queue.add(-1) }
        return await work(camera: camera)
    }

    private func work(camera: String) async -> String? {
        let start = ContinuousClock.now
        count += 1
        let plate = count.isMultiple(of: 4) ? nil : "59A-\(10_000 + count)\n"
        let status = plate == nil ? "failed" : "done"
        registry.counter(Catalogue.aiJobsProcessedTotal, "lpr", status).increment()
        registry.histogram(Catalogue.aiProcessingDurationSeconds, "lpr").observe((.now - start) / .seconds(1))

        var seen = rightCount[camera] ?? (0, 0)
        seen = (seen.right + (plate == nil ? 0 : 1), seen.all + 1)
        rightCount[camera] = seen
        registry.gauge(Catalogue.lprDetectionAccuracy, camera).set(seen.right / seen.all)
        Metrics.Counter(label: "plates.read", dimensions: [("camera", camera)]).increment()
        return plate
    }
}
