/// Reads the fields of a protobuf message one after the other, from memory that the caller keeps alive.
///
/// As with ``ByteReader``, damage sets ``hasFailed`` and ends the reading; a decoder checks once, at its end. The groups
/// of old protobuf are damage. See the encoding at <https://protobuf.dev/programming-guides/encoding/>.
public struct ProtobufReader {
    /// A field as it stands in the message: its type is only known to who reads it.
    public enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// A text, bytes, a message, or packed numbers.
        case bytes(UnsafeRawBufferPointer)
    }

    @usableFromInline var reader: ByteReader
    @usableFromInline var isDamaged = false

    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

    /// How many bytes were read.
    @inlinable public var offset: Int { reader.offset }

    @inlinable public var hasFailed: Bool { isDamaged || reader.hasFailed }

    /// The next field's number and value, or `nil` at the end.
    @inlinable
    public mutating func next() -> (field: UInt64, value: Value)? {
        if isDamaged || reader.isAtEnd { return nil }
        let key = reader.varint()
        let value: Value
        switch key & 7 {
        case 0: value = .varint(reader.varint())
        case 1: value = .fixed64(reader.fixed64())
        case 2: value = .bytes(reader.counted())
        case 5:
            let bytes = reader.take(4)
            value = .fixed32(bytes.count == 4 ? UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)) : 0)
        default:
            isDamaged = true
            return nil
        }
        return hasFailed ? nil : (key >> 3, value)
    }
}
