internal import Model

/// Histograms of times, all in one row of memory.
struct DurationTable: Sendable {
    /// A span whose time fell into a bucket.
    struct Mark: Sendable {
        var traceID = TraceID(high: 0, low: 0)
        var spanID = SpanID(0)
        /// Nanoseconds.
        var duration: Int64 = 0
        /// When it was counted, in milliseconds since the Unix epoch; `min`: there is none.
        var time = Int64.min
    }

    /// Upper bounds in nanoseconds, without the last one of infinity: the collector's.
    static let bounds: [Int64] = [
        2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000,
    ].map { $0 * 1_000_000 }
    static let width = bounds.count + 1

    private(set) var counts: [UInt64] = []
    /// Nanoseconds.
    private(set) var sums: [Double] = []
    private(set) var marks: [Mark] = []

    var rows: Int { sums.count }

    mutating func appendRow() {
        counts.append(contentsOf: repeatElement(0, count: Self.width))
        sums.append(0)
        marks.append(contentsOf: repeatElement(Mark(), count: Self.width))
    }

    /// Keeps these rows only, in their order.
    mutating func keep(_ rows: [Int]) {
        counts = rows.flatMap { counts[$0 * Self.width..<($0 + 1) * Self.width] }
        sums = rows.map { sums[$0] }
        marks = rows.flatMap { marks[$0 * Self.width..<($0 + 1) * Self.width] }
    }

    /// Counts a time.
    /// - Parameter markAge: for so many milliseconds a bucket keeps the span that it shows.
    @inline(__always)
    mutating func observe(
        _ row: Int, _ duration: Int64, _ traceID: TraceID, _ spanID: SpanID, at now: Moment, markAge: Int64
    ) {
        let bucket = row * Self.width + Self.bucket(duration)
        counts[bucket] += 1
        sums[row] += Double(duration)
        // A clock that was set back must not keep an old span for hours.
        let time = marks[bucket].time
        if time > now.wall || now.wall &- time >= markAge || time == .min {
            marks[bucket] = Mark(traceID: traceID, spanID: spanID, duration: duration, time: now.wall)
        }
    }

    /// The first bucket whose bound is not below a time.
    @inline(__always)
    private static func bucket(_ duration: Int64) -> Int {
        bounds.withUnsafeBufferPointer { bounds in
            var bucket = 0
            for bound in bounds { bucket &+= duration > bound ? 1 : 0 }
            return bucket
        }
    }
}
