import Base
package import Model

/// Events on their way from one program to another: rows as the tail keeps them, in pieces of which each can be read
/// by itself.
package enum EventPieces {
    /// Some events, one after the other.
    package struct Piece: Sendable, Equatable {
        package let events: Int
        package let bytes: [UInt8]
    }

    /// Cuts events into pieces, in their order. Of names each has no more than a block may have.
    /// - Parameters:
    ///   - eventsMax: a piece ends once it has so many events,
    ///   - bytesMax: or so many bytes; an event that is longer is a piece by itself.
    package static func encode(
        _ events: [LogEvent], eventsMax: Int = 1_000, bytesMax: Int = 512 << 10
    ) -> [Piece] {
        var pieces: [Piece] = []
        var first = events.startIndex
        var encoder = EventRowsEncoder()
        func end(_ end: Int, _ bytes: [UInt8]) {
            let isWide = encoder.nameCount > FieldLimit.mostNames
            let rows = isWide ? EventRowsEncoder.encode(FieldLimit.apply(Array(events[first..<end]))) : bytes
            pieces.append(Piece(events: end - first, bytes: rows))
            first = end
            encoder = EventRowsEncoder()
        }
        for index in events.indices {
            let before = encoder.bytes.count
            encoder.append(events[index])
            if index > first, encoder.bytes.count - before > bytesMax {
                end(index, Array(encoder.bytes[..<before]))
                encoder.append(events[index])
            }
            if index + 1 - first >= eventsMax || encoder.bytes.count >= bytesMax { end(index + 1, encoder.bytes) }
        }
        if first < events.endIndex { end(events.endIndex, encoder.bytes) }
        return pieces
    }
}

/// How much is taken of what another program wrote. It is counted while the events are read, so that few bytes cannot
/// unfold into much.
package struct EventBounds: Sendable {
    /// Events of all pieces together.
    package var events = 100_000
    /// Fields of an event, of a set that events share, and names of a piece.
    package var fields = 4_096
    /// Fields and elements of arrays, of all pieces together.
    package var values = 2_000_000
    /// Bytes of a text.
    package var textBytes = 32 << 20

    package init() {}
}

/// A piece that no program of ours wrote, or more than is taken.
package struct EventPieceError: Error, Sendable, CustomStringConvertible {
    package let description: String

    static let damaged = EventPieceError(description: "the bytes of its events are damaged")

    static func beyond(_ limit: Int, _ what: String) -> EventPieceError {
        EventPieceError(description: "it has more than \(limit) \(what)")
    }
}

/// Reads pieces of which nobody knows who wrote them: every count is bounded, and what the encoder never writes is an
/// error.
package struct EventPieceReader {
    private let bounds: EventBounds
    private var eventsLeft: Int
    private var valuesLeft: Int

    /// What of a piece is known so far.
    private struct Known {
        var names: [String] = []
        var namesByText: Set<String> = []
        /// By the number of the name, the last event that has it.
        var lastEvents: [Int] = []
        var shared: [LogFields.Shared] = []
        var events: [LogEvent] = []
    }

    // Years 1 to 9999, as RFC 3339 can write them.
    private static let times: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    package init(_ bounds: EventBounds = EventBounds()) {
        self.bounds = bounds
        eventsLeft = bounds.events
        valuesLeft = bounds.values
    }

    /// The events of a piece.
    package mutating func events(of piece: UnsafeRawBufferPointer) throws(EventPieceError) -> [LogEvent] {
        var reader = ByteReader(piece)
        guard reader.byte() == EventRows.version else { throw .damaged }
        var known = Known()
        while !reader.isAtEnd {
            if eventsLeft == 0 { throw .beyond(bounds.events, "events") }
            eventsLeft -= 1
            let event = try event(&reader, &known)
            if reader.hasFailed { throw .damaged }
            known.events.append(event)
        }
        return known.events
    }

    private mutating func event(
        _ reader: inout ByteReader, _ known: inout Known
    ) throws(EventPieceError) -> LogEvent {
        let time = Int64(bitPattern: reader.fixed64())
        let shared = try shared(&reader, &known)
        var fields = LogFields(sharing: shared)
        let count = try count(&reader, atMost: bounds.fields, "fields in an event")
        fields.reserveCapacity(min(count, 64))
        for _ in 0..<count {
            let number = try name(&reader, &known)
            let name = known.names[number]
            guard known.lastEvents[number] != known.events.count, shared?.index(of: name) == nil else {
                throw .damaged
            }
            known.lastEvents[number] = known.events.count
            fields.append(name, try value(&reader, depth: 0))
        }
        return LogEvent(timestamp: min(max(time, Self.times.lowerBound), Self.times.upperBound), fields: fields)
    }

    private mutating func name(
        _ reader: inout ByteReader, _ known: inout Known
    ) throws(EventPieceError) -> Int {
        let reference = reader.varint()
        if reference > 0 {
            guard reference <= UInt64(known.names.count) else { throw .damaged }
            return Int(reference) - 1
        }
        let number = known.names.count
        guard reader.varint() == UInt64(number), !reader.hasFailed else { throw .damaged }
        if number == bounds.fields { throw .beyond(bounds.fields, "names of fields") }
        let name = try text(&reader)
        guard known.namesByText.insert(name).inserted else { throw .damaged }
        known.names.append(name)
        known.lastEvents.append(-1)
        return number
    }

    private mutating func shared(
        _ reader: inout ByteReader, _ known: inout Known
    ) throws(EventPieceError) -> LogFields.Shared? {
        let reference = reader.varint()
        if reference == 0 { return nil }
        if reference > 1 {
            guard reference - 2 < UInt64(known.shared.count) else { throw .damaged }
            return known.shared[Int(reference - 2)]
        }
        guard reader.varint() == UInt64(known.shared.count) else { throw .damaged }
        var inner = ByteReader(reader.counted())
        var entries: [String: LogValue] = [:]
        let count = try count(&inner, atMost: bounds.fields, "fields that events share")
        for _ in 0..<count {
            let name = try text(&inner)
            let value = try value(&inner, depth: 0)
            guard entries.updateValue(value, forKey: name) == nil else { throw .damaged }
        }
        guard !reader.hasFailed, !inner.hasFailed, inner.isAtEnd else { throw .damaged }
        let shared = LogFields.Shared(entries)
        known.shared.append(shared)
        return shared
    }

    private mutating func value(_ reader: inout ByteReader, depth: Int) throws(EventPieceError) -> LogValue {
        switch reader.byte() {
        case EventRows.Tag.null: return .null
        case EventRows.Tag.no: return .boolean(false)
        case EventRows.Tag.yes: return .boolean(true)
        case EventRows.Tag.integer: return .integer(reader.zigzag())
        case EventRows.Tag.double:
            let number = Double(bitPattern: reader.fixed64())
            return number.isFinite ? .double(number) : .null
        case EventRows.Tag.string: return .string(try text(&reader))
        case EventRows.Tag.array where depth < EventCodec.depthLimit:
            let count = try count(&reader, atMost: bounds.values, "elements in arrays")
            var values: [LogValue] = []
            for _ in 0..<count { values.append(try value(&reader, depth: depth + 1)) }
            return .array(values)
        default: throw .damaged
        }
    }

    private func text(_ reader: inout ByteReader) throws(EventPieceError) -> String {
        let bytes = reader.counted()
        if bytes.count > bounds.textBytes { throw .beyond(bounds.textBytes, "bytes in a text") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads how many values come, each of which takes a byte at least.
    private mutating func count(
        _ reader: inout ByteReader, atMost limit: Int, _ what: String
    ) throws(EventPieceError) -> Int {
        let count = reader.count()
        if reader.hasFailed { throw .damaged }
        if count > limit { throw .beyond(limit, what) }
        valuesLeft -= count
        if valuesLeft < 0 { throw .beyond(bounds.values, "values") }
        return count
    }
}
