internal import Foundation
internal import GRDB

extension StateStore {
    /// The whole notification log.
    public func notificationLog() throws(StateError) -> [NotificationLogEntry] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM notification_log").map { row in
                NotificationLogEntry(
                    key: .init(groupKey: row["group_key"], receiver: row["receiver"], integration: row["integration"]),
                    sentAt: row["sent_at"], firing: StateCoding.fingerprints(row["firing"]),
                    resolved: StateCoding.fingerprints(row["resolved"]), expiresAt: row["expires_at"])
            }
        }
    }

    /// Writes what became of a notice, in one transaction: the delivery, and, if it counts as told, the log entry in
    /// place of the intent.
    /// - Returns: the delivery's number; 0 without one.
    @discardableResult
    public func record(_ delivery: Delivery?, notified entry: NotificationLogEntry?) throws(StateError) -> Int64 {
        try write { database in
            if let entry {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO notification_log VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        entry.key.groupKey, entry.key.receiver, entry.key.integration, entry.sentAt,
                        StateCoding.data(entry.firing), StateCoding.data(entry.resolved), entry.expiresAt,
                    ])
                try database.execute(
                    sql: "DELETE FROM intents WHERE group_key = ? AND receiver = ? AND integration = ?",
                    arguments: [entry.key.groupKey, entry.key.receiver, entry.key.integration])
            }
            guard let delivery else { return 0 }
            let groupLabels = try StateCoding.text(delivery.groupLabels)
            let alerts = try StateCoding.text(delivery.alerts)
            if let same = try sameBefore(delivery, alerts: alerts, in: database) {
                try database.execute(
                    sql: "UPDATE deliveries SET time = ?, repeats = repeats + 1, attempts = ?, answer = ? WHERE id = ?",
                    arguments: [delivery.time, delivery.attempts, delivery.answer, same])
                return same
            }
            try database.execute(
                sql: """
                    INSERT INTO deliveries
                        (time, receiver, integration, status, group_key, group_labels, alerts, alert_count,
                         attempts, error, answer)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    delivery.time, delivery.receiver, delivery.integration, delivery.status.rawValue,
                    delivery.groupKey, groupLabels, alerts, delivery.alertCount, delivery.attempts, delivery.error,
                    delivery.answer,
                ])
            let id = database.lastInsertedRowID
            try database.execute(
                sql: "DELETE FROM deliveries WHERE id <= ?", arguments: [id - Int64(Self.deliveriesMax)])
            return id
        }
    }

    /// The last delivery of the same group by the same integration, if it was a moment ago, said the same, and ended the
    /// same.
    private func sameBefore(_ delivery: Delivery, alerts: String, in database: Database) throws -> Int64? {
        let last = try Row.fetchOne(
            database,
            sql: """
                SELECT id, time, status, alerts, error FROM deliveries
                WHERE group_key = ? AND receiver = ? AND integration = ? ORDER BY id DESC LIMIT 1
                """, arguments: [delivery.groupKey, delivery.receiver, delivery.integration])
        guard let last, last["status"] == delivery.status.rawValue, last["alerts"] == alerts,
            last["error"] == delivery.error
        else { return nil }
        let age = delivery.time - (last["time"] as Int64)
        return (0..<Self.repeatTime).contains(age) ? last["id"] : nil
    }

    /// The newest deliveries, newest first.
    public func deliveries(limit: Int) throws(StateError) -> [Delivery] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM deliveries ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)]
            ).map { row in
                Delivery(
                    id: row["id"], time: row["time"], receiver: row["receiver"], integration: row["integration"],
                    status: Delivery.Status(rawValue: row["status"]) ?? .failed, groupKey: row["group_key"],
                    groupLabels: try StateCoding.value(row["group_labels"]),
                    alerts: try StateCoding.value(row["alerts"]), alertCount: row["alert_count"],
                    attempts: row["attempts"], error: row["error"], answer: row["answer"], repeats: row["repeats"])
            }
        }
    }

    /// Forgets entries of the notification log that expired before `moment`.
    public func removeNotifications(expiredBefore moment: Int64) throws(StateError) {
        try write { try $0.execute(sql: "DELETE FROM notification_log WHERE expires_at < ?", arguments: [moment]) }
    }
}
