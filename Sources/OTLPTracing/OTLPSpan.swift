internal import Model
internal import Synchronization
public import Tracing

/// A span under way. Once it has ended it goes to what sends it, and changes no more.
public final class OTLPSpan: Tracing.Span {
    /// Most attributes, events and links of a span, and most bytes of a text; what is more is left out, and counted.
    static let itemsMax = 128
    static let textBytesMax = 16 << 10

    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var events: [SpanEvent] = []
        var links: [SpanLink] = []
        var droppedEvents: UInt32 = 0
        var droppedLinks: UInt32 = 0
        var status: SpanStatus?
        var hasEnded = false
    }

    public let context: InstrumentationContext
    public let isRecording: Bool
    private let place: TraceContext
    private let parent: TraceContext?
    private let kind: SpanKind
    private let start: Int64
    private let sink: any SpanSink
    private let origin: Origin
    private let state: Mutex<State>

    /// Who makes the spans.
    struct Origin: Sendable {
        let resource: SpanResource
        let scope: SpanScope
    }

    init(
        _ name: String, context: InstrumentationContext, place: TraceContext, parent: TraceContext?, kind: SpanKind,
        start: UInt64, origin: Origin, sink: any SpanSink
    ) {
        var context = context
        context.traceContext = place
        self.context = context
        self.place = place
        self.parent = parent
        self.kind = kind
        self.start = Int64(clamping: start)
        self.origin = origin
        self.sink = sink
        isRecording = place.isSampled
        state = Mutex(State(name: name))
    }

    /// Changes what is not over yet, and is recorded.
    private func change(_ body: (inout sending State) -> Void) {
        guard isRecording else { return }
        state.withLock { if !$0.hasEnded { body(&$0) } }
    }

    public var operationName: String {
        get { state.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    public var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { change { $0.attributes = newValue } }
    }

    /// Once it was said that all went well it stays so: https://opentelemetry.io/docs/specs/otel/trace/api/#set-status
    public func setStatus(_ status: SpanStatus) {
        change { if $0.status?.code != .ok { $0.status = status } }
    }

    public func addEvent(_ event: SpanEvent) {
        change { state in
            if state.events.count < Self.itemsMax { state.events.append(event) } else { state.droppedEvents += 1 }
        }
    }

    /// Adds the event `exception`: the error's type and, without credentials, its text.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        guard isRecording else { return }
        var all: SpanAttributes = [
            "exception.type": .string(String(reflecting: type(of: error))),
            "exception.message": .string(Redaction.urls(in: "\(error)".cut(toBytes: Self.textBytesMax))),
        ]
        all.merge(attributes)
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: all))
    }

    public func addLink(_ link: SpanLink) {
        change { state in
            if state.links.count < Self.itemsMax { state.links.append(link) } else { state.droppedLinks += 1 }
        }
    }

    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard isRecording else { return }
        let ended = state.withLock { state -> State? in
            if state.hasEnded { return nil }
            state.hasEnded = true
            return state
        }
        if let ended { sink.take(finished(ended, Int64(clamping: instant().nanosecondsSinceEpoch))) }
    }

    private func finished(_ state: State, _ end: Int64) -> Model.Span {
        var span = Model.Span(traceID: place.trace, spanID: place.span, start: start, end: end)
        if let parent, parent.namesSpan { span.parentID = parent.span }
        span.name = state.name.cut(toBytes: Self.textBytesMax)
        span.kind = Self.kind(kind)
        if let status = state.status {
            span.status = status.code == .ok ? .ok : .error
            // Only an error has a text.
            if status.code == .error { span.statusMessage = (status.message ?? "").cut(toBytes: Self.textBytesMax) }
        }
        (span.attributes, span.droppedAttributes) = Self.list(state.attributes)
        span.events = state.events.map {
            .init(
                time: Int64(clamping: $0.nanosecondsSinceEpoch), name: $0.name,
                attributes: Self.list($0.attributes).kept)
        }
        span.droppedEvents = state.droppedEvents
        for link in state.links {
            guard let place = link.context.traceContext, place.namesSpan else { continue }
            span.links.append(
                .init(
                    traceID: place.trace, spanID: place.span, traceState: place.state,
                    attributes: Self.list(link.attributes).kept))
        }
        span.droppedLinks = state.droppedLinks
        span.traceState = place.state
        // Bit 8 says that bit 9 is set: whether the parent is of another process.
        span.flags = UInt32(place.flags) | 0x100 | (parent?.isRemote ?? false ? 0x200 : 0)
        span.resource = origin.resource
        span.scope = origin.scope
        return span
    }

    /// Attributes sorted by their names, as a dictionary has no order.
    private static func list(_ attributes: SpanAttributes) -> (kept: [Model.SpanAttribute], dropped: UInt32) {
        var list: [Model.SpanAttribute] = []
        list.reserveCapacity(attributes.count)
        attributes.forEach { list.append(Model.SpanAttribute($0, $1.value(bytesMax: textBytesMax))) }
        list.sort { $0.key < $1.key }
        let dropped = max(0, list.count - itemsMax)
        if dropped > 0 { list.removeLast(dropped) }
        return (list, UInt32(clamping: dropped))
    }

    private static func kind(_ kind: SpanKind) -> Model.Span.Kind {
        switch kind {
        case .server: .server
        case .client: .client
        case .producer: .producer
        case .consumer: .consumer
        case .internal: .internal
        }
    }
}
