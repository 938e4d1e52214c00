internal import Model
internal import State

/// The maintenance windows, and which of the known alerts each of them holds by its labels.
struct MaintenanceTable: Sendable {
    /// Windows, those that are over among them.
    static let countMax = 1_000
    /// Matchers of all windows that have none like `name="value"`: each alert that comes is compared with them.
    static let openMatchersMax = 1_000
    /// So long a window that is over is kept, in milliseconds.
    static let retention: Int64 = 5 * 86_400_000

    private(set) var windows: [String: MaintenanceWindow] = [:]
    /// Their matchers, as silences that are never over: when one holds is asked of the window.
    private(set) var table = SilenceTable()
    /// When it was last seen which of them ended.
    private var lookedAt: Int64?
    /// The next moment at which one ends that holds now.
    private(set) var nextEnd: Int64?

    subscript(id: String) -> MaintenanceWindow? { windows[id] }

    // MARK: Windows

    /// Takes a window, in place of a former one with its identifier, which had the same matchers.
    mutating func insert(_ window: MaintenanceWindow) {
        windows[window.id] = window
        table.insert(Self.silence(of: window))
        nextEnd = nil
    }

    mutating func remove(_ ids: [String]) {
        for id in ids { windows[id] = nil }
        table.remove(ids)
        nextEnd = nil
    }

    private static func silence(of window: MaintenanceWindow) -> Silence {
        Silence(
            id: window.id, matchers: window.matchers, startsAt: .min, endsAt: .max, updatedAt: window.createdAt,
            createdBy: window.createdBy, comment: window.comment)
    }

    /// Those that have been over for so long that they are forgotten.
    func forgotten(at now: Int64) -> [String] {
        windows.values.filter { window in
            let time = MaintenanceTime(window)
            guard time.next(now) == nil else { return false }
            let end = max(window.endedAt ?? window.endsAt, time.last(before: now)?.end ?? 0)
            return end < now - Self.retention
        }.map(\.id)
    }

    // MARK: Alerts

    /// Whether works may hold an alert: a sign of life goes on in them, or somebody is called out.
    private static func mayHold(_ labels: Labels) -> Bool { labels["severity"] != "none" }

    /// The alerts that a window's matchers fit. It may take long: it is asked of a copy.
    static func held(by window: MaintenanceWindow, among alerts: AlertTable) -> [UInt64] {
        SilenceTable.held(by: silence(of: window), among: alerts).filter { fingerprint in
            alerts[fingerprint].map { mayHold($0.alert.labels) } ?? false
        }
    }

    mutating func add(_ fingerprint: UInt64, _ labels: Labels, _ matches: SilenceTable.Matches?) {
        if !windows.isEmpty, Self.mayHold(labels) { table.add(fingerprint, labels, matches) }
    }

    mutating func forget(_ fingerprint: UInt64) { table.remove(fingerprint) }

    mutating func hold(_ fingerprints: [UInt64], by id: String) { table.hold(fingerprints, by: id) }

    /// The alerts that a window held which ended since the last call.
    mutating func released(now: Int64) -> Set<UInt64> {
        if windows.isEmpty { return [] }
        let before = min(lookedAt ?? now, now)
        lookedAt = now
        if let nextEnd, now < nextEnd { return [] }
        var ended: Set<String> = []
        var next = now + 3_600_000
        for window in windows.values {
            let time = MaintenanceTime(window)
            if let end = time.last(before: now)?.end, end > before { ended.insert(window.id) }
            if let end = time.end(at: now) { next = min(next, end) }
        }
        nextEnd = next
        return ended.isEmpty ? [] : table.alerts(fitting: ended)
    }

    /// A look at the windows at one moment, which finds the times of each but once.
    struct Look {
        private struct Times {
            let until: Int64?
            let lastEnd: Int64?
        }

        private let table: MaintenanceTable
        private let now: Int64
        private var known: [String: Times] = [:]

        init(_ table: MaintenanceTable, now: Int64) {
            self.table = table
            self.now = now
        }

        /// Whether a window holds a known alert.
        mutating func holds(_ fingerprint: UInt64) -> Bool {
            if table.windows.isEmpty { return false }
            for id in table.table.fitting(fingerprint) where times(id)?.until != nil { return true }
            return false
        }

        /// The windows that hold a known alert, in the order of their identifiers.
        mutating func holding(_ fingerprint: UInt64) -> [String] { inForce(table.table.fitting(fingerprint)) }

        /// The same of an alert that need not be known.
        mutating func holding(_ labels: Labels) -> [String] {
            MaintenanceTable.mayHold(labels) ? inForce(table.table.fitting(labels)) : []
        }

        private mutating func inForce(_ ids: Set<String>) -> [String] {
            var holding: [String] = []
            for id in ids where times(id)?.until != nil { holding.append(id) }
            return holding.sorted()
        }

        /// Until when a window holds; `nil` where it does not.
        mutating func end(of id: String) -> Int64? { times(id)?.until }

        /// When a window last ended that held a known alert.
        mutating func lastEnd(_ fingerprint: UInt64) -> Int64? {
            if table.windows.isEmpty { return nil }
            var last: Int64?
            for id in table.table.fitting(fingerprint) {
                if let end = times(id)?.lastEnd { last = max(last ?? end, end) }
            }
            return last
        }

        private mutating func times(_ id: String) -> Times? {
            if let known = known[id] { return known }
            guard let window = table.windows[id] else { return nil }
            let time = MaintenanceTime(window)
            let times = Times(until: time.end(at: now), lastEnd: time.last(before: now)?.end)
            known[id] = times
            return times
        }
    }
}
