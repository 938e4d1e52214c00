internal import LogSearch
internal import Model

/// Reads any text as a query of both languages, and looks with it at a few events.
enum LogQueryFuzzer: Fuzzer {
    private static let now: Int64 = 1_795_000_000_000
    private static let events = [
        LogEvent(
            timestamp: now,
            fields: [
                "message": .string("Camera gate: no route to host"), "level": .string("ERROR"), "status": .integer(503),
                "response_time": .double(12.5), "ok": .boolean(false), "tags": .array([.string("a b"), .integer(1)]),
                "nothing": .null, "fields.component": .string("api"),
            ]),
        LogEvent(timestamp: now - 86_400_000, fields: ["message": .string("é\u{0}\u{1F600}")]),
    ]

    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let text = String(decoding: UnsafeBufferPointer(start: data + 1, count: size - 1), as: UTF8.self)
        let query = data[0] & 1 == 0 ? try? LogQuery.lucene(text, now: now) : try? LogQuery.kql(text, now: now)
        guard let query else { return }
        for event in events {
            let isFound = query.matches(event)
            let bounds = query.timeBounds
            precondition(!isFound || bounds.contains(event.timestamp), "BUG: found outside of the query's own time")
        }
        _ = (query.needs, query.description)
    }
}
