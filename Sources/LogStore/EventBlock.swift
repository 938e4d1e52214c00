import Base
import Model

/// What ``EventCodec`` wrote, opened: values are decoded only for the events that are asked for.
/// Not to be kept longer than the bytes are.
struct EventBlock {
    private let bytes: UnsafeRawBufferPointer
    /// Where each text lies.
    private let texts: [Range<Int>]
    private let shapes: [[Int]]
    private let shapeOfEvent: [Int]
    private let times: [Int64]
    /// By the number of the field's name: where the value of each event lies, -1 for none.
    private var columns: [Int: [Int]] = [:]
    private var openTexts: [LogValue?]
    private let names: [String]

    /// - Throws: ``LogStoreError`` for damaged bytes.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        var reader = ByteReader(bytes)
        let isKnown = reader.byte() == EventCodec.version
        let count = reader.count()
        texts = (0..<reader.count()).map { _ in
            let length = reader.counted().count
            return (reader.offset - length)..<reader.offset
        }
        shapes = (0..<reader.count()).map { _ in (0..<reader.count()).map { _ in Int(clamping: reader.varint()) } }
        var times: [Int64] = []
        times.reserveCapacity(count)
        for _ in 0..<count { times.append((times.last ?? 0) &+ reader.zigzag()) }
        self.times = times
        shapeOfEvent = (0..<count).map { _ in Int(clamping: reader.varint()) }
        openTexts = [LogValue?](repeating: nil, count: texts.count)
        let textCount = texts.count
        let shapeCount = shapes.count
        guard isKnown, !reader.hasFailed, shapeOfEvent.allSatisfy({ $0 < shapeCount }),
            shapes.allSatisfy({ $0.allSatisfy { $0 < textCount } })
        else { throw LogStoreError.damaged("a block of log events") }
        var names = [String](repeating: "", count: textCount)
        for name in Set(shapes.joined()) { names[name] = String(decoding: bytes[texts[name]], as: UTF8.self) }
        self.names = names
        try readColumns(&reader)
    }

    private mutating func readColumns(_ reader: inout ByteReader) throws {
        let shapeSets = shapes.map(Set.init)
        for _ in 0..<reader.count() {
            let name = Int(clamping: reader.varint())
            let has = shapeSets.map { $0.contains(name) }
            columns[name] = shapeOfEvent.map { shape in
                guard has[shape] else { return -1 }
                let place = reader.offset
                EventBlock.skip(&reader, depth: 0)
                return place
            }
        }
        guard !reader.hasFailed, shapeSets.allSatisfy({ $0.allSatisfy { columns[$0] != nil } }) else {
            throw LogStoreError.damaged("a block of log events")
        }
    }

    private static func skip(_ reader: inout ByteReader, depth: Int) {
        switch reader.byte() {
        case EventCodec.Tag.integer, EventCodec.Tag.string: _ = reader.varint()
        case EventCodec.Tag.double: _ = reader.fixed64()
        case EventCodec.Tag.array where depth < EventCodec.depthLimit:
            for _ in 0..<reader.count() { skip(&reader, depth: depth + 1) }
        default: break
        }
    }

    private func reader(at place: Int) -> ByteReader {
        ByteReader(UnsafeRawBufferPointer(rebasing: bytes[place...]))
    }

    private mutating func text(_ number: UInt64) -> LogValue {
        guard number < UInt64(texts.count) else { return .null }
        let number = Int(number)
        if let known = openTexts[number] { return known }
        let value = LogValue.string(String(decoding: bytes[texts[number]], as: UTF8.self))
        openTexts[number] = value
        return value
    }

    private mutating func value(_ reader: inout ByteReader, depth: Int) -> LogValue {
        switch reader.byte() {
        case EventCodec.Tag.no: return .boolean(false)
        case EventCodec.Tag.yes: return .boolean(true)
        case EventCodec.Tag.integer: return .integer(reader.zigzag())
        case EventCodec.Tag.double: return .double(Double(bitPattern: reader.fixed64()))
        case EventCodec.Tag.string: return text(reader.varint())
        case EventCodec.Tag.array where depth < EventCodec.depthLimit:
            var values: [LogValue] = []
            for _ in 0..<reader.count() { values.append(value(&reader, depth: depth + 1)) }
            return .array(values)
        default: return .null
        }
    }

    /// Gives the events that lie in `range` to `body` one by one, until it answers false.
    /// - Parameters:
    ///   - newestFirst: whether the last one comes first.
    ///   - required: see ``LogStore/scan(in:ascending:limit:requiring:where:)``; events without are left out.
    mutating func forEach(
        in range: TimeRange, newestFirst: Bool = false, requiring required: [String: Set<String>] = [:],
        _ body: (_ index: Int, _ event: consuming LogEvent) throws -> Bool
    ) rethrows {
        var filters = required.map { Filter(self, $0.key, $0.value) }
        for position in 0..<times.count {
            let index = newestFirst ? times.count - 1 - position : position
            guard range.contains(times[index]) else { continue }
            var passes = true
            for filter in filters.indices where passes { passes = filters[filter].passes(index, &self) }
            if passes, try !body(index, event(index)) { return }
        }
    }

    private mutating func event(_ index: Int) -> LogEvent {
        let shape = shapes[shapeOfEvent[index]]
        var fields = [String: LogValue](minimumCapacity: shape.count)
        for name in shape {
            guard let place = columns[name]?[index], place >= 0 else { continue }
            var reader = reader(at: place)
            fields[names[name]] = value(&reader, depth: 0)
        }
        return LogEvent(timestamp: times[index], fields: fields)
    }

    /// Tells of an event whether a field may have one of some values, without making the event.
    private struct Filter {
        private let columns: [[Int]]
        private let values: Set<String>
        /// What is known of texts by their numbers.
        private var verdicts: [UInt64: Bool] = [:]

        init(_ block: EventBlock, _ name: String, _ values: Set<String>) {
            self.values = values
            columns = block.names.indices.compactMap { number in
                let found = block.names[number]
                return found == name || found == "fields." + name ? block.columns[number] : nil
            }
        }

        mutating func passes(_ index: Int, _ block: inout EventBlock) -> Bool {
            for column in columns where column[index] >= 0 {
                var reader = block.reader(at: column[index])
                // Numbers and arrays are for the caller's own condition.
                guard reader.byte() == EventCodec.Tag.string else { return true }
                let number = reader.varint()
                if verdict(number, &block) { return true }
            }
            return false
        }

        private mutating func verdict(_ number: UInt64, _ block: inout EventBlock) -> Bool {
            if let known = verdicts[number] { return known }
            guard case .string(let text) = block.text(number) else { return true }
            // Of a text with blanks single words may be asked for.
            let verdict = values.contains(text.lowercased()) || text.contains(where: \.isWhitespace)
            verdicts[number] = verdict
            return verdict
        }
    }
}
