/// Whole numbers in as few bytes as they need: LEB128, seven bits a byte, least significant first.
public enum Varint {
    /// The longest encoding of 64 bits.
    public static let maxBytes = 10

    /// Maps small magnitudes of either sign to small numbers: 0, -1, 1, -2 … to 0, 1, 2, 3 ….
    @inlinable
    public static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
    }

    @inlinable
    public static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension [UInt8] {
    @inlinable
    public mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    @inlinable
    public mutating func appendVarint(_ value: Int) {
        precondition(value >= 0, "BUG: a negative number needs the zigzag form")
        appendVarint(UInt64(value))
    }

    @inlinable
    public mutating func appendZigzag(_ value: Int64) { appendVarint(Varint.zigzag(value)) }

    /// Eight bytes, least significant first.
    @inlinable
    public mutating func appendFixed64(_ value: UInt64) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// A count of bytes and the bytes.
    @inlinable
    public mutating func appendCounted(_ bytes: [UInt8]) {
        appendVarint(bytes.count)
        append(contentsOf: bytes)
    }
}
