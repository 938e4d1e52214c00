internal import Base
internal import Model
internal import TraceSearch

/// Traces that a search found.
struct FoundTraces: Sendable {
    /// Those that are given, the one with the newest span that matches first.
    var ids: [TraceID] = []
    /// How many there are, so far as they were counted.
    var total = 0
    /// Whether there are others.
    var isCut = false
}

/// A trace as it is given.
struct GivenTrace {
    let id: TraceID
    let spans: [AdjustedSpan]
    /// What is to be said of it as a whole.
    var warnings: [String] = []
}

extension JaegerParts {
    /// Looks for traces that have a span that matches.
    func find(_ search: JaegerSearch) throws -> FoundTraces {
        var found = FoundTraces()
        if !search.ids.isEmpty {
            var seen: Set<TraceID> = []
            found.ids = search.ids.filter { seen.insert($0).inserted }
            found.total = found.ids.count
            return found
        }
        let end = search.offset + search.limit
        // One more than are given: whoever asks for the next ones learns that there are some.
        let hits = try traces.search(
            search.query, SpanLimit(spans: bounds.hits, traces: max(bounds.counted, end + 1)))
        var seen: Set<TraceID> = []
        for hit in hits.hits where seen.insert(hit.traceID).inserted {
            if seen.count > search.offset, seen.count <= end { found.ids.append(hit.traceID) }
        }
        found.total = seen.count
        found.isCut = hits.isCut
        return found
    }

    /// Reads traces one by one, each up to its share of the spans of one answer; what is gone meanwhile is left out.
    /// - Parameter use: returns whether more are wanted.
    func read(_ ids: [TraceID], isRaw: Bool, _ use: (GivenTrace) throws -> Bool) throws {
        var spansLeft = bounds.spansInAll
        for (place, id) in ids.enumerated() {
            try Work.check()
            // The others get some each, however large this one is.
            let share = spansLeft - (ids.count - place - 1) * bounds.spansOfEach
            let most = max(bounds.spansOfEach, min(share, bounds.spansOfFound))
            guard let trace = try trace(id, spansMax: most, isRaw: isRaw) else { continue }
            spansLeft -= trace.spans.count
            if try !use(trace) { return }
        }
    }

    /// A trace; `nil` where there is none.
    func trace(_ id: TraceID, spansMax: Int, isRaw: Bool) throws -> GivenTrace? {
        guard let trace = try traces.trace(id, spansMax: spansMax), !trace.spans.isEmpty else { return nil }
        var given = GivenTrace(
            id: id,
            spans: isRaw ? TraceAdjustment.asSent(trace.spans) : TraceAdjustment.adjusted(trace.spans))
        if trace.isCut {
            given.warnings.append("the trace has more spans than the \(trace.spans.count) that are given here")
        }
        return given
    }
}
