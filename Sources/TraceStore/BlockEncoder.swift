import Base
internal import Codecs
import Model

/// A block as it is stored, and what is known of it without opening it.
struct EncodedBlock: Sendable {
    let data: [UInt8]
    let spans: Int
    /// First and last start, in nanoseconds.
    let range: ClosedRange<Int64>
    /// What ``BlockSummary`` reads, and the bytes of two ``HashFilter``s: of its traces, and of values of attributes.
    /// Empty for a batch of the tail.
    var summary: [UInt8] = []
    var traceFilter: [UInt8] = []
    var valueFilter: [UInt8] = []
}

/// Writes spans as a block: ``BlockFormat``.
struct BlockEncoder: ~Copyable {
    private let zstd: Zstd?
    var streams: StreamWriter
    var numberWriter: NumberColumnWriter
    var textWriter = TextColumnWriter()
    /// What the header says of rows.
    var body = Flat<UInt8>(capacity: 4_096)
    /// Resources and scopes that classes have named, by their own numbers: places plus one.
    private var scopePlaces: Flat<UInt32>
    private var resourcePlaces: Flat<UInt32>
    private var scopes = Flat<UInt32>()
    private var resources = Flat<UInt32>()
    /// Strings of the header, and their places plus one by their own numbers.
    private var texts = Flat<UInt32>()
    private var textPlaces: Flat<UInt32>
    var summary: SummaryBuilder?

    /// - Parameter zstd: `nil` for a batch of the tail: as quick as can be, not compressed, and without a summary.
    private init(_ gathering: borrowing SpanGathering, _ zstd: Zstd?) {
        self.zstd = zstd
        streams = StreamWriter(zstd)
        numberWriter = NumberColumnWriter(seeks: zstd != nil)
        textPlaces = Flat(repeating: 0, count: gathering.strings.count)
        scopePlaces = Flat(repeating: 0, count: gathering.scopes.count)
        resourcePlaces = Flat(repeating: 0, count: gathering.resources.count)
        summary = zstd == nil ? nil : SummaryBuilder()
    }

    /// Writes all spans as one block.
    static func encode(_ gathering: borrowing SpanGathering, _ zstd: Zstd?) -> EncodedBlock {
        let order = SpanOrder(gathering)
        return encode(gathering, order, 0..<order.rows.count, zstd)
    }

    /// Writes some of the spans.
    /// - Parameter part: places in the order; at least one.
    static func encode(
        _ gathering: borrowing SpanGathering, _ order: borrowing SpanOrder, _ part: Range<Int>, _ zstd: Zstd?
    ) -> EncodedBlock {
        var encoder = BlockEncoder(gathering, zstd)
        return encoder.write(gathering, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(order.rows.elements)[part]))
    }

    private mutating func write(
        _ gathering: borrowing SpanGathering, _ rows: UnsafeBufferPointer<UInt32>
    ) -> EncodedBlock {
        let cores = UnsafeBufferPointer(gathering.cores.elements)
        let traces = Self.traces(rows, cores)
        var (least, most) = (Int64.max, Int64.min)
        for row in rows {
            least = min(least, cores[Int(row)].start)
            most = max(most, cores[Int(row)].start)
        }
        writeIdentities(rows, cores, traces)
        writeSpans(gathering, rows, traces)
        writeEventsAndLinks(gathering, rows)
        var block = EncodedBlock(
            data: assemble(gathering, rows.count, traces.count, first: cores[Int(rows[0])].start), spans: rows.count,
            range: least...most)
        if summary != nil {
            block.summary = summary?.finish(gathering, resources.elements, scopes.elements) ?? []
            block.valueFilter = summary?.filter ?? []
            block.traceFilter = Self.traceFilter(rows, cores, traces)
        }
        return block
    }

    /// How many rows each trace has.
    private static func traces(
        _ rows: UnsafeBufferPointer<UInt32>, _ cores: UnsafeBufferPointer<SpanGathering.Core>
    ) -> [Int] {
        var traces: [Int] = []
        var begin = 0
        for place in rows.indices.dropFirst() {
            let (core, before) = (cores[Int(rows[place])], cores[Int(rows[place - 1])])
            if core.traceHigh == before.traceHigh, core.traceLow == before.traceLow { continue }
            traces.append(place - begin)
            begin = place
        }
        traces.append(rows.count - begin)
        return traces
    }

    private static func traceFilter(
        _ rows: UnsafeBufferPointer<UInt32>, _ cores: UnsafeBufferPointer<SpanGathering.Core>, _ traces: [Int]
    ) -> [UInt8] {
        var hashes = Flat<UInt64>(capacity: traces.count)
        var place = 0
        for count in traces {
            let core = cores[Int(rows[place])]
            hashes.append(HashFilter.hash(TraceID(high: core.traceHigh, low: core.traceLow)))
            place += count
        }
        return HashFilter.bytes(hashes, bitsEach: HashFilter.bitsOfTrace)
    }

    // MARK: Tables

    /// The place of a string in the header.
    mutating func text(_ number: UInt32) -> UInt64 {
        if textPlaces[Int(number)] == 0 {
            texts.append(number)
            textPlaces[Int(number)] = UInt32(texts.count)
        }
        return UInt64(textPlaces[Int(number)] - 1)
    }

    /// The place of a scope in the header.
    mutating func scope(_ number: UInt32) -> UInt64 {
        if scopePlaces[Int(number)] == 0 {
            scopes.append(number)
            scopePlaces[Int(number)] = UInt32(scopes.count)
        }
        return UInt64(scopePlaces[Int(number)] - 1)
    }

    private mutating func resource(_ number: UInt32) -> UInt64 {
        if resourcePlaces[Int(number)] == 0 {
            resources.append(number)
            resourcePlaces[Int(number)] = UInt32(resources.count)
        }
        return UInt64(resourcePlaces[Int(number)] - 1)
    }

    private mutating func write(
        attributes packed: UnsafeRawBufferPointer, to table: inout Flat<UInt8>
    ) {
        table.append(varint: UInt64(packed.count / SpanGathering.attributeBytes))
        for attribute in PackedAttributes(packed) {
            table.append(varint: text(attribute.key))
            table.append(attribute.kind.rawValue)
            table.append(varint: attribute.kind.isText ? text(UInt32(attribute.value)) : attribute.value)
        }
    }

    /// The whole block; nothing is to be added afterwards.
    private mutating func assemble(
        _ gathering: borrowing SpanGathering, _ spans: Int, _ traces: Int, first: Int64
    ) -> [UInt8] {
        var scopeTable = Flat<UInt8>()
        scopeTable.append(varint: UInt64(scopes.count))
        for place in 0..<scopes.count {
            let packed = gathering.scopes[scopes[place]]
            let head = ClassedRows.numbers(UnsafeRawBufferPointer(rebasing: packed[..<12]))
            scopeTable.append(varint: resource(head[0]))
            scopeTable.append(varint: text(head[1]))
            scopeTable.append(varint: text(head[2]))
            write(attributes: UnsafeRawBufferPointer(rebasing: packed[12...]), to: &scopeTable)
        }
        var resourceTable = Flat<UInt8>()
        resourceTable.append(varint: UInt64(resources.count))
        for place in 0..<resources.count {
            write(attributes: gathering.resources[resources[place]], to: &resourceTable)
        }
        var header = Flat<UInt8>(capacity: body.count * 2)
        header.append(varint: UInt64(spans))
        header.append(varint: UInt64(traces))
        header.append(varint: Varint.zigzag(first))
        header.append(varint: UInt64(texts.count))
        for place in 0..<texts.count {
            let string = gathering.strings[texts[place]]
            header.append(varint: UInt64(string.count))
            header.append(bytes: string)
        }
        header.append(bytes: resourceTable.bytes)
        header.append(bytes: scopeTable.bytes)
        header.append(bytes: body.bytes)
        var block = Flat<UInt8>(capacity: header.count + streams.body.count + streams.small.count + 32)
        block.append(BlockFormat.magic)
        block.append(BlockFormat.version)
        block.append(zstd == nil ? 0 : BlockFormat.compressed)
        if let zstd {
            let frames = [zstd.compress(header.bytes), zstd.compress(streams.small.bytes)]
            for frame in frames { block.append(varint: UInt64(frame.count)) }
            for frame in frames { frame.withUnsafeBytes { block.append(bytes: $0) } }
        } else {
            block.append(varint: UInt64(header.count))
            block.append(varint: 0)
            block.append(bytes: header.bytes)
        }
        block.append(bytes: streams.body.bytes)
        return [UInt8](block.bytes)
    }
}

/// A packed list of attributes, as resources and scopes of a ``SpanGathering`` have it.
struct PackedAttributes: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() -> (key: UInt32, kind: ColumnKind, value: UInt64)? {
        guard bytes.count - offset >= SpanGathering.attributeBytes, let kind = ColumnKind(rawValue: bytes[offset + 4])
        else { return nil }
        defer { offset += SpanGathering.attributeBytes }
        return (
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)), kind,
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 5, as: UInt64.self))
        )
    }
}
