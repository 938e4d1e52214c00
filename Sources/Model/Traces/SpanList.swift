/// Spans in memory, looked through one by one: the plainest way to answer, which a store must agree with.
public struct SpanList: TraceSource {
    public var spans: [Span]

    public init(_ spans: [Span] = []) { self.spans = spans }

    public func search(_ query: SpanQuery, _ limit: SpanLimit) -> SpanHits {
        let found = spans.filter(query.matches).sorted { ($1.start, $1.spanID) < ($0.start, $0.spanID) }
        var result = SpanHits()
        var traces: Set<TraceID> = []
        for span in found {
            let isNew = !traces.contains(span.traceID)
            if result.hits.count == limit.spans || (isNew && traces.count == limit.traces) {
                result.isCut = true
                if result.hits.count == limit.spans { break }
                continue
            }
            traces.insert(span.traceID)
            result.hits.append(SpanHit(span))
        }
        return result
    }

    public func trace(_ id: TraceID, spansMax: Int) -> Trace? {
        var seen: Set<Span> = []
        let all = spans.filter { $0.traceID == id && seen.insert($0).inserted }
        if all.isEmpty { return nil }
        let kept = all.prefix(spansMax).sorted { ($0.start, $0.spanID) < ($1.start, $1.spanID) }
        return Trace(spans: kept, isCut: all.count > kept.count)
    }

    private func spans(_ start: Int64, _ end: Int64) -> [Span] { spans.filter { $0.start >= start && $0.start <= end } }

    public func services(start: Int64, end: Int64) -> [String] { Set(spans(start, end).map(\.service)).sorted() }

    public func operations(of service: String?, start: Int64, end: Int64) -> [SpanOperation] {
        let wanted = spans(start, end).filter { service == nil || $0.service == service }
        return Set(wanted.map { SpanOperation(name: $0.name, kind: $0.kind) })
            .sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
    }

    public func attributeNames(start: Int64, end: Int64) -> [String] {
        Set(spans(start, end).flatMap { ($0.attributes + $0.resource.attributes).map(\.key) }).sorted()
    }

    public func attributeValues(_ name: String, start: Int64, end: Int64, limit: Int) -> [String] {
        var values: Set<String> = []
        for span in spans(start, end).sorted(by: { $0.start > $1.start }) where values.count < limit {
            if let value = span[name] { values.insert(value.text) }
        }
        return values.sorted()
    }
}
