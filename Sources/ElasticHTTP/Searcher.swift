internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// Answers searches.
struct Searcher {
    let source: any LogSource
    let names: IndexNames
    let now: Int64
    /// Names of indices that were made and may have no documents yet.
    let made: @Sendable (String) -> Bool

    var reader: QueryReader { QueryReader(names: names, now: now) { try source.fieldNames(in: .all) } }

    /// The most bytes of documents of one answer.
    private static let bytesMax = 64 << 20

    /// A hit, and by what it was sorted.
    struct Hit {
        let event: LogEvent
        var sort: [DocumentValue]
    }

    /// What a search found.
    struct Found {
        var hits: [Hit] = []
        var next: DocumentValue?
        var total = 0
        var aggregations: Document?
        var isPartial = false
    }

    // MARK: Indices

    /// What events of an expression must fulfil.
    /// - Throws: ``ElasticError`` where an index is named that is not there, unless `ignoresAbsent`.
    func scope(_ expression: IndexExpression, ignoresAbsent: Bool = false, allowsNone: Bool = true) throws -> LogQuery {
        if !ignoresAbsent {
            for name in expression.concrete where try !exists(name) { throw ElasticError.noIndex(name) }
        }
        let query = names.query(expression)
        if !allowsNone, try LogSearch.search(query, in: .all, limit: 1, source: source).isEmpty {
            throw ElasticError.noIndex(expression.description)
        }
        return query
    }

    func exists(_ name: String) throws -> Bool {
        if made(name) { return true }
        let query = names.query(try IndexExpression(name, now: now))
        return try !LogSearch.search(query, in: .all, limit: 1, source: source).isEmpty
    }

    /// The newest event of a query.
    func first(_ query: LogQuery) throws -> LogEvent? {
        try LogSearch.search(query, in: .all, limit: 1, source: source).first
    }

    // MARK: Searching

    /// - Parameters:
    ///   - until: the newest time of events that count.
    ///   - next: where the hits of an earlier search ended.
    func find(
        _ request: SearchRequest, _ scope: LogQuery, until: Int64 = .max, next: DocumentValue? = nil,
        counts: Bool = true
    ) throws -> Found {
        var found = Found()
        let range = TimeRange(start: .min, end: until)
        let query = scope.and(request.hitQuery)
        if request.size > 0 {
            if let order = request.sort.byTime {
                try findByTime(request, query, range, order, next, &found)
            } else {
                try findByFields(request, query, range, next, &found)
            }
        }
        var isPartial = false
        if counts, request.countsUpTo != 0 {
            found.total = try LogSearch.counts(of: query, in: range, source: source) { isPartial = true }.total
        }
        if !request.aggregations.isEmpty {
            let run = AggregationRun(names: names, now: now)
            found.aggregations = try run.answer(
                request.aggregations, scope.and(request.query), in: range, source: source
            ) { isPartial = true }
        }
        found.isPartial = found.isPartial || isPartial
        return found
    }

    private func findByTime(
        _ request: SearchRequest, _ query: LogQuery, _ range: TimeRange, _ order: LogOrder, _ next: DocumentValue?,
        _ found: inout Found
    ) throws {
        var range = range
        var cursor = next.flatMap { LogCursor($0, order) }
        if let after = request.after {
            switch try place(after, request.sort, order) {
            case .behind(let time):
                // Beyond all times of that moment, as nobody told them apart.
                if order == .newestFirst {
                    if time == .min { return }
                    range = TimeRange(start: range.start, end: min(range.end, time - 1))
                } else {
                    if time == .max { return }
                    range = TimeRange(start: max(range.start, time + 1), end: range.end)
                }
            case .cursor(let place): cursor = place
            }
        }
        let wanted = request.from + request.size
        var events: [LogEvent] = []
        var bytes = 0
        let first = cursor
        var following: LogCursor?
        repeat {
            let page = try LogSearch.page(
                query, in: range, order, limit: wanted - events.count, after: cursor, takesPart: true, source: source)
            events += page.events
            bytes += page.events.reduce(0) { $0 + $1.approximateBytes }
            found.isPartial = found.isPartial || page.isPartial
            following = page.next
            cursor = page.next
            guard bytes <= Self.bytesMax else {
                throw ElasticError(
                    413, "content_too_long_exception",
                    "the hits would have more than \(Self.bytesMax) bytes; ask for a smaller [size]")
            }
        } while events.count < wanted && cursor != nil && !found.isPartial
        found.next = following?.value
        let places =
            request.sort.allKeys.contains { $0.target == .place }
            ? Self.places(of: events, order, first: first, next: following) : []
        for (number, event) in events.enumerated().dropFirst(request.from) {
            let sort = request.sort.allKeys.map { key -> DocumentValue in
                switch key.target {
                case .time: key.format.map { .string($0.text(event.timestamp, .gmt)) } ?? .integer(event.timestamp)
                case .place:
                    .integer(
                        request.sort.keys.contains { $0.target == .time }
                            ? Int64(places[number]) : event.timestamp << 20 | Int64(min(places[number], 1 << 20 - 1)))
                case .score: .number(1)
                case .field: .null
                }
            }
            found.hits.append(Hit(event: event, sort: sort))
        }
    }

    private enum Place {
        case behind(Int64)
        case cursor(LogCursor)
    }

    /// What the values of `search_after` say.
    private func place(_ after: [DocumentValue], _ sort: SortOrder, _ order: LogOrder) throws -> Place {
        let keys = sort.allKeys
        guard after.count == keys.count || after.count == sort.keys.count else {
            throw ElasticError.illegal("search_after has \(after.count) value(s) but sort has \(keys.count).")
        }
        var time: Int64?
        var place: Int?
        for (key, value) in zip(keys, after) {
            switch key.target {
            case .time:
                let format = key.format ?? .standard
                time = value.plainText.flatMap { format.range($0, now: now, zone: .gmt)?.start }
                guard time != nil else {
                    throw ElasticError.illegal("Failed to parse search_after value [\(value.json.prefix(80))]")
                }
            case .place:
                guard let number = value.whole else {
                    throw ElasticError.illegal("Failed to parse search_after value [\(value.json.prefix(80))]")
                }
                place = number
            case .score, .field: continue
            }
        }
        if time == nil, let whole = place {
            time = Int64(whole >> 20)
            place = whole & (1 << 20 - 1)
        }
        guard let time else { throw ElasticError.illegal("search_after needs a [sort] by @timestamp, _doc or a field") }
        guard let place else { return .behind(time) }
        return .cursor(LogCursor(order, time: time, count: order == .newestFirst ? max(0, place) : max(0, place) + 1))
    }

    /// Of each event its place among the oldest of its time.
    private static func places(
        of events: [LogEvent], _ order: LogOrder, first: LogCursor?, next: LogCursor?
    ) -> [Int] {
        var places = [Int](repeating: 0, count: events.count)
        var start = 0
        while start < events.count {
            let time = events[start].timestamp
            var end = start
            while end < events.count, events[end].timestamp == time { end += 1 }
            switch order {
            case .oldestFirst:
                let before = first?.time == time ? first?.count ?? 0 : 0
                for place in start..<end { places[place] = before + place - start }
            case .newestFirst:
                let left = end == events.count && next?.time == time ? next?.count ?? 0 : 0
                for place in start..<end { places[place] = left + end - 1 - place }
            }
            start = end
        }
        return places
    }

    // MARK: Sorting by fields

    private func findByFields(
        _ request: SearchRequest, _ query: LogQuery, _ range: TimeRange, _ next: DocumentValue?, _ found: inout Found
    ) throws {
        let sorting = FieldSorting(request.sort, names)
        let after = try (next?.list ?? request.after).map { try sorting.values($0, isNext: next != nil, now: now) }
        var best = BestHits(sorting, limit: request.from + request.size, after: after, bytesMax: Self.bytesMax)
        var isPartial = false
        let names = names
        try LogSearch.visit(query, in: range, fields: nil, source: source, whenTimeIsOver: { isPartial = true }) {
            event in
            try best.add(event) { EventID.text(of: event, in: names.index(of: event)) }
        }
        found.isPartial = isPartial
        let hits = best.finish()
        if hits.count == request.from + request.size, let last = hits.last {
            found.next = .array(last.values.map(\.kept))
        }
        for hit in hits.dropFirst(request.from) {
            found.hits.append(Hit(event: hit.event, sort: sorting.shown(hit.values)))
        }
    }
}
