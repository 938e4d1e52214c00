package import Base
internal import Glibc
internal import Model
internal import Synchronization

/// Where rules are evaluated: on threads of their own, cheap ones apart from dear ones, so that a rule that has been
/// cheap never waits behind a dear one.
///
/// A rule is cheap until its evaluation has used more time of a core than ``Limits/cheapSeconds``. One that turns dear
/// while it is evaluated gives up its place at once, is stopped, and is evaluated again where the dear ones are: it has
/// written nothing until then.
final class RuleGate: Sendable {
    struct Limits: Sendable {
        /// Seconds of a core beyond which an evaluation is dear; with half of it the rule is cheap again.
        var cheapSeconds = 0.2
        /// How long an evaluation may take, as Prometheus' `--query.timeout` has it. The time in the line does not count.
        var timeout = Duration.seconds(120)
        var cheapWidth = 4
        /// One core stays free for all else.
        var dearWidth = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) - 1)
    }

    /// What came of an evaluation, and what it cost.
    struct Evaluated<Value: Sendable>: Sendable {
        let value: Value
        /// Whether the next one is to run with the dear ones.
        let isDear: Bool
    }

    private let limits: Limits
    private let cheap: WorkGate
    private let dear: WorkGate
    private let timeouts = Atomic(0)

    init(limits: Limits = Limits()) {
        self.limits = limits
        // More threads, as an evaluation may be in the midst of something long when it is stopped.
        cheap = WorkGate("rules", width: limits.cheapWidth, threads: 64)
        dear = WorkGate("dear rules", width: limits.dearWidth)
    }

    /// How the lanes fare, and how many evaluations ran out of time.
    var statistics: RuleGateStatistics {
        RuleGateStatistics(
            cheap: cheap.statistics, dear: dear.statistics, timeouts: timeouts.load(ordering: .relaxed))
    }

    /// Runs an evaluation.
    /// - Parameter evaluation: ends with an error soon after its task is cancelled, with nothing done, or goes on to its end.
    /// - Throws: ``RuleFailure`` once its time is over, what `evaluation` throws, and `CancellationError` if the calling
    ///   task is cancelled.
    func run<Value: Sendable>(
        isDear: Bool, _ evaluation: @escaping @Sendable () throws -> Value
    ) async throws -> Evaluated<Value> {
        var isDear = isDear
        while true {
            let watch = Watch(mayBeDear: isDear, limits)
            let lane = isDear ? dear : cheap
            let task = Task {
                try await lane.run { place in
                    watch.begin(at: place)
                    defer { watch.end() }
                    return try evaluation()
                }
            }
            watch.cancel = { task.cancel() }
            do {
                let value = try await withTaskCancellationHandler {
                    try await task.value
                } onCancel: {
                    task.cancel()
                }
                let bound = isDear ? limits.cheapSeconds / 2 : limits.cheapSeconds
                return Evaluated(value: value, isDear: watch.usedSeconds > bound)
            } catch {
                try Task.checkCancellation()
                switch watch.verdict {
                case nil: throw error
                case .dear: isDear = true
                case .late:
                    timeouts.add(1, ordering: .relaxed)
                    throw RuleFailure(
                        "its evaluation was ended after \(DurationText.text(milliseconds: limits.timeout.milliseconds)); "
                            + "let the expression look at less time, at fewer series, or in longer steps")
                }
            }
        }
    }
}

/// How the evaluation of rules fares.
package struct RuleGateStatistics: Sendable {
    /// Rules whose evaluations have been cheap, and those whose evaluations have not.
    package let cheap: WorkGate.Statistics
    package let dear: WorkGate.Statistics
    /// Evaluations that were ended because their time was over.
    package let timeouts: Int
}

/// Looks at one evaluation from outside, and ends it when it may not go on where it is.
private final class Watch: Sendable {
    enum Verdict { case dear, late }

    private struct State {
        /// The clock of the thread that evaluates; `nil` while none does.
        var clock: clockid_t?
        var startSeconds = 0.0
        var usedSeconds = 0.0
        var verdict: Verdict?
        var place: WorkGate.Place?
        var cancel: (@Sendable () -> Void)?
        var looking: Task<Void, Never>?
    }

    private static let firstLook = Duration.milliseconds(100)

    private let mayBeDear: Bool
    private let limits: RuleGate.Limits
    private let state = Mutex(State())

    init(mayBeDear: Bool, _ limits: RuleGate.Limits) {
        self.mayBeDear = mayBeDear
        self.limits = limits
    }

    var verdict: Verdict? { state.withLock(\.verdict) }
    var usedSeconds: Double { state.withLock(\.usedSeconds) }

    var cancel: (@Sendable () -> Void)? {
        get { state.withLock(\.cancel) }
        set { state.withLock { $0.cancel = newValue } }
    }

    /// Called by the thread that evaluates.
    func begin(at place: WorkGate.Place) {
        var clock = clockid_t()
        guard pthread_getcpuclockid(pthread_self(), &clock) == 0 else { return }
        let looking = Task { await look() }
        state.withLock { state in
            state.clock = clock
            state.place = place
            state.startSeconds = Self.seconds(clock)
            state.looking = looking
        }
    }

    /// Called by the same thread: after it nobody asks its clock.
    func end() {
        let looking = state.withLock { state in
            if let clock = state.clock { state.usedSeconds = Self.seconds(clock) - state.startSeconds }
            state.clock = nil
            return state.looking.take()
        }
        looking?.cancel()
    }

    private func look() async {
        let deadline = ContinuousClock.now + limits.timeout
        while true {
            let rest = ContinuousClock.now.duration(to: deadline)
            let pause = mayBeDear ? rest : min(rest, Self.firstLook)
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            let isLate = ContinuousClock.now >= deadline
            let cancel = state.withLock { state -> (@Sendable () -> Void)? in
                guard let clock = state.clock else { return nil }
                let isDear = !mayBeDear && Self.seconds(clock) - state.startSeconds > limits.cheapSeconds
                guard isLate || isDear else { return nil }
                state.verdict = isLate ? .late : .dear
                state.place?.giveUp()
                return state.cancel
            }
            if let cancel { return cancel() }
            if isLate { return }
        }
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
