internal import Model

/// What a range selector does at its borders in place of extrapolating (`promql-extended-range-selectors`).
enum RangeExtension: String, Sendable {
    /// The last sample before the range counts as the one at its begin.
    case anchored
    /// Values at the borders are interpolated between the samples on both sides.
    case smoothed

    /// The functions that know the extension.
    var functions: Set<String> {
        switch self {
        case .anchored: ["changes", "delta", "increase", "rate", "resets"]
        case .smoothed: ["delta", "increase", "rate"]
        }
    }

    /// Before the window's begin and after its end, how much is read, in milliseconds.
    func margin(lookback: Int64) -> (before: Int64, after: Int64) {
        (lookback, self == .smoothed ? lookback : 0)
    }

    /// The value of `function`.
    /// - Parameters:
    ///   - window: the samples of the window and of its margins.
    ///   - body: what the function makes of a window without the extension.
    func value(of function: String, _ window: Window, _ body: RangeFunctions.Body) -> Double? {
        let begin = window.end - window.range
        guard window.timestamps[window.count - 1] > begin else { return nil }
        let anchor = window.timestamps.lastIndex { $0 <= begin } ?? window.timestamps.startIndex
        let values = UnsafeBufferPointer(rebasing: window.values[anchor...])
        let times = UnsafeBufferPointer(rebasing: window.timestamps[anchor...])
        let inner = Window(
            timestamps: times, values: values, end: window.end, range: window.range, stepTime: window.stepTime,
            offset: window.offset + anchor,
            falls: window.falls)
        switch function {
        case "changes", "resets": return body(inner)
        default:
            let change = change(inner, begin: begin, isCounter: function != "delta")
            return function == "rate" ? change.map { $0 / (Double(window.range) / 1_000) } : change
        }
    }

    private func change(_ window: Window, begin: Int64, isCounter: Bool) -> Double? {
        let (times, values) = (window.timestamps, window.values)
        var first = times.startIndex
        var last = times.endIndex - 1
        if self == .smoothed { last = times.firstIndex { $0 >= window.end } ?? last }
        guard times[first] < window.end || first == last else { return nil }
        var left = values[first]
        var right = values[last]
        if self == .smoothed, times[first] < begin, first < last {
            left = Self.interpolated(window, first, at: begin, isCounter)
        }
        if self == .smoothed, times[last] > window.end, last > first {
            right = Self.interpolated(window, last - 1, at: window.end, isCounter)
        }
        var result = right - left
        guard isCounter else { return result }
        if times[first] <= begin { first += 1 }
        if times[last] >= window.end { last -= 1 }
        var previous = left
        if first <= last {
            for value in values[first...last] {
                if value < previous { result += previous }
                previous = value
            }
        }
        if right < previous { result += previous }
        return result
    }

    private static func interpolated(_ window: Window, _ index: Int, at time: Int64, _ isCounter: Bool) -> Double {
        let (t1, t2) = (window.timestamps[index], window.timestamps[index + 1])
        let y2 = window.values[index + 1]
        let y1 = isCounter && y2 < window.values[index] ? 0 : window.values[index]
        return y1 + (y2 - y1) * Double(time - t1) / Double(t2 - t1)
    }
}
