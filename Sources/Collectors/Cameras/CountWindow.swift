/// Rates of counts over the last seconds, from readings at any times.
struct CountWindow {
    private let span: Int64
    private var readings: [(time: Int64, count: Double)] = []

    /// - Parameter span: milliseconds.
    init(span: Int64) { self.span = span }

    mutating func add(_ count: Double, at time: Int64) {
        // A count that has gone down began anew.
        if let last = readings.last, count < last.count { readings.removeAll() }
        readings.append((time, count))
        while readings.count > 2, readings[1].time <= time - span { readings.removeFirst() }
    }

    /// Growth over the window; 0 for fewer than two readings.
    var growth: Double {
        guard let first = readings.first, let last = readings.last else { return 0 }
        return last.count - first.count
    }

    /// A second; `nil` until the readings span a second.
    var perSecond: Double? {
        guard let first = readings.first, let last = readings.last, last.time - first.time >= 1_000 else { return nil }
        return (last.count - first.count) * 1_000 / Double(last.time - first.time)
    }
}
