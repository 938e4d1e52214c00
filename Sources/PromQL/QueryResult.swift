public import Model

/// A series' value at one moment.
public struct InstantSample: Sendable, Equatable {
    public let labels: Labels
    public let sample: Sample

    public init(labels: Labels, sample: Sample) {
        self.labels = labels
        self.sample = sample
    }
}

/// The answer of a query.
public struct QueryResult: Sendable {
    public enum Value: Sendable {
        case scalar(Sample)
        case string(String, at: Int64)
        case vector([InstantSample])
        case matrix([SeriesColumn])
    }

    public let value: Value
    /// What may make the answer other than it was meant.
    public let warnings: [String]
    public let infos: [String]
    /// Where they were asked for.
    public let statistics: QueryStatistics?
}

/// A query that cannot be answered.
public struct PromQLError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The data do not allow the operation.
        case execution
        /// A limit is exceeded.
        case limit
        /// The samples cannot be read.
        case storage
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
