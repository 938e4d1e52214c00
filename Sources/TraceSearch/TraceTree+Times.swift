internal import Model

/// A part of a trace's time, in nanoseconds since the Unix epoch.
public struct TraceSection: Sendable, Hashable {
    public var row: Int
    public var start: Int64
    public var end: Int64

    public init(row: Int, start: Int64, end: Int64) {
        self.row = row
        self.start = start
        self.end = end
    }

    public var duration: Int64 { end - start }
}

extension TraceTree {
    /// How long each row worked itself: its time without the time of those directly below it. In nanoseconds, by row.
    public var selfTimes: [Int64] {
        var times = rows.map { spans[$0.span].duration }
        // Rows of one parent come in the order of their starts: what is covered so far ends here.
        var covered = rows.map { spans[$0.span].start }
        for row in rows {
            guard let parent = row.parent else { continue }
            let (span, outer) = (spans[row.span], spans[rows[parent].span])
            let start = max(span.start, covered[parent])
            let end = min(span.end, outer.end)
            if end > start {
                times[parent] -= end - start
                covered[parent] = end
            }
        }
        return times
    }

    /// The end of each row and all that is below it: work that was handed on goes on after its sender. By row.
    private var subtreeEnds: [Int64] {
        var ends = rows.map { spans[$0.span].end }
        for row in rows.indices.reversed() {
            if let parent = rows[row].parent { ends[parent] = max(ends[parent], ends[row]) }
        }
        return ends
    }

    /// What the trace's end waited for: of each moment the span that worked, from the first to the last. A moment that nobody
    /// worked in belongs to none. Shortening any of it shortens the trace.
    ///
    /// From the end backwards it is the child that ended last, with all that is below it, then the one that ended last before
    /// that one began; between them it is the parent itself.
    public var criticalPath: [TraceSection] {
        let ends = subtreeEnds
        var children = [[Int]](repeating: [], count: rows.count)
        var tops: [Int] = []
        for row in rows.indices {
            if let parent = rows[row].parent { children[parent].append(row) } else { tops.append(row) }
        }
        func start(_ row: Int) -> Int64 { spans[rows[row].span].start }
        func byEnd(_ rows: [Int]) -> [Int] { rows.sorted { (ends[$0], $1) < (ends[$1], $0) } }

        struct Frame {
            /// `nil` above all tops.
            let row: Int?
            /// Not before this is anything of it, and not behind `end`.
            let floor: Int64
            let end: Int64
            var cursor: Int64
            /// Whether it goes on behind `end`.
            let isCut: Bool
            /// The last to end stand last.
            var children: [Int]
        }
        var path: [TraceSection] = []
        /// What of the time from `floor` to `cursor` is the row's own.
        func add(_ row: Int?, _ floor: Int64, _ cursor: Int64) {
            guard let row else { return }
            let end = min(cursor, spans[rows[row].span].end)
            let section = TraceSection(row: row, start: max(floor, start(row)), end: end)
            if section.end > section.start { path.append(section) }
        }
        let (first, last) = (self.start, self.end)
        var frames = [
            Frame(row: nil, floor: first, end: last, cursor: last, isCut: false, children: byEnd(tops))
        ]
        while var frame = frames.popLast() {
            var inner: Frame?
            while let child = frame.children.popLast() {
                let (begin, end) = (max(start(child), frame.floor), min(ends[child], frame.cursor))
                // Nobody waited for the end of one that overlaps with the next; tops know nothing of each other.
                let wasAwaited =
                    ends[child] <= frame.cursor || frame.row == nil || (frame.isCut && frame.cursor == frame.end)
                guard begin < end, wasAwaited else { continue }
                add(frame.row, end, frame.cursor)
                frame.cursor = begin
                inner = Frame(
                    row: child, floor: begin, end: end, cursor: end, isCut: end < ends[child],
                    children: byEnd(children[child]))
                break
            }
            guard let inner else {
                add(frame.row, frame.floor, frame.cursor)
                continue
            }
            frames.append(frame)
            frames.append(inner)
        }
        return path.reversed()
    }
}
