public import Model

/// A span as it is shown: what its senders got wrong is put right, and told.
public struct AdjustedSpan: Sendable, Hashable {
    public var span: Span
    /// What was changed, and what is wrong and could not be, for people.
    public var warnings: [String]

    public init(_ span: Span, warnings: [String] = []) {
        self.span = span
        self.warnings = warnings
    }
}

/// Puts right what senders of a trace got wrong, so that it is a tree of spans whose times agree, as Jaeger does for what it
/// shows: a span that is there twice is left out, a server and a client that share a number get one each, circles of parents
/// are opened, clocks of other hosts are set right, links that lead nowhere are left out.
///
/// The time that it takes grows with the number of spans, whatever they hold.
public enum TraceAdjustment {
    /// - Parameter spans: all of one trace, in any order.
    /// - Returns: sorted by their start, then by their number.
    public static func adjusted(_ spans: [Span]) -> [AdjustedSpan] {
        var adjusted = SharedSpanIDs.separated(spans).map { AdjustedSpan($0) }
        var tree = SpanTree(adjusted)
        tree.openCircles(&adjusted)
        ClockSkew.corrected(&adjusted, tree)
        EmptyLinks.removed(&adjusted)
        let order = adjusted.indices.sorted { first, second in
            let (first, second) = (adjusted[first].span, adjusted[second].span)
            return (first.start, first.spanID) < (second.start, second.spanID)
        }
        return order.map { adjusted[$0] }
    }

    /// The same for spans of which nothing is put right.
    public static func asSent(_ spans: [Span]) -> [AdjustedSpan] { spans.map { AdjustedSpan($0) } }
}
