internal import State

/// Who looks after what, and which alerts that concerns.
struct AcknowledgementTable: Sendable {
    /// More people than that look after nothing.
    static let countMax = 1_000
    /// An acknowledgement ends when its fault has been over for so many milliseconds: one that comes and goes keeps it.
    static let graceTime: Int64 = 300_000
    /// One of a fault of which nothing is known ends after so many milliseconds.
    static let blindTime: Int64 = 86_400_000

    private(set) var all: [String: Acknowledgement] = [:]
    /// When each fault was last seen, in milliseconds since the Unix epoch.
    private var lastSeen: [String: Int64] = [:]
    /// The keys of those who look after an alert.
    private var keys: [UInt64: Set<String>] = [:]

    subscript(key: String) -> Acknowledgement? { all[key] }

    /// Takes an acknowledgement, in place of a former one of the same fault.
    mutating func set(_ one: Acknowledgement, seen now: Int64) {
        remove(one.key)
        all[one.key] = one
        lastSeen[one.key] = now
        for alert in one.alerts { keys[alert, default: []].insert(one.key) }
    }

    mutating func remove(_ key: String) {
        lastSeen[key] = nil
        guard let old = all.removeValue(forKey: key) else { return }
        for alert in old.alerts {
            keys[alert]?.remove(key)
            if keys[alert]?.isEmpty == true { keys[alert] = nil }
        }
    }

    /// Who looks after an alert: of several the last one who said so.
    func of(_ alert: UInt64) -> Acknowledgement? {
        guard let keys = keys[alert] else { return nil }
        return keys.compactMap { all[$0] }.max { ($0.createdAt, $0.key) < ($1.createdAt, $1.key) }
    }

    /// The identifiers of all.
    var identifiers: Set<UInt64> { Set(all.values.map(\.identifier)) }

    /// What is known of a fault at a moment.
    enum Standing: Sendable, Hashable {
        /// It is there, and gives rise to these alerts.
        case there(Set<UInt64>)
        case over
        case unknown
    }

    /// Follows the faults.
    /// - Returns: what is to be kept anew, and the keys of those that ended.
    mutating func follow(_ standing: [String: Standing], now: Int64) -> (changed: [Acknowledgement], ended: [String]) {
        var changed: [Acknowledgement] = []
        var ended: [String] = []
        for (key, one) in all {
            switch standing[key] ?? .unknown {
            case .there(let alerts):
                lastSeen[key] = now
                if alerts == one.alerts { continue }
                var next = one
                next.alerts = alerts
                set(next, seen: now)
                changed.append(next)
            case .over:
                // A clock that was set back is no reason to wait for it.
                let seen = min(lastSeen[key] ?? now, now)
                lastSeen[key] = seen
                if now - seen >= Self.graceTime { ended.append(key) }
            case .unknown:
                if now - one.createdAt >= Self.blindTime { ended.append(key) }
            }
        }
        for key in ended { remove(key) }
        assert(isSound, "BUG: the acknowledgements and their alerts differ")
        return (changed, ended.sorted())
    }

    /// Moves the times at which faults were seen by as much as the clock was set.
    mutating func shift(by step: Int64) { lastSeen = lastSeen.mapValues { $0 + step } }

    /// Whether every alert leads to those who look after it, and to nobody else.
    var isSound: Bool {
        all.count <= Self.countMax && Set(lastSeen.keys) == Set(all.keys)
            && all.allSatisfy { key, one in key == one.key && one.alerts.allSatisfy { keys[$0]?.contains(key) == true }
            }
            && keys.allSatisfy { alert, keys in
                !keys.isEmpty && keys.allSatisfy { all[$0]?.alerts.contains(alert) == true }
            }
    }
}
