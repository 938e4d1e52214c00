internal import Model
internal import Partitions

extension StateStore {
    /// All silences, those that have expired too.
    package func silences() throws(StateError) -> [Silence] {
        try read { connection in
            try connection.rows(
                """
                SELECT id, matchers, starts_at, ends_at, updated_at, created_by, comment FROM silences ORDER BY id
                """
            ) { row in
                // A silence that lost a matcher would mute more than was asked for.
                guard let matchers = StateCoding.matchers(row.text(1)) else { return nil }
                return Silence(
                    id: row.text(0), matchers: matchers, startsAt: row.integer(2), endsAt: row.integer(3),
                    updatedAt: row.integer(4), createdBy: row.text(5), comment: row.text(6))
            }
        }
    }

    /// Keeps `silences`; those with the same id are replaced.
    package func save(silences: [Silence]) throws(StateError) {
        try write { connection in
            for silence in silences {
                try connection.run(
                    "INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        silence.id, try StateCoding.text(of: silence.matchers), silence.startsAt, silence.endsAt,
                        silence.updatedAt, silence.createdBy, silence.comment,
                    ])
            }
        }
    }

    /// Forgets silences that ended before `moment`.
    package func removeSilences(endedBefore moment: Int64) throws(StateError) {
        try write { try $0.run("DELETE FROM silences WHERE ends_at < ?", [moment]) }
    }
}
