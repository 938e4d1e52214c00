/// Rows of one kind (spans, events or links). Each has a class, which is what it has in common with others of its kind
/// together with its *shape*, the list of its columns; and a value a column.
struct ClassedRows: ~Copyable {
    /// Each five bytes: the number of its key, and its ``ColumnKind``.
    var columns = Interner()
    /// Each a list of numbers of columns, four bytes a number.
    var shapes = Interner()
    /// Each the number of its shape (four bytes), and what else the kind of rows has.
    var classes = Interner()
    var classOfRow = Flat<UInt32>(capacity: 512)
    /// Where the values of each row begin.
    var firstValue = Flat<UInt32>(capacity: 512)
    /// Numbers as bit patterns, strings as their numbers.
    var values = Flat<UInt64>(capacity: 4_096)
    /// The columns of the row that is being added.
    private var shape = Flat<UInt8>(capacity: 256)
    /// The numbers of columns plus one by key and kind.
    private var known = Flat<UInt32>()

    var count: Int { classOfRow.count }

    mutating func beginRow() {
        shape.removeAll()
        firstValue.append(UInt32(truncatingIfNeeded: values.count))
    }

    @inline(__always)
    mutating func add(_ kind: ColumnKind, key: UInt32, _ value: UInt64) {
        shape.append(number: column(key, kind))
        values.append(value)
    }

    /// The number of a column.
    @inline(__always)
    mutating func column(_ key: UInt32, _ kind: ColumnKind) -> UInt32 {
        let place = Int(key) << 5 | Int(kind.rawValue)
        if place < known.count, known[place] != 0 { return known[place] &- 1 }
        return newColumn(key, kind)
    }

    /// Columns of keys with higher numbers are looked for each time: keys mostly come early.
    private static let knownMax = 4_096 << 5

    @inline(never)
    private mutating func newColumn(_ key: UInt32, _ kind: ColumnKind) -> UInt32 {
        var bytes = Flat<UInt8>()
        bytes.append(number: key)
        bytes.append(kind.rawValue)
        let number = columns.number(of: bytes.bytes)
        let place = Int(key) << 5 | Int(kind.rawValue)
        if place >= Self.knownMax { return number }
        if place >= known.count { known.append(repeating: 0, count: place + 1 - known.count) }
        known[place] = number + 1
        return number
    }

    /// The number of the shape of the row that is being added.
    mutating func endShape() -> UInt32 { shapes.number(of: shape.bytes) }

    mutating func endRow(class packed: borrowing Flat<UInt8>) { classOfRow.append(classes.number(of: packed.bytes)) }

    /// The columns of a shape.
    func columns(ofShape number: UInt32) -> [UInt32] { Self.numbers(shapes[number]) }

    /// The shape of a class.
    func shape(ofClass number: UInt32) -> UInt32 {
        UInt32(littleEndian: classes[number].loadUnaligned(as: UInt32.self))
    }

    /// The key and kind of a column.
    func column(_ number: UInt32) -> (key: UInt32, kind: ColumnKind) {
        let bytes = columns[number]
        guard let kind = ColumnKind(rawValue: bytes[4]) else { preconditionFailure("BUG: a column without a kind") }
        return (UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)), kind)
    }

    static func numbers(_ bytes: UnsafeRawBufferPointer) -> [UInt32] {
        (0..<bytes.count / 4).map {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
        }
    }
}
