import Exposition
import Model

/// Keeps all that a parser finds.
struct CollectingSink: ExpositionSink {
    struct Point {
        let labels: Labels
        let value: Double
        let timestamp: Int64?
    }

    var points: [Point] = []
    var exemplars: [Point] = []
    var kinds: [String: MetricKind] = [:]
    var helps: [String: String] = [:]

    mutating func sample(series: UnsafeBufferPointer<UInt8>, value: Double, timestamp: Int64?) throws {
        points.append(Point(labels: try ExpositionParser.labels(of: series), value: value, timestamp: timestamp))
    }

    mutating func exemplar(labels: Labels, value: Double, timestamp: Int64?) {
        exemplars.append(Point(labels: labels, value: value, timestamp: timestamp))
    }

    mutating func metadata(name: String, kind: MetricKind) { kinds[name] = kind }

    mutating func metadata(name: String, help: String) { helps[name] = help }

    static func read(_ text: String, _ format: ExpositionFormat = .text) throws -> CollectingSink {
        var sink = CollectingSink()
        try ExpositionParser.parse(Array(text.utf8), format: format, into: &sink)
        return sink
    }

    /// Why a page is refused, or `nil`.
    static func refusal(of page: [UInt8], _ format: ExpositionFormat) -> String? {
        var sink = CollectingSink()
        do {
            try ExpositionParser.parse(page, format: format, into: &sink)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
