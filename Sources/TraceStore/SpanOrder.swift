import Base

/// The order in which spans stand in a block: by trace, the traces by their first start, in each the spans by their
/// start. Siblings and parents so lie near each other.
struct SpanOrder: ~Copyable {
    /// Numbers of rows of the gathering.
    private(set) var rows = Flat<UInt32>()
    /// How many rows each trace has, in order.
    private(set) var traces = Flat<UInt32>()

    init(_ gathering: borrowing SpanGathering) {
        let count = gathering.cores.count
        let cores = gathering.cores.elements
        let groups = TraceGroups(cores)
        // Traces by their start, and rows put to their traces.
        var sorted = (0..<groups.count).map { $0 }
        sorted.sort { left, right in
            let (first, second) = (groups.starts[left], groups.starts[right])
            return first == second ? left < right : first < second
        }
        var next = Flat<UInt32>(repeating: 0, count: max(1, groups.count))
        var total: UInt32 = 0
        for group in sorted {
            next[group] = total
            total += groups.counts[group]
            traces.append(groups.counts[group])
        }
        rows.append(repeating: 0, count: count)
        for row in 0..<count {
            let group = Int(groups.groupOfRow[row])
            rows[Int(next[group])] = UInt32(row)
            next[group] += 1
        }
        var first = 0
        for trace in 0..<traces.count {
            let count = Int(traces[trace])
            Self.sort(UnsafeMutableBufferPointer(rebasing: rows.elements[first..<first + count]), cores)
            first += count
        }
    }

    @inline(__always)
    private static func precedes(
        _ left: UInt32, _ right: UInt32, _ cores: UnsafeMutableBufferPointer<SpanGathering.Core>
    ) -> Bool {
        let (first, second) = (cores[Int(left)], cores[Int(right)])
        if first.start != second.start { return first.start < second.start }
        // Of what began together the longest first: it is the parent, if one is.
        if first.end != second.end { return first.end > second.end }
        return first.span == second.span ? left < right : first.span < second.span
    }

    private static func sort(
        _ rows: UnsafeMutableBufferPointer<UInt32>, _ cores: UnsafeMutableBufferPointer<SpanGathering.Core>
    ) {
        var rows = rows
        if rows.count > 24 { return rows.sort { precedes($0, $1, cores) } }
        var end = 1
        while end < rows.count {
            let row = rows[end]
            var place = end
            while place > 0, precedes(row, rows[place - 1], cores) {
                rows[place] = rows[place - 1]
                place -= 1
            }
            rows[place] = row
            end += 1
        }
    }
}

/// Which rows are of the same trace.
private struct TraceGroups: ~Copyable {
    private(set) var groupOfRow = Flat<UInt32>()
    private(set) var counts = Flat<UInt32>()
    private(set) var starts = Flat<Int64>()

    var count: Int { counts.count }

    init(_ cores: UnsafeMutableBufferPointer<SpanGathering.Core>) {
        let seed = Self.seed
        var mask = 64
        while mask < cores.count * 2 { mask *= 2 }
        // The first row of a group plus one; 0 is free.
        var slots = Flat<UInt32>(repeating: 0, count: mask)
        mask -= 1
        for row in 0..<cores.count {
            let core = cores[row]
            let product = (core.traceLow ^ seed).multipliedFullWidth(by: core.traceHigh | 1 &+ seed)
            var place = Int(truncatingIfNeeded: ((product.high ^ product.low) &* 0x9e37_79b9_7f4a_7c15) >> 20) & mask
            while slots[place] != 0 {
                let other = cores[Int(slots[place]) - 1]
                if other.traceHigh == core.traceHigh, other.traceLow == core.traceLow { break }
                place = (place + 1) & mask
            }
            if slots[place] == 0 {
                slots[place] = UInt32(row + 1)
                groupOfRow.append(UInt32(counts.count))
                counts.append(1)
                starts.append(core.start)
            } else {
                let group = groupOfRow[Int(slots[place]) - 1]
                groupOfRow.append(group)
                counts[Int(group)] += 1
                starts[Int(group)] = min(starts[Int(group)], core.start)
            }
        }
    }

    /// Drawn at the start, so that nobody outside can prepare traces that collide.
    private static let seed = UInt64.random(in: .min ... .max)
}
