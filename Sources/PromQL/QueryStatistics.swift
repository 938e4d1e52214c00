internal import Model

/// How many samples a query has read, as the parameter `stats` of Prometheus' API tells it.
public struct QueryStatistics: Sendable, Equatable {
    /// Samples that were looked at, summed over the steps: one that two windows share counts twice.
    public var total: Int { perStep.reduce(0) { $0 + $1.samples } }
    /// The most samples held at once: those that were read, and the columns made of them.
    public var peak = 0
    /// Of each step, in milliseconds since the Unix epoch.
    public var perStep: [Step]

    public struct Step: Sendable, Equatable {
        public let time: Int64
        public var samples: Int
    }

    init(_ steps: Steps) {
        perStep = (0..<steps.count).map { Step(time: steps.time($0), samples: 0) }
    }

    mutating func count(_ columns: [Column]) {
        for column in columns {
            for index in perStep.indices where column.has(index) { perStep[index].samples += 1 }
        }
    }

    mutating func count(_ windows: Evaluator.Windows) {
        for series in windows.series {
            series.column.timestamps.withUnsafeBufferPointer { timestamps in
                var cursor = (low: 0, high: 0)
                for index in perStep.indices {
                    perStep[index].samples += windows.window(timestamps, index, &cursor).count
                }
            }
        }
    }
}
