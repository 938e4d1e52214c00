public import Model

/// Which events come first.
public enum LogOrder: String, Sendable, Hashable {
    case newestFirst = "desc"
    case oldestFirst = "asc"
}

/// Where a page of events ends: all that come before its time in the order are given, and some of its time.
public struct LogCursor: Sendable, Hashable {
    public let order: LogOrder
    /// Of the last event that was given, in milliseconds since the Unix epoch.
    public let time: Int64
    /// How many of the oldest events of that time were given; where the newest come first, how many of them are left.
    /// Others of the same time that arrive meanwhile are younger, and change neither.
    public let count: Int

    /// - Parameter count: as the property says; callers count events of the same query.
    public init(_ order: LogOrder, time: Int64, count: Int) {
        self.order = order
        self.time = time
        self.count = count
    }

    /// A text that keeps the cursor, for the same query alone.
    public func text(of query: LogQuery) -> String {
        let sign = order == .newestFirst ? "d" : "a"
        return [sign + String(time, radix: 36), String(count, radix: 36), Self.sum(of: query)].joined(separator: ".")
    }

    /// Reads what ``text(of:)`` gave; `nil` for anything else, and for the cursor of another query or order.
    public init?(_ text: String, of query: LogQuery, _ order: LogOrder) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].first == (order == .newestFirst ? "d" : "a"),
            let time = Int64(parts[0].dropFirst(), radix: 36), let count = Int(parts[1], radix: 36), count >= 0,
            parts[2] == Self.sum(of: query)
        else { return nil }
        self.init(order, time: time, count: count)
    }

    private static func sum(of query: LogQuery) -> String {
        // FNV-1a of what the query means: `now` in it may have moved on.
        let hash = query.description.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return String(hash, radix: 36)
    }
}

/// A part of what was found.
public struct LogSearchPage: Sendable {
    public var events: [LogEvent]
    /// Where the next page begins; `nil` where there is none, and where the time was over.
    public var next: LogCursor?
    /// Whether the limit or the time cut the list.
    public var isCut = false
    /// Whether the time was over before all was looked at.
    public var isPartial = false
}

extension LogSearch {
    /// Events in `range` that fulfil `query`, from where an earlier page ended. No page gives what another gave, also
    /// where more events have one time than a page holds.
    /// - Parameters:
    ///   - limit: the most events, at least one.
    ///   - cursor: what the earlier page gave, of the same order; `nil` for the first one.
    ///   - takesPart: whether a part is enough where the time of the work is over; without it such a search fails.
    /// - Throws: what `source` throws.
    public static func page(
        _ query: LogQuery, in range: TimeRange, _ order: LogOrder = .newestFirst, limit: Int,
        after cursor: LogCursor? = nil, takesPart: Bool = false, source: any LogSource
    ) throws -> LogSearchPage {
        var pages = PageSearch(query: query, order: order, limit: max(1, limit), source: source, takesPart: takesPart)
        return try pages.page(in: range, after: cursor)
    }
}

/// The search for one page.
private struct PageSearch {
    let query: LogQuery
    let order: LogOrder
    let limit: Int
    let source: any LogSource
    let takesPart: Bool
    private var found = LogSearchPage(events: [])

    init(query: LogQuery, order: LogOrder, limit: Int, source: any LogSource, takesPart: Bool) {
        self.query = query
        self.order = order
        self.limit = limit
        self.source = source
        self.takesPart = takesPart
    }

    /// About how many bytes of events a page has at most: lines may have a megabyte each.
    private static let bytesMax = 16 << 20

    /// - Returns: the events, and whether bytes made them fewer.
    private mutating func search(
        _ range: TimeRange, _ order: LogOrder, limit: Int, bytesMax: Int = .max
    ) throws -> (events: [LogEvent], isOverBytes: Bool) {
        var isPartial = false
        var isOverBytes = false
        let note: (() -> Void)? = takesPart ? { isPartial = true } : nil
        let events = try LogSearch.search(
            query, in: range, order, limit: limit, source: source, whenTimeIsOver: note, bytesMax: bytesMax,
            whenBytesAreOver: { isOverBytes = true })
        found.isPartial = found.isPartial || isPartial
        return (events, isOverBytes)
    }

    mutating func page(in range: TimeRange, after cursor: LogCursor?) throws -> LogSearchPage {
        var rest = range
        if let cursor {
            if range.contains(cursor.time), try takeRest(of: cursor) { return found }
            switch order {
            case .newestFirst:
                if cursor.time == .min { return found }
                rest = TimeRange(start: range.start, end: min(range.end, cursor.time - 1))
            case .oldestFirst:
                if cursor.time == .max { return found }
                rest = TimeRange(start: max(range.start, cursor.time + 1), end: range.end)
            }
        }
        let wanted = limit - found.events.count
        // One more than is shown tells whether there is another page.
        var (events, isOverBytes) = try search(
            rest, order, limit: wanted == .max ? wanted : wanted + 1, bytesMax: Self.bytesMax)
        let following = events.count > wanted || isOverBytes ? events.popLast() : nil
        found.events += events
        // Of a part nobody knows what lies between its events.
        if let following, !found.isPartial { found.next = try end(before: following, after: cursor) }
        found.isCut = following != nil || found.isPartial
        if found.isPartial { found.next = nil }
        return found
    }

    /// Takes what is left of the time at which an earlier page ended.
    /// - Returns: whether the page is full, and more of that time is left.
    private mutating func takeRest(of cursor: LogCursor) throws -> Bool {
        let time = TimeRange(start: cursor.time, end: cursor.time)
        let left: Int
        switch order {
        case .newestFirst:
            let all = try search(time, .oldestFirst, limit: cursor.count).events
            found.events += all.reversed().prefix(limit)
            left = all.count - found.events.count
        case .oldestFirst:
            let (wanted, overflows) = cursor.count.addingReportingOverflow(limit)
            let all = try search(time, .oldestFirst, limit: overflows || wanted == .max ? .max : wanted + 1).events
            found.events += all.dropFirst(cursor.count).prefix(limit)
            left = all.count - cursor.count - found.events.count
        }
        if found.isPartial {
            found.isCut = true
            return true
        }
        guard left > 0 else { return false }
        found.isCut = true
        found.next = LogCursor(
            order, time: cursor.time, count: order == .newestFirst ? left : cursor.count + found.events.count)
        return true
    }

    /// The end of a page behind which `following` comes.
    private mutating func end(before following: LogEvent, after cursor: LogCursor?) throws -> LogCursor? {
        guard let last = found.events.last?.timestamp else { return nil }
        let given = found.events.reversed().prefix { $0.timestamp == last }.count
        switch order {
        case .oldestFirst:
            let before = cursor?.time == last ? cursor?.count ?? 0 : 0
            return LogCursor(order, time: last, count: before + given)
        case .newestFirst:
            if following.timestamp != last { return LogCursor(order, time: last, count: 0) }
            var isPartial = false
            let note: (() -> Void)? = takesPart ? { isPartial = true } : nil
            let all = try LogSearch.counts(
                of: query, in: TimeRange(start: last, end: last), source: source, whenTimeIsOver: note)
            found.isPartial = found.isPartial || isPartial
            return LogCursor(order, time: last, count: max(0, all.total - given))
        }
    }
}
