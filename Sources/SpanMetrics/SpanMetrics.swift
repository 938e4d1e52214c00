public import Base
public import Model
internal import Synchronization

/// Counts all spans that a store takes, as the OpenTelemetry collector's connectors `spanmetrics` and `servicegraph` do, under
/// their names: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector
///
/// What the metrics mean, and where they differ from the collector's, stands in docs/traces-metrics.md. A span costs about a
/// tenth of a microsecond, on the thread that brings it.
public final class SpanMetrics: SpanAppender {
    static let nanosecondsAMillisecond = 1_000_000.0
    static let nanosecondsASecond = 1_000_000_000.0

    private let store: any SpanAppender
    private let timeSource: any TimeSource
    private let counts: Mutex<SpanCounts>

    /// - Parameter store: takes the spans first: what it refuses is sent again, and not counted twice.
    public init(
        store: any SpanAppender, limits: SpanMetricsLimits = SpanMetricsLimits(),
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.store = store
        self.timeSource = timeSource
        counts = Mutex(SpanCounts(limits))
    }

    public func append(_ batch: SpanBatch) throws {
        try store.append(batch)
        counts.withLock { $0.count(batch, at: Moment(timeSource)) }
    }

    /// What is counted until now.
    struct Snapshot: Sendable {
        let calls: CallTable
        let edges: EdgeTable
        let unpaired: UInt64
        let dropped: UInt64
        let oddDurations: UInt64
        let waiting: Int
    }

    func snapshot() -> Snapshot {
        counts.withLock { counts in
            counts.endWaiting(at: Moment(timeSource))
            return Snapshot(
                calls: counts.calls, edges: counts.edges, unpaired: counts.unpaired, dropped: counts.dropped,
                oddDurations: counts.oddDurations, waiting: counts.waitingCount)
        }
    }
}
