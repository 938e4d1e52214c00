internal import Partitions

extension StateStore {
    /// The whole notification log.
    package func notificationLog() throws(StateError) -> [NotificationLogEntry] {
        try read { connection in
            try connection.rows(
                """
                SELECT group_key, receiver, integration, sent_at, firing, resolved, expires_at,
                    coalesce(identifiers, x'')
                FROM notification_log LEFT JOIN acknowledgements_told USING (group_key, receiver, integration)
                """
            ) { row in
                NotificationLogEntry(
                    key: .init(groupKey: row.text(0), receiver: row.text(1), integration: row.text(2)),
                    sentAt: row.integer(3), firing: StateCoding.fingerprints(row.bytes(4)),
                    resolved: StateCoding.fingerprints(row.bytes(5)), expiresAt: row.integer(6),
                    acknowledged: StateCoding.fingerprints(row.bytes(7)))
            }
        }
    }

    /// Writes what became of a notification, in one transaction: the delivery, and, if it counts as told, the log entry
    /// in place of the intent.
    /// - Parameter told: fingerprints of the alerts that it told as firing: their firings remember who was told.
    /// - Returns: the delivery's number; 0 without one.
    @discardableResult
    package func record(
        _ delivery: Delivery?, notified entry: NotificationLogEntry?, of told: [UInt64] = []
    ) throws(StateError) -> Int64 {
        try write { connection in
            if let delivery { try note(told, toldBy: delivery, in: connection) }
            if let entry {
                try connection.run(
                    "INSERT OR REPLACE INTO notification_log VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        entry.key.groupKey, entry.key.receiver, entry.key.integration, entry.sentAt,
                        StateCoding.bytes(entry.firing), StateCoding.bytes(entry.resolved), entry.expiresAt,
                    ])
                try connection.run(
                    "DELETE FROM intents WHERE group_key = ? AND receiver = ? AND integration = ?",
                    [entry.key.groupKey, entry.key.receiver, entry.key.integration])
                try note(entry.acknowledged, toldTo: entry.key, in: connection)
            }
            guard let delivery else { return 0 }
            let groupLabels = try StateCoding.text(delivery.groupLabels)
            let alerts = try StateCoding.text(delivery.alerts)
            if let same = try sameBefore(delivery, alerts: alerts, in: connection) {
                try connection.run(
                    "UPDATE deliveries SET time = ?, repeats = repeats + 1, attempts = ?, answer = ? WHERE id = ?",
                    [delivery.time, delivery.attempts, delivery.answer, same])
                return same
            }
            try connection.run(
                """
                INSERT INTO deliveries
                    (time, receiver, integration, status, group_key, group_labels, alerts, alert_count,
                     attempts, error, answer)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    delivery.time, delivery.receiver, delivery.integration, delivery.status.rawValue,
                    delivery.groupKey, groupLabels, alerts, delivery.alertCount, delivery.attempts, delivery.error,
                    delivery.answer,
                ])
            let id = connection.lastInsertedRow
            try connection.run("DELETE FROM deliveries WHERE id <= ?", [id - Int64(Self.deliveriesMax)])
            return id
        }
    }

    private func note(_ alerts: [UInt64], toldBy delivery: Delivery, in connection: SQLiteConnection) throws {
        for alert in alerts {
            try connection.run(
                """
                INSERT OR IGNORE INTO firings_told
                SELECT id, ?, ?, ?, ? FROM firings WHERE fingerprint = ? ORDER BY starts_at DESC LIMIT 1
                """,
                [
                    delivery.receiver, delivery.integration, delivery.time, delivery.status.rawValue,
                    Int64(bitPattern: alert),
                ])
        }
    }

    private func note(
        _ identifiers: Set<UInt64>, toldTo key: NotificationLogEntry.Key, in connection: SQLiteConnection
    ) throws {
        let names = [key.groupKey, key.receiver, key.integration]
        if identifiers.isEmpty {
            try connection.run(
                "DELETE FROM acknowledgements_told WHERE group_key = ? AND receiver = ? AND integration = ?", names)
        } else {
            try connection.run(
                """
                INSERT OR REPLACE INTO acknowledgements_told (group_key, receiver, integration, identifiers)
                VALUES (?, ?, ?, ?)
                """, [names[0], names[1], names[2], StateCoding.bytes(identifiers)])
        }
    }

    /// The last delivery of the same group by the same integration, if it was a moment ago, said the same, and ended the
    /// same.
    private func sameBefore(
        _ delivery: Delivery, alerts: String, in connection: SQLiteConnection
    ) throws -> Int64? {
        try connection.rows(
            """
            SELECT id, time, status, alerts, error FROM deliveries
            WHERE group_key = ? AND receiver = ? AND integration = ? ORDER BY id DESC LIMIT 1
            """, [delivery.groupKey, delivery.receiver, delivery.integration]
        ) { last -> Int64? in
            guard last.text(2) == delivery.status.rawValue, last.text(3) == alerts, last.text(4) == delivery.error,
                (0..<Self.repeatTime).contains(delivery.time - last.integer(1))
            else { return nil }
            return last.integer(0)
        }.first
    }

    /// The newest deliveries, newest first.
    package func deliveries(limit: Int) throws(StateError) -> [Delivery] {
        try read { connection in
            try connection.rows(
                """
                SELECT id, time, receiver, integration, status, group_key, group_labels, alerts, alert_count, attempts,
                    error, answer, repeats
                FROM deliveries ORDER BY id DESC LIMIT ?
                """, [max(0, limit)]
            ) { row in
                Delivery(
                    id: row.integer(0), time: row.integer(1), receiver: row.text(2), integration: row.text(3),
                    status: Delivery.Status(rawValue: row.text(4)) ?? .failed, groupKey: row.text(5),
                    groupLabels: try StateCoding.value(row.text(6)), alerts: try StateCoding.value(row.text(7)),
                    alertCount: Int(row.integer(8)), attempts: Int(row.integer(9)), error: row.text(10),
                    answer: row.text(11), repeats: Int(row.integer(12)))
            }
        }
    }

    /// Forgets entries of the notification log that expired before `moment`.
    package func removeNotifications(expiredBefore moment: Int64) throws(StateError) {
        try write { connection in
            try connection.run("DELETE FROM notification_log WHERE expires_at < ?", [moment])
            try connection.run(
                """
                DELETE FROM acknowledgements_told WHERE NOT EXISTS (
                    SELECT 1 FROM notification_log AS log WHERE log.group_key = acknowledgements_told.group_key
                        AND log.receiver = acknowledgements_told.receiver
                        AND log.integration = acknowledgements_told.integration)
                """, [])
        }
    }
}
