internal import Model

/// Which span of a trace is whose child: places in the list of its spans. Nothing here calls itself, as a trace may be as deep
/// as it has spans.
struct SpanTree {
    /// The place of a span's parent; -1 for one without, and for one whose parent is not there.
    private(set) var parents: [Int]
    /// Places of all that can be reached from a span without a parent, each behind its parent.
    private(set) var order: [Int] = []
    private var firstChild: [Int]
    private var nextSibling: [Int]

    init(_ spans: [AdjustedSpan]) {
        var places: [SpanID: Int] = [:]
        places.reserveCapacity(spans.count)
        for place in spans.indices.reversed() { places[spans[place].span.spanID] = place }
        parents = spans.map { $0.span.isRoot ? -1 : places[$0.span.parentID] ?? -1 }
        firstChild = Array(repeating: -1, count: spans.count)
        nextSibling = firstChild
        order.reserveCapacity(spans.count)
        for (place, parent) in parents.enumerated().reversed() where parent >= 0 {
            nextSibling[place] = firstChild[parent]
            firstChild[parent] = place
        }
        for place in parents.indices where parents[place] < 0 { walk(from: place) }
    }

    /// Makes the earliest span of each circle of parents one without a parent, and tells so.
    mutating func openCircles(_ spans: inout [AdjustedSpan]) {
        guard order.count < spans.count else { return }
        var wasSeen = Array(repeating: false, count: spans.count)
        for place in order { wasSeen[place] = true }
        for start in spans.indices where !wasSeen[start] {
            // All that is not reached yet is in a circle or hangs from one: a way up ends in it.
            var place = start
            while !wasSeen[place] {
                wasSeen[place] = true
                place = parents[place]
            }
            var earliest = place
            var next = parents[place]
            while next != place {
                if (spans[next].span.start, next) < (spans[earliest].span.start, earliest) { earliest = next }
                next = parents[next]
            }
            parents[earliest] = -1
            spans[earliest].span.parentID = SpanID(0)
            spans[earliest].warnings.append(
                "its parents go round in a circle: it is shown without one, as the earliest of them")
            let reached = order.count
            walk(from: earliest)
            for place in order[reached...] { wasSeen[place] = true }
        }
    }

    private mutating func walk(from root: Int) {
        var waiting = [root]
        while let place = waiting.popLast() {
            order.append(place)
            // A child of a circle that was opened is reached from the place where it was.
            var child = firstChild[place]
            while child >= 0 {
                if parents[child] == place { waiting.append(child) }
                child = nextSibling[child]
            }
        }
    }
}
