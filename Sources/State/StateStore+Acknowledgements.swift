internal import Partitions

extension StateStore {
    /// Whoever looks after a fault, by the fault's key.
    package func acknowledgements() throws(StateError) -> [Acknowledgement] {
        try read { connection in
            try connection.rows(
                "SELECT key, person, comment, created_at, identifier, alerts FROM acknowledgements ORDER BY key"
            ) { row in
                Acknowledgement(
                    key: row.text(0), by: row.text(1), comment: row.text(2), createdAt: row.integer(3),
                    identifier: UInt64(bitPattern: row.integer(4)), alerts: StateCoding.fingerprints(row.bytes(5)))
            }
        }
    }

    /// Keeps `saved`, each in place of the former one with its key, and forgets those with the keys in `removed`, in one
    /// transaction.
    package func update(acknowledgements saved: [Acknowledgement], removing removed: [String] = []) throws(StateError) {
        if saved.isEmpty && removed.isEmpty { return }
        try write { connection in
            for key in removed { try connection.run("DELETE FROM acknowledgements WHERE key = ?", [key]) }
            for one in saved {
                try connection.run(
                    """
                    INSERT OR REPLACE INTO acknowledgements (key, person, comment, created_at, identifier, alerts)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                    [
                        one.key, one.by, one.comment, one.createdAt, Int64(bitPattern: one.identifier),
                        StateCoding.bytes(one.alerts),
                    ])
            }
        }
    }
}
