package import HTTPKit
package import Hummingbird
package import Listening
package import Model
internal import Telemetry

/// `/v1/traces`: spans that other programs send by OTLP over HTTP, as protobuf or JSON.
///
/// The answer tells how many spans were left out and why; a request that the store could not take gets 503, after which
/// exporters try again: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
package struct OTLPTracesAPI: Sendable {
    private let appender: any SpanAppender
    private let doors: TraceDoors
    private let lanes: MessageLanes

    /// - Parameters:
    ///   - appender: stores the spans.
    ///   - doors: counts what comes.
    ///   - lanes: where messages are read; the same as those of other doors.
    package init(appender: any SpanAppender, doors: TraceDoors, lanes: MessageLanes) {
        self.appender = appender
        self.doors = doors
        self.lanes = lanes
    }

    /// Adds OTLP's path for spans, and the one beside that of its logs.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in ["/v1/traces", "/otlp/v1/traces"] as [RouterPath] {
            router.post(path) { request, _ in await write(request) }
        }
    }

    private func write(_ request: Request) async -> Response {
        await OTLPRequest.answer(
            request, lanes, counting: "rejectedSpans", refused: { doors.refusedRequest(.otlp) }
        ) { message, bodyBytes, isJSON in
            let traces = isJSON ? try OTLPTraces(json: message) : try OTLPTraces(protobuf: message)
            if !traces.batch.spans.isEmpty { try appender.append(traces.batch) }
            doors.took(.otlp, spans: traces.batch.spans.count, bytes: bodyBytes, rejected: traces.rejected)
            return (traces.rejected, traces.reasons)
        }
    }
}
