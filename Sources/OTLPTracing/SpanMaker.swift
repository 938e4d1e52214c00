package import Model
package import Tracing

/// Makes spans and passes their places on in headers: the part of a tracer that does not send.
package struct SpanMaker: Sendable {
    private let origin: OTLPSpan.Origin
    private let sampler: TraceSampler
    private let propagators: [TracePropagator]
    private let sink: any SpanSink

    package init(
        resource: SpanResource, scope: SpanScope, sampler: TraceSampler, propagators: [TracePropagator] = [.w3c],
        sink: any SpanSink
    ) {
        origin = OTLPSpan.Origin(resource: resource, scope: scope)
        self.sampler = sampler
        self.propagators = propagators
        self.sink = sink
    }

    package func start(
        _ name: String, context: InstrumentationContext, kind: SpanKind, at nanoseconds: UInt64
    ) -> OTLPSpan {
        let parent = context.traceContext
        var place = TraceContext(
            trace: TraceID(high: 0, low: 0), span: Self.newSpan(), decision: nil, isRandom: true)
        if let parent, parent.namesSpan {
            place.trace = parent.trace
            place.isRandom = parent.isRandom
            place.state = parent.state
        } else {
            place.trace = Self.newTrace()
        }
        // Within a process what the root's sampler decided holds for all of the trace.
        let isLocal = parent.map { !$0.isRemote } ?? false
        place.decision =
            isLocal
            ? parent?.isSampled ?? false : sampler.keeps(place.trace, parent: parent?.decision)
        return OTLPSpan(
            name, context: context, place: place, parent: parent, kind: kind, start: nanoseconds, origin: origin,
            sink: sink)
    }

    package static func newTrace() -> TraceID {
        var generator = SystemRandomNumberGenerator()
        // Zero would be none.
        return TraceID(high: generator.next(), low: max(1, generator.next()))
    }

    package static func newSpan() -> SpanID {
        var generator = SystemRandomNumberGenerator()
        return SpanID(max(1, generator.next()))
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        func header(_ name: String) -> String? {
            // Carriers that know no case may be filled with either.
            extractor.extract(key: name, from: carrier)
                ?? (name.contains("-") ? extractor.extract(key: name.lowercased(), from: carrier) : nil)
        }
        if let parent = header("traceparent"), let place = TraceParent.read(parent, state: header("tracestate")) {
            context.traceContext = place
        } else if let place = header("b3").flatMap(B3.read) ?? B3.read(header) {
            context.traceContext = place
        }
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let place = context.traceContext, place.namesSpan else { return }
        for propagator in propagators {
            switch propagator {
            case .w3c:
                injector.inject(TraceParent.text(place), forKey: "traceparent", into: &carrier)
                if !place.state.isEmpty { injector.inject(place.state, forKey: "tracestate", into: &carrier) }
            case .b3: injector.inject(B3.text(place), forKey: "b3", into: &carrier)
            case .b3Multiple:
                injector.inject(place.traceID, forKey: B3.traceID, into: &carrier)
                injector.inject(place.spanID, forKey: B3.spanID, into: &carrier)
                if let decision = place.decision {
                    injector.inject(decision ? "1" : "0", forKey: B3.sampled, into: &carrier)
                }
            }
        }
    }
}

/// In which headers a trace goes on to other services. All are understood in requests that come.
public enum TracePropagator: Sendable, Hashable, CaseIterable {
    /// `traceparent` and `tracestate`.
    case w3c
    /// Zipkin's one header `b3`.
    case b3
    /// Zipkin's headers `X-B3-TraceId` and others.
    case b3Multiple
}
