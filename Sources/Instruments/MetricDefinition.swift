public import Model

/// What a metric is: its name, kind, explanation and label names.
public struct MetricDefinition: Sendable, Hashable {
    public let name: String
    public let kind: MetricKind
    /// A sentence for HELP: what is measured, and in which unit.
    public let help: String
    public let labelNames: [String]
    /// Upper bounds of a histogram's buckets, ascending, without the last one of infinity.
    public let buckets: [Double]

    public init(
        _ name: String, _ kind: MetricKind, labels: [String] = [], buckets: [Double] = [], _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        labelNames = labels
        self.buckets = buckets
    }
}
