/// What samples of a series tell of when something held: a value above a limit, a series that is there at all.
public struct ConditionHistory: Sendable, Equatable {
    /// When it held, as far as that is known.
    public private(set) var held = TimeSpans()

    /// The longest time for which a sample stands, as PromQL's lookback: five minutes.
    private static let longestStep: Int64 = 300_000
    /// How many times the usual pause between two samples may pass before the time between them is not known.
    private static let patience: Int64 = 3
    /// For how long a sample stands where there are not two that tell their pause; milliseconds.
    private static let assumedStep: Int64 = 15_000

    private var last: (time: Int64, holds: Bool)?
    private var usualStep: Int64?

    public init() {}

    public static func == (left: ConditionHistory, right: ConditionHistory) -> Bool { left.held == right.held }

    /// Takes samples that follow those before, in ascending order of time. A stale marker ends what was known.
    public mutating func add(_ times: [Int64], _ values: [Double], where holds: (_ place: Int) -> Bool) {
        if let step = Self.usualStep(of: times) { usualStep = step }
        let limit = min((usualStep ?? Self.longestStep) * Self.patience, Self.longestStep)
        for (place, time) in times.enumerated() {
            if let last, last.holds, time > last.time {
                let isNear = time - last.time <= limit
                held.insert(TimeSpan(start: last.time, end: isNear ? time : last.time + standing))
            }
            last = values[place].isNaN ? nil : (time, holds(place))
        }
    }

    /// Lets the last sample stand for its usual pause; nothing is added afterwards.
    public mutating func end() {
        if let last, last.holds { held.insert(TimeSpan(start: last.time, end: last.time + standing)) }
        last = nil
    }

    private var standing: Int64 { min(usualStep ?? Self.assumedStep, Self.longestStep) }

    private static func usualStep(of times: [Int64]) -> Int64? {
        guard times.count > 1 else { return nil }
        // A few hundred show it.
        let stride = max(1, times.count / 256)
        let steps = Swift.stride(from: 1, to: times.count, by: stride).map { times[$0] - times[$0 - 1] }.sorted()
        return steps[steps.count / 2]
    }
}
