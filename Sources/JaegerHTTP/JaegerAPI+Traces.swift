internal import HTTPKit
internal import Model

extension JaegerAPI {
    /// `/api/traces`: whole traces that have a span that matches.
    func search(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let search = try JaegerSearch(parameters, now: nanoseconds, parts.bounds)
        return try await work { parts in
            let found = try parts.find(search)
            var json = JSONBytes()
            json.raw(#"{"data":["#)
            var given: Set<TraceID> = []
            try parts.read(found.ids, isRaw: search.isRaw) { trace in
                if !given.isEmpty { json.raw(",") }
                json.trace(trace, bytesMax: parts.bounds.bytes)
                given.insert(trace.id)
                return json.bytes.count <= parts.bounds.bytes
            }
            let isFull = json.bytes.count > parts.bounds.bytes
            let missing = isFull ? 0 : found.ids.count - given.count
            // What is given is what a client that asks for the next ones goes on behind.
            let limit = isFull ? given.count : search.limit
            json.raw("]")
            json.counts(total: max(0, found.total - missing), limit: limit, offset: search.offset)
            json.raw(#","errors":"#)
            if isFull, given.count < found.ids.count {
                json.raw("[")
                json.problem(
                    413,
                    "the answer would be too long: \(found.ids.count - given.count) traces are left out; ask with "
                        + "offset=\(search.offset + given.count) for them")
                json.raw("]")
            } else if !search.ids.isEmpty, missing > 0 {
                json.list(found.ids.filter { !given.contains($0) }) {
                    $0.problem(404, JaegerError.unknownTrace.message, traceID: $1.description)
                }
            } else {
                json.raw("null")
            }
            json.raw("}")
            return json
        }
    }

    /// `/api/traces/{id}`.
    func trace(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let id = try parameters.traceID(parameters.segment("id"))
        let isRaw = try parameters.flag("raw")
        // Where to look, for stores that must be told.
        for name in ["start", "end"] { _ = try parameters.time(name, unit: 1_000) }
        return try await work { parts in
            guard let trace = try parts.trace(id, spansMax: parts.bounds.spansOfOne, isRaw: isRaw) else {
                throw JaegerError.unknownTrace
            }
            var json = JSONBytes()
            json.raw(#"{"data":["#)
            json.trace(trace, bytesMax: parts.bounds.bytes)
            json.raw("]")
            json.counts(total: 1)
            json.raw(#","errors":null}"#)
            return json
        }
    }

    /// The time, in nanoseconds since the Unix epoch.
    private var nanoseconds: Int64 { parts.now() * 1_000_000 }
}

extension JSONBytes {
    /// `total`, `limit` and `offset`, behind the data.
    mutating func counts(total: Int, limit: Int = 0, offset: Int = 0) {
        raw(#","total":"#)
        number(total)
        raw(#","limit":"#)
        number(limit)
        raw(#","offset":"#)
        number(offset)
    }

    /// A whole answer of `/api` with a list.
    init<Element>(data elements: [Element], _ write: (inout JSONBytes, Element) -> Void) {
        self.init()
        raw(#"{"data":"#)
        list(elements, write)
        counts(total: elements.count)
        raw(#","errors":null}"#)
    }
}
