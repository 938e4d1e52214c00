internal import Model

/// Links without the number of a trace or a span, which lead nowhere.
enum EmptyLinks {
    static func removed(_ spans: inout [AdjustedSpan]) {
        for place in spans.indices where !spans[place].span.links.isEmpty {
            let count = spans[place].span.links.count
            spans[place].span.links.removeAll { $0.traceID.isZero || $0.spanID.isZero }
            let removed = count - spans[place].span.links.count
            if removed > 0 {
                spans[place].warnings.append(
                    removed == 1
                        ? "a link that leads nowhere is left out" : "\(removed) links that lead nowhere are left out")
            }
        }
    }
}
