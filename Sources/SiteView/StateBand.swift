package import CameraRecords

/// A part of a band over time in which one state holds. Milliseconds since the Unix epoch.
package struct BandSpan<State: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    package var state: State
    package var start: Int64
    package var end: Int64

    package init(_ state: State, _ start: Int64, _ end: Int64) {
        self.state = state
        self.start = start
        self.end = end
    }
}

/// A part of a band as it is drawn: over whole columns, the narrowest things that can be seen. Where several states share a
/// column, the worst of them has it.
package struct BandSegment<State: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    package var state: State
    /// When the state began and ended within these columns, as exactly as it is known.
    package var start: Int64
    package var end: Int64
    package var column: Int
    package var columns: Int

    package init(_ state: State, _ start: Int64, _ end: Int64, column: Int, columns: Int) {
        self.state = state
        self.start = start
        self.end = end
        self.column = column
        self.columns = columns
    }
}

/// What of a camera's footage there is at a moment, worst first.
package enum FootageState: String, Codable, Sendable, Comparable, CaseIterable {
    /// It was due, and there is none.
    case gap
    case unknown
    /// None was due.
    case undue
    case present

    package static func < (left: FootageState, right: FootageState) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How spans of several states become a band.
package enum StateBand {
    /// Columns that bands of pages have: as many as a phone has pixels, and enough for the eye on a wall.
    package static let columns = 720

    /// Spans without holes over a range.
    /// - Parameters:
    ///   - layers: when each state held, the first one that did counts.
    ///   - rest: the state of all other time.
    package static func spans<State>(
        _ layers: [(state: State, spans: TimeSpans)], rest: State, in range: TimeSpan
    ) -> [BandSpan<State>] {
        var open = TimeSpans([range])
        var found: [BandSpan<State>] = []
        for (state, spans) in layers {
            let taken = open.intersection(spans)
            found += taken.spans.map { BandSpan(state, $0.start, $0.end) }
            open = open.subtracting(taken)
        }
        found += open.spans.map { BandSpan(rest, $0.start, $0.end) }
        found.sort { $0.start < $1.start }
        return found.reduce(into: []) { joined, span in
            if let last = joined.last, last.state == span.state, last.end == span.start {
                joined[joined.count - 1].end = span.end
            } else {
                joined.append(span)
            }
        }
    }

    /// What is drawn of spans: as many parts as there are columns at most.
    /// - Parameter spans: in their order, without holes over the range; of two states the lesser one is the worse.
    package static func segments<State: Comparable>(
        _ spans: [BandSpan<State>], in range: TimeSpan, columns wanted: Int = columns
    ) -> [BandSegment<State>] {
        guard !spans.isEmpty, !range.isEmpty else { return [] }
        let count = Int(max(1, min(Int64(wanted), range.length)))
        /// Where a column begins; in two steps, so that no product is too large.
        func edge(_ column: Int) -> Int64 {
            let (whole, rest) = range.length.quotientAndRemainder(dividingBy: Int64(count))
            return range.start + whole * Int64(column) + rest * Int64(column) / Int64(count)
        }
        var segments: [BandSegment<State>] = []
        var first = 0
        for column in 0..<count {
            let (from, to) = (edge(column), edge(column + 1))
            while first < spans.count - 1, spans[first].end <= from { first += 1 }
            var worst = spans[first]
            var place = first + 1
            // The last span that lies in it may have the same state as the first one.
            var end = worst.end
            while place < spans.count, spans[place].start < to {
                if spans[place].state < worst.state { worst = spans[place] }
                if spans[place].state == worst.state { end = spans[place].end }
                place += 1
            }
            let (start, stop) = (max(from, worst.start), min(to, end))
            if let last = segments.last, last.state == worst.state {
                segments[segments.count - 1].columns += 1
                segments[segments.count - 1].end = stop
            } else {
                segments.append(BandSegment(worst.state, start, stop, column: column, columns: 1))
            }
        }
        return segments
    }
}
