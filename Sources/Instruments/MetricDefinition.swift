public import Model

/// What a metric is: its name, kind, explanation and label names.
public struct MetricDefinition: Sendable, Hashable {
    public let name: String
    public let kind: MetricKind
    /// A sentence for HELP: what is measured, and in which unit.
    public let help: String
    public let labelNames: [String]
    /// In what it is measured, in words; empty for a count of things and for what is or is not.
    public let unit: String
    /// Who measures it, in words for the documentation.
    public let source: String
    /// Whether dashboards and rules of a VMS know it by this name; else it is ours.
    public let isSeed: Bool
    /// Upper bounds of a histogram's buckets, ascending, without the last one of infinity.
    public let buckets: [Double]

    public init(
        _ name: String, _ kind: MetricKind, labels: [String] = [], buckets: [Double] = [], _ help: String,
        unit: String = "", source: String = "", isSeed: Bool = false
    ) {
        self.unit = unit
        self.source = source
        self.isSeed = isSeed
        self.name = name
        self.kind = kind
        self.help = help
        labelNames = labels
        self.buckets = buckets
    }
}
