internal import Instruments
package import Model
internal import Synchronization

/// Counts what log shippers and clients of other systems send, by the door at which it comes.
package final class LogDoors: Sendable {
    /// The protocols that are spoken.
    package enum Door: String, Sendable, CaseIterable {
        case bulk, loki, otlp, beats, tcp, udp, syslog, http, gelf
    }

    private struct Counts {
        var events = 0
        var bytes = 0
        var refused = 0
    }

    private let counts = Mutex<[Door: Counts]>([:])

    package init() {}

    /// Counts what was stored.
    /// - Parameter bytes: as they came, compressed or not.
    package func took(_ door: Door, events: Int, bytes: Int) {
        counts.withLock { counts in
            counts[door, default: Counts()].events += events
            counts[door, default: Counts()].bytes += bytes
        }
    }

    /// Counts requests, connections and messages that were not taken.
    package func refused(_ door: Door, _ count: Int = 1) {
        counts.withLock { $0[door, default: Counts()].refused += count }
    }

    /// As metrics; doors at which nobody knocked are left out.
    package var families: [MetricFamily] {
        let counts = counts.withLock { $0 }
        func of(_ definition: MetricDefinition, _ value: (Counts) -> Int) -> MetricFamily {
            definition.family(
                Door.allCases.compactMap { door in counts[door].map { (door.rawValue, Double(value($0))) } })
        }
        return [
            of(Catalogue.logDoorEventsTotal, \.events), of(Catalogue.logDoorBytesTotal, \.bytes),
            of(Catalogue.logDoorRefusedTotal, \.refused),
        ]
    }
}
