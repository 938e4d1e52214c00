internal import Model

/// Reads the fields of a protobuf message by their places in memory that the caller keeps alive, without a look at what
/// is around: every place is compared with the end of the part that is read before it is looked at.
///
/// It is for spans, of which 300,000 come in a second; ``ProtobufReader`` says the same more comfortably.
struct WireCursor {
    /// The kinds of fields, as the lowest three bits of a tag have them.
    enum Kind: UInt64 {
        case varint = 0
        case fixed64 = 1
        case counted = 2
        case fixed32 = 5
    }

    /// The whole message; places are counted from its start.
    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    private(set) var end: Int

    private static let damaged = OTLPError("it is not a whole protobuf message")

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }
    var remaining: Int { end - position }

    /// A field's tag: its number times eight, and its kind.
    static func tag(_ field: UInt64, _ kind: Kind) -> UInt64 { field << 3 | kind.rawValue }

    @inline(__always)
    mutating func varint() throws(OTLPError) -> UInt64 {
        if position < end {
            let byte = bytes[position]
            if byte < 0x80 {
                position &+= 1
                return UInt64(byte)
            }
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(OTLPError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 64 {
            let byte = bytes[position]
            position &+= 1
            value |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        throw Self.damaged
    }

    @inline(__always)
    mutating func fixed64() throws(OTLPError) -> UInt64 {
        guard end &- position >= 8 else { throw Self.damaged }
        defer { position &+= 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    @inline(__always)
    mutating func fixed32() throws(OTLPError) -> UInt32 {
        guard end &- position >= 4 else { throw Self.damaged }
        defer { position &+= 4 }
        return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    /// Where a text, bytes or a message stand.
    @inline(__always)
    mutating func counted() throws(OTLPError) -> ByteSlice {
        let count = try varint()
        guard count <= UInt64(end &- position) else { throw Self.damaged }
        let start = position
        position &+= Int(count)
        return ByteSlice(offset: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: count))
    }

    /// What reads a message within this one.
    @inline(__always)
    mutating func message() throws(OTLPError) -> WireCursor {
        let slice = try counted()
        return WireCursor(bytes, Int(slice.offset)..<position)
    }

    /// Goes past the value of a field that nobody wants.
    mutating func skip(_ tag: UInt64) throws(OTLPError) {
        switch Kind(rawValue: tag & 7) {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .counted: _ = try counted()
        case .fixed32: _ = try fixed32()
        // The groups of old protobuf.
        case nil: throw Self.damaged
        }
    }

    /// The bytes that are not read yet.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position..<end]) }

    /// The bytes of a slice.
    func content(_ slice: ByteSlice) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)])
    }
}
