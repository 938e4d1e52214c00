internal import Model
internal import State

/// What is taken at most of maintenance windows.
enum MaintenanceLimits {
    /// - Throws: ``AlertingError`` that says in words what cannot be.
    static func check(_ planned: PlannedMaintenance) throws(AlertingError) {
        func refuse(_ cause: String) -> AlertingError {
            AlertingError(.invalid, "cannot plan the maintenance: \(cause)")
        }
        if planned.matchers.isEmpty { throw refuse("say of what: a camera, a node, a site, or matchers of labels") }
        if planned.matchers.contains(where: { $0.name.isEmpty }) { throw refuse("a matcher has no label name") }
        if planned.matchers.allSatisfy(\.matchesEmpty) {
            throw refuse("at least one matcher must not match the empty string, or everything would be held back")
        }
        if planned.matchers.count > SilenceLimits.matchersMax {
            throw tooMuch("it has \(planned.matchers.count) matchers, and the limit is \(SilenceLimits.matchersMax)")
        }
        let bytes = planned.matchers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        if bytes > SilenceLimits.matcherBytesMax {
            throw tooMuch("its matchers have \(bytes) bytes, and the limit is \(SilenceLimits.matcherBytesMax)")
        }
        if AcknowledgementLimits.line(planned.createdBy, 1).isEmpty { throw refuse("say who plans it") }
    }

    /// - Throws: ``AlertingError`` where there is no room for another window.
    static func check(_ window: MaintenanceWindow, beside table: MaintenanceTable) throws(AlertingError) {
        if table.windows.count >= MaintenanceTable.countMax {
            throw tooMuch(
                "there are as many as the limit of \(MaintenanceTable.countMax) allows; "
                    + "delete some that are over, or use a pattern")
        }
        if SilenceLimits.isOpen(window.matchers) {
            let others = table.windows.values.reduce(0) {
                $0 + (SilenceLimits.isOpen($1.matchers) ? $1.matchers.count : 0)
            }
            if others + window.matchers.count > MaintenanceTable.openMatchersMax {
                throw tooMuch(
                    "windows without a matcher like name=\"value\" hold as many matchers as the limit of "
                        + "\(MaintenanceTable.openMatchersMax) allows; add such a matcher, or end some")
            }
        }
    }

    private static func tooMuch(_ cause: String) -> AlertingError {
        AlertingError(.tooLarge, "cannot plan the maintenance: \(cause)")
    }
}
