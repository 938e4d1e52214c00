internal import Model

/// Spans that have a number in common: the same one sent twice, or a client's and a server's, as Zipkin's libraries share
/// theirs.
enum SharedSpanIDs {
    /// Leaves out spans that are there twice, and gives a server that shares its client's number one of its own. The server
    /// is the client's child then, and has the children of both, which nothing tells apart.
    static func separated(_ spans: [Span]) -> [Span] {
        var ids: Set<SpanID> = []
        ids.reserveCapacity(spans.count)
        for span in spans { ids.insert(span.spanID) }
        if ids.count == spans.count { return spans }
        var places: [SpanID: [Int]] = [:]
        for (place, span) in spans.enumerated() { places[span.spanID, default: []].append(place) }
        var result = spans
        var left: Set<Int> = []
        /// The numbers of servers that took the place of a shared one.
        var servers: [SpanID: SpanID] = [:]
        // In the order of the spans, so that the numbers that are made depend on nothing else.
        for (place, span) in spans.enumerated() {
            guard let group = places[span.spanID], group.count > 1, group[0] == place else { continue }
            var seen: Set<Span> = []
            let different = group.filter { place in
                if seen.insert(spans[place]).inserted { return true }
                left.insert(place)
                return false
            }
            guard different.contains(where: { spans[$0].kind == .client }) else { continue }
            var id = span.spanID
            for server in different where spans[server].kind == .server {
                id = newID(behind: id) { ids.contains($0) }
                ids.insert(id)
                result[server].spanID = id
                result[server].parentID = span.spanID
                if servers[span.spanID] == nil { servers[span.spanID] = id }
            }
        }
        for place in result.indices where result[place].spanID == spans[place].spanID {
            if let server = servers[result[place].parentID] { result[place].parentID = server }
        }
        return left.isEmpty ? result : result.enumerated().filter { !left.contains($0.offset) }.map(\.element)
    }

    /// A number that no span has, the same whenever the trace is shown.
    private static func newID(behind id: SpanID, isTaken: (SpanID) -> Bool) -> SpanID {
        var number = id.number
        repeat {
            // An odd factor and an odd summand: all numbers come before one comes again.
            number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        } while number == 0 || isTaken(SpanID(number))
        return SpanID(number)
    }
}
