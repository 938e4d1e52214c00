/// Metrics as OTLP has them, whichever of its two forms they came in:
/// https://github.com/open-telemetry/opentelemetry-proto (`metrics.proto`).
package struct OTLPMetrics: Sendable, Equatable {
    /// An attribute's value as text.
    typealias Attributes = [String: String]

    struct Resource: Sendable, Equatable {
        var attributes: Attributes = [:]
        var metrics: [Metric] = []
    }

    struct Metric: Sendable, Equatable {
        enum Kind: Sendable, Equatable { case gauge, sum, histogram, exponentialHistogram, summary }

        var name = ""
        var description = ""
        var unit = ""
        var kind: Kind?
        var isMonotonic = false
        /// 1 since the last report, 2 since the start.
        var temporality = 0
        var points: [Point] = []
    }

    struct Point: Sendable, Equatable {
        var attributes: Attributes = [:]
        /// Nanoseconds since the Unix epoch.
        var time: UInt64 = 0
        /// Of a gauge or a sum.
        var value: Double?
        var count: UInt64 = 0
        var sum: Double?
        var bucketCounts: [UInt64] = []
        var bounds: [Double] = []
        var quantiles: [(quantile: Double, value: Double)] = []
        var flags: UInt64 = 0
        var exemplars: [OTLPExemplar] = []

        /// Whether the source says that it has no value any more.
        var hasNoValue: Bool { flags & 1 != 0 }

        static func == (left: Point, right: Point) -> Bool {
            left.attributes == right.attributes && left.time == right.time && left.value == right.value
                && left.count == right.count && left.sum == right.sum && left.bucketCounts == right.bucketCounts
                && left.bounds == right.bounds && left.flags == right.flags && left.exemplars == right.exemplars
                && left.quantiles.elementsEqual(right.quantiles) { $0 == $1 }
        }
    }

    var resources: [Resource] = []
}

/// A body that is no OTLP message.
package struct OTLPError: Error, Sendable, CustomStringConvertible {
    let cause: String
    package var description: String { "cannot read the OTLP request: \(cause)" }

    init(_ cause: String) { self.cause = cause }
}
