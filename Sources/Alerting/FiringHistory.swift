internal import Base
internal import Model
internal import State
internal import Synchronization

/// Remembers when alerts began to fire and when they ended, in the state file: over restarts, and over kills to half a
/// minute.
final class FiringHistory: Sendable {
    /// A firing that goes on, as far as is known.
    private struct Open: Sendable {
        let id: Int64
        /// When it was last sent, or was known to go on before a restart.
        var seenAt: Int64
        /// When it is over unless it is sent again.
        var validUntil: Int64
        /// Whether this run of the server was told of it.
        var isOfThisRun: Bool
    }

    private let state: StateStore
    private let open: Mutex<[UInt64: Open]>
    private let nextCleaning = Mutex<Int64>(0)

    /// For so long an alert that fired before a restart may stay away: its rule must be evaluated again first.
    static let restartTime: Int64 = 600_000
    /// An alert that comes again after a longer time begins another firing: rules take up no older one, either.
    static let outageMax: Int64 = 3_600_000
    /// How long one without an end is good for.
    static let validTime: Int64 = 300_000
    private static let cleaningInterval: Int64 = 3_600_000

    /// - Parameter open: firings that were not over when the server last ran.
    init(state: StateStore, open: [Firing], now: Int64) {
        self.state = state
        self.open = Mutex(
            Dictionary(
                open.map { firing in
                    let seen = min(firing.seenAt, now)
                    return (
                        firing.fingerprint,
                        Open(id: firing.id, seenAt: seen, validUntil: now + Self.restartTime, isOfThisRun: false)
                    )
                }
            ) { $1 })
    }

    /// Takes alerts as they are sent.
    func take(_ alerts: [Alert], now: Int64) throws(StateError) {
        var begun: [(Firing, validUntil: Int64)] = []
        var ended: [(id: Int64, at: Int64)] = []
        var new: Set<UInt64> = []
        open.withLock { open in
            for alert in alerts where alert.labels["severity"] != "none" {
                let fingerprint = alert.labels.fingerprint
                let known = open[fingerprint]
                if alert.endsAt > 0, alert.endsAt <= now {
                    guard let known else { continue }
                    ended.append((known.id, alert.endsAt))
                    open[fingerprint] = nil
                    continue
                }
                let validUntil = alert.endsAt > now ? alert.endsAt : now + Self.validTime
                if var known, known.isOfThisRun || now - known.seenAt <= Self.outageMax {
                    (known.seenAt, known.validUntil, known.isOfThisRun) = (now, validUntil, true)
                    open[fingerprint] = known
                    continue
                }
                if let known { ended.append((known.id, known.seenAt)) }
                let start = alert.startsAt > 0 ? min(alert.startsAt, now) : now
                let firing = Firing(
                    fingerprint: fingerprint, labels: alert.labels,
                    summary: alert.annotations["summary"] ?? alert.name, startsAt: start, seenAt: now)
                // Twice in one message is once.
                if !new.insert(fingerprint).inserted { continue }
                begun.append((firing, validUntil))
            }
        }
        if begun.isEmpty && ended.isEmpty { return }
        let ids = try state.note(begun: begun.map(\.0), ended: ended, seen: [], now: now)
        open.withLock { open in
            for (id, (firing, validUntil)) in zip(ids, begun) {
                open[firing.fingerprint] = Open(id: id, seenAt: now, validUntil: validUntil, isOfThisRun: true)
            }
        }
    }

    /// Ends firings that were not sent again in time, and notes that the others go on.
    func look(now: Int64) throws(StateError) {
        let (ended, seen) = open.withLock { open -> ([(id: Int64, at: Int64)], [Int64]) in
            var ended: [(id: Int64, at: Int64)] = []
            for (fingerprint, one) in open where one.validUntil <= now {
                // Of one that this run never saw nobody knows more than when it was last there.
                ended.append((one.id, one.isOfThisRun ? one.validUntil : one.seenAt))
                open[fingerprint] = nil
            }
            return (ended, open.values.filter(\.isOfThisRun).map(\.id))
        }
        _ = try state.note(begun: [], ended: ended, seen: seen, now: now)
        let isTime = nextCleaning.withLock { next in
            guard now >= next || next > now + Self.cleaningInterval else { return false }
            next = now + Self.cleaningInterval
            return true
        }
        if isTime { try state.removeFirings(endedBefore: now - StateStore.firingsKept) }
    }
}
