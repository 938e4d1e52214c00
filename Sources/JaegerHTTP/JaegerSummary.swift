internal import HTTPKit
internal import Model
internal import TraceSearch

/// What lists show of a trace.
struct JaegerSummary: Sendable {
    struct Service: Sendable {
        var name: String
        var spans = 0
        var errors = 0
    }

    let id: TraceID
    /// Of the earliest span that has no parent, or whose parent is not there.
    private(set) var rootService = ""
    private(set) var rootOperation = ""
    private(set) var start = Int64.max
    private(set) var end = Int64.min
    private(set) var spans = 0
    private(set) var errors = 0
    /// Spans whose parent is not there.
    private(set) var orphans = 0
    /// Sorted by name.
    private(set) var services: [Service] = []

    init(_ trace: GivenTrace) {
        id = trace.id
        spans = trace.spans.count
        let ids = Set(trace.spans.map(\.span.spanID))
        var root: (place: Int, rank: Int, start: Int64)?
        var byName: [String: Service] = [:]
        for (place, adjusted) in trace.spans.enumerated() {
            let span = adjusted.span
            start = min(start, span.start)
            end = max(end, span.end)
            let isError = span.status == .error
            if isError { errors += 1 }
            let name = span.service
            byName[name, default: Service(name: name)].spans += 1
            if isError { byName[name]?.errors += 1 }
            let isOrphan = !span.isRoot && !ids.contains(span.parentID)
            if isOrphan { orphans += 1 }
            guard span.isRoot || isOrphan else { continue }
            let rank = isOrphan ? 1 : 0
            if root.map({ (rank, span.start) < ($0.rank, $0.start) }) ?? true { root = (place, rank, span.start) }
        }
        services = byName.values.sorted { $0.name < $1.name }
        // In a circle of parents there is none.
        let first = root?.place ?? trace.spans.indices.min { trace.spans[$0].span.start < trace.spans[$1].span.start }
        if let first {
            rootService = trace.spans[first].span.service
            rootOperation = trace.spans[first].span.name
        }
    }
}

extension JSONBytes {
    mutating func summary(_ summary: JaegerSummary) {
        raw(#"{"traceId":""#)
        hexadecimal(summary.id.high)
        hexadecimal(summary.id.low)
        raw(#"","rootServiceName":"#)
        string(summary.rootService)
        raw(#","rootOperationName":"#)
        string(summary.rootOperation)
        // Nanoseconds are too long for a number of JavaScript.
        raw(#","minStartTimeUnixNano":""#)
        number(summary.start)
        raw(#"","maxEndTimeUnixNano":""#)
        number(summary.end)
        raw(#"","spanCount":"#)
        number(summary.spans)
        raw(#","errorSpanCount":"#)
        number(summary.errors)
        raw(#","orphanSpanCount":"#)
        number(summary.orphans)
        raw(#","services":"#)
        list(summary.services) { json, service in
            json.raw(#"{"name":"#)
            json.string(service.name)
            json.raw(#","spanCount":"#)
            json.number(service.spans)
            json.raw(#","errorSpanCount":"#)
            json.number(service.errors)
            json.raw("}")
        }
        raw("}")
    }
}
