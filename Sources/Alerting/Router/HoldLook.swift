internal import Model
internal import State

/// A look at what holds alerts at one moment, which finds what they have in common but once.
struct HoldLook {
    /// Milliseconds since the Unix epoch.
    let now: Int64
    var inhibition: Inhibitor.Look
    var maintenance: MaintenanceTable.Look

    init(_ core: RouterCore, now: Int64) {
        self.now = now
        inhibition = Inhibitor.Look(core.inhibitor, core.alerts, now: now)
        maintenance = MaintenanceTable.Look(core.maintenance, now: now)
    }

    /// When the last maintenance window ended that held an alert while it fired.
    mutating func released(_ fingerprint: UInt64, _ alert: Alert) -> Int64? {
        maintenance.lastEnd(fingerprint).flatMap { $0 > alert.startsAt ? $0 : nil }
    }
}

/// What silences and maintenance windows of a moment say of alerts that are not known yet.
struct AlertMatches: Sendable {
    let silences: SilenceTable.Matches
    let maintenance: SilenceTable.Matches

    /// It may take long: it is asked of a copy.
    init(_ alerts: [Alert], _ core: RouterCore) {
        let labels = alerts.map(\.labels)
        silences = core.silences.matches(labels, except: core.alerts)
        maintenance = core.maintenance.table.matches(labels, except: core.alerts)
    }
}
