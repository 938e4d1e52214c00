internal import Model

/// A part of a trace's time in which nothing is told of work.
public struct TraceGap: Sendable, Hashable {
    /// Nanoseconds since the Unix epoch.
    public var start: Int64
    public var end: Int64
    /// The row that was open meanwhile, and tells of nothing below it; `nil` where nobody worked at all.
    public var open: Int?
    /// The rows that ended last before it and began first behind it.
    public var before: Int
    public var after: Int

    public var duration: Int64 { end - start }
}

extension TraceTree {
    /// The times between the first and the last work of a trace in which no span below a top is open, longest first.
    ///
    /// A top that has nothing below it is work itself.
    /// - Parameters:
    ///   - least: shorter ones are left out, in nanoseconds; `nil`: a fiftieth of the trace.
    ///   - limit: so many at most.
    public func gaps(least: Int64? = nil, limit: Int = 10) -> [TraceGap] {
        let least = max(1, least ?? (end - start) / 50)
        let tops = rows.indices.filter { rows[$0].parent == nil && rows[$0].children > 0 }
        let isTop = Set(tops)
        let workers = rows.indices.filter { !isTop.contains($0) }.sorted {
            let (first, second) = (spans[rows[$0].span], spans[rows[$1].span])
            return (first.start, $0) < (second.start, $1)
        }
        var gaps: [TraceGap] = []
        var last: Int?
        for row in workers {
            let span = spans[rows[row].span]
            guard let previous = last else {
                last = row
                continue
            }
            let end = spans[rows[previous].span].end
            if span.start - end >= least {
                gaps.append(TraceGap(start: end, end: span.start, open: nil, before: previous, after: row))
            }
            if span.end > end { last = row }
        }
        gaps = gaps.flatMap { divided($0, tops) }.filter { $0.duration >= least }
        return Array(gaps.sorted { ($1.duration, $0.start) < ($0.duration, $1.start) }.prefix(limit))
    }

    /// Its parts in which a top was open, and those in which none was.
    private func divided(_ gap: TraceGap, _ tops: [Int]) -> [TraceGap] {
        var parts: [TraceGap] = []
        var cursor = gap.start
        func add(to end: Int64, _ open: Int?) {
            guard end > cursor else { return }
            var part = gap
            (part.start, part.end, part.open) = (cursor, end, open)
            parts.append(part)
            cursor = end
        }
        for top in tops where cursor < gap.end {
            let span = spans[rows[top].span]
            guard span.end > cursor, span.start < gap.end else { continue }
            add(to: min(span.start, gap.end), nil)
            add(to: min(span.end, gap.end), top)
        }
        add(to: gap.end, nil)
        return parts
    }
}
