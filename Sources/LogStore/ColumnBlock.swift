import Base
internal import Codecs
import Model
import Partitions

/// A sealed block of columns, as ``BlockEncoder`` wrote it: a column is opened when it is asked for.
/// Not to be kept longer than the bytes are.
final class ColumnBlock {
    /// Bytes that one column takes of the block.
    struct Stream {
        let start: Int
        let frame: Int
        let size: Int
    }

    struct Column {
        enum Kind {
            /// The distinct values with their tags, in the header.
            case constant(Range<Int>)
            case dictionary([Range<Int>])
            case numbers(NumberColumn.Description)
            /// Whether there are characters outside ASCII.
            case text(hasOthers: Bool)
            case values
        }

        let name: Int
        let kind: Kind
        /// How many events have the field.
        let count: Int
        /// A bit an event; `nil` where all have it.
        let presence: Stream?
        let streams: [Stream]
    }

    struct Group {
        let count: Int
        let columns: [Column]
    }

    let count: Int
    let header: [UInt8]
    let names: [String]
    let groups: [Group]
    private let bytes: UnsafeRawBufferPointer
    private let zstd: Zstd
    private let timeDescription: NumberColumn.Description
    private let timeStreams: [Stream]
    private let groupStream: Stream

    static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.first == BlockFormat.magic }

    /// - Throws: ``StoreError`` for damaged bytes.
    init(_ bytes: UnsafeRawBufferPointer, _ zstd: Zstd) throws {
        let damaged = StoreError.damaged("a block of log events")
        self.bytes = bytes
        self.zstd = zstd
        var outer = ByteReader(bytes)
        guard outer.byte() == BlockFormat.magic, outer.byte() == BlockFormat.version else { throw damaged }
        let frame = outer.counted()
        guard !outer.hasFailed else { throw damaged }
        header = try zstd.decompress(frame, limit: BlockFormat.streamBytesMax)
        var parser = Parser(start: outer.offset, end: bytes.count)
        let parsed = header.withUnsafeBytes { parser.parse($0) }
        guard let parsed else { throw damaged }
        (count, names, groups, timeDescription, timeStreams, groupStream) = parsed
    }

    /// Reads bytes as an opened header.
    /// - Returns: whether they are sound.
    @discardableResult
    static func checkHeader(_ header: [UInt8]) -> Bool {
        var parser = Parser(start: 0, end: 1 << 20)
        return header.withUnsafeBytes { parser.parse($0) } != nil
    }

    /// Reads the header.
    private struct Parser {
        /// Where the next stream begins.
        var start: Int
        let end: Int

        typealias Parsed = (Int, [String], [Group], NumberColumn.Description, [Stream], Stream)

        mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Parsed? {
            var reader = ByteReader(bytes)
            let count = reader.count(limit: BlockFormat.mostEvents)
            let names = (0..<reader.count()).map { _ in String(decoding: reader.counted(), as: UTF8.self) }
            guard let times = NumberColumn.Description(&reader) else { return nil }
            let timeStreams = (0..<times.width).map { _ in stream(&reader) }
            let groupStream = stream(&reader)
            guard timeStreams.allSatisfy({ $0.size == count }) else { return nil }
            var groups: [Group] = []
            var sum = 0
            for _ in 0..<reader.count(limit: BlockFormat.mostGroups) {
                let size = reader.count(limit: count)
                var columns: [Column] = []
                for _ in 0..<reader.count() {
                    guard let column = column(&reader, rows: size, names: names.count) else { return nil }
                    columns.append(column)
                }
                groups.append(Group(count: size, columns: columns))
                sum += size
            }
            guard !reader.hasFailed, sum == count, groupStream.size == (groups.count > 1 ? count : 0) else {
                return nil
            }
            return (count, names, groups, times, timeStreams, groupStream)
        }

        private mutating func stream(_ reader: inout ByteReader) -> Stream {
            let size = reader.count(limit: BlockFormat.streamBytesMax)
            let frame = reader.count(limit: end - start)
            defer { start += frame }
            return Stream(start: start, frame: frame, size: size)
        }

        private mutating func column(_ reader: inout ByteReader, rows: Int, names: Int) -> Column? {
            let name = reader.count(limit: names)
            let tag = reader.byte()
            var present = rows
            var presence: Stream?
            if tag & BlockFormat.Kind.sparse != 0 {
                present = reader.count(limit: rows)
                let stream = stream(&reader)
                guard stream.size == (rows + 7) / 8 else { return nil }
                presence = stream
            }
            func value() -> Range<Int> {
                let start = reader.offset
                EventRows.skip(&reader)
                return start..<reader.offset
            }
            let kind: Column.Kind
            var streams: [Stream] = []
            switch tag & 0x7f {
            case BlockFormat.Kind.constant: kind = .constant(value())
            case BlockFormat.Kind.dictionary:
                kind = .dictionary((0..<reader.count(limit: BlockFormat.mostDistinct)).map { _ in value() })
                streams = [stream(&reader)]
                guard streams[0].size == present else { return nil }
            case BlockFormat.Kind.numbers:
                guard let description = NumberColumn.Description(&reader) else { return nil }
                kind = .numbers(description)
                streams = (0..<description.width).map { _ in stream(&reader) }
                guard streams.allSatisfy({ $0.size == present }) else { return nil }
            case BlockFormat.Kind.text:
                kind = .text(hasOthers: reader.byte() != 0)
                streams = (0..<BlockFormat.textStreams).map { _ in stream(&reader) }
            case BlockFormat.Kind.values:
                kind = .values
                streams = [stream(&reader)]
            default: return nil
            }
            guard name < names, !reader.hasFailed else { return nil }
            return Column(name: name, kind: kind, count: present, presence: presence, streams: streams)
        }
    }

    // MARK: Opening

    func open(_ stream: Stream) throws -> [UInt8] {
        if stream.size == 0 { return [] }
        let frame = UnsafeRawBufferPointer(rebasing: bytes[stream.start..<(stream.start + stream.frame)])
        let opened = try zstd.decompress(frame, limit: stream.size)
        guard opened.count == stream.size else { throw StoreError.damaged("a block of log events") }
        return opened
    }

    /// All times lie in it.
    var timeRange: TimeRange { TimeRange(start: timeDescription.least, end: timeDescription.greatest) }

    /// The time of each event.
    func times() throws -> [Int64] {
        timeDescription.numbers(try timeStreams.map { try open($0) }, count: count)
    }

    /// The number of each event's group.
    func groupOfEvent() throws -> [UInt8] {
        if groups.count <= 1 { return [UInt8](repeating: 0, count: count) }
        let numbers = try open(groupStream)
        var counts = [Int](repeating: 0, count: 256)
        for number in numbers { counts[Int(number)] += 1 }
        guard groups.indices.allSatisfy({ counts[$0] == groups[$0].count }) else {
            throw StoreError.damaged("a block of log events")
        }
        return numbers
    }

    /// Which events of a group have the field; `nil` for all.
    func presence(_ column: Column, _ group: Group) throws -> [UInt8]? {
        guard let stream = column.presence else { return nil }
        let bits = try open(stream)
        let flags = (0..<group.count).map { bits[$0 >> 3] >> UInt8($0 & 7) & 1 }
        guard flags.reduce(0, { $0 + Int($1) }) == column.count else {
            throw StoreError.damaged("a block of log events")
        }
        return flags
    }

    func headerValue(_ range: Range<Int>) -> LogValue {
        header.withUnsafeBytes { EventRows.value(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    func codes(_ column: Column, of distinct: Int) throws -> [UInt8] {
        let codes = try open(column.streams[0])
        guard codes.allSatisfy({ Int($0) < distinct }) else { throw StoreError.damaged("a block of log events") }
        return codes
    }

    func numbers(_ column: Column, _ description: NumberColumn.Description) throws -> [Int64] {
        description.numbers(try column.streams.map { try open($0) }, count: column.count)
    }

    func text(_ column: Column) throws -> TextColumn {
        try TextColumn(try column.streams.map { try open($0) }, count: column.count)
    }

    /// Gives the values of a column of mixed types one after the other.
    func forEachValue(_ column: Column, _ body: (Int, LogValue) -> Void) throws {
        let all = try open(column.streams[0])
        let isSound = all.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            for place in 0..<column.count { body(place, EventRows.value(&reader)) }
            return !reader.hasFailed
        }
        guard isSound else { throw StoreError.damaged("a block of log events") }
    }

    // MARK: Events

    /// Makes events.
    /// - Parameters:
    ///   - rows: their places in the block, in ascending order.
    ///   - fields: names of the fields that are wanted; `nil` for all.
    func events(
        at rows: [Int], times: [Int64], groupOfEvent: [UInt8], fields: Set<String>? = nil
    ) throws -> [LogEvent] {
        var events = rows.map { LogEvent(timestamp: times[$0], fields: LogFields()) }
        // For each group, which of its events are wanted and where they go.
        var wanted = groups.map { [UInt8](repeating: 0, count: $0.count) }
        var targets = [[Int]](repeating: [], count: groups.count)
        var next = 0
        var counts = [Int](repeating: 0, count: groups.count)
        for event in 0..<count {
            let group = Int(groupOfEvent[event])
            if next < rows.count, rows[next] == event {
                wanted[group][counts[group]] = 1
                targets[group].append(next)
                next += 1
            }
            counts[group] += 1
        }
        for number in groups.indices where !targets[number].isEmpty {
            try fill(&events, groups[number], wanted[number], targets[number], fields)
        }
        return events
    }

    private func fill(
        _ events: inout [LogEvent], _ group: Group, _ wanted: [UInt8], _ targets: [Int], _ fields: Set<String>?
    ) throws {
        var constants: [String: LogValue] = [:]
        let columns = group.columns.filter { fields?.contains(names[$0.name]) ?? true }
        for column in columns {
            if case .constant(let value) = column.kind, column.presence == nil, constants[names[column.name]] == nil {
                constants[names[column.name]] = headerValue(value)
            }
        }
        let shared = constants.isEmpty ? nil : LogFields.Shared(constants)
        for target in targets { events[target].fields = LogFields(sharing: shared) }
        for column in columns {
            if case .constant = column.kind, column.presence == nil { continue }
            try fill(&events, column, group, wanted, targets)
        }
    }

    private func fill(
        _ events: inout [LogEvent], _ column: Column, _ group: Group, _ wanted: [UInt8], _ targets: [Int]
    ) throws {
        let name = names[column.name]
        // Places in the column of those that are wanted.
        let presence = try presence(column, group)
        var places: [(place: Int, target: Int)] = []
        var taken = [UInt8](repeating: 0, count: column.count)
        var (place, target) = (0, 0)
        for row in 0..<group.count {
            let isHere = presence.map { $0[row] != 0 } ?? true
            if wanted[row] != 0 {
                if isHere {
                    places.append((place, targets[target]))
                    taken[place] = 1
                }
                target += 1
            }
            if isHere { place += 1 }
        }
        if places.isEmpty { return }
        switch column.kind {
        case .constant(let value):
            let value = headerValue(value)
            for item in places { events[item.target].fields.append(name, value) }
        case .dictionary(let ranges):
            let codes = try codes(column, of: ranges.count)
            var known = [LogValue?](repeating: nil, count: ranges.count)
            for item in places {
                let code = Int(codes[item.place])
                let value = known[code] ?? headerValue(ranges[code])
                known[code] = value
                events[item.target].fields.append(name, value)
            }
        case .numbers(let description):
            let numbers = try numbers(column, description)
            for item in places {
                let stored = numbers[item.place]
                events[item.target].fields.append(
                    name, description.isDouble ? .double(description.double(stored)) : .integer(stored))
            }
        case .text:
            var next = 0
            try text(column).forEach(where: taken) { _, bytes in
                events[places[next].target].fields.append(name, .string(String(decoding: bytes, as: UTF8.self)))
                next += 1
            }
        case .values:
            var next = 0
            try forEachValue(column) { place, value in
                guard next < places.count, places[next].place == place else { return }
                events[places[next].target].fields.append(name, value)
                next += 1
            }
        }
    }
}
