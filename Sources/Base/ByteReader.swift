/// Reads numbers and bytes one after the other from memory that the caller keeps alive.
///
/// Reading past the end, or a number that is too long, sets ``hasFailed`` and gives zeros from then on: a decoder
/// checks once, at its end, and damaged input is no crash.
public struct ByteReader {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline var position = 0
    @usableFromInline var failed = false

    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// How many bytes are read.
    @inlinable public var offset: Int { position }
    @inlinable public var remaining: Int { bytes.count &- position }
    @inlinable public var isAtEnd: Bool { position == bytes.count }
    @inlinable public var hasFailed: Bool { failed }

    @inlinable
    public mutating func byte() -> UInt8 {
        guard position < bytes.count else { return UInt8(truncatingIfNeeded: fail()) }
        defer { position &+= 1 }
        return bytes[position]
    }

    @inlinable
    public mutating func varint() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position &+= 1
            value |= UInt64(byte & 0x7f) &<< shift
            if byte & 0x80 == 0 { return value }
            shift &+= 7
        }
        return fail()
    }

    @inlinable
    public mutating func zigzag() -> Int64 { Varint.unzigzag(varint()) }

    /// A varint that counts things of which each takes a byte at least: more than are left is a failure,
    /// so that a damaged count cannot ask for memory without bound.
    @inlinable
    public mutating func count() -> Int {
        let value = varint()
        guard value <= UInt64(remaining) else { return Int(truncatingIfNeeded: fail()) }
        return Int(value)
    }

    /// A varint that counts at most `limit` things; more is a failure.
    @inlinable
    public mutating func count(limit: Int) -> Int {
        let value = varint()
        guard value <= UInt64(limit) else { return Int(truncatingIfNeeded: fail()) }
        return Int(value)
    }

    /// Eight bytes, least significant first.
    @inlinable
    public mutating func fixed64() -> UInt64 {
        guard remaining >= 8 else { return fail() }
        defer { position &+= 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// The next `count` bytes, not copied.
    @inlinable
    public mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            _ = fail()
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        defer { position &+= count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position &+ count)])
    }

    /// A count of bytes, and that many bytes.
    @inlinable
    public mutating func counted() -> UnsafeRawBufferPointer { take(count()) }

    @inlinable @inline(never)
    mutating func fail() -> UInt64 {
        failed = true
        position = bytes.count
        return 0
    }
}
