internal import Base
internal import Model

/// Evaluates one expression.
final class Evaluator {
    /// What the evaluation wants to say beside the answer.
    struct Notes {
        var warnings: [String] = []
        var infos: [String] = []
    }

    let source: any SampleSource
    let limits: PromQLEngine.Limits
    /// The whole query's steps: what `@ start()` and `@ end()` mean.
    let query: Steps
    var notes = Notes()
    /// What the steps of the query have looked at, where somebody asked.
    private(set) var statistics: QueryStatistics?
    private var samplesLeft: Int
    private var labelBytesLeft: Int
    private let text: String
    /// Whether names of metrics go only at the end of the query.
    let delaysNameRemoval: Bool

    init(
        source: any SampleSource, limits: PromQLEngine.Limits, steps: Steps, origin: Expression.Origin?,
        countsSamples: Bool
    ) {
        statistics = countsSamples ? QueryStatistics(steps) : nil
        text = origin?.text ?? ""
        delaysNameRemoval = origin?.features.contains(.delayedNameRemoval) ?? false
        self.source = source
        self.limits = limits
        query = steps
        samplesLeft = limits.samples
        labelBytesLeft = limits.labelBytes
    }

    // MARK: Notes

    func warn(_ message: String, at place: Expression) {
        note("PromQL warning: \(message) \(shown(place))", in: &notes.warnings)
    }

    func inform(_ message: String, at place: Expression) {
        note("PromQL info: \(message) \(shown(place))", in: &notes.infos)
    }

    private func note(_ message: String, in list: inout [String]) {
        if !list.contains(message) { list.append(message) }
    }

    private func shown(_ place: Expression) -> String {
        let error = PromQLParseError("", at: place.range, in: text)
        return "(\(error.line):\(error.column))"
    }

    // MARK: Values

    func evaluate(_ expression: Expression, _ steps: Steps) throws -> StepValues {
        try Work.check()
        switch expression.node {
        case .number(let value): return .scalar(Array(repeating: value, count: steps.count))
        case .group(let inner): return try evaluate(inner, steps)
        case .negate(let inner):
            switch try evaluate(inner, steps) {
            case .scalar(let values): return .scalar(values.map { -$0 })
            case .vector(let columns, _): return .vector(try Self.merged(try mapped(columns) { -$0 }))
            }
        case .vector(let selector): return .vector(try instants(of: selector, steps))
        case .call(let function, let arguments):
            let result = try call(function, arguments, steps, at: expression)
            guard case .vector(let columns, let isOrdered) = result else { return result }
            return .vector(try Self.merged(columns), isOrdered: isOrdered)
        case .aggregate(let aggregation):
            return .vector(
                try aggregate(aggregation, steps),
                isOrdered: aggregation.operation == .topk || aggregation.operation == .bottomk)
        case .binary(let operation): return try binary(operation, steps)
        case .string, .matrix, .subquery:
            throw PromQLError(.execution, "a \(expression.type.rawValue) stands where a value is needed")
        }
    }

    /// Counts for the statistics what stands at the query's own steps, not at those inside a subquery.
    private func note(_ steps: Steps, _ count: (inout QueryStatistics) -> Void) {
        guard steps == query, var counted = statistics else { return }
        count(&counted)
        counted.peak = max(counted.peak, limits.samples - samplesLeft)
        statistics = counted
    }

    /// Ends the query if nobody waits for it any longer. Long loops over steps call it; it looks now and then.
    @inline(__always)
    static func checkWanted(_ index: Int) throws {
        if index & 0xff == 0 { try Work.check() }
    }

    func vector(_ expression: Expression, _ steps: Steps) throws -> [Column] {
        guard case .vector(let columns, _) = try evaluate(expression, steps) else {
            throw PromQLError(.execution, "an instant vector is needed")
        }
        return columns
    }

    func scalar(_ expression: Expression, _ steps: Steps) throws -> [Double] {
        guard case .scalar(let values) = try evaluate(expression, steps) else {
            throw PromQLError(.execution, "a scalar is needed")
        }
        return values
    }

    /// `columns` with every value changed by `change`, and without their names.
    func mapped(_ columns: [Column], _ change: (Double) -> Double) throws -> [Column] {
        try columns.map { column in
            try Work.check()
            var result = withoutName(column)
            for index in result.values.indices where result.has(index) {
                try Self.checkWanted(index)
                result.values[index] = change(result.values[index])
            }
            return result
        }
    }

    /// The column without the metric's name, now or at the end of the query.
    func withoutName(_ column: Column) -> Column { Self.withoutName(column, delays: delaysNameRemoval) }

    static func withoutName(_ column: Column, delays: Bool) -> Column {
        var column = column
        if delays { column.dropsName = true } else { column.labels = column.labels.withoutMetricName }
        return column
    }

    // MARK: Selectors

    func reference(_ step: Int64, _ offset: Int64, _ fixed: FixedTime?) -> Int64 {
        switch fixed {
        case nil: step - offset
        case .at(let time): time - offset
        case .start: query.start - offset
        case .end: query.end - offset
        }
    }

    private func select(_ matchers: [Matcher], _ range: TimeRange) throws -> [SeriesColumn] {
        let found: [SeriesColumn]
        do {
            found = try source.select(matchers, in: range, sampleLimit: samplesLeft)
        } catch let error as CancellationError {
            throw error
        } catch let error as any SampleSourceFailure where error.isCancellation {
            throw CancellationError()
        } catch let error as any SampleSourceFailure where error.isLimit {
            throw PromQLError(.limit, "\(error)")
        } catch {
            throw PromQLError(.storage, "\(error)")
        }
        samplesLeft -= found.reduce(0) { $0 + $1.timestamps.count }
        guard samplesLeft >= 0 else {
            throw PromQLError(
                .limit,
                "query processing would load too many samples into memory: more than \(limits.samples); "
                    + "ask for less time or fewer series"
            )
        }
        return found
    }

    /// The newest sample of each series within the lookback of each step.
    func instants(of selector: Selector, _ steps: Steps, timestamps: Bool = false) throws -> [Column] {
        guard steps.count > 0 else { return [] }
        let first = reference(steps.start, selector.offset, selector.fixed)
        let last = reference(steps.time(steps.count - 1), selector.offset, selector.fixed)
        let margin = selector.border == .smoothed ? limits.lookback : 0
        let series = try select(selector.matchers, TimeRange(start: first - limits.lookback + 1, end: last + margin))
        try checkSize(columns: series.count, steps)
        let (isFixed, isSmoothed) = (selector.fixed != nil, selector.border == .smoothed)
        let lookback = limits.lookback
        let moments = (0..<steps.count).map { reference(steps.time($0), selector.offset, selector.fixed) }
        let columns = try Self.eachSeries(series.count) { position -> Column? in
            let series = series[position]
            var column = Column(absent: series.labels, count: steps.count)
            let hasAny = try series.withSamples { times, values in
                var next = 0
                var hasAny = false
                for index in 0..<steps.count {
                    try Self.checkWanted(index)
                    let time = moments[index]
                    if isFixed { next = 0 }
                    while next < times.count, times[next] <= time { next += 1 }
                    guard next > 0, times[next - 1] > time - lookback,
                        !StaleMarker.isStale(values[next - 1])
                    else { continue }
                    hasAny = true
                    if isSmoothed, let value = Self.interpolated(series, next, time, lookback) {
                        column.values[index] = value
                    } else {
                        column.values[index] = timestamps ? Double(times[next - 1]) / 1_000 : values[next - 1]
                    }
                }
                return hasAny
            }
            return hasAny ? column : nil
        }
        note(steps) { $0.count(columns) }
        return columns
    }

    /// Takes from the query's budget what a label value is about to need.
    func spendLabelBytes(_ count: Int, in function: String) throws {
        labelBytesLeft -= min(count, labelBytesLeft + 1)
        guard labelBytesLeft >= 0 else {
            throw PromQLError(
                .limit,
                "\(function) would make more than \(limits.labelBytes) bytes of label values; make shorter ones, or of fewer series"
            )
        }
    }

    func checkSize(columns: Int, _ steps: Steps) throws {
        guard columns.multipliedReportingOverflow(by: steps.count).overflow || columns * steps.count > limits.samples
        else { return }
        throw PromQLError(
            .limit,
            "query processing would load too many samples into memory: \(columns) series at \(steps.count) steps, beyond "
                + "the limit of \(limits.samples); ask for less time, fewer series or a longer step")
    }

    /// The value at `time` on the line between the sample before it and the one at `next`.
    private static func interpolated(
        _ series: SeriesColumn, _ next: Int, _ time: Int64, _ lookback: Int64
    ) -> Double? {
        guard next < series.timestamps.count, series.timestamps[next - 1] < time,
            series.timestamps[next] <= time + lookback, !StaleMarker.isStale(series.values[next])
        else { return nil }
        let (t1, t2) = (series.timestamps[next - 1], series.timestamps[next])
        let (y1, y2) = (series.values[next - 1], series.values[next])
        return y1 + (y2 - y1) * Double(time - t1) / Double(t2 - t1)
    }

    // MARK: Windows

    /// The samples of a range selector or subquery, and where each step's window ends.
    struct Windows: Sendable {
        struct Series: Sendable {
            let column: SeriesColumn
            var dropsName = false
        }

        let series: [Series]
        let range: Int64
        /// Of each step.
        let ends: [Int64]
        /// Milliseconds read beyond the window's begin and end.
        var margin: (before: Int64, after: Int64) = (0, 0)

        /// The indices of the samples in the window of step `index`: later than its begin, up to its end.
        /// `cursor` goes along with the steps.
        @inline(__always)
        func window(
            _ timestamps: UnsafeBufferPointer<Int64>, _ index: Int, _ cursor: inout (low: Int, high: Int)
        ) -> Range<Int> {
            let end = ends[index] + margin.after
            let begin = ends[index] - range - margin.before
            if index > 0, ends[index] < ends[index - 1] { cursor = (0, 0) }
            while cursor.high < timestamps.count, timestamps[cursor.high] <= end { cursor.high += 1 }
            while cursor.low < cursor.high, timestamps[cursor.low] <= begin { cursor.low += 1 }
            return cursor.low..<cursor.high
        }

        func only(_ column: SeriesColumn, at index: Int) -> SeriesColumn {
            var cursor = (low: 0, high: 0)
            let window = column.timestamps.withUnsafeBufferPointer { self.window($0, index, &cursor) }
            return SeriesColumn(
                labels: column.labels, timestamps: Array(column.timestamps[window]),
                values: Array(column.values[window]))
        }
    }

    func windows(of expression: Expression, _ steps: Steps) throws -> Windows {
        let windows = try uncounted(expression, steps)
        note(steps) { $0.count(windows) }
        return windows
    }

    private func uncounted(_ expression: Expression, _ steps: Steps) throws -> Windows {
        switch expression.withoutGroups.node {
        case .matrix(let selector, let range):
            let ends = (0..<steps.count).map { reference(steps.time($0), selector.offset, selector.fixed) }
            guard let first = ends.first, let last = ends.last else {
                return Windows(series: [], range: range, ends: [])
            }
            let margin = selector.border?.margin(lookback: limits.lookback) ?? (before: 0, after: 0)
            let found = try select(
                selector.matchers, TimeRange(start: first - range - margin.before + 1, end: last + margin.after))
            let series = try found.map {
                try Work.check()
                return Windows.Series(column: Self.withoutStale($0))
            }
            return Windows(series: series, range: range, ends: ends, margin: margin)
        case .subquery(let inner, let subquery):
            let ends = (0..<steps.count).map { reference(steps.time($0), subquery.offset, subquery.fixed) }
            guard let first = ends.first, let last = ends.last else { return Windows(series: [], range: 0, ends: []) }
            let step = subquery.step ?? limits.subqueryStep()
            // The inner steps stand on multiples of their own step, whatever the outer ones are.
            var start = (first - subquery.range) / step * step
            if start <= first - subquery.range { start += step }
            let innerSteps = Steps(start: start, end: last, step: step)
            try checkSize(columns: 1, innerSteps)
            let columns: [Column]
            switch try evaluate(inner, innerSteps) {
            case .scalar(let values): columns = [Column(labels: .empty, values: values)]
            case .vector(let found, _): columns = found
            }
            let series = try columns.map { column in
                var timestamps: [Int64] = []
                var values: [Double] = []
                for index in column.values.indices where column.has(index) {
                    try Self.checkWanted(timestamps.count)
                    timestamps.append(innerSteps.time(index))
                    values.append(column.values[index])
                }
                return Windows.Series(
                    column: SeriesColumn(labels: column.labels, timestamps: timestamps, values: values),
                    dropsName: column.dropsName)
            }
            return Windows(series: series, range: subquery.range, ends: ends)
        default: throw PromQLError(.execution, "a range vector is needed")
        }
    }

    private static func withoutStale(_ series: SeriesColumn) -> SeriesColumn {
        guard StaleMarker.isAmong(series.values) else { return series }
        let kept = series.values.indices.filter { !StaleMarker.isStale(series.values[$0]) }
        return SeriesColumn(
            labels: series.labels, timestamps: kept.map { series.timestamps[$0] },
            values: kept.map { series.values[$0] })
    }
}
