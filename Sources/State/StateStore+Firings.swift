internal import Model
internal import Partitions

extension StateStore {
    /// Firings are remembered for so many milliseconds: 400 days.
    package static let firingsKept: Int64 = 400 * 86_400_000
    /// Firings that are remembered; beyond, the oldest are forgotten.
    package static let firingsMax = 50_000
    /// Bytes of a summary that are kept.
    private static let summaryBytesMax = 1_024

    /// What became of firings since the last call, in one transaction.
    /// - Parameters:
    ///   - begun: new ones.
    ///   - ended: by their numbers, with their ends.
    ///   - seen: those that went on at `now`.
    /// - Returns: the numbers of the new ones, in their order.
    package func note(
        begun: [Firing], ended: [(id: Int64, at: Int64)], seen: [Int64], now: Int64
    ) throws(StateError) -> [Int64] {
        if begun.isEmpty && ended.isEmpty && seen.isEmpty { return [] }
        return try write { connection in
            for firing in ended {
                try connection.run(
                    "UPDATE firings SET ends_at = max(starts_at, ?) WHERE id = ?", [firing.at, firing.id])
            }
            for id in seen { try connection.run("UPDATE firings SET seen_at = ? WHERE id = ?", [now, id]) }
            var ids: [Int64] = []
            for firing in begun {
                try connection.run(
                    """
                    INSERT INTO firings (fingerprint, name, camera, node, labels, summary, starts_at, ends_at, seen_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)
                    """,
                    [
                        Int64(bitPattern: firing.fingerprint), firing.labels["alertname"], firing.labels["camera_id"],
                        firing.labels["instance"], firing.labels.packed, Self.cut(firing.summary), firing.startsAt,
                        firing.seenAt,
                    ])
                ids.append(connection.lastInsertedRow)
            }
            if let last = ids.last {
                try connection.run("DELETE FROM firings WHERE id <= ?", [last - Int64(Self.firingsMax)])
                try connection.run("DELETE FROM firings_told WHERE firing <= ?", [last - Int64(Self.firingsMax)])
            }
            return ids
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= summaryBytesMax ? text : String(decoding: text.utf8.prefix(summaryBytesMax), as: UTF8.self)
    }

    /// Forgets firings that ended before `moment`.
    package func removeFirings(endedBefore moment: Int64) throws(StateError) {
        try write { connection in
            try connection.run(
                "DELETE FROM firings_told WHERE firing IN (SELECT id FROM firings WHERE ends_at < ?)", [moment])
            try connection.run("DELETE FROM firings WHERE ends_at < ?", [moment])
        }
    }

    /// Firings that were not over, whoever kept them.
    package func openFirings() throws(StateError) -> [Firing] {
        try read { connection in
            try connection.rows(
                "SELECT \(Self.columns) FROM firings WHERE ends_at IS NULL ORDER BY id", [], Self.firing)
        }
    }

    private static let columns = "id, fingerprint, labels, summary, starts_at, ends_at, seen_at"

    private static func firing(_ row: SQLiteStatement) -> Firing? {
        guard let labels = Labels(packed: row.bytes(2)) else { return nil }
        return Firing(
            id: row.integer(0), fingerprint: UInt64(bitPattern: row.integer(1)), labels: labels, summary: row.text(3),
            startsAt: row.integer(4), endsAt: row.isNull(5) ? nil : row.integer(5), seenAt: row.integer(6))
    }

    /// The condition of a query, and what is bound to it.
    private static func condition(_ query: FiringQuery) -> (sql: String, values: [any SQLiteBindable]) {
        var sql = "starts_at < ? AND (ends_at IS NULL OR ends_at >= ?)"
        var values: [any SQLiteBindable] = [query.end, query.start]
        for (column, value) in [("name", query.name), ("camera", query.camera), ("node", query.node)]
        where !value.isEmpty {
            sql += " AND \(column) = ?"
            values.append(value)
        }
        if let fingerprint = query.fingerprint {
            sql += " AND fingerprint = ?"
            values.append(Int64(bitPattern: fingerprint))
        }
        return (sql, values)
    }

    /// The firings of a query, the latest begin first, with who was told of them.
    package func firings(_ query: FiringQuery, limit: Int, skipping offset: Int = 0) throws(StateError) -> [Firing] {
        try read { connection in
            let (condition, values) = Self.condition(query)
            var found = try connection.rows(
                "SELECT \(Self.columns) FROM firings WHERE \(condition) ORDER BY starts_at DESC, id DESC LIMIT ? OFFSET ?",
                values + [Int64(max(0, limit)), Int64(max(0, offset))], Self.firing)
            for index in found.indices {
                found[index].told = try connection.rows(
                    "SELECT receiver, integration, told_at, status FROM firings_told WHERE firing = ? ORDER BY told_at",
                    [found[index].id]
                ) { row in
                    Firing.Told(
                        receiver: row.text(0), integration: row.text(1), time: row.integer(2),
                        status: Delivery.Status(rawValue: row.text(3)) ?? .sent)
                }
            }
            return found
        }
    }

    /// When the firings of a query began and ended, the earliest first; those that go on end at `now`.
    package func firingTimes(_ query: FiringQuery, now: Int64) throws(StateError) -> [(start: Int64, end: Int64)] {
        try read { connection in
            let (condition, values) = Self.condition(query)
            return try connection.rows(
                "SELECT starts_at, ends_at FROM firings WHERE \(condition) ORDER BY starts_at", values
            ) { row in (row.integer(0), row.isNull(1) ? max(now, row.integer(0)) : row.integer(1)) }
        }
    }

    /// The names of the alerts that are remembered, in their order.
    package func firingNames() throws(StateError) -> [String] {
        try read { connection in
            try connection.rows("SELECT DISTINCT name FROM firings ORDER BY name LIMIT 500") { $0.text(0) }
        }
    }
}
