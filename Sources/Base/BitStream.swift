/// Bits written one after the other into words of 64, least significant bit first.
public struct BitWriter: Sendable {
    @usableFromInline var storage: [UInt64] = []
    @usableFromInline var bits: Int32 = 0

    @inlinable
    public init() {}

    /// Goes on behind `bitCount` bits that another writer wrote.
    @inlinable
    public init(words: [UInt64], bitCount: Int) {
        precondition(bitCount >= 0 && (bitCount + 63) / 64 == words.count, "BUG: words do not fit the count of bits")
        storage = words
        bits = Int32(bitCount)
    }

    /// The words so far; bits beyond ``bitCount`` are zero.
    @inlinable public var words: [UInt64] { storage }
    @inlinable public var bitCount: Int { Int(bits) }

    @inlinable
    public mutating func reserveWords(_ count: Int) { storage.reserveCapacity(count) }

    /// Writes the lowest `count` bits of `value`, of which no other may be set. At most 64.
    @inlinable
    public mutating func append(_ value: UInt64, bits count: Int) {
        let used = Int(bits) & 63
        if used == 0 {
            if count > 0 { storage.append(value) }
        } else {
            storage[storage.count &- 1] |= value &<< UInt64(used)
            if used &+ count > 64 { storage.append(value &>> UInt64(64 &- used)) }
        }
        bits &+= Int32(truncatingIfNeeded: count)
    }
}

/// Reads what a ``BitWriter`` wrote, from words that the caller keeps alive.
///
/// Reading past the end sets ``hasFailed`` and gives zeros from then on.
public struct BitReader {
    @usableFromInline let words: UnsafeBufferPointer<UInt64>
    @usableFromInline let end: Int
    @usableFromInline var position: Int
    @usableFromInline var failed = false

    @inlinable
    public init(_ words: UnsafeBufferPointer<UInt64>, from position: Int = 0) {
        self.words = words
        self.position = position
        end = words.count &* 64
    }

    @inlinable public var offset: Int { position }
    @inlinable public var hasFailed: Bool { failed }

    /// The next 64 bits without moving on; zeros stand for bits past the end.
    @inlinable
    public func peek() -> UInt64 {
        let index = position &>> 6
        let used = UInt64(truncatingIfNeeded: position & 63)
        guard index < words.count else { return 0 }
        let low = words[index] &>> used
        guard used != 0, index &+ 1 < words.count else { return low }
        return low | words[index &+ 1] &<< (64 &- used)
    }

    /// Moves on by `count` bits.
    @inlinable
    public mutating func skip(_ count: Int) {
        position &+= count
        if position > end {
            position = end
            failed = true
        }
    }

    /// The next `count` bits, at most 64.
    @inlinable
    public mutating func read(_ count: Int) -> UInt64 {
        let value = peek()
        skip(count)
        if count >= 64 { return value }
        return value & ((1 &<< UInt64(truncatingIfNeeded: count)) &- 1)
    }

    /// The next `count` bits as a number in two's complement.
    @inlinable
    public mutating func readSigned(_ count: Int) -> Int64 {
        let shift = Int64(64 &- count)
        return (Int64(bitPattern: read(count)) &<< shift) &>> shift
    }
}
