internal import Model

/// A service of the made-up site.
struct SampleService: Sendable {
    let name: String
    let host: String
    let resource: SpanResource
    let scope: SpanScope

    private init(_ name: String, host: String, language: String, scope: String) {
        self.name = name
        self.host = host
        resource = SpanResource(attributes: [
            SpanAttribute("telemetry.sdk.language", .string(language)),
            SpanAttribute("telemetry.sdk.name", .string("opentelemetry")),
            SpanAttribute("telemetry.sdk.version", .string("1.45.0")),
            SpanAttribute("service.namespace", .string("vms")), SpanAttribute("service.name", .string(name)),
            SpanAttribute("service.instance.id", .string("\(name)@\(host)")), SpanAttribute("host.name", .string(host)),
        ])
        self.scope = SpanScope(name: scope, version: "0.66b0")
    }

    static let indexer = SampleService("indexer", host: "core-1", language: "python", scope: "vms.indexer")
    static let uploader = SampleService("uploader", host: "core-1", language: "go", scope: "vms.uploader")
    static let gateway = SampleService("gateway", host: "edge-1", language: "go", scope: "vms.gateway")
    static let api = SampleService(
        "api", host: "core-2", language: "python", scope: "opentelemetry.instrumentation.flask")
    static let playback = SampleService("playback", host: "edge-1", language: "go", scope: "vms.playback")
    private static let recorders = (1...4).map {
        SampleService("recorder", host: "recording-node-\($0)", language: "swift", scope: "vms.recorder")
    }
    private static let workers = (1...3).map {
        SampleService("plate-reader", host: "gpu-\($0)", language: "python", scope: "vms.ai")
    }

    /// Each camera has its node.
    static func recorder(of camera: String) -> SampleService {
        recorders[camera.utf8.reduce(0) { Int($0) &* 31 &+ Int($1) } % recorders.count]
    }

    static func worker(_ index: Int) -> SampleService { workers[index % workers.count] }
}
