package import Model
internal import Partitions

extension StateStore {
    /// All alerts that were kept; rows that are damaged are left out.
    package func alerts() throws(StateError) -> [StoredAlert] {
        try read { connection in
            try connection.rows(
                """
                SELECT labels, annotations, starts_at, ends_at, generator_url, updated_at, ends_by_timeout FROM alerts
                """
            ) { row in
                guard let labels = Labels(packed: row.bytes(0)),
                    let annotations: [String: String] = try? StateCoding.value(row.text(1))
                else { return nil }
                let alert = Alert(
                    labels: labels, annotations: annotations, startsAt: row.integer(2), endsAt: row.integer(3),
                    generatorURL: row.text(4))
                return StoredAlert(alert: alert, updatedAt: row.integer(5), endsByTimeout: row.integer(6) != 0)
            }
        }
    }

    /// Keeps `saved` and forgets the alerts with the labels in `removed`, in one transaction.
    package func update(alerts saved: [StoredAlert], removing removed: [Labels] = []) throws(StateError) {
        if saved.isEmpty && removed.isEmpty { return }
        try write { connection in
            for labels in removed { try connection.run("DELETE FROM alerts WHERE labels = ?", [labels.packed]) }
            for stored in saved {
                try connection.run(
                    "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        stored.alert.labels.packed, try StateCoding.text(stored.alert.annotations),
                        stored.alert.startsAt, stored.alert.endsAt, stored.alert.generatorURL, stored.updatedAt,
                        stored.endsByTimeout,
                    ])
            }
        }
    }
}
