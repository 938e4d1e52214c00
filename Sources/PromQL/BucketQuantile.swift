/// The quantile of a classic histogram.
enum BucketQuantile {
    /// - Parameter buckets: upper bounds, ascending, and how many observations were at most that.
    static func of(_ q: Double, _ buckets: [(bound: Double, count: Double)]) -> Double {
        if q.isNaN { return .nan }
        if q < 0 { return -.infinity }
        if q > 1 { return .infinity }
        var buckets = merged(buckets)
        guard buckets.count >= 2, buckets[buckets.count - 1].bound == .infinity else { return .nan }
        // Counts of one histogram that were read at slightly different times may go down: hold them up.
        for index in 1..<buckets.count where buckets[index].count < buckets[index - 1].count {
            buckets[index].count = buckets[index - 1].count
        }
        let observations = buckets[buckets.count - 1].count
        if observations == 0 { return .nan }
        let rank = q * observations
        let place = buckets.dropLast().firstIndex { $0.count >= rank } ?? buckets.count - 1
        if place == buckets.count - 1 { return buckets[place - 1].bound }
        if place == 0, buckets[0].bound <= 0 { return buckets[0].bound }
        let start = place == 0 ? 0 : buckets[place - 1].bound
        let before = place == 0 ? 0 : buckets[place - 1].count
        let inside = buckets[place].count - before
        return start + (buckets[place].bound - start) * ((rank - before) / inside)
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
