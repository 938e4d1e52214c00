public import Model

/// Answers expressions from any source of samples. Holds no state: one engine serves all queries at once.
///
/// Evaluation goes series by series: each series is decoded once, and its values at all steps form a column.
public struct PromQLEngine: Sendable {
    public struct Limits: Sendable {
        /// Samples that one query may read.
        public var samples = 50_000_000
        /// Bytes of label values that the functions of one query may make.
        public var labelBytes = 64 << 20
        /// Milliseconds that a sample is good for when no newer one has come.
        public var lookback: Int64 = 300_000
        /// Milliseconds between the steps of a subquery that names none; asked at each one.
        public var subqueryStep: @Sendable () -> Int64 = { 60_000 }

        public init() {}
    }

    public let limits: Limits

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// The same engine, for which a sample is good for `lookback` milliseconds.
    public func lookingBack(_ lookback: Int64) -> PromQLEngine {
        var limits = limits
        limits.lookback = lookback
        return PromQLEngine(limits: limits)
    }

    /// The value of `expression` at `time` (milliseconds since the Unix epoch).
    /// - Parameter countsSamples: whether the answer tells how many samples it took.
    /// - Throws: ``PromQLError``, what the source throws, and `CancellationError`.
    public func instant(
        _ expression: Expression, at time: Int64, from source: any SampleSource, countsSamples: Bool = false
    ) throws -> QueryResult {
        let steps = Steps(start: time, end: time, step: 1)
        let expression = try Self.prepared(expression, steps)
        let evaluator = Evaluator(
            source: source, limits: limits, steps: steps, origin: expression.origin, countsSamples: countsSamples)
        if case .string(let text) = expression.withoutGroups.node {
            return QueryResult(
                value: .string(text, at: time), warnings: [], infos: [], statistics: evaluator.statistics)
        }
        let value: QueryResult.Value
        if expression.type == .matrix {
            let windows = try evaluator.windows(of: expression, steps)
            let series = windows.series.map { series in
                let column = windows.only(series.column, at: 0)
                let labels = series.dropsName ? column.labels.withoutMetricName : column.labels
                return SeriesColumn(labels: labels, timestamps: column.timestamps, values: column.values)
            }
            value = .matrix(series.filter { !$0.timestamps.isEmpty })
        } else {
            switch try evaluator.evaluate(expression, steps) {
            case .scalar(let values): value = .scalar(Sample(timestamp: time, value: values[0]))
            case .vector(let columns, let isOrdered):
                let samples = try Self.named(columns.filter { $0.has(0) }).map {
                    InstantSample(labels: $0.labels, sample: Sample(timestamp: time, value: $0.values[0]))
                }
                value = .vector(isOrdered ? samples : samples.sorted { $0.labels < $1.labels })
            }
        }
        return QueryResult(
            value: value, warnings: evaluator.notes.warnings, infos: evaluator.notes.infos,
            statistics: evaluator.statistics)
    }

    /// The values of `expression` at every step from `start` to `end` (milliseconds), both included.
    public func range(
        _ expression: Expression, start: Int64, end: Int64, step: Int64, from source: any SampleSource,
        countsSamples: Bool = false
    ) throws -> QueryResult {
        guard expression.type == .scalar || expression.type == .vector else {
            throw PromQLError(
                .execution,
                "invalid expression type \"\(expression.type.rawValue)\" for range query, must be Scalar "
                    + "or instant Vector"
            )
        }
        guard step > 0, end >= start else {
            throw PromQLError(
                .execution, "a range query needs a step above zero and an end that is not before its start")
        }
        let steps = Steps(start: start, end: end, step: step)
        let expression = try Self.prepared(expression, steps)
        let evaluator = Evaluator(
            source: source, limits: limits, steps: steps, origin: expression.origin, countsSamples: countsSamples)
        let columns: [Column]
        switch try evaluator.evaluate(expression, steps) {
        case .scalar(let values): columns = [Column(labels: .empty, values: values)]
        case .vector(let found, _): columns = found
        }
        let times = (0..<steps.count).map(steps.time)
        let series = try Self.named(columns).compactMap { column -> SeriesColumn? in
            if column.isWhole { return SeriesColumn(labels: column.labels, timestamps: times, values: column.values) }
            let present = column.values.indices.filter(column.has)
            if present.isEmpty { return nil }
            return SeriesColumn(
                labels: column.labels, timestamps: present.map { times[$0] }, values: present.map { column.values[$0] })
        }
        return QueryResult(
            value: .matrix(Self.sorted(series)), warnings: evaluator.notes.warnings,
            infos: evaluator.notes.infos, statistics: evaluator.statistics)
    }

    private static func sorted(_ series: [SeriesColumn]) -> [SeriesColumn] {
        // Selectors give series in order, and most functions keep it.
        let isSorted = zip(series, series.dropFirst()).allSatisfy { $0.labels < $1.labels }
        return isSorted ? series : series.sorted { $0.labels < $1.labels }
    }

    private static func prepared(_ expression: Expression, _ steps: Steps) throws -> Expression {
        expression.origin?.hasFormula ?? false ? try expression.resolved(in: steps) : expression
    }

    /// The columns without the names that functions have taken away, each label set once.
    private static func named(_ columns: [Column]) throws -> [Column] {
        try Evaluator.merged(
            columns.map { column in
                guard column.dropsName else { return column }
                return Column(labels: column.labels.withoutMetricName, values: column.values)
            })
    }
}

/// The moments at which an expression is evaluated.
struct Steps: Sendable, Equatable {
    let start: Int64
    let end: Int64
    let step: Int64

    var count: Int { end < start ? 0 : Int((end - start) / step) + 1 }

    func time(_ index: Int) -> Int64 { start + Int64(index) * step }
}

/// A series' values at all steps. Where it has none stands the bit pattern of the stale marker, which no result has.
struct Column: Sendable {
    var labels: Labels
    var values: [Double]
    /// Whether the metric's name goes at the end of the query.
    var dropsName = false

    static let absent = StaleMarker.value

    init(labels: Labels, values: [Double]) {
        self.labels = labels
        self.values = values
    }

    init(absent labels: Labels, count: Int) {
        self.labels = labels
        values = Array(repeating: Self.absent, count: count)
    }

    /// A column of the same series without values.
    init(absentLike other: Column) {
        self.init(absent: other.labels, count: other.values.count)
        dropsName = other.dropsName
    }

    @inline(__always)
    func has(_ index: Int) -> Bool { !StaleMarker.isStale(values[index]) }

    /// Whether there is a value at every step.
    var isWhole: Bool { !StaleMarker.isAmong(values) }

    var isEmpty: Bool { values.allSatisfy(StaleMarker.isStale) }
}

/// A value at all steps.
enum StepValues {
    case scalar([Double])
    /// Sorted for people where `isOrdered`, by `sort` and its kin.
    case vector([Column], isOrdered: Bool = false)
}

extension Expression {
    var withoutGroups: Expression {
        if case .group(let inner) = node { inner.withoutGroups } else { self }
    }
}
