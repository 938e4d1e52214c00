internal import Foundation
internal import GRDB
public import Model

extension StateStore {
    /// All alerts that were kept; rows that are damaged are left out.
    public func alerts() throws(StateError) -> [StoredAlert] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM alerts").compactMap { row in
                guard let labels = Labels(packed: [UInt8](row["labels"] as Data)),
                    let annotations: [String: String] = try? StateCoding.value(row["annotations"])
                else { return nil }
                let alert = Alert(
                    labels: labels, annotations: annotations, startsAt: row["starts_at"], endsAt: row["ends_at"],
                    generatorURL: row["generator_url"])
                return StoredAlert(alert: alert, updatedAt: row["updated_at"], endsByTimeout: row["ends_by_timeout"])
            }
        }
    }

    /// Keeps `saved` and forgets the alerts with the labels in `removed`, in one transaction.
    public func update(alerts saved: [StoredAlert], removing removed: [Labels] = []) throws(StateError) {
        if saved.isEmpty && removed.isEmpty { return }
        try write { database in
            let remove = try database.cachedStatement(sql: "DELETE FROM alerts WHERE labels = ?")
            for labels in removed { try remove.execute(arguments: [Data(labels.packed)]) }
            let save = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)")
            for stored in saved {
                try save.execute(arguments: [
                    Data(stored.alert.labels.packed), try StateCoding.text(stored.alert.annotations),
                    stored.alert.startsAt, stored.alert.endsAt, stored.alert.generatorURL, stored.updatedAt,
                    stored.endsByTimeout,
                ])
            }
        }
    }
}
