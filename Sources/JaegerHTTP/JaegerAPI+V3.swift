internal import HTTPKit
internal import HTTPTypes
internal import Model
internal import Telemetry
internal import TraceSearch

extension JaegerAPI {
    /// `/api/v3/traces`: all spans of the traces that have one that matches, as OTLP.
    func searchOfV3(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let search = try JaegerSearch(ofV3: parameters, parts.bounds)
        return try await work { parts in
            var result = ResourceSpans(bytesMax: parts.bounds.bytes)
            try parts.read(try parts.find(search).ids, isRaw: search.isRaw) { trace in
                result.add(trace)
                return !result.isFull
            }
            guard !result.isEmpty else { throw JaegerError(.notFound, "No traces found") }
            return result.whole
        }
    }

    /// `/api/v3/traces/{id}`.
    func traceOfV3(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let id = try parameters.traceID(parameters.segment("id"))
        let isRaw = try parameters.flag("rawTraces", "raw_traces")
        // Where to look, for stores that must be told.
        _ = try parameters.moment("startTime", "start_time")
        _ = try parameters.moment("endTime", "end_time")
        return try await work { parts in
            guard let trace = try parts.trace(id, spansMax: parts.bounds.spansOfOne, isRaw: isRaw) else {
                throw JaegerError(.notFound, "No traces found")
            }
            var result = ResourceSpans(bytesMax: parts.bounds.bytes)
            result.add(trace)
            return result.whole
        }
    }

    /// `/api/v3/trace-summaries`: what lists show of a trace.
    func summaries(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let search = try JaegerSearch(ofV3: parameters, parts.bounds)
        return try await work { parts in
            var summaries: [JaegerSummary] = []
            try parts.read(try parts.find(search).ids, isRaw: true) { trace in
                summaries.append(JaegerSummary(trace))
                return true
            }
            return JSONBytes(listed: "summaries", summaries) { $0.summary($1) }
        }
    }
}

/// The answer of `/api/v3/traces`, trace by trace.
private struct ResourceSpans {
    let bytesMax: Int
    private var json = JSONBytes()

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var isEmpty: Bool { json.bytes.isEmpty }
    var isFull: Bool { json.bytes.count > bytesMax }

    mutating func add(_ trace: GivenTrace) {
        if isEmpty { json.raw(#"{"result":{"resourceSpans":["#) } else { json.raw(",") }
        var spans = trace.spans.map { adjusted in
            var span = adjusted.span
            span.attributes += Self.warnings(adjusted.warnings)
            return span
        }
        if !spans.isEmpty { spans[0].attributes += Self.warnings(trace.warnings) }
        // A list without its brackets, behind those of the traces before.
        json.append(bytes: OTLPTraceJSON.resourceSpans(of: spans).dropFirst().dropLast())
    }

    var whole: JSONBytes {
        var whole = json
        whole.raw("]}}")
        return whole
    }

    /// Where Jaeger puts what is to be said of a span.
    private static func warnings(_ warnings: [String]) -> [SpanAttribute] {
        if warnings.isEmpty { return [] }
        var json = JSONBytes()
        json.list(warnings) { $0.string($1) }
        return [SpanAttribute("@jaeger@warnings", .json(String(decoding: json.bytes, as: UTF8.self)))]
    }
}
