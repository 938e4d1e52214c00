package import HTTPKit
package import Hummingbird
package import Model
internal import Telemetry

/// `/v1/metrics` and `/api/v1/otlp/v1/metrics`: metrics that other programs send by OTLP over HTTP, as protobuf or JSON.
///
/// The answer tells how many points were left out and why; a request that the store could not take gets 503, after which
/// exporters try again: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
package struct OTLPMetricsAPI: Sendable {
    private let appender: any SampleAppender
    private let lanes: MessageLanes

    /// - Parameters:
    ///   - appender: stores the samples.
    ///   - lanes: where messages are read; the same as those of other doors.
    package init(appender: any SampleAppender, lanes: MessageLanes) {
        self.appender = appender
        self.lanes = lanes
    }

    /// Adds OTLP's path for metrics, and the one that Prometheus has for them.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in ["/v1/metrics", "/api/v1/otlp/v1/metrics"] as [RouterPath] {
            router.post(path) { request, _ in await write(request) }
        }
    }

    private func write(_ request: Request) async -> Response {
        await OTLPRequest.answer(request, lanes, counting: "rejectedDataPoints") { message, _, isJSON in
            let translation = try store(message, isJSON)
            return (translation.rejected, translation.reasons)
        }
    }

    private func store(_ message: [UInt8], _ isJSON: Bool) throws -> OTLPMetrics.Translation {
        var translation = try message.withUnsafeBytes {
            isJSON ? try OTLPMetrics(json: $0) : try OTLPMetrics(protobuf: $0)
        }.samples()
        let outcome = try appender.append(translation.samples)
        try appender.append(
            exemplars: translation.exemplars.map {
                RefExemplar(ref: try appender.resolve($0.labels), exemplar: $0.exemplar)
            })
        let late = outcome.tooOld + outcome.tooNew + outcome.duplicates
        if late > 0 {
            translation.rejected += late
            translation.reasons.append("samples are too old, too far ahead, or contradict what is stored")
        }
        translation.samples = []
        translation.exemplars = []
        return translation
    }
}
