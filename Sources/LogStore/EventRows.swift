import Base
import Model
import Partitions

/// Events as bytes, one after the other: what the tail keeps, and what sealed blocks are made of without making events.
///
///     version 2, then rows to the end:
///     time (8 bytes), the fields that it shares with others, count of its own fields, for each: name, value
///     a name: its number from 1, or 0, the new number and the text
///     shared fields: 0 for none, their number from 2, or 1, the new number, their bytes: count, for each: name, value
///     a value: tag, then nothing (null, no, yes), a zigzag number, 8 bytes, a counted text, or count and values
///
/// Names and shared fields count from 0 in each batch and are written where they first come.
enum EventRows {
    static let version: UInt8 = 2

    typealias Tag = EventCodec.Tag

    static func append(_ value: LogValue, to bytes: inout [UInt8], depth: Int = 0) {
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
            bytes.appendCounted(text: value)
        case .array(let values):
            if depth == EventCodec.depthLimit {
                bytes.append(Tag.null)
                return
            }
            bytes.append(Tag.array)
            bytes.appendVarint(values.count)
            for value in values { append(value, to: &bytes, depth: depth + 1) }
        }
    }

    /// The value at the reader's place.
    static func value(_ reader: inout ByteReader, depth: Int = 0) -> LogValue {
        switch reader.byte() {
        case Tag.no: return .boolean(false)
        case Tag.yes: return .boolean(true)
        case Tag.integer: return .integer(reader.zigzag())
        case Tag.double: return .double(Double(bitPattern: reader.fixed64()))
        case Tag.string: return .string(String(decoding: reader.counted(), as: UTF8.self))
        case Tag.array where depth < EventCodec.depthLimit:
            var values: [LogValue] = []
            for _ in 0..<reader.count() { values.append(value(&reader, depth: depth + 1)) }
            return .array(values)
        default: return .null
        }
    }

    static func value(_ bytes: UnsafeRawBufferPointer) -> LogValue {
        var reader = ByteReader(bytes)
        return value(&reader)
    }

    /// Moves behind the value at the reader's place.
    static func skip(_ reader: inout ByteReader, depth: Int = 0) {
        switch reader.byte() {
        case Tag.integer: _ = reader.varint()
        case Tag.double: _ = reader.fixed64()
        case Tag.string: _ = reader.counted()
        case Tag.array where depth < EventCodec.depthLimit:
            for _ in 0..<reader.count() { skip(&reader, depth: depth + 1) }
        default: break
        }
    }
}

extension [UInt8] {
    mutating func appendCounted(text: String) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            appendVarint(bytes.count)
            append(contentsOf: bytes)
        }
        if isDone == nil { appendCounted(Array(text.utf8)) }
    }
}

/// Writes events as ``EventRows``.
struct EventRowsEncoder {
    private(set) var bytes: [UInt8] = [EventRows.version]
    private var names: [String: Int] = [:]
    private var shared: [ObjectIdentifier: Int] = [:]
    private var sharedNames = 0
    /// The names of the last event and their numbers: those of the next are probably the same.
    private var last: [(name: String, number: Int)] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    static func encode(_ events: some Collection<LogEvent>) -> [UInt8] {
        var encoder = EventRowsEncoder()
        for event in events { encoder.append(event) }
        return encoder.bytes
    }

    /// The same, with names within the bounds of ``FieldLimit``.
    static func encodeLimited(_ events: [LogEvent]) -> [UInt8] {
        var encoder = EventRowsEncoder()
        for event in events { encoder.append(event) }
        return encoder.nameCount > FieldLimit.mostNames ? encode(FieldLimit.apply(events)) : encoder.bytes
    }

    /// No fewer than the names that were written.
    var nameCount: Int { names.count + sharedNames }

    mutating func append(_ event: borrowing LogEvent) {
        bytes.appendFixed64(UInt64(bitPattern: event.timestamp))
        appendShared(event.fields.shared)
        let own = event.fields.own
        bytes.appendVarint(own.count)
        for place in own.indices {
            appendName(own[place].key, at: place)
            EventRows.append(own[place].value, to: &bytes)
        }
        if last.count > own.count { last.removeLast(last.count - own.count) }
    }

    private mutating func appendName(_ name: String, at place: Int) {
        if place < last.count, last[place].name == name {
            bytes.appendVarint(last[place].number + 1)
            return
        }
        var number = names.count
        if let known = names[name] {
            number = known
            bytes.appendVarint(number + 1)
        } else {
            names[name] = number
            bytes.appendVarint(0)
            bytes.appendVarint(number)
            bytes.appendCounted(text: name)
        }
        if place < last.count { last[place] = (name, number) } else { last.append((name, number)) }
    }

    private mutating func appendShared(_ fields: LogFields.Shared?) {
        guard let fields else { return bytes.appendVarint(0) }
        if let known = shared[ObjectIdentifier(fields)] { return bytes.appendVarint(known + 2) }
        let number = shared.count
        shared[ObjectIdentifier(fields)] = number
        sharedNames += fields.entries.count
        bytes.appendVarint(1)
        bytes.appendVarint(number)
        var definition: [UInt8] = []
        definition.appendVarint(fields.entries.count)
        for (name, value) in fields.entries {
            definition.appendCounted(text: name)
            EventRows.append(value, to: &definition)
        }
        bytes.appendCounted(definition)
    }
}

/// Reads ``EventRows`` one by one. Not to be kept longer than the bytes are.
struct EventRowsReader {
    /// A value of an event and where its bytes lie, the tag first.
    struct Field {
        let name: Int
        let start: Int
        let end: Int
    }

    let bytes: UnsafeRawBufferPointer
    private var reader: ByteReader
    /// By number; those that were read so far.
    private(set) var names: [String] = []
    private(set) var shared: [LogFields.Shared] = []
    /// Bytes of the shared fields.
    private(set) var sharedBytes: [Range<Int>] = []
    private(set) var time: Int64 = 0
    /// The number of the fields that the event shares.
    private(set) var sharedNumber: Int?
    private(set) var fields: [Field] = []

    init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        reader = ByteReader(bytes)
        guard reader.byte() == EventRows.version else { throw StoreError.damaged("a batch of log events") }
    }

    /// Reads the next event.
    /// - Returns: whether there is one.
    mutating func next() throws -> Bool {
        if reader.isAtEnd { return false }
        time = Int64(bitPattern: reader.fixed64())
        let reference = reader.varint()
        switch reference {
        case 0: sharedNumber = nil
        case 1: try readShared()
        default: sharedNumber = Int(clamping: reference - 2)
        }
        fields.removeAll(keepingCapacity: true)
        for _ in 0..<reader.count() {
            var number = Int(clamping: reader.varint()) - 1
            if number < 0 {
                number = Int(clamping: reader.varint())
                guard number == names.count else { throw StoreError.damaged("a batch of log events") }
                names.append(String(decoding: reader.counted(), as: UTF8.self))
            }
            let start = reader.offset
            EventRows.skip(&reader)
            fields.append(Field(name: number, start: start, end: reader.offset))
        }
        guard !reader.hasFailed, fields.allSatisfy({ $0.name < names.count }),
            sharedNumber.map({ $0 < shared.count }) ?? true
        else { throw StoreError.damaged("a batch of log events") }
        return true
    }

    private mutating func readShared() throws {
        sharedNumber = Int(clamping: reader.varint())
        let definition = reader.counted()
        guard sharedNumber == shared.count, !reader.hasFailed else { throw StoreError.damaged("a batch of log events") }
        sharedBytes.append((reader.offset - definition.count)..<reader.offset)
        var inner = ByteReader(definition)
        var entries: [String: LogValue] = [:]
        for _ in 0..<inner.count() {
            let name = String(decoding: inner.counted(), as: UTF8.self)
            entries[name] = EventRows.value(&inner)
        }
        guard !inner.hasFailed else { throw StoreError.damaged("a batch of log events") }
        shared.append(LogFields.Shared(entries))
    }

    /// The event that was read last.
    var event: LogEvent {
        var made = LogFields(sharing: sharedNumber.map { shared[$0] })
        made.reserveCapacity(fields.count)
        for field in fields {
            made[names[field.name]] = EventRows.value(UnsafeRawBufferPointer(rebasing: bytes[field.start..<field.end]))
        }
        return LogEvent(timestamp: time, fields: made)
    }
}
