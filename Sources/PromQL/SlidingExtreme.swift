/// The greatest or smallest value of a window that slides over a series, without a look at each value for each window.
///
/// Kept are the indices of values that can still become the extreme: each is followed only by values that it beats or
/// equals. A value enters and leaves once, however long the windows are.
struct SlidingExtreme {
    private let values: UnsafeBufferPointer<Double>
    private let isGreatest: Bool
    private var candidates: [Int] = []
    private var first = 0
    private var next = 0
    private var lastStart = 0

    /// - Parameter values: the series; valid for as long as this is used.
    init(of values: UnsafeBufferPointer<Double>, isGreatest: Bool) {
        self.values = values
        self.isGreatest = isGreatest
    }

    /// The extreme of the values at `window`; of equal ones the first, and NaN only where there is nothing else.
    mutating func value(in window: Range<Int>) -> Double {
        if window.lowerBound < lastStart || window.upperBound < next { restart(at: window.lowerBound) }
        lastStart = window.lowerBound
        next = max(next, window.lowerBound)
        while next < window.upperBound {
            let value = values[next]
            if !value.isNaN {
                while first < candidates.count, let last = candidates.last, isBeaten(values[last], by: value) {
                    candidates.removeLast()
                }
                candidates.append(next)
            }
            next += 1
        }
        while first < candidates.count, candidates[first] < window.lowerBound { first += 1 }
        guard first < candidates.count else {
            candidates.removeAll(keepingCapacity: true)
            first = 0
            return .nan
        }
        return values[candidates[first]]
    }

    @inline(__always)
    private func isBeaten(_ old: Double, by new: Double) -> Bool { isGreatest ? new > old : new < old }

    private mutating func restart(at index: Int) {
        candidates.removeAll(keepingCapacity: true)
        first = 0
        next = index
    }
}
