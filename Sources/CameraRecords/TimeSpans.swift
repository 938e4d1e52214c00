/// Spans of time, in order and apart from each other.
public struct TimeSpans: Sendable, Equatable {
    public private(set) var spans: [TimeSpan] = []

    public init() {}

    /// - Parameters:
    ///   - spans: in any order; they may overlap, and empty ones are left out.
    ///   - joining: spans that are apart by no more milliseconds become one.
    public init(_ spans: some Sequence<TimeSpan>, joining: Int64 = 0) {
        for span in spans.filter({ !$0.isEmpty }).sorted(by: { $0.start < $1.start }) { append(span, joining) }
    }

    public var isEmpty: Bool { spans.isEmpty }
    /// Milliseconds of all together.
    public var total: Int64 { spans.reduce(0) { $0 + $1.length } }

    private mutating func append(_ span: TimeSpan, _ joining: Int64) {
        if let last = spans.last, span.start - last.end <= joining {
            spans[spans.count - 1].end = max(last.end, span.end)
        } else {
            spans.append(span)
        }
    }

    /// Adds one; cheap at the end.
    public mutating func insert(_ span: TimeSpan, joining: Int64 = 0) {
        if span.isEmpty { return }
        guard let last = spans.last, span.start < last.start else { return append(span, joining) }
        // Those that it touches become one with it.
        let first = firstIndex { $0.end >= span.start - joining }
        var after = first
        var whole = span
        while after < spans.count, spans[after].start <= span.end + joining {
            whole = TimeSpan(start: min(whole.start, spans[after].start), end: max(whole.end, spans[after].end))
            after += 1
        }
        spans.replaceSubrange(first..<after, with: [whole])
    }

    public mutating func formUnion(_ other: TimeSpans, joining: Int64 = 0) {
        if spans.isEmpty, joining == 0 {
            self = other
        } else {
            for span in other.spans { insert(span, joining: joining) }
        }
    }

    /// The part within a span.
    public func clipped(to range: TimeSpan) -> TimeSpans {
        var result = TimeSpans()
        for span in spans[firstIndex { $0.end > range.start }...] {
            if span.start >= range.end { break }
            let part = span.intersection(range)
            if !part.isEmpty { result.spans.append(part) }
        }
        return result
    }

    /// What both have.
    public func intersection(_ other: TimeSpans) -> TimeSpans {
        var result = TimeSpans()
        var (left, right) = (0, 0)
        while left < spans.count, right < other.spans.count {
            let part = spans[left].intersection(other.spans[right])
            if !part.isEmpty { result.spans.append(part) }
            if spans[left].end < other.spans[right].end { left += 1 } else { right += 1 }
        }
        return result
    }

    /// What is in this and not in the other.
    public func subtracting(_ other: TimeSpans) -> TimeSpans {
        var result = TimeSpans()
        var next = 0
        for span in spans {
            var start = span.start
            while next < other.spans.count, other.spans[next].end <= start { next += 1 }
            var index = next
            while index < other.spans.count, other.spans[index].start < span.end {
                let hole = other.spans[index]
                if hole.start > start { result.spans.append(TimeSpan(start: start, end: hole.start)) }
                start = max(start, hole.end)
                index += 1
            }
            if start < span.end { result.spans.append(TimeSpan(start: start, end: span.end)) }
        }
        return result
    }

    /// Leaves out what is before a moment.
    public mutating func forget(before time: Int64) {
        spans.removeFirst(firstIndex { $0.end > time })
        if let first = spans.first, first.start < time { spans[0].start = time }
    }

    /// The first span of which `isAfter` holds, as it does of all behind it.
    private func firstIndex(where isAfter: (TimeSpan) -> Bool) -> Int {
        var range = 0..<spans.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isAfter(spans[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }
}
