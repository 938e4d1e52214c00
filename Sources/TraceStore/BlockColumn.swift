import Base
import Partitions

/// A column of a block.
final class BlockColumn {
    /// Strings, each once, and which of them each value is.
    struct Texts {
        let bytes: [UInt8]
        /// Where each string ends.
        let ends: [Int]
        /// `nil` where all values are the one string.
        let rows: [UInt32]?

        var count: Int { ends.count }

        subscript(place: Int) -> Range<Int> { (place == 0 ? 0 : ends[place - 1])..<ends[place] }

        func withString<Value>(_ place: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
            let range = self[place]
            return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }

        func string(_ place: Int) -> String { String(decoding: bytes[self[place]], as: UTF8.self) }

        /// The place of a value's string.
        func place(of row: Int) -> Int { rows.map { Int($0[row]) } ?? 0 }
    }

    /// The place of its key among the header's strings.
    let key: Int
    let kind: ColumnKind
    /// How many values it has.
    let count: Int

    private enum Content {
        case texts(
            form: UInt8, distinct: Int, lengths: BlockStreams.Stream, bytes: BlockStreams.Stream,
            rows: BlockStreams.Stream)
        case numbers(NumberColumn)
    }

    private let streams: BlockStreams
    private let content: Content
    private var openedTexts: Texts?
    private var openedNumbers: [UInt64]?

    init(key: Int, kind: ColumnKind, count: Int, _ reader: inout ByteReader, _ streams: BlockStreams) throws {
        self.key = key
        self.kind = kind
        self.count = count
        self.streams = streams
        if kind.isText {
            let distinct = reader.count(limit: count)
            let form = reader.byte()
            content = .texts(
                form: form, distinct: distinct, lengths: try streams.next(&reader), bytes: try streams.next(&reader),
                rows: try streams.next(&reader))
        } else {
            content = .numbers(try NumberColumn(count: count, &reader, streams))
        }
    }

    /// The values of a column of numbers, as bit patterns.
    func numbers() throws -> [UInt64] {
        if let openedNumbers { return openedNumbers }
        guard case .numbers(let column) = content else { throw StoreError.damaged("a block of spans") }
        let numbers = try column.values(streams)
        openedNumbers = numbers
        return numbers
    }

    /// The values of a column of strings.
    func texts() throws -> Texts {
        if let openedTexts { return openedTexts }
        guard case .texts(let form, let distinct, let lengths, let bytes, let rows) = content else {
            throw StoreError.damaged("a block of spans")
        }
        let texts = Texts(
            bytes: try streams.open(bytes), ends: try ends(lengths, distinct, bytes.count),
            rows: try self.rows(form, distinct, rows))
        openedTexts = texts
        return texts
    }

    private func ends(_ lengths: BlockStreams.Stream, _ distinct: Int, _ bytes: Int) throws -> [Int] {
        try streams.open(lengths).withUnsafeBytes { lengths in
            var reader = ByteReader(lengths)
            var ends: [Int] = []
            ends.reserveCapacity(distinct)
            var end = 0
            for _ in 0..<distinct {
                end += reader.count(limit: bytes - end)
                ends.append(end)
            }
            guard !reader.hasFailed, reader.isAtEnd, end == bytes else { throw StoreError.damaged("a block of spans") }
            return ends
        }
    }

    private func rows(_ form: UInt8, _ distinct: Int, _ stream: BlockStreams.Stream) throws -> [UInt32]? {
        switch form {
        case BlockFormat.TextForm.constant:
            guard distinct == 1 || count == 0 else { throw StoreError.damaged("a block of spans") }
            return nil
        case BlockFormat.TextForm.ascending:
            guard distinct == count else { throw StoreError.damaged("a block of spans") }
            return (0..<count).map { UInt32($0) }
        case BlockFormat.TextForm.oneByte:
            let bytes = try streams.open(stream)
            guard bytes.count == count, bytes.allSatisfy({ Int($0) < distinct }) else {
                throw StoreError.damaged("a block of spans")
            }
            return bytes.map { UInt32($0) }
        case BlockFormat.TextForm.twoBytes, BlockFormat.TextForm.fourBytes:
            let bytes = try streams.open(stream)
            let width = Int(form)
            guard bytes.count == count * width else { throw StoreError.damaged("a block of spans") }
            var rows: [UInt32] = []
            rows.reserveCapacity(count)
            var row: UInt32 = 0
            for place in 0..<count {
                var difference = UInt32(bytes[place * width]) | UInt32(bytes[place * width + 1]) << 8
                if width == 4 {
                    difference |= UInt32(bytes[place * 4 + 2]) << 16 | UInt32(bytes[place * 4 + 3]) << 24
                }
                row = width == 4 ? row &+ difference : (row &+ difference) & 0xffff
                guard row < distinct else { throw StoreError.damaged("a block of spans") }
                rows.append(row)
            }
            return rows
        default: throw StoreError.damaged("a block of spans")
        }
    }
}

/// A column of numbers: what ``NumberColumnWriter`` wrote.
struct NumberColumn {
    private let form: UInt8
    private let factor: UInt64
    private let digits: Int
    private let least: Int64
    private let planes: [BlockStreams.Stream]
    private let count: Int

    init(count: Int, _ reader: inout ByteReader, _ streams: BlockStreams) throws {
        self.count = count
        form = reader.byte()
        factor = form == BlockFormat.NumberForm.divided ? reader.varint() : 1
        digits = form == BlockFormat.NumberForm.decimal ? Int(reader.byte()) : 0
        least = reader.zigzag()
        let width = reader.byte()
        guard form <= BlockFormat.NumberForm.decimal, digits <= BlockFormat.mostDecimals, width <= 8 else {
            throw StoreError.damaged("a block of spans")
        }
        planes = try (0..<width).map { _ in try streams.next(&reader) }
        guard planes.allSatisfy({ $0.count == count }) else { throw StoreError.damaged("a block of spans") }
    }

    func values(_ streams: BlockStreams) throws -> [UInt64] {
        var values = [UInt64](repeating: 0, count: count)
        for (byte, plane) in planes.enumerated() {
            let shift = UInt64(byte * 8)
            try streams.open(plane).withUnsafeBufferPointer { plane in
                values.withUnsafeMutableBufferPointer { values in
                    guard plane.count == values.count else { return }
                    for index in 0..<plane.count { values[index] |= UInt64(plane[index]) &<< shift }
                }
            }
        }
        let base = UInt64(bitPattern: least)
        for index in values.indices { values[index] = values[index] &* factor &+ base }
        if form == BlockFormat.NumberForm.decimal {
            for index in values.indices {
                values[index] = DecimalNumber.number(Int64(bitPattern: values[index]), digits)
            }
        }
        return values
    }
}
