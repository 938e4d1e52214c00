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
        try search(query, in: range, .newestFirst, limit: limit, source: source, whenTimeIsOver: nil)
    }

    static func search(
        _ query: LogQuery, in range: TimeRange, _ order: LogOrder, limit: Int, source: any LogSource,
        whenTimeIsOver: (() -> Void)?, bytesMax: Int = .max, whenBytesAreOver: (() -> Void)? = nil
    ) throws -> [LogEvent] {
        guard limit > 0, var filter = filter(query, in: range, limit: limit) else { return [] }
        filter.ascending = order == .oldestFirst
        filter.whenTimeIsOver = whenTimeIsOver
        (filter.bytesMax, filter.whenBytesAreOver) = (bytesMax, whenBytesAreOver)
        return try source.events(filter)
    }

    /// How many events in `range` fulfil `query`, when, and with which values: of all of them, in one pass.
    /// - Parameter whenTimeIsOver: told where the answer counts a part alone; without it such a search fails.
    /// - Throws: what `source` throws.
    public static func counts(
        of query: LogQuery, in range: TimeRange, _ request: LogCountRequest = LogCountRequest(),
        source: any LogSource, whenTimeIsOver: (() -> Void)? = nil
    ) throws -> LogCounts {
        guard var filter = filter(query, in: range, limit: .max) else { return LogCounts() }
        filter.whenTimeIsOver = whenTimeIsOver
        return try source.counts(filter, request)
    }

    /// Gives each event in `range` that fulfils `query` to `visit`, in no order, without keeping them.
    /// - Parameters:
    ///   - fields: what `visit` asks for, by its name or behind `fields.`; other fields may be missing. `nil` for all.
    ///   - whenTimeIsOver: told where a part alone was visited; without it such a search fails.
    /// - Throws: what `source` and `visit` throw.
    public static func visit(
        _ query: LogQuery, in range: TimeRange = .all, fields: Set<String>?, source: any LogSource,
        whenTimeIsOver: (() -> Void)? = nil, _ visit: (LogEvent) throws -> Void
    ) throws {
        guard var filter = filter(query, in: range, limit: .max) else { return }
        filter.whenTimeIsOver = whenTimeIsOver
        try source.visit(filter, fields: fields, visit)
    }

    /// What of a source can fulfil `query`; `nil` where its times leave nothing of `range`.
    public static func filter(_ query: LogQuery, in range: TimeRange, limit: Int) -> LogFilter? {
        let bounds = query.timeBounds
        let narrowed = TimeRange(start: max(range.start, bounds.start), end: min(range.end, bounds.end))
        if narrowed.end < narrowed.start { return nil }
        return LogFilter(in: narrowed, limit: limit, needs: query.needs, condition: query.condition) {
            query.matches($0)
        }
    }
}
