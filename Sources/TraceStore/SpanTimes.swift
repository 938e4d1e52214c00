import Base

/// Starts and durations as they are stored: a start is told from where it is expected, at the end of the sibling before
/// or at the parent's start, and an end from that of the last child. What services do one thing after the other so
/// becomes small numbers.
///
/// Only parents that stand before their children count here, so that whatever stands in a block comes to an end.
/// All numbers wrap around: any times come back as they were.
enum SpanTimes {
    /// Rows of spans are these of a block, in its order.
    struct Rows: ~Copyable {
        /// The place of each row's parent; -1 where it has none that stands before it.
        let parents: Flat<Int32>
        /// How many rows each trace has.
        let traces: [Int]

        /// The row after each that has the same parent, and the first child of each; -1 for none.
        let nextSibling: Flat<Int32>
        let firstChild: Flat<Int32>

        init(parents: consuming Flat<Int32>, traces: [Int]) {
            let count = parents.count
            var next = Flat<Int32>(repeating: -1, count: count)
            var first = Flat<Int32>(repeating: -1, count: count)
            var last = Flat<Int32>(repeating: -1, count: count)
            for row in 0..<count where parents[row] >= 0 {
                let parent = Int(parents[row])
                if last[parent] < 0 { first[parent] = Int32(row) } else { next[Int(last[parent])] = Int32(row) }
                last[parent] = Int32(row)
            }
            self.parents = parents
            self.traces = traces
            nextSibling = next
            firstChild = first
        }
    }

    /// Turns starts and durations into what is stored, in place.
    /// - Parameter first: the first row's start.
    static func encode(
        _ rows: borrowing Rows, starts: inout Flat<UInt64>, durations: inout Flat<UInt64>, first: Int64
    ) {
        var rawStarts = Flat<UInt64>(repeating: 0, count: starts.count)
        var rawDurations = Flat<UInt64>(repeating: 0, count: starts.count)
        for row in 0..<starts.count {
            var child = Int(rows.firstChild[row])
            var last = Int64.min
            let hasChildren = child >= 0
            var expected: UInt64 = 0
            while child >= 0 {
                let offset = starts[child] &- starts[row]
                rawStarts[child] = Varint.zigzag(Int64(bitPattern: offset &- expected))
                expected = offset &+ durations[child]
                last = max(last, Int64(bitPattern: expected))
                child = Int(rows.nextSibling[child])
            }
            let difference = hasChildren ? durations[row] &- UInt64(bitPattern: last) : durations[row]
            rawDurations[row] = Varint.zigzag(Int64(bitPattern: difference))
        }
        var before = UInt64(bitPattern: first)
        var row = 0
        for count in rows.traces {
            let begin = starts[row]
            rawStarts[row] = Varint.zigzag(Int64(bitPattern: begin &- before))
            for place in row + 1..<max(row + 1, row + count) where rows.parents[place] < 0 {
                rawStarts[place] = Varint.zigzag(Int64(bitPattern: starts[place] &- begin))
            }
            before = begin
            row += count
        }
        starts = rawStarts
        durations = rawDurations
    }

    /// Undoes ``encode(_:starts:durations:first:)``.
    static func decode(
        _ rows: borrowing Rows, starts: inout Flat<UInt64>, durations: inout Flat<UInt64>, first: Int64
    ) {
        // From the last row on: children stand behind their parents.
        for row in stride(from: starts.count - 1, through: 0, by: -1) {
            var duration = UInt64(bitPattern: Varint.unzigzag(durations[row]))
            var child = Int(rows.firstChild[row])
            if child >= 0 {
                var last = Int64.min
                var expected: UInt64 = 0
                while child >= 0 {
                    let offset = UInt64(bitPattern: Varint.unzigzag(starts[child])) &+ expected
                    starts[child] = offset
                    expected = offset &+ durations[child]
                    last = max(last, Int64(bitPattern: expected))
                    child = Int(rows.nextSibling[child])
                }
                duration &+= UInt64(bitPattern: last)
            }
            durations[row] = duration
        }
        var before = UInt64(bitPattern: first)
        var row = 0
        for count in rows.traces where count > 0 {
            let begin = before &+ UInt64(bitPattern: Varint.unzigzag(starts[row]))
            starts[row] = begin
            for place in row + 1..<max(row + 1, row + count) {
                let parent = Int(rows.parents[place])
                starts[place] =
                    parent >= 0
                    ? starts[parent] &+ starts[place]
                    : begin &+ UInt64(bitPattern: Varint.unzigzag(starts[place]))
            }
            before = begin
            row += count
        }
    }
}
