internal import Instruments
package import Model
internal import Synchronization

/// Counts the spans that programs send, by the door at which they come.
package final class TraceDoors: Sendable {
    /// The protocols that are spoken.
    package enum Door: String, Sendable, CaseIterable { case otlp, zipkin }

    private struct Counts {
        var spans = 0
        var bytes = 0
        var refused = 0
        var refusedRequests = 0
    }

    private let counts = Mutex<[Door: Counts]>([:])

    package init() {}

    /// Counts what was stored.
    /// - Parameters:
    ///   - bytes: as they came, compressed or not.
    ///   - rejected: spans of the same message that were left out.
    package func took(_ door: Door, spans: Int, bytes: Int, rejected: Int = 0) {
        counts.withLock { counts in
            counts[door, default: Counts()].spans += spans
            counts[door, default: Counts()].bytes += bytes
            counts[door, default: Counts()].refused += rejected
        }
    }

    /// Counts a request that was not taken; how many spans it had, nobody knows.
    package func refusedRequest(_ door: Door) {
        counts.withLock { $0[door, default: Counts()].refusedRequests += 1 }
    }

    /// As metrics; doors at which nobody knocked are left out.
    package var families: [MetricFamily] {
        let counts = counts.withLock { $0 }
        func of(_ definition: MetricDefinition, _ value: (Counts) -> Int) -> MetricFamily {
            definition.family(
                Door.allCases.compactMap { door in counts[door].map { (door.rawValue, Double(value($0))) } })
        }
        return [
            of(Catalogue.traceDoorSpansTotal, \.spans), of(Catalogue.traceDoorBytesTotal, \.bytes),
            of(Catalogue.traceDoorRefusedSpansTotal, \.refused),
            of(Catalogue.traceDoorRefusedRequestsTotal, \.refusedRequests),
        ]
    }
}
