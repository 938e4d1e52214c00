public import Model

/// A search of whole traces by their spans.
public struct TraceSearchRequest: Sendable, Hashable {
    /// Which spans a trace is found by.
    public var query: SpanQuery
    /// Traces of one answer at most.
    public var limit: Int
    /// Found spans of one answer at most, for charts.
    public var spans: Int
    /// Where an earlier answer ended.
    public var cursor: TraceCursor?

    public init(query: SpanQuery, limit: Int = 50, spans: Int = 2_000, cursor: TraceCursor? = nil) {
        self.query = query
        self.limit = limit
        self.spans = spans
        self.cursor = cursor
    }
}

/// The newest span of the last trace of an answer: traces whose newest is older come next.
public struct TraceCursor: Sendable, Hashable, Comparable, LosslessStringConvertible {
    public var start: Int64
    public var trace: TraceID

    public init(start: Int64, trace: TraceID) {
        self.start = start
        self.trace = trace
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Int64(parts[0]), start >= 0, let trace = TraceID(parts[1]) else {
            return nil
        }
        self.init(start: start, trace: trace)
    }

    public var description: String { "\(start)-\(trace)" }

    public static func < (first: TraceCursor, second: TraceCursor) -> Bool {
        (first.start, first.trace) < (second.start, second.trace)
    }
}

/// What a search of traces found.
public struct TraceFindings: Sendable {
    /// A trace, and the spans of it that were found.
    public struct Found: Sendable, Hashable {
        public var summary: TraceSummary
        public var matches: Int
        /// The newest of them.
        public var newest: TraceCursor
    }

    /// Those whose newest found span is newest come first.
    public var traces: [Found] = []
    /// The newest spans that were found, for charts.
    public var hits: [SpanHit] = []
    /// Whether there are other found spans than ``hits``.
    public var hasOtherHits = false
    /// Where the next answer begins; `nil` where there is none.
    public var next: TraceCursor?

    public init() {}
}

extension TraceSource {
    /// Of a trace so many spans are looked at for its summary.
    private static var summarySpans: Int { 2_000 }
    /// How often the source is asked for more, where the spans that it found are of traces that were listed before.
    private static var roundsMax: Int { 20 }
    /// Spans of one moment that are told apart.
    private static var momentMax: Int { 100_000 }

    /// Traces that have spans as the query wants them, newest first.
    /// - Throws: what the source throws when it cannot be read.
    public func find(_ request: TraceSearchRequest) throws -> TraceFindings {
        var findings = TraceFindings()
        var seen: Set<TraceID> = []
        var query = request.query
        if let cursor = request.cursor { query.end = min(query.end, cursor.start) }
        var limit = SpanLimit(spans: max(request.spans, request.limit * 4))
        for round in 0..<Self.roundsMax {
            let found = try search(query, limit)
            if round == 0 {
                findings.hits = Array(found.hits.prefix(request.spans))
                findings.hasOtherHits = found.isCut || found.hits.count > request.spans
            }
            // Of the moment at which the source stopped there may be others, which come before these.
            let edge = found.isCut ? found.hits.last?.start : nil
            var hits = found.hits.filter { $0.start != edge }
            if hits.isEmpty, edge != nil {
                if limit.spans < Self.momentMax {
                    limit.spans *= 4
                    continue
                }
                hits = found.hits
            }
            // Those of one moment come in the order of their numbers, as cursors do.
            for hit in hits.sorted(by: { ($1.start, $1.traceID) < ($0.start, $0.traceID) })
            where seen.insert(hit.traceID).inserted {
                let place = TraceCursor(start: hit.start, trace: hit.traceID)
                guard let listed = try self.found(hit.traceID, request, newest: place) else { continue }
                if findings.traces.count == request.limit {
                    findings.next = findings.traces.last?.newest
                    return findings
                }
                findings.traces.append(listed)
            }
            guard let edge else { return findings }
            query.end = hits.count == found.hits.count ? edge - 1 : edge
            if query.end < query.start { return findings }
        }
        findings.next = TraceCursor(start: query.end, trace: TraceID(high: .max, low: .max))
        return findings
    }

    /// - Returns: `nil` where the trace was listed before the cursor.
    private func found(
        _ id: TraceID, _ request: TraceSearchRequest, newest: TraceCursor
    ) throws -> TraceFindings.Found? {
        if let cursor = request.cursor, newest >= cursor { return nil }
        guard let trace = try trace(id, spansMax: Self.summarySpans) else { return nil }
        let matches = trace.spans.filter(request.query.matches)
        if let cursor = request.cursor, matches.contains(where: { TraceCursor(start: $0.start, trace: id) >= cursor }) {
            return nil
        }
        return TraceFindings.Found(
            summary: TraceSummary(id, trace), matches: max(1, matches.count), newest: newest)
    }
}
