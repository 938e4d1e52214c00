/// What kind of thing a metric measures; the words of the exposition formats.
public enum MetricKind: String, Sendable, Hashable, Codable {
    case counter, gauge, histogram, summary, info, stateset, unknown
}

/// A metric's name, its explanation, and its samples at one moment.
public struct MetricFamily: Sendable, Equatable {
    public let name: String
    public let kind: MetricKind
    public let help: String
    public var points: [MetricPoint]

    public init(name: String, kind: MetricKind, help: String, points: [MetricPoint]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.points = points
    }
}

/// One line of an exposition: the series' whole label set, its metric name included (`…_bucket`, `…_sum`), and a value.
public struct MetricPoint: Sendable, Equatable {
    public let labels: Labels
    public let value: Double
    /// An event behind the value of a counter or bucket.
    public let exemplar: Exemplar?
    /// When a counter stood at zero, in milliseconds since the Unix epoch; `nil` where nobody knows.
    public let since: Int64?

    public init(labels: Labels, value: Double, exemplar: Exemplar? = nil, since: Int64? = nil) {
        self.labels = labels
        self.value = value
        self.exemplar = exemplar
        self.since = since
    }
}
