/// The quantile of a classic histogram.
enum BucketQuantile {
    /// - Parameter buckets: upper bounds, ascending, and how many observations were at most that.
    /// - Returns: also whether counts went down and had to be held up.
    static func of(
        _ q: Double, _ buckets: [(bound: Double, count: Double)]
    ) -> (value: Double, isMended: Bool) {
        if q.isNaN { return (.nan, false) }
        if q < 0 { return (-.infinity, false) }
        if q > 1 { return (.infinity, false) }
        var buckets = merged(buckets)
        guard buckets.count >= 2, buckets[buckets.count - 1].bound == .infinity else { return (.nan, false) }
        let isMended = hold(&buckets)
        let observations = buckets[buckets.count - 1].count
        if observations == 0 { return (.nan, isMended) }
        let rank = q * observations
        let place = buckets.dropLast().firstIndex { $0.count >= rank } ?? buckets.count - 1
        if place == buckets.count - 1 { return (buckets[place - 1].bound, isMended) }
        if place == 0, buckets[0].bound <= 0 { return (buckets[0].bound, isMended) }
        let start = place == 0 ? 0 : buckets[place - 1].bound
        let before = place == 0 ? 0 : buckets[place - 1].count
        let inside = buckets[place].count - before
        return (start + (buckets[place].bound - start) * ((rank - before) / inside), isMended)
    }

    /// The share of observations between two values.
    static func fraction(
        from lower: Double, to upper: Double, _ buckets: [(bound: Double, count: Double)]
    ) -> Double {
        var buckets = merged(buckets)
        guard let last = buckets.last, last.bound == .infinity else { return .nan }
        _ = hold(&buckets)
        let observations = buckets[buckets.count - 1].count
        if observations == 0 || observations.isNaN || lower.isNaN || upper.isNaN { return .nan }
        if lower >= upper { return 0 }
        return (rank(of: upper, buckets, isUpper: true) - rank(of: lower, buckets, isUpper: false)) / observations
    }

    /// How many observations were at most `value`, interpolated inside its bucket.
    private static func rank(
        of value: Double, _ buckets: [(bound: Double, count: Double)], isUpper: Bool
    ) -> Double {
        if value == .infinity { return buckets[buckets.count - 1].count }
        if value == -.infinity { return 0 }
        var before = 0.0
        var start = buckets[0].bound > 0 ? 0 : -Double.infinity
        for bucket in buckets {
            if value < bucket.bound {
                if value <= start { return before }
                // Nothing can be interpolated in a bucket without end: it counts as being at its finite side.
                if start == -.infinity { return bucket.count }
                if bucket.bound == .infinity { return before }
                return before + (bucket.count - before) * (value - start) / (bucket.bound - start)
            }
            before = bucket.count
            start = bucket.bound
        }
        return before
    }

    /// Counts of one histogram that were read at slightly different times may go down: holds them up.
    /// - Returns: whether any went down by more than rounding does.
    private static func hold(_ buckets: inout [(bound: Double, count: Double)]) -> Bool {
        var isMended = false
        for index in buckets.indices.dropFirst() {
            let (previous, count) = (buckets[index - 1].count, buckets[index].count)
            let difference = (previous - count).magnitude
            if difference > 0, difference < 1e-12 * (previous.magnitude + count.magnitude) {
                buckets[index].count = previous
            } else if count < previous {
                buckets[index].count = previous
                isMended = true
            }
        }
        return isMended
    }

    private static func merged(_ buckets: [(bound: Double, count: Double)]) -> [(bound: Double, count: Double)] {
        var result: [(bound: Double, count: Double)] = []
        for bucket in buckets {
            if let last = result.last, last.bound == bucket.bound {
                result[result.count - 1].count += bucket.count
            } else {
                result.append(bucket)
            }
        }
        return result
    }
}
