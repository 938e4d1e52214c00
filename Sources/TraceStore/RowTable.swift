import Base
import Partitions

/// The rows of one kind (spans, events or links) of a block that is read.
final class RowTable {
    /// What rows of a class have in common; the names are those of ``ClassedRows``.
    struct RowClass {
        let shape: Int
        let rows: Int
        /// The place of its name among the header's strings.
        let name: Int
        // Of spans only.
        var scope = 0
        var flags: UInt32 = 0
        var kind: UInt8 = 0
        var status: UInt8 = 0
    }

    let count: Int
    let columns: [BlockColumn]
    /// Places of columns.
    let shapes: [[Int]]
    let classes: [RowClass]
    /// By class, and place in its shape: where the values of its rows begin in the column.
    let firstValues: [[Int]]
    private let streams: BlockStreams
    private let classStream: BlockStreams.Stream
    private var openedClasses: [UInt32]?
    private var openedRanks: [UInt32]?
    private var openedByClass: [UInt32]?

    private static let mostValues = 1 << 25

    /// - Parameters:
    ///   - count: how many rows there must be; `nil` for as many as the classes say.
    ///   - texts: how many strings the header has.
    ///   - scopes: how many scopes; `nil` where classes name none.
    init(count wanted: Int?, texts: Int, scopes: Int?, _ reader: inout ByteReader, _ streams: BlockStreams) throws {
        self.streams = streams
        var keys: [(key: Int, kind: ColumnKind)] = []
        for _ in 0..<reader.count() {
            let key = reader.count(limit: max(0, texts - 1))
            guard let kind = ColumnKind(rawValue: reader.byte()), key < texts else {
                throw StoreError.damaged("a block of spans")
            }
            keys.append((key, kind))
        }
        var shapes: [[Int]] = []
        for _ in 0..<reader.count() {
            let shape = (0..<reader.count()).map { _ in reader.count(limit: max(0, keys.count - 1)) }
            guard shape.isEmpty || !keys.isEmpty else { throw StoreError.damaged("a block of spans") }
            shapes.append(shape)
        }
        var classes: [RowClass] = []
        var total = 0
        for _ in 0..<reader.count() {
            let shape = reader.count(limit: max(0, shapes.count - 1))
            let rows = reader.count(limit: BlockFormat.streamBytesMax - total)
            var found = RowClass(shape: shape, rows: rows, name: reader.count(limit: max(0, texts - 1)))
            if let scopes {
                found.scope = reader.count(limit: max(0, scopes - 1))
                found.flags = UInt32(truncatingIfNeeded: reader.varint())
                let bits = reader.byte()
                (found.kind, found.status) = (bits & 7, bits >> 3)
                guard found.kind <= 5, found.status <= 2, scopes > 0 else {
                    throw StoreError.damaged("a block of spans")
                }
            }
            guard found.name < texts, shape < shapes.count else { throw StoreError.damaged("a block of spans") }
            total += rows
            classes.append(found)
        }
        classStream = try streams.next(&reader)
        let width = classes.count > 65_536 ? 4 : classes.count > 256 ? 2 : 1
        guard !reader.hasFailed, wanted ?? total == total, classStream.count == total * width else {
            throw StoreError.damaged("a block of spans")
        }
        var sizes = [Int](repeating: 0, count: keys.count)
        var values = 0
        firstValues = try classes.map { found in
            values += shapes[found.shape].count * found.rows
            if values > Self.mostValues { throw StoreError.damaged("a block of spans") }
            return shapes[found.shape].map { column in
                defer { sizes[column] += found.rows }
                return sizes[column]
            }
        }
        count = total
        self.shapes = shapes
        self.classes = classes
        columns = try keys.indices.map { place in
            try BlockColumn(key: keys[place].key, kind: keys[place].kind, count: sizes[place], &reader, streams)
        }
    }

    /// The class of each row.
    func classOfRow() throws -> [UInt32] {
        if let openedClasses { return openedClasses }
        let bytes = try streams.open(classStream)
        var numbers: [UInt32]
        if classes.count <= 256 {
            numbers = bytes.map { UInt32($0) }
        } else {
            let width = classes.count > 65_536 ? 4 : 2
            numbers = (0..<count).map { row in
                (0..<width).reduce(0) { $0 | UInt32(bytes[row * width + $1]) << UInt32($1 * 8) }
            }
        }
        var rest = classes.map(\.rows)
        for number in numbers {
            guard number < rest.count, rest[Int(number)] > 0 else { throw StoreError.damaged("a block of spans") }
            rest[Int(number)] -= 1
        }
        openedClasses = numbers
        return numbers
    }

    /// Which row of its class each row is.
    func ranks() throws -> [UInt32] {
        if let openedRanks { return openedRanks }
        var next = [UInt32](repeating: 0, count: classes.count)
        let ranks = try classOfRow().map { number in
            defer { next[Int(number)] += 1 }
            return next[Int(number)]
        }
        openedRanks = ranks
        return ranks
    }

    /// Rows in the order of their classes, as the values of columns that all have.
    func rowsByClass() throws -> [UInt32] {
        if let openedByClass { return openedByClass }
        var next: [Int] = []
        var total = 0
        for found in classes {
            next.append(total)
            total += found.rows
        }
        var rows = [UInt32](repeating: 0, count: count)
        for (row, number) in try classOfRow().enumerated() {
            rows[next[Int(number)]] = UInt32(row)
            next[Int(number)] += 1
        }
        openedByClass = rows
        return rows
    }

    /// The number that a row has in the first column of a kind that is no attribute; `nil` where it has none.
    func number(_ kind: ColumnKind, of row: Int) throws -> UInt64? {
        let number = Int(try classOfRow()[row])
        for (position, column) in shapes[classes[number].shape].enumerated() where columns[column].kind == kind {
            return try columns[column].numbers()[firstValues[number][position] + Int(try ranks()[row])]
        }
        return nil
    }
}
