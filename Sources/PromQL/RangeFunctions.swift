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

    /// Names whose results keep the metric's name.
    static let keepsName: Set<String> = ["last_over_time", "first_over_time"]

    /// The function over windows of this name, where it takes a range vector alone.
    ///
    /// A switch and no dictionary: the values of one are called through two thunks more, once for each window.
    static func body(of name: String) -> Body? {
        switch name {
        case "rate": { extrapolated($0, isCounter: true, isRate: true) }
        case "increase": { extrapolated($0, isCounter: true, isRate: false) }
        case "delta": { extrapolated($0, isCounter: false, isRate: false) }
        case "irate": { lastChange($0, isRate: true) }
        case "idelta": { lastChange($0, isRate: false) }
        case "changes": { Double(zip($0.values, $0.values.dropFirst()).count { $0 != $1 && !($0.isNaN && $1.isNaN) }) }
        case "resets": { Double(zip($0.values, $0.values.dropFirst()).count { $1 < $0 }) }
        case "deriv": { $0.count < 2 ? nil : linearRegression($0, at: $0.timestamps[0])?.slope }
        case "sum_over_time": { sum($0.values) }
        case "avg_over_time": { average($0.values) }
        case "count_over_time": { Double($0.count) }
        case "last_over_time": { $0.last }
        case "first_over_time": { $0.first }
        case "present_over_time": { _ in 1 }
        case "min_over_time": { extreme($0.values, <) }
        case "max_over_time": { extreme($0.values, >) }
        case "stddev_over_time": { variance($0.values).squareRoot() }
        case "stdvar_over_time": { variance($0.values) }
        case "mad_over_time":
            { window in
                let median = Quantile.of(0.5, Array(window.values))
                return Quantile.of(0.5, window.values.map { ($0 - median).magnitude })
            }
        case "ts_of_max_over_time": { time(of: extreme($0.values, >), in: $0) }
        case "ts_of_min_over_time": { time(of: extreme($0.values, <), in: $0) }
        case "ts_of_last_over_time": { $0.timestamps.last.map { Double($0) / 1_000 } }
        case "ts_of_first_over_time": { $0.timestamps.first.map { Double($0) / 1_000 } }
        default: nil
        }
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
