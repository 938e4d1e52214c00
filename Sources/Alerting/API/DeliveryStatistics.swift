internal import State
internal import Synchronization

/// How many notifications ended how, since the start.
package struct DeliveryStatistics: Sendable, Hashable {
    /// For one kind of integration.
    package struct Counts: Sendable, Hashable {
        package var sent = 0
        package var failed = 0
        package var notConfigured = 0
        package var recorded = 0
        /// Attempts, repeated ones among them.
        package var attempts = 0
    }

    /// By `email`, `slack`, `webhook`, `none`.
    package internal(set) var integrations: [String: Counts] = [:]
    /// Deliveries that run or wait now.
    package internal(set) var queueLength = 0
    /// Alerts that were not taken because there were too many.
    package internal(set) var alertsDropped = 0
    /// Writes to the state file that failed.
    package internal(set) var stateFailures = 0
}

/// Counts deliveries from many tasks.
final class DeliveryCounters: Sendable {
    private let counts = Mutex(DeliveryStatistics())

    func countAttempt(_ kind: String) {
        counts.withLock { $0.integrations[kind, default: .init()].attempts += 1 }
    }

    func countStateFailure() { counts.withLock { $0.stateFailures += 1 } }

    func count(_ kind: String, _ outcome: Deliverer.Outcome) {
        counts.withLock { counts in
            switch outcome.status {
            case .sent: counts.integrations[kind, default: .init()].sent += 1
            case .failed: counts.integrations[kind, default: .init()].failed += 1
            case .notConfigured: counts.integrations[kind, default: .init()].notConfigured += 1
            case .recorded: counts.integrations[kind, default: .init()].recorded += 1
            }
        }
    }

    var snapshot: DeliveryStatistics { counts.withLock { $0 } }
}
