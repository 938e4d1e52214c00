internal import Foundation
internal import Instruments
internal import Model

/// What the API's servers would measure: the requests that their traces tell of.
struct DemoAPI {
    private let registry: Registry

    init(registry: Registry) { self.registry = registry }

    /// Counts what was done in spans.
    func count(_ spans: [Span]) {
        var requests = 0
        for span in spans where span.service == "api" {
            let seconds = Double(span.end - span.start) / 1e9
            if span.kind == .server {
                requests += 1
                let (method, endpoint) = (span.text("http.request.method"), span.text("http.route"))
                let status = span.text("http.response.status_code")
                registry.counter(Catalogue.httpRequestsTotal, method, endpoint, status).increment()
                registry.histogram(Catalogue.httpRequestDurationSeconds, method, endpoint).observe(seconds)
                registry.counter(Catalogue.jwtTokenValidationsTotal, "valid").increment()
            } else if span.kind == .client {
                let query = span.text("db.operation.name").lowercased()
                registry.histogram(Catalogue.databaseQueryDurationSeconds, query).observe(seconds)
            }
        }
        registry.gauge(Catalogue.activeConnectionsTotal).set(Double(requests + .random(in: 0...2)))
        registry.gauge(Catalogue.websocketConnectionsTotal).set(Double(.random(in: 7...9)))
    }
}

extension Span {
    /// An attribute as text; empty where there is none.
    fileprivate func text(_ key: String) -> String {
        switch attributes.first(where: { $0.key == key })?.value {
        case .string(let text): text
        case .integer(let number): String(number)
        default: ""
        }
    }
}
