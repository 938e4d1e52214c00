import Base
import Model

/// Events as bytes, column by column: each distinct text and each set of field names is written once.
///
///     version, count
///     texts: count, then each counted
///     shapes: count, then each a count and the numbers of its names among the texts
///     times: the first, then differences
///     the shape of each event
///     for each name in the order of first use: the values of the events that have it
enum EventCodec {
    private static let version: UInt8 = 1
    private static let depthLimit = 32

    private enum Tag {
        static let null: UInt8 = 0
        static let no: UInt8 = 1
        static let yes: UInt8 = 2
        static let integer: UInt8 = 3
        static let double: UInt8 = 4
        static let string: UInt8 = 5
        static let array: UInt8 = 6
    }

    private struct Texts {
        var numbers: [String: Int] = [:]
        var bytes: [UInt8] = []

        mutating func number(_ text: String) -> Int {
            if let known = numbers[text] { return known }
            let number = numbers.count
            numbers[text] = number
            bytes.appendCounted(Array(text.utf8))
            return number
        }
    }

    static func encode(_ events: some Collection<LogEvent>) -> [UInt8] {
        var texts = Texts()
        var shapeNumbers: [[Int]: Int] = [:]
        var shapes: [UInt8] = []
        var shapeOfEvent: [UInt8] = []
        var names: [String] = []
        var isNamed: Set<String> = []
        for event in events {
            let sorted = event.fields.keys.sorted()
            let shape = sorted.map { texts.number($0) }
            for name in sorted where isNamed.insert(name).inserted { names.append(name) }
            let number = shapeNumbers[shape] ?? shapeNumbers.count
            if number == shapeNumbers.count {
                shapeNumbers[shape] = number
                shapes.appendVarint(shape.count)
                for name in shape { shapes.appendVarint(name) }
            }
            shapeOfEvent.appendVarint(number)
        }
        var times: [UInt8] = []
        var last: Int64 = 0
        for event in events {
            times.appendZigzag(event.timestamp &- last)
            last = event.timestamp
        }
        var columns: [UInt8] = []
        for name in names {
            columns.appendVarint(texts.number(name))
            for event in events {
                if let value = event.fields[name] { append(value, to: &columns, &texts, depth: 0) }
            }
        }
        var output: [UInt8] = [version]
        output.appendVarint(events.count)
        output.appendVarint(texts.numbers.count)
        output += texts.bytes
        output.appendVarint(shapeNumbers.count)
        output += shapes
        output += times
        output += shapeOfEvent
        output.appendVarint(names.count)
        return output + columns
    }

    private static func append(_ value: LogValue, to bytes: inout [UInt8], _ texts: inout Texts, depth: Int) {
        switch value {
        case .null: bytes.append(Tag.null)
        case .boolean(let value): bytes.append(value ? Tag.yes : Tag.no)
        case .integer(let value):
            bytes.append(Tag.integer)
            bytes.appendZigzag(value)
        case .double(let value):
            bytes.append(Tag.double)
            bytes.appendFixed64(value.bitPattern)
        case .string(let value):
            bytes.append(Tag.string)
            bytes.appendVarint(texts.number(value))
        case .array(let values):
            if depth == depthLimit {
                bytes.append(Tag.null)
                return
            }
            bytes.append(Tag.array)
            bytes.appendVarint(values.count)
            for value in values { append(value, to: &bytes, &texts, depth: depth + 1) }
        }
    }

    /// Decodes events one by one and gives those that lie in `range` to `body`, until it answers false.
    /// - Parameter newestFirst: whether the last one comes first.
    /// - Throws: ``LogStoreError`` for damaged bytes, and what `body` throws.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in range: TimeRange, newestFirst: Bool = false,
        _ body: (_ index: Int, _ event: consuming LogEvent) throws -> Bool
    ) throws {
        var reader = ByteReader(bytes)
        guard reader.byte() == version else { throw LogStoreError.damaged("a block of log events") }
        let count = reader.count()
        let texts = (0..<reader.count()).map { _ in String(decoding: reader.counted(), as: UTF8.self) }
        let shapes = (0..<reader.count()).map { _ in (0..<reader.count()).map { _ in Int(clamping: reader.varint()) } }
        var times: [Int64] = []
        times.reserveCapacity(count)
        for _ in 0..<count { times.append((times.last ?? 0) &+ reader.zigzag()) }
        let shapeOfEvent = (0..<count).map { _ in Int(clamping: reader.varint()) }
        guard !reader.hasFailed, shapeOfEvent.allSatisfy({ $0 < shapes.count }),
            shapes.allSatisfy({ $0.allSatisfy { $0 < texts.count } })
        else { throw LogStoreError.damaged("a block of log events") }
        let columns = try columns(&reader, texts, shapes, shapeOfEvent)
        for position in 0..<count {
            let index = newestFirst ? count - 1 - position : position
            guard range.contains(times[index]) else { continue }
            let shape = shapes[shapeOfEvent[index]]
            var fields = [String: LogValue](minimumCapacity: shape.count)
            for name in shape { fields[texts[name]] = columns[name]?.values[columns[name]?.places[index] ?? 0] }
            if try !body(index, LogEvent(timestamp: times[index], fields: fields)) { return }
        }
    }

    private struct Column {
        var values: [LogValue]
        /// Where the value of each event lies.
        var places: [Int]
    }

    private static func columns(
        _ reader: inout ByteReader, _ texts: [String], _ shapes: [[Int]], _ shapeOfEvent: [Int]
    ) throws -> [Int: Column] {
        let shapeSets = shapes.map(Set.init)
        let strings = texts.map(LogValue.string)
        var columns: [Int: Column] = [:]
        for _ in 0..<reader.count() {
            let name = Int(clamping: reader.varint())
            let has = shapeSets.map { $0.contains(name) }
            var column = Column(values: [], places: [])
            column.places.reserveCapacity(shapeOfEvent.count)
            for shape in shapeOfEvent {
                column.places.append(column.values.count)
                if has[shape] { column.values.append(value(&reader, strings, depth: 0)) }
            }
            columns[name] = column
        }
        guard !reader.hasFailed, shapeSets.allSatisfy({ $0.allSatisfy { columns[$0] != nil } }) else {
            throw LogStoreError.damaged("a block of log events")
        }
        return columns
    }

    private static func value(_ reader: inout ByteReader, _ strings: [LogValue], depth: Int) -> LogValue {
        switch reader.byte() {
        case Tag.no: return .boolean(false)
        case Tag.yes: return .boolean(true)
        case Tag.integer: return .integer(reader.zigzag())
        case Tag.double: return .double(Double(bitPattern: reader.fixed64()))
        case Tag.string:
            let number = reader.varint()
            return number < UInt64(strings.count) ? strings[Int(number)] : .null
        case Tag.array where depth < depthLimit:
            return .array((0..<reader.count()).map { _ in value(&reader, strings, depth: depth + 1) })
        default: return .null
        }
    }
}
