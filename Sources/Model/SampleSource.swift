/// A series and its samples in a range of time, as two columns of equal length in ascending order of time.
/// Stale markers are included.
public struct SeriesColumn: Sendable {
    public let labels: Labels
    /// Milliseconds since the Unix epoch.
    public let timestamps: [Int64]
    public let values: [Double]

    public init(labels: Labels, timestamps: [Int64], values: [Double]) {
        self.labels = labels
        self.timestamps = timestamps
        self.values = values
    }
}

extension SeriesColumn {
    /// Gives both columns to `body` as memory, which is valid for as long as that runs.
    @inlinable
    public func withSamples<Result>(
        _ body: (UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Double>) throws -> Result
    ) rethrows -> Result {
        try timestamps.withUnsafeBufferPointer { timestamps in
            try values.withUnsafeBufferPointer { try body(timestamps, $0) }
        }
    }
}

/// What PromQL reads from: anything that can select series by matchers. A memory table does, and the metric store.
public protocol SampleSource: Sendable {
    /// Series that fulfil all `matchers`, each with its samples in `range` (series without one are left out),
    /// sorted by labels.
    /// - Parameter sampleLimit: an upper bound on samples returned in all; beyond it the source throws.
    func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) throws -> [SeriesColumn]
}

/// A failure of a source that says whose fault it is. Any other error means that the source is not well.
public protocol SampleSourceFailure: Error {
    /// Whether more samples were asked for than may be read.
    var isLimit: Bool { get }
    /// Whether the task that asked was cancelled.
    var isCancellation: Bool { get }
}

/// The names and values of labels, for completion and for the label endpoints of the API.
public protocol LabelSource: Sendable {
    /// Label sets of the series that fulfil any of `selectors` (all series where there is none) in `range`, sorted.
    func series(matchingAny selectors: [[Matcher]], in range: TimeRange, limit: Int) throws -> [Labels]
    func labelNames(matchingAny selectors: [[Matcher]], in range: TimeRange) throws -> [String]
    func labelValues(of name: String, matchingAny selectors: [[Matcher]], in range: TimeRange) throws -> [String]
}

/// What samples are appended to.
public protocol SampleAppender: Sendable {
    /// The number of the series with these labels, made if it is new. A number stays valid for as long as
    /// the process runs and the series is alive; ``append(_:)`` tells when it no longer is.
    func resolve(_ labels: Labels) throws -> SeriesRef

    /// Appends a batch. When it returns, the accepted samples survive the end of the process.
    func append(_ samples: [RefSample]) throws -> AppendOutcome

    /// Takes exemplars of series that were appended to before. Those that are not new, or whose series is not known,
    /// are ignored.
    func append(exemplars: [RefExemplar]) throws
}

/// What became of a batch of samples.
public struct AppendOutcome: Sendable, Equatable {
    public var accepted = 0
    /// Same time as a stored sample of that series, with another value.
    public var duplicates = 0
    /// Older than the out-of-order window allows.
    public var tooOld = 0
    /// Further ahead of the clock than is allowed.
    public var tooNew = 0
    /// Numbers of series that the store no longer knows: resolve their labels again, then append again.
    public var unknown: [SeriesRef] = []

    public init() {}
}

extension SampleAppender {
    /// A store that keeps no exemplars ignores them.
    public func append(exemplars: [RefExemplar]) throws {}

    /// Appends samples given with their labels; for paths that are not hot.
    @discardableResult
    public func append(_ samples: [(labels: Labels, sample: Sample)]) throws -> AppendOutcome {
        try append(
            samples.map {
                RefSample(ref: try resolve($0.labels), timestamp: $0.sample.timestamp, value: $0.sample.value)
            })
    }
}

/// Samples that a store does not take because of their time.
public struct RefusedSamples: Error, Sendable, Hashable, CustomStringConvertible {
    public let tooOld: Int
    public let tooNew: Int

    /// `nil` where there are none.
    public init?(tooOld: Int, tooNew: Int) {
        guard tooOld + tooNew > 0 else { return nil }
        self.tooOld = tooOld
        self.tooNew = tooNew
    }

    /// - Throws: ``RefusedSamples`` where the store refused any of the batch.
    public static func check(_ outcome: AppendOutcome) throws(RefusedSamples) {
        if let refused = RefusedSamples(tooOld: outcome.tooOld, tooNew: outcome.tooNew) { throw refused }
    }

    public var description: String {
        // With the clock set back, all that is new is older than what is there.
        tooOld > 0
            ? "the store refuses \(tooOld) samples that are older than its newest by more than the out-of-order "
                + "window; if this host's clock was set back, wait or raise storage.metrics.out_of_order"
            : "the store refuses \(tooNew) samples that are too far in the future; set the clock of this host or of "
                + "who sends them"
    }
}
