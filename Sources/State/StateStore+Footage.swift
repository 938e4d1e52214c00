package import CameraRecords
internal import Partitions

extension StateStore {
    /// Footage is remembered for so many milliseconds: 400 days.
    package static let footageKept: Int64 = 400 * 86_400_000
    /// Spans of one kind that are remembered of a camera; beyond, the oldest time is forgotten.
    package static let footageSpansMax = 10_000

    /// What a row says, by its number in the file.
    private static let kinds:
        [(number: Int64, path: any WritableKeyPath<FootageSpans, TimeSpans> & Sendable, joining: Int64)] = [
            (0, \.present, FootageSpans.joining), (1, \.estimated, FootageSpans.joining), (2, \.known, 0),
            (3, \.undue, 0),
        ]

    /// Adds what became known, by camera, to what is known: spans that touch others become one with them. What is
    /// added twice counts once.
    package func addFootage(_ news: [String: FootageSpans]) throws(StateError) {
        if news.isEmpty { return }
        try write { connection in
            for (camera, spans) in news {
                for kind in Self.kinds {
                    for span in spans[keyPath: kind.path].spans {
                        try add(span, camera, kind.number, joining: kind.joining, connection)
                    }
                }
            }
        }
    }

    private func add(
        _ span: TimeSpan, _ camera: String, _ kind: Int64, joining: Int64, _ connection: SQLiteConnection
    ) throws {
        var whole = span
        var touched: [Int64] = []
        var last = span
        // They are apart from each other: the first one that ends before is the last that could.
        let rows = try connection.statement(
            "SELECT starts_at, ends_at FROM footage WHERE camera = ? AND kind = ? AND starts_at <= ? "
                + "ORDER BY starts_at DESC")
        rows.bind(1, camera)
        rows.bind(2, kind)
        rows.bind(3, span.end + joining)
        while try rows.step(), rows.integer(1) >= span.start - joining {
            last = TimeSpan(start: rows.integer(0), end: rows.integer(1))
            touched.append(last.start)
            whole = TimeSpan(start: min(whole.start, last.start), end: max(whole.end, last.end))
        }
        rows.reset()
        if touched.count == 1, whole == last { return }
        for start in touched where start != whole.start {
            try connection.run(
                "DELETE FROM footage WHERE camera = ? AND kind = ? AND starts_at = ?", [camera, kind, start])
        }
        try connection.run(
            "INSERT OR REPLACE INTO footage VALUES (?, ?, ?, ?)", [camera, kind, whole.start, whole.end])
    }

    /// What is known of a camera's footage in a span of time; spans are whole, also where they begin before it.
    package func footage(of camera: String, in range: TimeSpan) throws(StateError) -> FootageSpans {
        try read { connection in
            var found = FootageSpans()
            for kind in Self.kinds {
                let rows = try connection.rows(
                    "SELECT starts_at, ends_at FROM footage WHERE camera = ? AND kind = ? AND starts_at < ? AND starts_at >= "
                        + "coalesce((SELECT max(starts_at) FROM footage WHERE camera = ? AND kind = ? AND starts_at <= ?), ?)",
                    [camera, kind.number, range.end, camera, kind.number, range.start, range.start]
                ) { TimeSpan(start: $0.integer(0), end: $0.integer(1)) }
                found[keyPath: kind.path] = TimeSpans(rows)
            }
            return found
        }
    }

    /// The cameras of whose footage anything is known, by name.
    package func footageCameras() throws(StateError) -> [String] {
        // From one to the next, without a look at all their spans.
        try read { connection in
            var names: [String] = []
            let next = try connection.statement("SELECT min(camera) FROM footage WHERE camera > ?")
            next.bind(1, "")
            while try next.step(), !next.isNull(0) {
                names.append(next.text(0))
                next.reset()
                next.bind(1, names[names.count - 1])
            }
            next.reset()
            return names
        }
    }

    /// Forgets what is older than ``footageKept``, and of a camera with very many spans its oldest time. What is
    /// forgotten is not known: no gap comes of it.
    package func forgetOldFootage(now: Int64) throws(StateError) {
        try write { connection in
            try connection.run("DELETE FROM footage WHERE ends_at < ?", [now - Self.footageKept])
            let crowded = try connection.rows(
                "SELECT camera, kind FROM footage GROUP BY camera, kind HAVING count(*) > ?",
                [Int64(Self.footageSpansMax)]
            ) { ($0.text(0), $0.integer(1)) }
            for (camera, kind) in crowded {
                let first = try connection.rows(
                    "SELECT starts_at FROM footage WHERE camera = ? AND kind = ? ORDER BY starts_at DESC LIMIT 1 OFFSET ?",
                    [camera, kind, Int64(Self.footageSpansMax * 9 / 10)]
                ) { $0.integer(0) }.first
                guard let first else { continue }
                try connection.run("DELETE FROM footage WHERE camera = ? AND ends_at <= ?", [camera, first])
                // Those that reach over it begin there now.
                try connection.run(
                    "UPDATE OR REPLACE footage SET starts_at = ? WHERE camera = ? AND starts_at < ?",
                    [first, camera, first])
            }
        }
    }
}
