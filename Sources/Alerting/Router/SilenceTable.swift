internal import Model
internal import State

/// The silences, and which of the known alerts each of them holds by its labels.
///
/// An alert's labels and a silence's matchers never change under their names, so each pair is compared once: when the
/// alert comes, or when the silence does.
struct SilenceTable: Sendable {
    private(set) var silences: [String: Silence] = [:]
    /// Silences by one of their conditions `name="value"`; most have one.
    private var indexed: [Label: Set<String>] = [:]
    /// Those without such a condition, which every alert has to be compared with.
    private var unindexed: Set<String> = []
    /// The silences whose matchers an alert fulfils, by the alert's fingerprint; whether they are in force is not asked.
    private var matching: [UInt64: Set<String>] = [:]
    /// Counts the silences that came.
    private var version = 0

    /// What the silences of a moment say of alerts that are not known yet.
    struct Matches: Sendable {
        fileprivate let version: Int
        fileprivate let silences: [String: Silence]
        fileprivate let found: [UInt64: Set<String>]
    }

    subscript(id: String) -> Silence? { silences[id] }

    // MARK: Alerts

    /// Compares alerts that are not in `known` with all silences. It may take long: it is asked of a copy.
    func matches(_ alerts: [Labels], except known: AlertTable) -> Matches {
        var found: [UInt64: Set<String>] = [:]
        if silences.isEmpty { return Matches(version: version, silences: silences, found: found) }
        for labels in alerts {
            let fingerprint = labels.fingerprint
            if known[fingerprint] == nil { found[fingerprint] = holding(labels) }
        }
        return Matches(version: version, silences: silences, found: found)
    }

    /// Takes an alert that was not known.
    mutating func add(_ fingerprint: UInt64, _ labels: Labels, _ matches: Matches?) {
        var ids: Set<String>
        if let matches, let found = matches.found[fingerprint] ?? (matches.silences.isEmpty ? [] : nil) {
            ids = found
            if matches.version != version {
                let newer = silences.values.filter { matches.silences[$0.id] == nil && Self.holds($0, labels) }
                ids.formUnion(newer.map(\.id))
            }
        } else {
            ids = holding(labels)
        }
        matching[fingerprint] = ids.isEmpty ? nil : ids
    }

    mutating func remove(_ fingerprint: UInt64) { matching[fingerprint] = nil }

    /// The silences whose matchers a known alert fulfils, in force or not.
    func fitting(_ fingerprint: UInt64) -> Set<String> { matching[fingerprint] ?? [] }

    /// As ``fitting(_:)``, for an alert that need not be known.
    func fitting(_ labels: Labels) -> Set<String> { holding(labels) }

    /// The known alerts that fulfil the matchers of any of these.
    func alerts(fitting ids: Set<String>) -> Set<UInt64> {
        Set(matching.filter { !$0.value.isDisjoint(with: ids) }.keys)
    }

    /// Whether a silence that is in force holds the alert.
    func mutes(_ fingerprint: UInt64, at now: Int64) -> Bool {
        matching[fingerprint]?.contains { silences[$0]?.state(at: now) == .active } ?? false
    }

    /// The silences in force that hold the alert, in the order of their identifiers.
    func muting(_ fingerprint: UInt64, at now: Int64) -> [String] {
        (matching[fingerprint] ?? []).filter { silences[$0]?.state(at: now) == .active }.sorted()
    }

    /// As ``muting(_:at:)``, for an alert that need not be known.
    func muting(_ labels: Labels, at now: Int64) -> [String] {
        holding(labels).filter { silences[$0]?.state(at: now) == .active }.sorted()
    }

    private func holding(_ labels: Labels) -> Set<String> {
        var ids = unindexed
        for label in labels { ids.formUnion(indexed[label] ?? []) }
        return ids.filter { id in silences[id].map { Self.holds($0, labels) } ?? false }
    }

    private static func holds(_ silence: Silence, _ labels: Labels) -> Bool {
        silence.matchers.allSatisfy { $0.matches(labels) }
    }

    // MARK: Silences

    /// Takes a silence, for alerts that come from now on; those that are there follow by ``hold(_:by:)``.
    mutating func insert(_ silence: Silence) {
        if silences.updateValue(silence, forKey: silence.id) != nil { return }
        version += 1
        if let key = index(of: silence) {
            indexed[key, default: []].insert(silence.id)
        } else {
            unindexed.insert(silence.id)
        }
    }

    /// Of the conditions that an index can answer, the one that fewest silences share.
    private func index(of silence: Silence) -> Label? {
        silence.matchers.filter { $0.operation == .equal && !$0.value.isEmpty }
            .map { Label($0.name, $0.value) }
            .min { (indexed[$0]?.count ?? 0) < (indexed[$1]?.count ?? 0) }
    }

    /// The alerts that a silence's matchers fit. It may take long: it is asked of a copy.
    static func held(by silence: Silence, among alerts: AlertTable) -> [UInt64] {
        alerts.alerts.filter { holds(silence, $0.value.alert.labels) }.map(\.key)
    }

    mutating func hold(_ fingerprints: [UInt64], by id: String) {
        for fingerprint in fingerprints { matching[fingerprint, default: []].insert(id) }
    }

    /// Forgets silences that ended before a moment.
    mutating func clean(endedBefore moment: Int64) {
        remove(silences.values.filter { $0.endsAt < moment }.map(\.id))
    }

    /// Forgets silences.
    mutating func remove(_ ids: [String]) {
        if ids.isEmpty { return }
        for id in ids { silences[id] = nil }
        unindexed = unindexed.filter { silences[$0] != nil }
        indexed = indexed.mapValues { $0.filter { silences[$0] != nil } }.filter { !$0.value.isEmpty }
        matching = matching.mapValues { $0.filter { silences[$0] != nil } }.filter { !$0.value.isEmpty }
    }

    /// Those that are not over.
    func lasting(at now: Int64) -> [Silence] { silences.values.filter { $0.state(at: now) != .expired } }
}
