internal import Model

/// One step's window of samples, in ascending order of time, never empty. Not to be kept beyond the call that gets it.
struct Window {
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    /// Milliseconds; the window is later than `end - range`, up to `end`.
    let end: Int64
    let range: Int64
    /// The step's own time, which an offset moves away from the window's end.
    let stepTime: Int64
    /// The index of the first sample in the series.
    let offset: Int
    /// Indices in the series of the samples, but the first one here, that are smaller than the one before: where a
    /// counter was reset.
    let falls: ArraySlice<Int>

    var first: Double { values[0] }
    var last: Double { values[values.count - 1] }
    var count: Int { values.count }
}

/// Functions over windows. `nil`: the series has no value at this step.
enum RangeFunctions {
    typealias Body = @Sendable (Window) -> Double?

    /// Functions that take a range vector alone.
    static let rows: [Function] = [
        row("rate", .counterWindow { extrapolated($0, isCounter: true, isRate: true) }),
        row("increase", .counterWindow { extrapolated($0, isCounter: true, isRate: false) }),
        row("delta", .window { extrapolated($0, isCounter: false, isRate: false) }),
        row("irate", .window { lastChange($0, isRate: true) }),
        row("idelta", .window { lastChange($0, isRate: false) }),
        row("changes", .window { changes($0.values) }),
        row("resets", .window { Double(zip($0.values, $0.values.dropFirst()).count { $1 < $0 }) }),
        row("deriv", .window { $0.count < 2 ? nil : linearRegression($0, at: $0.timestamps[0])?.slope }),
        row("sum_over_time", .window { sum($0.values) }),
        row("avg_over_time", .window { average($0.values) }),
        row("count_over_time", .window { Double($0.count) }),
        row("last_over_time", metricName: .kept, .window { $0.last }),
        row("first_over_time", metricName: .kept, experimental: true, .window { $0.first }),
        row("present_over_time", .window { _ in 1 }),
        row("min_over_time", .extreme(isGreatest: false)),
        row("max_over_time", .extreme(isGreatest: true)),
        row("stddev_over_time", .window { variance($0.values).squareRoot() }),
        row("stdvar_over_time", .window { variance($0.values) }),
        row("mad_over_time", experimental: true, .window { medianDeviation($0.values) }),
        row("ts_of_max_over_time", experimental: true, .window { time(of: extreme($0.values, >), in: $0) }),
        row("ts_of_min_over_time", experimental: true, .window { time(of: extreme($0.values, <), in: $0) }),
        row("ts_of_last_over_time", experimental: true, .window { $0.timestamps.last.map { Double($0) / 1_000 } }),
        row("ts_of_first_over_time", experimental: true, .window { $0.timestamps.first.map { Double($0) / 1_000 } }),
    ]

    private static func row(
        _ name: String, metricName: Function.MetricName = .dropped, experimental: Bool = false, _ body: Function.Body
    ) -> Function {
        Function(name, [.matrix], metricName: metricName, experimental: experimental, body)
    }

    private static func changes(_ values: UnsafeBufferPointer<Double>) -> Double {
        Double(zip(values, values.dropFirst()).count { $0 != $1 && !($0.isNaN && $1.isNaN) })
    }

    private static func medianDeviation(_ values: UnsafeBufferPointer<Double>) -> Double {
        let median = Quantile.of(0.5, Array(values))
        return Quantile.of(0.5, values.map { ($0 - median).magnitude })
    }

    private static func time(of value: Double, in window: Window) -> Double? {
        window.values.lastIndex { $0 == value || value.isNaN }.map { Double(window.timestamps[$0]) / 1_000 }
    }

    /// The increase over the window, extended to its borders where the samples come near them, as Prometheus does.
    private static func extrapolated(_ window: Window, isCounter: Bool, isRate: Bool) -> Double? {
        guard window.count >= 2 else { return nil }
        var result = window.last - window.first
        if isCounter {
            for index in window.falls { result += window.values[index - window.offset - 1] }
        }
        let firstTime = window.timestamps[0]
        let lastTime = window.timestamps[window.count - 1]
        var toStart = Double(firstTime - (window.end - window.range)) / 1_000
        var toEnd = Double(window.end - lastTime) / 1_000
        let sampled = Double(lastTime - firstTime) / 1_000
        let average = sampled / Double(window.count - 1)
        let threshold = average * 1.1
        if toStart >= threshold { toStart = average / 2 }
        if isCounter, result > 0, window.first >= 0 {
            // A counter does not begin below zero.
            let toZero = sampled * (window.first / result)
            if toZero < toStart { toStart = toZero }
        }
        if toEnd >= threshold { toEnd = average / 2 }
        var factor = (sampled + toStart + toEnd) / sampled
        if isRate { factor /= Double(window.range) / 1_000 }
        return result * factor
    }

    private static func lastChange(_ window: Window, isRate: Bool) -> Double? {
        guard window.count >= 2 else { return nil }
        let previous = window.values[window.count - 2]
        let interval =
            window.timestamps[window.count - 1] - window.timestamps[window.count - 2]
        guard isRate else { return window.last - previous }
        guard interval > 0 else { return nil }
        return (window.last < previous ? window.last : window.last - previous) / (Double(interval) / 1_000)
    }

    /// Slope a second and value at `origin` of the least-squares line.
    static func linearRegression(_ window: Window, at origin: Int64) -> (slope: Double, intercept: Double)? {
        guard window.count >= 2 else { return nil }
        let first = window.first
        if window.values.allSatisfy({ $0 == first }) { return first.isInfinite ? (.nan, .nan) : (0, first) }
        var sumX = KahanSum()
        var sumY = KahanSum()
        var sumXY = KahanSum()
        var sumX2 = KahanSum()
        for (time, value) in zip(window.timestamps, window.values) {
            let x = Double(time - origin) / 1_000
            sumX.add(x)
            sumY.add(value)
            sumXY.add(x * value)
            sumX2.add(x * x)
        }
        let n = Double(window.count)
        let covariance = sumXY.value - sumX.value * sumY.value / n
        let variance = sumX2.value - sumX.value * sumX.value / n
        let slope = covariance / variance
        return (slope, sumY.value / n - slope * sumX.value / n)
    }

    static func sum(_ values: some Sequence<Double>) -> Double {
        var sum = KahanSum()
        for value in values { sum.add(value) }
        return sum.value
    }

    static func average(_ values: some Collection<Double>) -> Double {
        let total = sum(values)
        if total.isFinite || values.contains(where: { !$0.isFinite }) { return total / Double(values.count) }
        // The sum alone overflows: average as we go.
        var mean = 0.0
        for (index, value) in values.enumerated() { mean += value / Double(index + 1) - mean / Double(index + 1) }
        return mean
    }

    /// The variance in one pass (Welford), with the sums compensated, as the mean is often far larger than what differs.
    static func variance(_ values: some Sequence<Double>) -> Double {
        var count = 0.0
        var mean = KahanSum()
        var squares = KahanSum()
        for value in values {
            count += 1
            let delta = value - mean.value
            mean.add(delta / count)
            squares.add(delta * (value - mean.value))
        }
        return squares.value / count
    }

    /// The first in order, NaN only where there is nothing else.
    static func extreme(_ values: some Collection<Double>, _ precedes: (Double, Double) -> Bool) -> Double {
        var result = Double.nan
        for value in values where precedes(value, result) || result.isNaN { result = value }
        return result
    }

    /// Double exponential smoothing (Holt-Winters) with the factors for level and trend.
    static func smoothed(_ window: Window, level: Double, trend trendFactor: Double) -> Double? {
        guard window.count >= 2 else { return nil }
        let values = Array(window.values)
        var previous = 0.0
        var current = values[0]
        var trend = values[1] - values[0]
        for index in 1..<values.count {
            if index > 1 { trend = trendFactor * (current - previous) + (1 - trendFactor) * trend }
            previous = current
            current = level * values[index] + (1 - level) * (current + trend)
        }
        return current
    }
}

/// A sum that keeps what rounding would lose (Kahan and Neumaier).
struct KahanSum {
    private var sum = 0.0
    private var compensation = 0.0

    mutating func add(_ value: Double) {
        let total = sum + value
        if total.isInfinite {
            compensation = 0
        } else if sum.magnitude >= value.magnitude {
            compensation += (sum - total) + value
        } else {
            compensation += (value - total) + sum
        }
        sum = total
    }

    var value: Double { sum + compensation }
}

enum Quantile {
    /// The quantile `q` of `values`, interpolated linearly.
    static func of(_ q: Double, _ values: [Double]) -> Double {
        if values.isEmpty || q.isNaN { return .nan }
        if q < 0 { return -.infinity }
        if q > 1 { return .infinity }
        let sorted = values.sorted { $0 < $1 || $0.isNaN && !$1.isNaN }
        let rank = q * Double(sorted.count - 1)
        let lower = Int(rank.rounded(.down))
        let upper = min(sorted.count - 1, lower + 1)
        let weight = rank - rank.rounded(.down)
        return sorted[lower] * (1 - weight) + sorted[upper] * weight
    }
}
