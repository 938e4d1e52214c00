internal import Model
internal import Partitions

extension StateStore {
    /// All maintenance windows, those that are over too.
    package func maintenance() throws(StateError) -> [MaintenanceWindow] {
        try read { connection in
            try connection.rows(
                """
                SELECT id, matchers, starts_at, ends_at, zone, local_start, local_end, created_at, created_by, comment,
                    ended_at
                FROM maintenance ORDER BY id
                """
            ) { row in
                // One that lost a matcher would hold more than was asked for.
                guard let matchers = StateCoding.matchers(row.text(1)) else { return nil }
                let zone = row.text(4)
                return MaintenanceWindow(
                    id: row.text(0), matchers: matchers, startsAt: row.integer(2), endsAt: row.integer(3),
                    weekly: zone.isEmpty ? nil : .init(zone: zone, start: row.integer(5), end: row.integer(6)),
                    createdAt: row.integer(7), createdBy: row.text(8), comment: row.text(9),
                    endedAt: row.integer(10) == 0 ? nil : row.integer(10))
            }
        }
    }

    /// Keeps `saved`, each in place of the former one with its identifier, and forgets those in `removed`, in one
    /// transaction.
    package func update(maintenance saved: [MaintenanceWindow], removing removed: [String] = []) throws(StateError) {
        if saved.isEmpty && removed.isEmpty { return }
        try write { connection in
            for id in removed { try connection.run("DELETE FROM maintenance WHERE id = ?", [id]) }
            for window in saved {
                try connection.run(
                    "INSERT OR REPLACE INTO maintenance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        window.id, try StateCoding.text(of: window.matchers), window.startsAt, window.endsAt,
                        window.weekly?.zone ?? "", window.weekly?.start ?? 0, window.weekly?.end ?? 0,
                        window.createdAt, window.createdBy, window.comment, window.endedAt ?? 0,
                    ])
            }
        }
    }
}
