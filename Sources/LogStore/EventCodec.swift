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
    static let version: UInt8 = 1
    static let depthLimit = 32

    enum Tag {
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
}
