public import Model

/// Search in the events of a log.
public enum LogSearch {
    /// Events in `range` that fulfil `query`, newest first, at most `limit`.
    ///
    /// The source gets to know what it may skip: times that the query leaves out, and events without the values and
    /// words that it asks for.
    /// - Throws: what `source` throws.
    public static func search(
        _ query: LogQuery, in range: TimeRange, limit: Int, source: any LogSource
    ) throws -> [LogEvent] {
        let bounds = query.timeBounds
        let narrowed = TimeRange(start: max(range.start, bounds.start), end: min(range.end, bounds.end))
        if narrowed.end < narrowed.start || limit <= 0 { return [] }
        return try source.events(
            LogFilter(in: narrowed, limit: limit, needs: query.needs, condition: query.condition) { query.matches($0) })
    }
}
