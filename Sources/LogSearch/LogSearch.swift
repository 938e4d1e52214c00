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
        guard limit > 0, let filter = filter(query, in: range, limit: limit) else { return [] }
        return try source.events(filter)
    }

    /// How many events in `range` fulfil `query`, when, and with which values: of all of them, in one pass.
    /// - Throws: what `source` throws.
    public static func counts(
        of query: LogQuery, in range: TimeRange, _ request: LogCountRequest = LogCountRequest(), source: any LogSource
    ) throws -> LogCounts {
        guard let filter = filter(query, in: range, limit: .max) else { return LogCounts() }
        return try source.counts(filter, request)
    }

    /// Events in `range` that fulfil `query`, newest first, from where an earlier page ended.
    /// - Parameter cursor: what the earlier page gave; `nil` for the first one.
    /// - Returns: at most `limit` events, and where the next page begins; `nil` where there is none.
    /// - Throws: what `source` throws.
    public static func page(
        _ query: LogQuery, in range: TimeRange, limit: Int, after cursor: LogCursor? = nil, source: any LogSource
    ) throws -> (events: [LogEvent], next: LogCursor?) {
        var range = range
        if let cursor { range = TimeRange(start: range.start, end: min(range.end, cursor.time)) }
        let skipped = cursor?.seen ?? 0
        let limit = max(1, min(limit, Int.max - skipped - 1))
        var found = try search(query, in: range, limit: skipped + limit + 1, source: source)
        found.removeFirst(min(skipped, found.prefix { $0.timestamp == cursor?.time }.count))
        guard found.count > limit, let last = found[..<limit].last?.timestamp else { return (found, nil) }
        let events = Array(found[..<limit])
        let seen = events.reversed().prefix { $0.timestamp == last }.count
        let before = seen == limit && last == cursor?.time ? skipped : 0
        return (events, LogCursor(time: last, seen: seen + before))
    }

    private static func filter(_ query: LogQuery, in range: TimeRange, limit: Int) -> LogFilter? {
        let bounds = query.timeBounds
        let narrowed = TimeRange(start: max(range.start, bounds.start), end: min(range.end, bounds.end))
        if narrowed.end < narrowed.start { return nil }
        return LogFilter(in: narrowed, limit: limit, needs: query.needs, condition: query.condition) {
            query.matches($0)
        }
    }
}

/// Where a page of events ends: all newer events are given, and the newest of its own time.
public struct LogCursor: Sendable, Hashable, Codable {
    /// Of the last event that was given, in milliseconds since the Unix epoch.
    public let time: Int64
    /// How many events of that time were given.
    public let seen: Int

    public init(time: Int64, seen: Int) {
        self.time = time
        self.seen = seen
    }
}
