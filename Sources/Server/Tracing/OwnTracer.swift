internal import Base
internal import Foundation
internal import Model
internal import OTLPTracing
internal import RTSP
internal import Recorders
internal import Tracing

/// Makes spans of what this process does: requests, queries, groups of rules, scrapes, notifications, connections to cameras,
/// and what recorders write.
struct OwnTracer: Sendable {
    /// For what is watched as it goes on.
    let maker: SpanMaker
    private let sink: any SpanSink
    private let choice: TraceChoice
    private let resource: SpanResource
    private let recorders: SpanResource

    private static let scope = SpanScope(name: "watchpost", version: WatchpostVersion.current)

    /// - Parameters:
    ///   - service: `watchpost`, or `watchpost-agent`.
    ///   - host: what people call this host.
    ///   - environment: `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` say which part of ordinary work is kept.
    init(service: String, host: String, environment: [String: String], sink: any SpanSink) {
        self.sink = sink
        var rules = TraceChoice.Rules()
        switch environment["OTEL_TRACES_SAMPLER"]?.replacing("parentbased_", with: "") {
        case "always_on":
            rules.ratio = 1
            rules.tracesPerSecond = 1_000
            rules.burst = 1_000
        case "always_off": rules.ratio = 0
        case "traceidratio":
            if let ratio = environment["OTEL_TRACES_SAMPLER_ARG"].flatMap(Double.init), (0...1).contains(ratio) {
                rules.ratio = ratio
            }
        default: break
        }
        choice = TraceChoice(rules, sink: sink)
        func resource(_ service: String) -> SpanResource {
            SpanResource(attributes: [
                .init("service.name", .string(service)), .init("service.version", .string(WatchpostVersion.current)),
                .init("host.name", .string(host)),
            ])
        }
        self.resource = resource(service)
        recorders = resource("watchpost-recorder")
        maker = SpanMaker(resource: self.resource, scope: Self.scope, sampler: .parentBased(.always), sink: choice)
    }

    /// A tracer as the environment wants it; `nil` where `OTEL_SDK_DISABLED` is true.
    static func make(_ service: String, host: String, sink: any SpanSink) -> OwnTracer? {
        let environment = ProcessInfo.processInfo.environment
        if environment["OTEL_SDK_DISABLED"]?.lowercased() == "true" { return nil }
        return OwnTracer(service: service, host: host, environment: environment, sink: sink)
    }

    /// Makes a trace of a piece of work.
    func witness(_ work: FinishedWork) { choice.take(span(of: work, in: SpanMaker.newTrace())) }

    /// Makes spans of work within a request.
    func witness(in place: TraceContext) -> WorkWitness {
        { [self] work in
            var span = span(of: work, in: place.trace)
            span.parentID = place.span
            choice.take(span)
        }
    }

    private func span(of work: FinishedWork, in trace: TraceID) -> Model.Span {
        var span = Model.Span(traceID: trace, spanID: SpanMaker.newSpan(), start: work.start, end: work.end)
        span.name = work.name
        span.kind = work.kind
        span.attributes = work.attributes
        set(work.problem, of: &span)
        return finished(span, resource)
    }

    private func set(_ problem: String?, of span: inout Model.Span) {
        guard let problem else { return }
        span.status = .error
        span.statusMessage = Redaction.urls(in: problem)
    }

    private func finished(_ span: Model.Span, _ resource: SpanResource) -> Model.Span {
        var span = span
        span.flags = 0x103
        span.resource = resource
        span.scope = Self.scope
        return span
    }

    // MARK: Cameras

    /// Makes a trace of an attempt to get a camera's stream: a slow start is seen step by step.
    func connected(_ attempt: ConnectAttempt) {
        let trace = SpanMaker.newTrace()
        var root = Model.Span(traceID: trace, spanID: SpanMaker.newSpan(), start: attempt.start, end: attempt.end)
        root.name = "camera connect"
        root.kind = .client
        let camera = Model.SpanAttribute("vms.camera.id", .string(attempt.camera))
        root.attributes = [
            camera, .init("vms.stream.protocol", .string(attempt.language)),
            .init("vms.connect.attempt", .integer(Int64(attempt.number))),
            .init("server.address", .string(attempt.host)), .init("server.port", .integer(Int64(attempt.port))),
        ]
        if let failure = attempt.failure { root.attributes.append(.init("error.type", .string(failure.rawValue))) }
        if let first = attempt.firstFrame { root.events.append(.init(time: first, name: "first frame")) }
        set(attempt.failure.map { _ in attempt.detail }, of: &root)
        for (index, step) in attempt.steps.enumerated() {
            var span = Model.Span(traceID: trace, spanID: SpanMaker.newSpan(), start: step.start, end: step.end)
            span.parentID = root.spanID
            span.name = step.name
            span.kind = .client
            span.attributes = [camera]
            if attempt.failure != nil, index == attempt.steps.count - 1 { set(attempt.detail, of: &span) }
            sink.take(finished(span, resource))
        }
        sink.take(finished(root, resource))
    }

    /// Makes spans of what a recorder told of its work.
    func recorded(camera: String, _ told: [RecorderSpan]) {
        for told in told {
            guard let trace = TraceID(told.trace), let id = SpanID(told.span), !trace.isZero, !id.isZero else {
                continue
            }
            var span = Model.Span(traceID: trace, spanID: id, start: told.start, end: told.end)
            span.parentID = told.parent.flatMap { SpanID($0) } ?? SpanID(0)
            span.name = told.name
            span.kind = told.name == "recorder connect" ? .client : .internal
            span.attributes = [.init("vms.camera.id", .string(camera))]
            for (name, text) in told.texts.sorted(by: { $0.key < $1.key }) {
                span.attributes.append(.init(name, .string(text)))
            }
            for (name, number) in told.numbers.sorted(by: { $0.key < $1.key }) {
                span.attributes.append(.init(name, .integer(number)))
            }
            if let trace = told.linkedTrace.flatMap({ TraceID($0) }), let id = told.linkedSpan.flatMap({ SpanID($0) }) {
                span.links = [.init(traceID: trace, spanID: id)]
            }
            set(told.problem, of: &span)
            sink.take(finished(span, recorders))
        }
    }
}
