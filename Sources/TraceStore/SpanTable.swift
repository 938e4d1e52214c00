import Base
internal import Codecs
import Model
import Partitions

/// A block that is read, or a batch of the tail: what is asked of it is opened when it is needed.
final class SpanTable {
    struct Scope {
        let resource: Int
        let name: String
        let version: String
        let attributes: [SpanAttribute]
    }

    let count: Int
    /// How many rows each trace has; the rows stand by trace.
    let traces: [Int]
    /// Strings of the header.
    let texts: [String]
    let resources: [SpanResource]
    let scopes: [Scope]
    let spans: RowTable
    let events: RowTable
    let links: RowTable
    private let streams: BlockStreams
    private let firstStart: Int64
    private let identityStream: BlockStreams.Stream
    private let spanStream: BlockStreams.Stream
    private let parentStream: BlockStreams.Stream
    private let elsewhereStream: BlockStreams.Stream
    private let startColumn: NumberColumn
    private let durationColumn: NumberColumn
    private var openedParents: (numbers: [UInt64], before: [Int32])?
    private var openedTimes: (starts: [Int64], durations: [Int64])?
    private var openedSpans: [UInt64]?
    private var openedIdentities: [TraceID]?
    private var openedServices: [String]?

    /// - Throws: ``StoreError`` with the code `corrupt`; `ZstdError`.
    init(_ bytes: [UInt8], _ zstd: Zstd) throws {
        let streams = try BlockStreams(bytes, zstd)
        self.streams = streams
        let header = streams.header
        let parts = try header.withUnsafeBytes { try HeaderParts($0, streams) }
        count = parts.count
        traces = parts.traces
        texts = parts.texts
        resources = parts.resources
        scopes = parts.scopes
        spans = parts.spans
        events = parts.events
        links = parts.links
        firstStart = parts.firstStart
        identityStream = parts.identities
        spanStream = parts.numbers
        parentStream = parts.parents
        elsewhereStream = parts.elsewhere
        startColumn = parts.starts
        durationColumn = parts.durations
    }

    /// Opens all that there is, so that nothing fails afterwards.
    func openAll() throws {
        _ = (try identities(), try numbers(), try parents(), try times())
        _ = (try firstParts(.eventCount, events), try firstParts(.linkCount, links))
        for table in [spans, events, links] {
            _ = try table.rowsByClass()
            for column in table.columns {
                if column.kind.isText { _ = try column.texts() } else { _ = try column.numbers() }
            }
        }
    }

    /// The service of a scope.
    func service(ofScope scope: Int) -> String {
        if openedServices == nil { openedServices = resources.map(\.serviceName) }
        return openedServices?[scopes[scope].resource] ?? ""
    }

    /// The numbers of the traces.
    func identities() throws -> [TraceID] {
        if let openedIdentities { return openedIdentities }
        let bytes = try streams.open(identityStream)
        let identities = bytes.withUnsafeBytes { bytes in
            traces.indices.map { place in
                TraceID(
                    high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 16, as: UInt64.self)),
                    low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 16 + 8, as: UInt64.self)))
            }
        }
        openedIdentities = identities
        return identities
    }

    /// The numbers of the spans.
    func numbers() throws -> [UInt64] {
        if let openedSpans { return openedSpans }
        let bytes = try streams.open(spanStream)
        let numbers = bytes.withUnsafeBytes { bytes in
            (0..<count).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
        openedSpans = numbers
        return numbers
    }

    /// The numbers of the spans' parents, and their rows where they stand before their children (-1 for others).
    func parents() throws -> (numbers: [UInt64], before: [Int32]) {
        if let openedParents { return openedParents }
        let codes = try streams.open(parentStream)
        let elsewhere = try streams.open(elsewhereStream)
        let spans = try self.numbers()
        var numbers: [UInt64] = []
        var before: [Int32] = []
        numbers.reserveCapacity(count)
        before.reserveCapacity(count)
        var other = 0
        try codes.withUnsafeBytes { codes in
            var reader = ByteReader(codes)
            for row in 0..<count {
                switch reader.varint() {
                case BlockFormat.Parent.none:
                    numbers.append(0)
                    before.append(-1)
                case BlockFormat.Parent.elsewhere:
                    guard elsewhere.count - other >= 8 else { throw StoreError.damaged("a block of spans") }
                    numbers.append(
                        elsewhere.withUnsafeBytes {
                            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: other, as: UInt64.self))
                        })
                    other += 8
                    before.append(-1)
                case let code:
                    let distance = Varint.unzigzag(code &- BlockFormat.Parent.here)
                    let place = Int64(row) &- distance
                    guard place >= 0, place < count else { throw StoreError.damaged("a block of spans") }
                    numbers.append(spans[Int(place)])
                    before.append(place < row ? Int32(place) : -1)
                }
            }
            guard !reader.hasFailed, reader.isAtEnd else { throw StoreError.damaged("a block of spans") }
        }
        openedParents = (numbers, before)
        return (numbers, before)
    }

    /// Starts and durations in nanoseconds.
    func times() throws -> (starts: [Int64], durations: [Int64]) {
        if let openedTimes { return openedTimes }
        let byClass = try spans.rowsByClass()
        let (storedStarts, storedDurations) = (try startColumn.values(streams), try durationColumn.values(streams))
        var starts = Flat<UInt64>(repeating: 0, count: count)
        var durations = Flat<UInt64>(repeating: 0, count: count)
        for place in 0..<count {
            starts[Int(byClass[place])] = storedStarts[place]
            durations[Int(byClass[place])] = storedDurations[place]
        }
        var before = Flat<Int32>(capacity: count)
        try parents().before.withUnsafeBufferPointer { before.append(contentsOf: $0) }
        SpanTimes.decode(
            SpanTimes.Rows(parents: before, traces: traces), starts: &starts, durations: &durations, first: firstStart)
        let times = (
            starts: starts.elements.map { Int64(bitPattern: $0) },
            durations: durations.elements.map { Int64(bitPattern: $0) }
        )
        openedTimes = times
        return times
    }
}

/// What a header says.
private struct HeaderParts {
    let count: Int
    let firstStart: Int64
    let traces: [Int]
    let texts: [String]
    var resources: [SpanResource] = []
    var scopes: [SpanTable.Scope] = []
    let identities: BlockStreams.Stream
    let numbers: BlockStreams.Stream
    let parents: BlockStreams.Stream
    let elsewhere: BlockStreams.Stream
    let spans: RowTable
    let starts: NumberColumn
    let durations: NumberColumn
    let events: RowTable
    let links: RowTable

    init(_ bytes: UnsafeRawBufferPointer, _ streams: BlockStreams) throws {
        var reader = ByteReader(bytes)
        count = reader.count(limit: BlockFormat.streamBytesMax / 8)
        let traceCount = reader.count(limit: count)
        firstStart = reader.zigzag()
        var texts: [String] = []
        var strings: [UnsafeRawBufferPointer] = []
        for _ in 0..<reader.count() {
            strings.append(reader.counted())
            texts.append(String(decoding: strings[strings.count - 1], as: UTF8.self))
        }
        self.texts = texts
        for _ in 0..<reader.count() {
            resources.append(SpanResource(attributes: try Self.attributes(&reader, texts, strings)))
        }
        for _ in 0..<reader.count() {
            let resource = reader.count(limit: max(0, resources.count - 1))
            let name = reader.count(limit: max(0, texts.count - 1))
            let version = reader.count(limit: max(0, texts.count - 1))
            guard resource < resources.count, name < texts.count, version < texts.count else {
                throw StoreError.damaged("a block of spans")
            }
            scopes.append(
                SpanTable.Scope(
                    resource: resource, name: texts[name], version: texts[version],
                    attributes: try Self.attributes(&reader, texts, strings)))
        }
        identities = try streams.next(&reader)
        let traceStream = try streams.next(&reader)
        numbers = try streams.next(&reader)
        parents = try streams.next(&reader)
        elsewhere = try streams.next(&reader)
        guard identities.count == traceCount * 16, numbers.count == count * 8, parents.count >= count else {
            throw StoreError.damaged("a block of spans")
        }
        traces = try Self.traces(try streams.open(traceStream), count: traceCount, rows: count)
        spans = try RowTable(count: count, texts: texts.count, scopes: scopes.count, &reader, streams)
        starts = try NumberColumn(count: count, &reader, streams)
        durations = try NumberColumn(count: count, &reader, streams)
        events = try RowTable(count: nil, texts: texts.count, scopes: nil, &reader, streams)
        links = try RowTable(count: nil, texts: texts.count, scopes: nil, &reader, streams)
        guard !reader.hasFailed, reader.isAtEnd else { throw StoreError.damaged("a block of spans") }
    }

    private static func traces(_ bytes: [UInt8], count: Int, rows: Int) throws -> [Int] {
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            var traces: [Int] = []
            var total = 0
            for _ in 0..<count {
                traces.append(reader.count(limit: rows - total))
                total += traces[traces.count - 1]
            }
            guard !reader.hasFailed, reader.isAtEnd, total == rows, !traces.contains(0) else {
                throw StoreError.damaged("a block of spans")
            }
            return traces
        }
    }

    private static func attributes(
        _ reader: inout ByteReader, _ texts: [String], _ strings: [UnsafeRawBufferPointer]
    ) throws -> [SpanAttribute] {
        var attributes: [SpanAttribute] = []
        for _ in 0..<reader.count() {
            let key = reader.count(limit: max(0, texts.count - 1))
            let kind = ColumnKind(rawValue: reader.byte())
            let value = reader.varint()
            guard let kind, kind.isAttribute, key < texts.count, !kind.isText || value < UInt64(texts.count) else {
                throw StoreError.damaged("a block of spans")
            }
            attributes.append(SpanAttribute(texts[key], try SpanTable.value(kind, value, texts, strings)))
        }
        return attributes
    }
}
