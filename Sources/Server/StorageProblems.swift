internal import Base
internal import Foundation
internal import Instruments
internal import LogStore
internal import Logging
internal import MetricStore
internal import Model
internal import State
internal import Synchronization
internal import TraceStore

/// What is wrong with the stored files, looked up now and then: the stores only count it.
final class StorageProblems: FindingSource {
    private let metrics: MetricStore
    private let logs: LogStore
    private let traces: TraceStore?
    private let state: StateStore?
    private let logger: Logger
    private let known = Mutex<[String]>([])

    private static let interval: Duration = .seconds(5)

    init(
        metrics: MetricStore, logs: LogStore, traces: TraceStore? = nil, state: StateStore? = nil, logger: Logger
    ) {
        self.metrics = metrics
        self.logs = logs
        self.traces = traces
        self.state = state
        self.logger = logger
    }

    /// The problems of the last look.
    var current: [String] { known.withLock { $0 } }

    /// What is kept for later because the clock was ahead, for people; `nil` where nothing is.
    var futureNote: String? {
        let future = metrics.statistics.future
        guard future.series > 0 else { return nil }
        let newest = Date(timeIntervalSince1970: Double(future.newest) / 1_000).ISO8601Format()
        return
            "\(future.series) series have samples up to \(newest), stored while the clock was ahead; they are kept, and "
            + "seen when that time comes"
    }

    var findings: [Finding] {
        current.map { Finding(.error, part: "storage", text: $0) }
            + (futureNote.map { [Finding(.warning, part: "storage", text: $0)] } ?? [])
    }

    /// How many there are, as a metric, and what is kept for later.
    func families() -> [MetricFamily] {
        [
            Catalogue.storageProblems.family(Double(current.count)),
            Catalogue.storageFutureSeries.family(Double(metrics.futureSeriesCount)),
        ]
    }

    /// Looks until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            look()
            try? await Pause.sleep(for: Self.interval.untilNext)
        }
    }

    /// Looks once, and logs what was not there at the last look.
    func look() {
        let found =
            metrics.statistics.problems + logs.statistics.problems + (traces?.statistics.problems ?? [])
            + (state?.problems ?? [])
        let former = known.withLock { known in
            defer { known = found }
            return known
        }
        for problem in found where !former.contains(problem) { logger.error("storage: \(problem)") }
    }
}
