/// The formats in which metrics are exposed.
public enum ExpositionFormat: Sendable, Hashable {
    /// Prometheus' text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
    case text
    /// OpenMetrics 1.0: https://prometheus.io/docs/specs/om/open_metrics_spec/
    case openMetrics

    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What a scraper sends to get any of them, the richer one first.
    public static let accept =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

    /// The format that a request's `Accept` header asks for.
    public static func negotiate(accept: String?) -> ExpositionFormat {
        var best: (format: ExpositionFormat, weight: Double) = (.text, 0)
        for part in (accept ?? "").lowercased().split(separator: ",") {
            let fields = part.split(separator: ";").map { $0.filter { $0 != " " } }
            let weight = fields.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let format: ExpositionFormat? =
                switch fields.first {
                case "application/openmetrics-text": .openMetrics
                case "text/plain", "text/*", "*/*": .text
                default: nil
                }
            if let format, weight > best.weight { best = (format, weight) }
        }
        return best.format
    }

    /// The format that an answer's `Content-Type` header names.
    public init(contentType: String?) {
        self = (contentType ?? "").lowercased().hasPrefix("application/openmetrics-text") ? .openMetrics : .text
    }
}
