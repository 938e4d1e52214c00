internal import GRDB
internal import Model

extension StateStore {
    /// A matcher as the file keeps it.
    private struct MatcherRow: Codable {
        let name: String
        let operation: String
        let value: String
    }

    /// All silences, those that have expired too.
    public func silences() throws(StateError) -> [Silence] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM silences ORDER BY id").compactMap { row in
                guard let rows: [MatcherRow] = try? StateCoding.value(row["matchers"]) else { return nil }
                let matchers = rows.compactMap { row in
                    Matcher.Operation(rawValue: row.operation).flatMap { try? Matcher(row.name, $0, row.value) }
                }
                // A silence that lost a matcher would mute more than was asked for.
                guard matchers.count == rows.count, !matchers.isEmpty else { return nil }
                return Silence(
                    id: row["id"], matchers: matchers, startsAt: row["starts_at"], endsAt: row["ends_at"],
                    updatedAt: row["updated_at"], createdBy: row["created_by"], comment: row["comment"])
            }
        }
    }

    /// Keeps `silences`; those with the same id are replaced.
    public func save(silences: [Silence]) throws(StateError) {
        try write { database in
            for silence in silences {
                let matchers = silence.matchers.map {
                    MatcherRow(name: $0.name, operation: $0.operation.rawValue, value: $0.value)
                }
                try database.execute(
                    sql: "INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        silence.id, try StateCoding.text(matchers), silence.startsAt, silence.endsAt,
                        silence.updatedAt, silence.createdBy, silence.comment,
                    ])
            }
        }
    }

    /// Forgets silences that ended before `moment`.
    public func removeSilences(endedBefore moment: Int64) throws(StateError) {
        try write { try $0.execute(sql: "DELETE FROM silences WHERE ends_at < ?", arguments: [moment]) }
    }
}
