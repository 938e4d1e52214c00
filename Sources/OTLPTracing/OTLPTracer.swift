internal import Base
public import Foundation
public import Logging
internal import Model
public import ServiceLifecycle
public import Tracing
internal import Transfers

/// A tracer for services: it sends what they trace to Watchpost, or to whatever takes OTLP over HTTP.
///
/// ```swift
/// let tracer = OTLPTracer(serviceName: "plate-reader")
/// InstrumentationSystem.bootstrap(tracer)
/// application.addServices(tracer)
/// ```
///
/// Spans that have ended wait in a queue of 2,048 and are sent in batches of 512, every 5 seconds; those that do not fit are
/// dropped, counted and told. Where the server answers 429, 502, 503 or 504, or is not there, a batch is sent again after
/// `Retry-After` or ever longer pauses, for 5 minutes; other statuses lose it, which is told too.
public struct OTLPTracer: Tracer, Service {
    public typealias Span = OTLPSpan

    private let maker: SpanMaker
    private let sender: SpanSender

    /// A tracer as the environment has it: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`, `_COMPRESSION` and
    /// `_TIMEOUT`, `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`, `OTEL_PROPAGATORS`, `OTEL_SDK_DISABLED`. What is
    /// wrong there is told, and passed over.
    /// - Parameters:
    ///   - serviceName: the service's name, where the environment gives none.
    ///   - endpoint: the server's address without a path, `http://watchpost:4318`, where the environment gives none.
    ///   - sampler: which traces are kept, instead of what the environment says.
    ///   - environment: the variables.
    ///   - logger: what is told when spans cannot be sent.
    public init(
        serviceName: String? = nil, endpoint: String? = nil, sampler: TraceSampler? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        logger: Logger = Logger(label: "OTLPTracing")
    ) {
        var variables = environment
        if variables["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "" == "", let endpoint {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
        }
        let settings = TracingEnvironment(variables)
        for problem in settings.problems { logger.warning("\(problem)") }
        let sender = SpanSender(
            SpanExporter(
                transfers: Transfers(), url: settings.url, headers: settings.headers,
                isCompressed: settings.isCompressed, timeout: settings.timeout)
        ) { word in
            switch word {
            case .problem(let text): logger.warning("\(text)")
            case .recovered(let text): logger.info("\(text)")
            }
        }
        self.sender = sender
        maker = SpanMaker(
            resource: Self.resource(settings, serviceName), scope: SpanScope(name: "OTLPTracing"),
            sampler: settings.isDisabled ? .never : sampler ?? settings.sampler, propagators: settings.propagators,
            sink: sender)
    }

    private static func resource(_ settings: TracingEnvironment, _ serviceName: String?) -> SpanResource {
        var attributes = settings.resource
        func set(_ key: String, _ value: String) {
            attributes.removeAll { $0.key == key }
            attributes.append(.init(key, .string(value)))
        }
        func isSet(_ key: String) -> Bool { attributes.contains { $0.key == key } }
        let program = ProcessInfo.processInfo.processName
        if let name = settings.serviceName {
            set("service.name", name)
        } else if !isSet("service.name") {
            set("service.name", serviceName ?? "unknown_service:\(program)")
        }
        if !isSet("service.instance.id") { set("service.instance.id", UUID().uuidString.lowercased()) }
        if !isSet("host.name"), let name = hostName { set("host.name", name) }
        set("process.pid", String(ProcessInfo.processInfo.processIdentifier))
        set("telemetry.sdk.language", "swift")
        set("telemetry.sdk.name", "watchpost")
        return SpanResource(attributes: attributes)
    }

    /// The kernel's name of this host: `ProcessInfo` would ask name servers.
    private static var hostName: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Sends spans until the service group ends it, or its task is cancelled; what waits then is sent first, for 5 seconds
    /// at most. Start it before what is traced, so that it ends after it.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await sender.run() }
    }

    /// How many spans were not sent: for lack of room in the queue, or since the server would not have them.
    public var lostSpans: UInt64 {
        let counts = sender.counts
        return counts.dropped + counts.lost
    }

    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> OTLPSpan {
        maker.start(operationName, context: context(), kind: kind, at: instant().nanosecondsSinceEpoch)
    }

    public func startAnySpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> any Tracing.Span {
        maker.start(operationName, context: context(), kind: kind, at: instant().nanosecondsSinceEpoch)
    }

    /// Nothing: what waits is sent by ``run()``.
    public func forceFlush() {}

    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        maker.extract(carrier, into: &context, using: extractor)
    }

    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        maker.inject(context, into: &carrier, using: injector)
    }
}
