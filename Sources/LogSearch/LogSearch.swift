public import Model

/// Search in the events of a log.
public enum LogSearch {
    /// Events in `range` that fulfil `query`, newest first, at most `limit`.
    /// - Throws: what `source` throws.
    public static func search(
        _ query: LogQuery, in range: TimeRange, limit: Int, source: any LogSource
    ) throws -> [LogEvent] {
        try search(query, in: range, limit: limit) { range, limit, _, matches in
            try source.scan(in: range, ascending: false, limit: limit, where: matches)
        }
    }

    /// The same over a source that can skip data by values that events must have: see ``LogQuery/needs``.
    public static func search(
        _ query: LogQuery, in range: TimeRange, limit: Int,
        scan: (
            _ range: TimeRange, _ limit: Int, _ needs: LogQueryNeeds,
            _ matches: (borrowing LogEvent) -> Bool
        ) throws -> [LogEvent]
    ) throws -> [LogEvent] {
        let bounds = query.timeBounds
        let narrowed = TimeRange(start: max(range.start, bounds.start), end: min(range.end, bounds.end))
        if narrowed.end < narrowed.start || limit <= 0 { return [] }
        return try scan(narrowed, limit, query.needs) { query.matches($0) }
    }
}
