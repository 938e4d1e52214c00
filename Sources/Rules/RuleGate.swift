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
    private let watch: EvaluationWatch
    private let timeouts = Atomic(0)
    /// Where groups run, and evaluate their cheap rules without a change of threads. There are more than the lane is wide,
    /// as an evaluation may be in the midst of something long when it is stopped.
    let groups = WorkQueue("rules", width: 64)

    init(limits: Limits = Limits()) {
        self.limits = limits
        cheap = WorkGate("rules", width: limits.cheapWidth, threads: 64, usesCallersThread: true)
        dear = WorkGate("dear rules", width: limits.dearWidth)
        watch = EvaluationWatch(limits)
    }

    /// How the lanes fare, and how many evaluations ran out of time.
    var statistics: RuleGateStatistics {
        RuleGateStatistics(
            cheap: cheap.statistics, dear: dear.statistics, timeouts: timeouts.load(ordering: .relaxed))
    }

    /// Runs an evaluation.
    /// - Parameter evaluation: ends with an error soon after ``Work`` is over, with nothing done, or goes on to its end.
    /// - Throws: ``RuleFailure`` once its time is over, what `evaluation` throws, and `CancellationError` if the calling
    ///   task is cancelled.
    func run<Value: Sendable>(
        isDear: Bool, _ evaluation: @escaping @Sendable () throws -> Value
    ) async throws -> Evaluated<Value> {
        var isDear = isDear
        while true {
            let watched = WatchedEvaluation(mayBeDear: isDear)
            do {
                let value = try await (isDear ? dear : cheap).run { [watch] place in
                    watch.begin(watched, at: place)
                    defer { watch.end(watched) }
                    return try Work.until(watched.end, evaluation)
                }
                let bound = isDear ? limits.cheapSeconds / 2 : limits.cheapSeconds
                return Evaluated(value: value, isDear: watched.usedSeconds > bound)
            } catch {
                try Task.checkCancellation()
                switch watched.verdict {
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
