/// A single event behind a sample, usually with the id of its trace: the way from a chart to what happened.
public struct Exemplar: Hashable, Sendable {
    public let labels: Labels
    public let value: Double
    /// Milliseconds since the Unix epoch.
    public let timestamp: Int64

    public init(labels: Labels, value: Double, timestamp: Int64) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }
}

/// An exemplar and the series to which it belongs.
public struct RefExemplar: Hashable, Sendable {
    public let ref: SeriesRef
    public let exemplar: Exemplar

    public init(ref: SeriesRef, exemplar: Exemplar) {
        self.ref = ref
        self.exemplar = exemplar
    }
}

/// A series and some of its exemplars, in order of time.
public struct SeriesExemplars: Hashable, Sendable {
    public let labels: Labels
    public let exemplars: [Exemplar]

    public init(labels: Labels, exemplars: [Exemplar]) {
        self.labels = labels
        self.exemplars = exemplars
    }
}

/// Exemplars by the series' labels and time.
public protocol ExemplarSource: Sendable {
    /// The exemplars of the series that fulfil any of `selectors`, sorted by the series' labels.
    func exemplars(matchingAny selectors: [[Matcher]], in range: TimeRange) throws -> [SeriesExemplars]
}
