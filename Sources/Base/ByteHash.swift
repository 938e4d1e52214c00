/// A fast 64-bit hash of bytes for tables in memory. Its values differ from run to run and must not be stored:
/// the seed is drawn at the start, so that nobody outside can prepare keys that collide.
public enum ByteHash {
    @usableFromInline static let seed = UInt64.random(in: .min ... .max)

    @inlinable
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 { hash(bytes, seed: seed) }

    @inlinable
    public static func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { hash($0, seed: seed) } }

    /// The hash under a given seed: the same in every run.
    ///
    /// Eight bytes at a time are folded into the state through a 128-bit product, which mixes every bit of both.
    @inlinable
    public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var state = fold(seed ^ 0x9e37_79b9_7f4a_7c15, UInt64(truncatingIfNeeded: bytes.count) | 1 << 63)
        var offset = 0
        var rest = bytes.count
        while rest >= 8 {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = fold(state ^ word, 0xd6e8_feb8_6659_fd93)
            offset += 8
            rest -= 8
        }
        if rest > 0 {
            var word: UInt64 = 0
            for index in 0..<rest { word |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
            state = fold(state ^ word, 0xa076_1d64_78bd_642f)
        }
        return fold(state, 0xe703_7ed1_a0b4_28db)
    }

    /// The hash of a text that is the same in every run and may be stored.
    public static func stable(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0), seed: 0) }
    }

    @inlinable
    static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        // Adding the factor back keeps a state of zero from swallowing what follows.
        return (product.high ^ product.low) &+ left
    }
}
