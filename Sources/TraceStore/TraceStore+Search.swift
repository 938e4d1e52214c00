import Base
internal import Codecs
public import Model
import Partitions

extension TraceStore {
    public func search(_ query: SpanQuery, _ limit: SpanLimit) throws -> SpanHits {
        if query.end < query.start { return SpanHits() }
        do {
            let search = Search(store: self, query: query)
            if limit.traces >= limit.spans { return try search.newest(limit.spans) }
            return try search.newest(limit)
        } catch {
            throw StoreError.from(error)
        }
    }
}

/// One search, which looks at what has the newest spans first, and ends where nothing newer can come.
private struct Search {
    let store: TraceStore
    let range: ClosedRange<Int64>
    let conditions: [PreparedCondition]
    private let zstd = Zstd()

    init(store: TraceStore, query: SpanQuery) {
        self.store = store
        range = query.start...query.end
        conditions = query.conditions.map { PreparedCondition($0) }
    }

    /// Goes through the rows that are wanted, unit by unit, as long as `bound` is not above all that is left.
    /// - Parameter traces: what has none of them is left out; `nil` for all.
    private func visit(
        _ units: [TraceStore.Unit], until bound: () -> Int64?,
        of traces: Set<TraceID>? = nil, _ body: (SpanTable, [Int]) throws -> Void
    ) throws {
        let hashes = traces?.map { HashFilter.hash($0) }
        for unit in units {
            if Work.isOver { throw StoreError.cancelled }
            if let bound = bound(), unit.range.upperBound < bound { return }
            if let hashes, !hashes.contains(where: { unit.mayHold($0) }) { continue }
            guard try store.mayHold(unit, conditions) else { continue }
            try store.withTable(unit, zstd) { table in
                if let traces, !(try table.identities().contains { traces.contains($0) }) { return }
                let isWithin = range.contains(unit.range.lowerBound) && range.contains(unit.range.upperBound)
                let rows = try BlockMatcher(table).rows(conditions, in: isWithin ? nil : range)
                if !rows.isEmpty { try body(table, rows) }
            }
        }
    }

    /// The newest spans, whatever their traces.
    func newest(_ most: Int) throws -> SpanHits {
        var hits = NewestHits(limit: most)
        try visit(try store.units(in: range), until: { hits.bound }) { table, rows in try hits.add(rows, of: table) }
        return hits.finish()
    }

    /// The newest spans of so many traces at most: which traces these are comes first.
    func newest(_ limit: SpanLimit) throws -> SpanHits {
        let units = try store.units(in: range)
        var traces = NewestTraces(limit: max(0, limit.traces))
        try visit(units, until: { traces.bound }) { table, rows in try traces.add(rows, of: table) }
        let (wanted, isCut) = traces.finish()
        var hits = NewestHits(limit: limit.spans)
        try visit(units, until: { hits.bound }, of: wanted) { table, rows in
            try hits.add(rows, of: table, traces: wanted)
        }
        var result = hits.finish()
        result.isCut = result.isCut || isCut
        return result
    }
}

/// The newest spans so far, and one more that tells whether there are others.
private struct NewestHits {
    private let limit: Int
    private var hits: [SpanHit] = []
    /// The start that a span must reach once there are enough.
    private(set) var bound: Int64?

    init(limit: Int) { self.limit = max(0, limit) }

    private var kept: Int { limit == .max ? .max : limit + 1 }

    /// Adds rows of a table.
    /// - Parameter traces: those that count; `nil` for all.
    mutating func add(_ rows: [Int], of table: SpanTable, traces: Set<TraceID>? = nil) throws {
        let identities = try table.identities()
        let starts = try table.times().starts
        let numbers = try table.numbers()
        var wanted: [(row: Int, trace: TraceID)] = []
        TraceWalk(table).visit(rows) { row, trace in
            if let bound, starts[row] < bound { return }
            if let traces, !traces.contains(identities[trace]) { return }
            wanted.append((row, identities[trace]))
        }
        if wanted.count > kept {
            wanted.sort { (starts[$1.row], numbers[$1.row]) < (starts[$0.row], numbers[$0.row]) }
            wanted.removeLast(wanted.count - kept)
        }
        for (row, trace) in wanted { hits.append(try table.hit(row, of: trace)) }
        // Sorting now and then keeps memory at a few times the limit.
        if hits.count > kept { tidy() }
    }

    private mutating func tidy() {
        hits.sort { ($1.start, $1.spanID, $1.traceID) < ($0.start, $0.spanID, $0.traceID) }
        if hits.count > kept { hits.removeLast(hits.count - kept) }
        bound = hits.count == kept ? hits.last?.start : nil
    }

    mutating func finish() -> SpanHits {
        tidy()
        let isCut = hits.count > limit
        return SpanHits(hits: isCut ? Array(hits.prefix(limit)) : hits, isCut: isCut)
    }
}

/// The traces with the newest spans so far, and one more that tells whether there are others.
private struct NewestTraces {
    private typealias Newest = (start: Int64, span: UInt64)

    private let limit: Int
    private var newest: [TraceID: Newest] = [:]
    /// The start that a span must reach once there are enough.
    private(set) var bound: Int64?

    init(limit: Int) { self.limit = limit }

    mutating func add(_ rows: [Int], of table: SpanTable) throws {
        let identities = try table.identities()
        let starts = try table.times().starts
        let numbers = try table.numbers()
        TraceWalk(table).visit(rows) { row, trace in
            if let bound, starts[row] < bound { return }
            let found = (start: starts[row], span: numbers[row])
            if let known = newest[identities[trace]], known >= found { return }
            newest[identities[trace]] = found
        }
        if newest.count > limit { tidy() }
    }

    private var sorted: [(key: TraceID, value: Newest)] {
        newest.sorted { left, right in
            left.value == right.value ? right.key < left.key : right.value < left.value
        }
    }

    private mutating func tidy() {
        let kept = sorted.prefix(limit + 1)
        newest = [:]
        for (trace, found) in kept { newest[trace] = found }
        bound = kept.count > limit ? kept.last?.value.start : nil
    }

    /// - Returns: the traces, and whether there are others.
    func finish() -> (Set<TraceID>, Bool) {
        let sorted = sorted
        return (Set(sorted.prefix(limit).map(\.key)), sorted.count > limit)
    }
}

/// Tells of which trace rows are.
private struct TraceWalk {
    private let traces: [Int]

    init(_ table: SpanTable) { traces = table.traces }

    /// Gives rows, which are in order, with the places of their traces.
    func visit(_ rows: [Int], _ body: (Int, Int) -> Void) {
        var trace = 0
        var end = traces.first ?? 0
        for row in rows {
            while row >= end, trace + 1 < traces.count {
                trace += 1
                end += traces[trace]
            }
            body(row, trace)
        }
    }
}
