public import Model

/// The spans of a trace in the order in which a waterfall shows them: each below its parent, those of one parent by their start.
///
/// Whatever came is shown: a span whose parent is not there stands at the top, and so does one of each circle of parents.
/// Nothing here calls itself, so that no depth is too much; it takes about a microsecond a span.
public struct TraceTree: Sendable {
    /// Why a span stands where no parent put it.
    public enum Oddity: Sendable, Hashable {
        /// It names a parent that is not there.
        case orphan
        /// It is its own ancestor.
        case circle
    }

    public struct Row: Sendable, Hashable {
        /// The span's place in ``TraceTree/spans``.
        public var span: Int
        /// The row of its parent; `nil` at the top.
        public var parent: Int?
        /// How many rows are above it in the tree.
        public var depth: Int
        /// How many rows behind it are below it.
        public var descendants = 0
        public var children = 0
        public var oddity: Oddity?
    }

    public let spans: [Span]
    public private(set) var rows: [Row] = []
    /// How many spans bear a number that another span has.
    public private(set) var doubled = 0

    /// What was put right of spans, or could not be, for people; by their place in ``spans``.
    public private(set) var warnings: [Int: [String]] = [:]

    /// The tree of a trace's spans, of which is put right what their senders got wrong.
    public init(adjusting spans: [Span]) {
        let adjusted = TraceAdjustment.adjusted(spans)
        self.init(adjusted.map(\.span))
        for (place, span) in adjusted.enumerated() where !span.warnings.isEmpty { warnings[place] = span.warnings }
    }

    /// - Parameter spans: of one trace, in any order; taken as they are.
    public init(_ spans: [Span]) {
        self.spans = spans
        rows.reserveCapacity(spans.count)
        // The lists of children are chains, so that none of them is allocated.
        let order = spans.indices.sorted {
            (spans[$0].start, spans[$1].end, spans[$0].spanID, $0) < (
                spans[$1].start, spans[$0].end, spans[$1].spanID, $1
            )
        }
        let parents = findParents(order)
        var firstChild = [Int](repeating: -1, count: spans.count)
        var nextSibling = firstChild
        for place in order.reversed() {
            guard let parent = parents[place] else { continue }
            nextSibling[place] = firstChild[parent]
            firstChild[parent] = place
        }
        var isShown = [Bool](repeating: false, count: spans.count)
        func show(_ top: Int, _ oddity: Oddity?) {
            // Spans that wait, each with the row of its parent.
            var waiting: [(span: Int, parent: Int?)] = [(top, nil)]
            while let (place, parent) = waiting.popLast() {
                if isShown[place] { continue }
                isShown[place] = true
                let depth = parent.map { rows[$0].depth + 1 } ?? 0
                rows.append(Row(span: place, parent: parent, depth: depth, oddity: parent == nil ? oddity : nil))
                if let parent { rows[parent].children += 1 }
                let row = rows.count - 1
                let begin = waiting.count
                var child = firstChild[place]
                while child >= 0 {
                    if !isShown[child] { waiting.append((child, row)) }
                    child = nextSibling[child]
                }
                waiting[begin...].reverse()
            }
        }
        for place in order where parents[place] == nil {
            show(place, spans[place].isRoot ? nil : .orphan)
        }
        // What no top leads to goes in circles.
        for place in order where !isShown[place] { show(place, .circle) }
        for row in rows.indices.reversed() {
            if let parent = rows[row].parent { rows[parent].descendants += rows[row].descendants + 1 }
        }
    }

    /// Each span's parent, by its place. Where two spans bear a number, those below belong to who serves, not to who asks.
    private mutating func findParents(_ order: [Int]) -> [Int?] {
        var places: [SpanID: Int] = [:]
        places.reserveCapacity(spans.count)
        for place in order {
            let span = spans[place]
            guard let other = places[span.spanID] else {
                places[span.spanID] = place
                continue
            }
            doubled += 1
            func isServing(_ span: Span) -> Bool { span.kind == .server || span.kind == .consumer }
            if isServing(span), !isServing(spans[other]) { places[span.spanID] = place }
        }
        return spans.map { $0.isRoot ? nil : places[$0.parentID] }
    }

    public func span(_ row: Row) -> Span { spans[row.span] }

    /// When the first span begins, in nanoseconds since the Unix epoch; 0 without spans.
    public var start: Int64 { spans.lazy.map(\.start).min() ?? 0 }
    /// When the last span ends.
    public var end: Int64 { spans.lazy.map(\.end).max() ?? 0 }

    /// The row for which the trace is named: the first root, or the first span where its root is not there.
    public var root: Row? { rows.first { $0.parent == nil && $0.oddity == nil } ?? rows.first }

    /// The names of the services whose spans these are.
    public var services: Set<String> {
        var names: Set<String> = []
        var last: SpanResource?
        for span in spans where span.resource != last {
            last = span.resource
            names.insert(span.service)
        }
        return names
    }

    public var orphans: Int { rows.count { $0.oddity == .orphan } }
    public var circles: Int { rows.count { $0.oddity == .circle } }
}
