internal import Base
internal import Glibc
internal import Synchronization

/// Looks at the evaluations under way from outside, and ends those that may not go on where they are. It looks only while
/// there are any, so that rules which are quick cost it next to nothing.
final class EvaluationWatch: Sendable {
    private struct State {
        var running: [ObjectIdentifier: WatchedEvaluation] = [:]
        var isLooking = false
    }

    private static let interval = Duration.milliseconds(100)

    private let limits: RuleGate.Limits
    private let state = Mutex(State())

    init(_ limits: RuleGate.Limits) { self.limits = limits }

    /// Called by the thread that evaluates.
    func begin(_ evaluation: WatchedEvaluation, at place: WorkGate.Place) {
        evaluation.begin(at: place)
        let looks = state.withLock { state in
            state.running[ObjectIdentifier(evaluation)] = evaluation
            defer { state.isLooking = true }
            return state.isLooking
        }
        if !looks { lookSoon() }
    }

    /// Called by the same thread.
    func end(_ evaluation: WatchedEvaluation) {
        evaluation.finish()
        state.withLock { $0.running[ObjectIdentifier(evaluation)] = nil }
    }

    private func lookSoon() {
        WorkTimer.call(after: min(Self.interval, limits.timeout)) { [self] in
            let running = state.withLock { state in
                state.isLooking = !state.running.isEmpty
                return Array(state.running.values)
            }
            for evaluation in running { evaluation.look(limits) }
            if !running.isEmpty { lookSoon() }
        }
    }
}

/// An evaluation of a rule, from its turn on.
final class WatchedEvaluation: Sendable {
    /// Why an evaluation was ended.
    enum Verdict { case dear, late }

    private struct State {
        /// The clock of the thread that evaluates; `nil` while none does.
        var clock: clockid_t?
        var began = ContinuousClock.now
        var beganSeconds = 0.0
        var usedSeconds = 0.0
        var verdict: Verdict?
        var place: WorkGate.Place?
    }

    /// What tells it to end.
    let end = WorkEnd()
    private let mayBeDear: Bool
    private let state = Mutex(State())

    init(mayBeDear: Bool) { self.mayBeDear = mayBeDear }

    /// Why it was ended; `nil` for one that was not.
    var verdict: Verdict? { state.withLock(\.verdict) }
    /// Seconds of a core that it took.
    var usedSeconds: Double { state.withLock(\.usedSeconds) }

    fileprivate func begin(at place: WorkGate.Place) {
        var clock = clockid_t()
        guard pthread_getcpuclockid(pthread_self(), &clock) == 0 else { return }
        state.withLock { state in
            state.clock = clock
            state.place = place
            state.began = .now
            state.beganSeconds = Self.seconds(clock)
        }
    }

    /// After it nobody asks the thread's clock.
    fileprivate func finish() {
        state.withLock { state in
            if let clock = state.clock { state.usedSeconds = Self.seconds(clock) - state.beganSeconds }
            state.clock = nil
        }
    }

    fileprivate func look(_ limits: RuleGate.Limits) {
        let isEnded = state.withLock { state in
            guard let clock = state.clock, state.verdict == nil else { return false }
            if state.began.duration(to: .now) >= limits.timeout {
                state.verdict = .late
            } else if !mayBeDear, Self.seconds(clock) - state.beganSeconds > limits.cheapSeconds {
                state.verdict = .dear
            } else {
                return false
            }
            state.place?.giveUp()
            return true
        }
        if isEnded { end.tell() }
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
