package import HTTPKit
package import Hummingbird
package import OTLPReceiver

/// `/v1/traces`, `/v1/metrics` and `/v1/logs`: what other programs send by OTLP over HTTP, as protobuf or JSON.
///
/// The answer tells how much was left out and why; a request that the store could not take gets 503, after which exporters
/// try again: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
package struct OTLPAPI: Sendable {
    private let receiver: OTLPReceiver
    private let lanes: MessageLanes

    /// - Parameters:
    ///   - receiver: stores what comes.
    ///   - lanes: where messages are read; the same as those of other doors.
    package init(receiver: OTLPReceiver, lanes: MessageLanes) {
        self.receiver = receiver
        self.lanes = lanes
    }

    /// Adds OTLP's paths, and those that Prometheus and Loki have for it.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for signal in OTLPSignal.allCases {
            add(["/v1/\(signal.rawValue)", "/otlp/v1/\(signal.rawValue)"], signal, to: router)
        }
        add(["/api/v1/otlp/v1/metrics"], .metrics, to: router)
    }

    /// Adds OTLP's own paths alone, for a port on which nothing else is answered.
    package func addOwnRoutes(to router: Router<AppRequestContext>) {
        for signal in OTLPSignal.allCases { add(["/v1/\(signal.rawValue)"], signal, to: router) }
    }

    private func add(_ paths: [String], _ signal: OTLPSignal, to router: Router<AppRequestContext>) {
        for path in paths {
            router.post(RouterPath(path)) { [receiver, lanes] request, _ in
                await OTLPRequest.answer(request, signal, receiver, lanes)
            }
        }
    }
}
