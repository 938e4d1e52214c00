internal import Instruments
internal import Model
internal import TraceStore

/// What the store of spans holds and did.
enum TraceStoreMetrics {
    static func families(of store: TraceStore) -> [MetricFamily] {
        let statistics = store.statistics
        return [
            Catalogue.traceSpansTotal.family(Double(statistics.appended)),
            Catalogue.traceFailedAppendsTotal.family(Double(statistics.failedAppends)),
            Catalogue.traceStoredSpans.family(Double(statistics.spans)),
            Catalogue.traceStoredBytes.family(Double(statistics.bytes)),
        ]
    }
}
