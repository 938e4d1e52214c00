internal import Partitions

extension StateStore {
    /// The notifications that have not been told yet.
    package func intents() throws(StateError) -> [NotificationIntent] {
        try read { connection in
            try connection.rows(
                """
                SELECT group_key, receiver, integration, identifier, created_at, firing, resolved, untold
                FROM intents
                """
            ) { row in
                NotificationIntent(
                    key: .init(groupKey: row.text(0), receiver: row.text(1), integration: row.text(2)),
                    identifier: row.text(3), createdAt: row.integer(4),
                    firing: StateCoding.fingerprints(row.bytes(5)), resolved: StateCoding.fingerprints(row.bytes(6)),
                    untold: StateCoding.fingerprints(row.bytes(7)))
            }
        }
    }

    /// Keeps `intents` in one transaction, each in place of the former one with its key.
    package func save(intents: [NotificationIntent]) throws(StateError) {
        if intents.isEmpty { return }
        try write { connection in
            for intent in intents {
                try connection.run(
                    "INSERT OR REPLACE INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        intent.key.groupKey, intent.key.receiver, intent.key.integration, intent.identifier,
                        intent.createdAt, StateCoding.bytes(intent.firing), StateCoding.bytes(intent.resolved),
                        StateCoding.bytes(intent.untold),
                    ])
            }
        }
    }

    /// Forgets intents that were made before `moment`.
    package func removeIntents(createdBefore moment: Int64) throws(StateError) {
        try write { try $0.run("DELETE FROM intents WHERE created_at < ?", [moment]) }
    }
}
