import Base

/// Parents as they are stored: how many rows before their children they stand.
struct SpanParents: ~Copyable {
    /// A varint a row, as ``BlockFormat/Parent`` has it.
    private(set) var codes = Flat<UInt8>()
    /// The numbers of parents that are not among the trace's rows.
    private(set) var elsewhere = Flat<UInt8>()
    /// The place of each row's parent where it stands before it; -1 for others.
    private(set) var before = Flat<Int32>()

    /// - Parameter traces: how many rows each trace has.
    init(spans: borrowing Flat<UInt64>, parents: borrowing Flat<UInt64>, traces: [Int]) {
        var first = 0
        for count in traces {
            add(spans, parents, first..<first + count)
            first += count
        }
    }

    private static let fewest = 24

    private mutating func add(
        _ spans: borrowing Flat<UInt64>, _ parents: borrowing Flat<UInt64>, _ rows: Range<Int>
    ) {
        var places: [UInt64: Int] = [:]
        if rows.count > Self.fewest {
            for row in rows where places[spans[row]] == nil { places[spans[row]] = row }
        }
        for row in rows {
            let parent = parents[row]
            if parent == 0 {
                codes.append(varint: BlockFormat.Parent.none)
                before.append(-1)
                continue
            }
            var place: Int?
            if rows.count > Self.fewest {
                place = places[parent]
            } else {
                for other in rows where spans[other] == parent {
                    place = other
                    break
                }
            }
            guard let place else {
                codes.append(varint: BlockFormat.Parent.elsewhere)
                elsewhere.append(number: parent)
                before.append(-1)
                continue
            }
            codes.append(varint: BlockFormat.Parent.here &+ Varint.zigzag(Int64(row - place)))
            before.append(place < row ? Int32(place) : -1)
        }
    }
}
