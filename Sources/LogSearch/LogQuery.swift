public import Base
public import Foundation
internal import LocalTime
public import Model

/// What events must fulfil: a query in Lucene's language (as Elasticsearch's `query_string` has it) or in KQL.
///
/// Free text (`message`, fields with such names as `reason` or `stack_trace`, and values with blanks) is searched by
/// words, which are what Elasticsearch's standard analyser makes of it. All other fields must have the whole value.
/// Upper and lower case are the same everywhere. A field is found by its name, or by its name behind `fields.`.
public struct LogQuery: Sendable, CustomStringConvertible {
    let root: QueryNode

    init(root: QueryNode) { self.root = root }

    /// The query that every event fulfils.
    public static let all = LogQuery(root: .all)

    /// Reads a query in Lucene's language: `component:recording AND level:(ERROR OR FATAL) AND @timestamp:[now-1h TO *]`.
    /// Bare words are joined by OR.
    /// - Parameters:
    ///   - now: what `now` stands for, in milliseconds since the Unix epoch.
    ///   - zone: says when days begin (`now/d`), and what dates mean that name no zone.
    public static func lucene(
        _ text: String, now: Int64 = SystemTimeSource().now(), zone: TimeZone = .gmt
    ) throws(LogQueryError) -> LogQuery {
        try checkLength(text)
        var parser = LuceneParser(text, ZoneClock(now: now, zone: zone))
        return LogQuery(root: try parser.parse())
    }

    /// Reads a query in Kibana's language: `component: recording and response_time >= 1000`.
    /// - Parameters: as of ``lucene(_:now:zone:)``.
    public static func kql(
        _ text: String, now: Int64 = SystemTimeSource().now(), zone: TimeZone = .gmt
    ) throws(LogQueryError) -> LogQuery {
        try checkLength(text)
        var parser = KQLParser(text, ZoneClock(now: now, zone: zone))
        return LogQuery(root: try parser.parse())
    }

    /// What fulfils this query and another one.
    public func and(_ other: LogQuery) -> LogQuery {
        LogQuery(root: .boolean([.init(occurrence: .must, node: root), .init(occurrence: .must, node: other.root)]))
    }

    private static let bytesMax = 8_192

    static func checkLength(_ text: String) throws(LogQueryError) {
        guard text.utf8.count > bytesMax else { return }
        throw LogQueryError(
            offset: 0, message: "the query has more than \(bytesMax) bytes", mend: "search for fewer things at once")
    }

    /// Whether an event fulfils the query.
    public func matches(_ event: borrowing LogEvent) -> Bool { root.matches(event) }

    /// The query in Lucene's notation of clauses: `+` for must, `-` for must not, nothing for should.
    public var description: String { root.text(isInner: false) }

    /// What every event has that fulfils the query; for skipping data.
    public var needs: LogFilter.Needs {
        var needs = LogFilter.Needs()
        root.collect(&needs)
        return needs
    }

    /// What a source can ask of single values before it makes an event.
    public var condition: LogCondition { root.condition }

    /// The times that an event that fulfils the query can have.
    public var timeBounds: TimeRange {
        var bounds = TimeRange.all
        root.narrow(&bounds)
        return bounds
    }
}
