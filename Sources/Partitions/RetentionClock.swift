public import Base
import Model

/// Tells whether what is old by the clock may be deleted.
///
/// A clock that was set forward makes everything old. It is believed once it has stayed so for a while; so is one that at
/// a start is far from all that is stored, as nobody saw then whether it was set.
public struct RetentionClock: Sendable {
    /// How long a clock that may be wrong is not believed, in milliseconds.
    public static let trialTime: Int64 = 6 * 3_600_000

    private var steps = ClockSteps()
    /// Until when, by the steady clock, the wall clock is not believed; `nil` where it is.
    private var doubtedUntil: Int64?

    /// - Parameter newest: the newest day that is stored at the start, if there is one.
    public init(newest: UTCDay?, _ source: any TimeSource) {
        _ = steps.look(source)
        guard let newest, source.now() &- newest.range.end > UTCDay.milliseconds else { return }
        doubtedUntil = source.steady() &+ Self.trialTime
    }

    /// Looks at the clocks. A step back ends the doubt.
    public mutating func isBelieved(_ source: any TimeSource) -> Bool {
        let step = steps.look(source)
        let steady = source.steady()
        if step != 0 { doubtedUntil = step > 0 ? steady &+ Self.trialTime : nil }
        guard let until = doubtedUntil, steady < until else {
            doubtedUntil = nil
            return true
        }
        return false
    }
}
