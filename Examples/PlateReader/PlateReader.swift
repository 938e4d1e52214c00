import Foundation
import FoundationNetworking
import Hummingbird
import HummingbirdInstruments
import Instruments
import Metrics
import OTLPTracing
import Tracing

/// A service as a VMS has them, with metrics and traces: it takes pictures of licence plates and reads them.
/// `curl -X POST localhost:9092/plates/gate`, then `curl localhost:9092/metrics`.
///
/// With the address of another one, `PlateReader 9092 http://localhost:9093`, it asks that one for the owner of each plate:
/// a trace over two processes. Spans go to `OTEL_EXPORTER_OTLP_ENDPOINT`, as `http://localhost:9900` where Watchpost is.
@main
struct PlateReader {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let port = arguments.first.flatMap { Int($0) } ?? 9092
        let register = arguments.dropFirst().first.map { OwnerRegister(url: $0) }

        let registry = Registry()
        // What libraries measure and trace through swift-metrics and swift-distributed-tracing is shown too.
        MetricsSystem.bootstrap(MetricsBackend(registry))
        let tracer = OTLPTracer(serviceName: register == nil ? "owner-register" : "plate-reader")
        InstrumentationSystem.bootstrap(tracer)
        let reader = Reader(registry: registry)

        let router = Router()
        // A span of every request, named by its route.
        router.add(middleware: TracingMiddleware(redactingQueryParameters: ["token"]))
        // http_requests_total, http_request_duration_seconds and active_connections_total of every route.
        router.add(middleware: RequestMetricsMiddleware(registry: registry))
        router.get("/metrics") { request, _ in registry.response(to: request) }
        router.post("/plates/:camera") { _, context in
            let camera = try context.parameters.require("camera")
            let plate = await withSpan("model infer") { span in
                span.attributes["vms.camera.id"] = camera
                span.attributes["vms.ai.job_type"] = "lpr"
                return await reader.read(camera: camera)
            }
            guard let plate else { return "no plate\n" }
            return plate + (try await register?.owner(of: plate) ?? "")
        }
        router.get("/owners/:plate") { _, context in
            "owner of \(try context.parameters.require("plate")): unknown\n"
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [tracer])
        try await application.runService()
    }
}

/// Another service, which knows whose a plate is.
struct OwnerRegister {
    let url: String

    func owner(of plate: String) async throws -> String {
        let plate = plate.trimmingCharacters(in: .newlines)
        guard let url = URL(string: "\(url)/owners/\(plate)") else { return "" }
        return try await withSpan("GET /owners/{plate}", ofKind: .client) { span in
            var headers: [String: String] = [:]
            // The span's place goes along, so that what the other service does is part of this trace.
            InstrumentationSystem.instrument.inject(span.context, into: &headers, using: HeaderInjector())
            var request = URLRequest(url: url)
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            let (data, _) = try await URLSession.shared.data(for: request)
            return String(decoding: data, as: UTF8.self)
        }
    }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey name: String, into headers: inout [String: String]) { headers[name] = value }
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
