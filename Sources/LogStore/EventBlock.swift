import Base
import Model
internal import Partitions

/// Events in the form that earlier versions wrote (``EventCodec``), opened: values are decoded only for the
/// events that are asked for.
/// Not to be kept longer than the bytes are.
struct EventBlock {
    private let bytes: UnsafeRawBufferPointer
    /// Where each text lies.
    private let texts: [Range<Int>]
    private let shapes: [[Int]]
    private let shapeOfEvent: [Int]
    private let times: [Int64]
    /// By the number of the field's name.
    private var columns: [Int: Column] = [:]
    private var openTexts: [LogValue?]
    private let names: [String]

    /// Where a field's values lie, of those events only that have it.
    private struct Column {
        /// In ascending order.
        let events: [Int32]
        let places: [Int]

        func place(_ event: Int) -> Int? {
            if events.count > event, events[event] == event { return places[event] }
            var low = 0
            var high = events.count
            while low < high {
                let middle = (low + high) / 2
                if events[middle] < event { low = middle + 1 } else { high = middle }
            }
            return low < events.count && events[low] == event ? places[low] : nil
        }
    }

    /// - Throws: ``StoreError`` for damaged bytes.
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
            shapes.allSatisfy({ $0.allSatisfy { $0 < textCount } && Set($0).count == $0.count })
        else { throw StoreError.damaged("a block of log events") }
        var names = [String](repeating: "", count: textCount)
        for name in Set(shapes.joined()) { names[name] = String(decoding: bytes[texts[name]], as: UTF8.self) }
        self.names = names
        try readColumns(&reader)
    }

    private mutating func readColumns(_ reader: inout ByteReader) throws {
        var eventsOfName: [Int: [Int32]] = [:]
        for (event, shape) in shapeOfEvent.enumerated() {
            for name in shapes[shape] { eventsOfName[name, default: []].append(Int32(truncatingIfNeeded: event)) }
        }
        for _ in 0..<reader.count() {
            let name = Int(clamping: reader.varint())
            let events = eventsOfName[name] ?? []
            let places = events.map { _ in
                let place = reader.offset
                EventBlock.skip(&reader, depth: 0)
                return place
            }
            columns[name] = Column(events: events, places: places)
        }
        guard !reader.hasFailed, eventsOfName.keys.allSatisfy({ columns[$0] != nil }) else {
            throw StoreError.damaged("a block of log events")
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
    ///   - needs: events that cannot have them are left out.
    mutating func forEach(
        in range: TimeRange, newestFirst: Bool = false, needing needs: LogFilter.Needs = LogFilter.Needs(),
        _ body: (_ index: Int, _ event: consuming LogEvent) throws -> Bool
    ) rethrows {
        var filters = needs.values.flatMap { name, sets in sets.map { Filter(self, name, .values($0)) } }
        for (name, words) in needs.words {
            for word in words { filters.append(Filter(self, name.isEmpty ? nil : name, .word(Array(word.utf8)))) }
        }
        for position in 0..<times.count {
            let index = newestFirst ? times.count - 1 - position : position
            guard range.contains(times[index]) else { continue }
            var passes = true
            for filter in filters.indices where passes { passes = filters[filter].passes(index, self) }
            if passes, try !body(index, event(index)) { return }
        }
    }

    private mutating func event(_ index: Int) -> LogEvent {
        let shape = shapes[shapeOfEvent[index]]
        var fields = [String: LogValue](minimumCapacity: shape.count)
        for name in shape {
            guard let place = columns[name]?.place(index) else { continue }
            var reader = reader(at: place)
            fields[names[name]] = value(&reader, depth: 0)
        }
        return LogEvent(timestamp: times[index], fields: fields)
    }

    /// Tells of an event whether it may have what is required, without making the event.
    private struct Filter {
        enum Test {
            /// One of these texts, in lower case.
            case values(Set<String>)
            /// This word, in lower case and ASCII, anywhere.
            case word([UInt8])
        }

        private let test: Test
        private let columns: [Column]
        /// What is known of texts by their numbers: 0 for nothing, 1 for no, 2 for yes.
        private var verdicts: [UInt8]

        /// - Parameter name: of the field; `nil` for all.
        init(_ block: EventBlock, _ name: String?, _ test: Test) {
            self.test = test
            verdicts = [UInt8](repeating: 0, count: block.texts.count)
            columns = block.names.indices.compactMap { number in
                let found = block.names[number]
                let isWanted = name.map { found == $0 || found == "fields." + $0 } ?? true
                return isWanted ? block.columns[number] : nil
            }
        }

        mutating func passes(_ index: Int, _ block: EventBlock) -> Bool {
            for column in columns {
                guard let place = column.place(index) else { continue }
                var reader = block.reader(at: place)
                if passes(&reader, block, depth: 0) { return true }
            }
            return false
        }

        private mutating func passes(_ reader: inout ByteReader, _ block: EventBlock, depth: Int) -> Bool {
            switch reader.byte() {
            case EventCodec.Tag.string: return verdict(reader.varint(), block)
            case EventCodec.Tag.array where depth < EventCodec.depthLimit:
                for _ in 0..<reader.count() {
                    if passes(&reader, block, depth: depth + 1) { return true }
                }
                return false
            case EventCodec.Tag.integer: _ = reader.varint()
            case EventCodec.Tag.double: _ = reader.fixed64()
            default: break
            }
            // Values that may be such a number are for the caller's own condition; a word is none.
            if case .values = test { return true }
            return false
        }

        private mutating func verdict(_ number: UInt64, _ block: EventBlock) -> Bool {
            guard number < UInt64(verdicts.count) else { return false }
            let number = Int(number)
            if verdicts[number] == 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: block.bytes[block.texts[number]])
                verdicts[number] = holds(bytes) ? 2 : 1
            }
            return verdicts[number] == 2
        }

        private func holds(_ text: UnsafeRawBufferPointer) -> Bool {
            switch test {
            case .values(let values):
                // Of a text with blanks single words may be asked for.
                if text.contains(where: { $0 == 32 || (9...13).contains($0) || $0 >= 0x80 }) { return true }
                return values.contains(String(decoding: text, as: UTF8.self).lowercased())
            case .word(let word):
                return EventBlock.contains(word, in: text) || text.contains { $0 >= 0x80 }
            }
        }
    }

    /// Whether `text` holds `word`, which is in lower case, in any case.
    private static func contains(_ word: [UInt8], in text: UnsafeRawBufferPointer) -> Bool {
        guard let first = word.first, word.count <= text.count else { return word.isEmpty }
        func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 0x20 : byte }
        var position = 0
        while position <= text.count - word.count {
            if lower(text[position]) == first {
                var length = 1
                while length < word.count, lower(text[position + length]) == word[length] { length += 1 }
                if length == word.count { return true }
            }
            position += 1
        }
        return false
    }
}
