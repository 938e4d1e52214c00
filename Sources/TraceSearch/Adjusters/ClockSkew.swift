internal import Base
internal import Model

/// Times of hosts whose clocks differ.
///
/// Only what cannot have been is corrected: a span of another clock that began before its parent, and a server's that lies
/// behind its client's, which waited for it. Work that was handed over, through a queue say, may well begin when its parent has
/// ended.
enum ClockSkew {
    /// Sets the clocks of a trace right by those of the parents, and tells by how much.
    static func corrected(_ spans: inout [AdjustedSpan], _ tree: SpanTree) {
        var clocks = Clocks()
        let clockOf = spans.map { clocks.clock(of: $0.span.resource) }
        var shifts = Array(repeating: Int64(0), count: spans.count)
        // Parents come first, so that theirs are right by then.
        for place in tree.order where tree.parents[place] >= 0 {
            let parent = tree.parents[place]
            shifts[place] =
                clocks.areSame(clockOf[parent], clockOf[place])
                ? shifts[parent] : shift(of: spans[place].span, under: spans[parent].span)
            if shifts[place] != 0 { move(&spans[place], by: shifts[place]) }
        }
    }

    /// By how many nanoseconds a span is to be moved.
    private static func shift(of child: Span, under parent: Span) -> Int64 {
        let isAwaited = parent.kind == .client && child.kind == .server
        // A server may end its span a little after its answer has arrived.
        let lateness = child.end.subtractingReportingOverflow(parent.end).partialValue
        let isLate = isAwaited && lateness > parent.duration / 10
        guard child.start < parent.start || isLate else { return 0 }
        // One that lasts longer than its parent was not awaited to its end, and all that is known is that it began later.
        if child.duration > parent.duration { return max(0, parent.start &- child.start) }
        // The way there and the way back are taken to be equally long.
        return parent.start &- child.start &+ (parent.duration - child.duration) / 2
    }

    private static func move(_ adjusted: inout AdjustedSpan, by nanoseconds: Int64) {
        adjusted.span.start = moved(adjusted.span.start, nanoseconds)
        adjusted.span.end = moved(adjusted.span.end, nanoseconds)
        for place in adjusted.span.events.indices {
            adjusted.span.events[place].time = moved(adjusted.span.events[place].time, nanoseconds)
        }
        let milliseconds = FloatText.plain(Double(nanoseconds) / 1_000_000)
        adjusted.warnings.append(
            "the clock of its host differs from its parent's: its times are moved by \(milliseconds) ms")
    }

    private static func moved(_ time: Int64, _ nanoseconds: Int64) -> Int64 {
        let (sum, isOver) = time.addingReportingOverflow(nanoseconds)
        return isOver ? time : sum
    }
}

/// By which clocks spans were timed, as far as their resources tell.
private struct Clocks {
    private struct Clock {
        var host: String?
        var service: String
    }

    private var clocks: [Clock] = []
    private var numbers: [SpanResource: Int] = [:]
    private var last: (resource: SpanResource, number: Int)?

    private static let hostNames = ["host.id", "host.name", "host.ip", "ip", "hostname"]

    /// The number of a resource's clock.
    mutating func clock(of resource: SpanResource) -> Int {
        if let last, last.resource == resource { return last.number }
        let number: Int
        if let known = numbers[resource] {
            number = known
        } else {
            number = clocks.count
            numbers[resource] = number
            let host = Self.hostNames.lazy.compactMap { name in
                resource.attributes.first { $0.key == name }?.value.text
            }.first
            clocks.append(Clock(host: host, service: resource.serviceName))
        }
        last = (resource, number)
        return number
    }

    /// Whether two are one: those of a host, and where one does not tell its host, those of a service.
    func areSame(_ first: Int, _ second: Int) -> Bool {
        if first == second { return true }
        let (first, second) = (clocks[first], clocks[second])
        if let host = first.host, let other = second.host { return host == other }
        return first.service == second.service
    }
}
