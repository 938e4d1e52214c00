internal import Base
internal import Foundation
internal import LogSearch
internal import LogStore
internal import Model
internal import Site
internal import SiteView

/// A search of logs that was understood: what is left is to look.
struct PreparedSearch: Sendable {
    private let request: LogSearchRequest
    private let query: LogQuery
    private let order: LogOrder
    private let cursor: LogCursor?
    private let range: TimeRange
    private let now: Int64
    private let zone: TimeZone

    /// Columns of a histogram at most, where its interval is named.
    private static let mostColumns: Int64 = 10_000
    private static let month: Int64 = 31 * 86_400_000

    /// - Throws: ``LogSearchRefused`` for what cannot be understood.
    init(_ request: LogSearchRequest, _ parts: Parts) throws {
        self.request = request
        now = parts.timeSource.now()
        zone = try Self.zone(of: request, parts)
        query = try Self.query(of: request, now: now, zone: zone)
        order = request.order == .newestFirst ? .newestFirst : .oldestFirst
        range = TimeRange(
            start: try Self.bound(request.start, "start", now, zone)?.start ?? request.range.start,
            end: try Self.bound(request.end, "end", now, zone)?.end ?? request.range.end)
        guard let text = request.cursor else {
            cursor = nil
            return
        }
        guard let read = LogCursor(text, of: query, order) else { throw LogSearchRefused.damaged(cursor: text) }
        cursor = read
    }

    static func query(of request: LogSearchRequest, now: Int64, zone: TimeZone) throws -> LogQuery {
        var query: LogQuery
        do {
            switch request.language {
            case .kql: query = try LogQuery.kql(request.query, now: now, zone: zone)
            case .lucene: query = try LogQuery.lucene(request.query, now: now, zone: zone)
            }
        } catch {
            throw LogSearchRefused(error.description, offset: error.offset)
        }
        for filter in request.filters {
            do {
                query = query.and(try LogQuery.lucene(filter, now: now, zone: zone))
            } catch {
                throw LogSearchRefused("the filter \(filter.prefix(80)): \(error)")
            }
        }
        return query
    }

    /// The zone that a request names, else the site's, else the host's.
    static func zone(of request: LogSearchRequest, _ parts: Parts) throws -> TimeZone {
        guard let name = request.timeZone else { return parts.current.value.site.watchpost.zone }
        guard let zone = LogTime.zone(name) else {
            throw LogSearchRefused(
                "there is no time zone \"\(name.prefix(80))\"; write a name such as Asia/Ho_Chi_Minh, or +07:00")
        }
        return zone
    }

    private static func bound(_ text: String?, _ name: String, _ now: Int64, _ zone: TimeZone) throws -> TimeRange? {
        guard let text, !text.isEmpty else { return nil }
        guard let bound = LogTime.range(text, now: now, zone: zone) else {
            throw LogSearchRefused(
                "cannot read \(name)=\"\(text.prefix(80))\"; write milliseconds since 1970, "
                    + "a time (2026-11-28T10:00:00+07:00), or date math (now-15m, now/d)")
        }
        return bound
    }

    /// Searches and counts, as far as the time of the work goes.
    func answer(from logs: LogStore) throws -> LogPage {
        var page = LogPage(events: [], isCut: false)
        if request.limit > 0 {
            let found = try LogSearch.page(
                query, in: range, order, limit: request.limit, after: cursor, takesPart: true, source: logs)
            page.events = found.events.map { LogEventView($0, fields: request.fields) }
            page.isCut = found.isCut
            page.next = found.next?.text(of: query)
            page.timedOut = found.isPartial
        }
        if request.wantsCounts { try count(in: logs, into: &page) }
        return page
    }

    private func count(in logs: LogStore, into page: inout LogPage) throws {
        let span = span(of: logs)
        var counting = LogCountRequest(terms: request.terms, split: request.split)
        if let columns = request.histogram {
            // Days, and parts of them, begin by the clock of the zone.
            let end = Date(timeIntervalSince1970: Double(span.end) / 1_000)
            counting.offset = Int64(zone.secondsFromGMT(for: end)) * 1_000
            counting.interval = try interval(columns, over: span, offset: counting.offset)
        }
        var isPartial = false
        let counts = try LogSearch.counts(of: query, in: range, counting, source: logs) { isPartial = true }
        page.timedOut = page.timedOut || isPartial
        page.total = counts.total
        if request.limit == 0 { page.isCut = counts.total > 0 }
        if let interval = counting.interval {
            page.histogram = LogHistogram(
                interval: interval, columns: Self.columns(counts, counting, interval, over: span))
        }
        if !request.terms.isEmpty {
            page.terms = Dictionary(
                request.terms.map { ($0, Self.terms(counts, of: $0, size: request.termsSize)) }
            ) { first, _ in first }
        }
    }

    /// The time over which a histogram goes: that of the search, without what lies before all events and in the future.
    private func span(of logs: LogStore) -> TimeRange {
        let bounds = query.timeBounds
        var start = max(range.start, bounds.start)
        let end = min(range.end, bounds.end, max(now, start))
        if now - max(start, 0) > Self.month {
            start = max(start, logs.statistics.oldest ?? end)
        }
        return TimeRange(start: min(start, end), end: end)
    }

    private func interval(
        _ columns: LogSearchRequest.Columns, over span: TimeRange, offset: Int64
    ) throws -> Int64 {
        switch columns {
        case .count(let count): return LogIntervals.fitting(span, offset: offset, columns: count)
        case .width(let width):
            let length = span.end - span.start
            guard length / width < Self.mostColumns else {
                throw LogSearchRefused(
                    "a histogram with an interval of \(DurationText.text(milliseconds: width)) would have "
                        + "\(length / width + 1) columns, more than \(Self.mostColumns); write a longer interval")
            }
            return width
        }
    }

    private static func columns(
        _ counts: LogCounts, _ counting: LogCountRequest, _ interval: Int64, over span: TimeRange
    ) -> [LogHistogram.Column] {
        var all = counts.histogram
        if var start = counting.column(of: span.start) {
            while start <= span.end {
                all[start] = all[start] ?? 0
                start += interval
            }
        }
        return all.sorted { $0.key < $1.key }.map { start, count in
            let parts = counts.parts.compactMap { part in part.histogram[start].map { (part.value, $0) } }
            return LogHistogram.Column(
                start: start, count: count,
                parts: counting.split == nil ? nil : Dictionary(parts) { first, _ in first })
        }
    }

    private static func terms(_ counts: LogCounts, of field: String, size: Int) -> LogTerms {
        let sorted = (counts.terms[field] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return LogTerms(
            values: sorted.prefix(size).map { LogTerms.Term(value: $0.key, count: $0.value) },
            others: sorted.dropFirst(size).reduce(counts.others[field] ?? 0) { $0 + $1.value })
    }
}

/// Widths of columns that a person reads with ease.
enum LogIntervals {
    private static let all: [Int64] = {
        let milliseconds: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500]
        let seconds: [Int64] = [1, 2, 5, 10, 15, 30]
        let hours: [Int64] = [1, 2, 3, 6, 12]
        let days: [Int64] = [1, 2, 7, 14, 30, 90, 365]
        return milliseconds + seconds.map { $0 * 1_000 } + seconds.map { $0 * 60_000 } + hours.map { $0 * 3_600_000 }
            + days.map { $0 * 86_400_000 }
    }()

    /// The narrowest of which no more than `columns` cover a span.
    /// - Parameter offset: as ``LogCountRequest/offset``.
    static func fitting(_ span: TimeRange, offset: Int64, columns: Int) -> Int64 {
        let most = Int64(max(1, columns))
        func count(_ width: Int64) -> Int64 {
            let counting = LogCountRequest(interval: width, offset: offset)
            guard let first = counting.column(of: span.start), let last = counting.column(of: span.end) else {
                return 1
            }
            return (last - first) / width + 1
        }
        return all.first { count($0) <= most } ?? max(1, (span.end - span.start) / most + 1)
    }
}
