import Base
import Model

/// A set that says of some things that they are not in it: a Bloom filter of lines as long as those of a processor's
/// cache, of which a look reads one. Hashes are the same in every run.
enum HashFilter {
    /// Bits for each trace: of 1,000 that are not there one seems to be. A search for twenty traces asks all blocks.
    static let bitsOfTrace = 18
    /// Bits for each value: of 200 that are not there one seems to be.
    static let bitsOfValue = 12

    private static let lineBits = 512
    private static let lineBytes = lineBits / 8
    private static let bitsSet = 6

    /// - Returns: the filter's bytes; none of no hashes.
    static func bytes(_ hashes: borrowing Flat<UInt64>, bitsEach: Int) -> [UInt8] {
        if hashes.count == 0 { return [] }
        let lines = (hashes.count * bitsEach + lineBits - 1) / lineBits
        var bytes = [UInt8](repeating: 0, count: lines * lineBytes)
        for index in 0..<hashes.count {
            let line = line(hashes[index], lines) * lineBytes
            var rest = bits(hashes[index])
            for _ in 0..<bitsSet {
                let bit = Int(rest & 511)
                bytes[line + bit / 8] |= 1 << UInt8(bit % 8)
                rest >>= 9
            }
        }
        return bytes
    }

    /// Whether a filter may hold a hash.
    static func mayHold(_ hash: UInt64, in filter: [UInt8]) -> Bool {
        let lines = filter.count / lineBytes
        if lines == 0 { return false }
        let line = line(hash, lines) * lineBytes
        var rest = bits(hash)
        for _ in 0..<bitsSet {
            let bit = Int(rest & 511)
            if filter[line + bit / 8] & 1 << UInt8(bit % 8) == 0 { return false }
            rest >>= 9
        }
        return true
    }

    private static func line(_ hash: UInt64, _ lines: Int) -> Int { Int(((hash >> 32) * UInt64(lines)) >> 32) }

    private static func bits(_ hash: UInt64) -> UInt64 { (hash &* 0x9e37_79b9_7f4a_7c15) >> 10 }

    static func hash(_ trace: TraceID) -> UInt64 {
        withUnsafeBytes(of: (trace.high.littleEndian, trace.low.littleEndian)) { ByteHash.hash($0, seed: 1) }
    }

    /// Of a string under a key; the key's own hash is ``hash(key:)``.
    static func hash(_ key: UInt64, text: UnsafeRawBufferPointer) -> UInt64 { ByteHash.hash(text, seed: key) }

    /// Of a number under a key, whether it came as a whole one or not.
    static func hash(_ key: UInt64, number: Double) -> UInt64 {
        let bits = number.isNaN ? Double.nan.bitPattern : number == 0 ? 0 : number.bitPattern
        return withUnsafeBytes(of: bits.littleEndian) { ByteHash.hash($0, seed: ~key) }
    }

    /// Keys that are not ASCII are not told apart: they may be equal though their bytes differ.
    static func hash(key: UnsafeRawBufferPointer) -> UInt64 {
        key.allSatisfy { $0 < 0x80 } ? ByteHash.hash(key, seed: 2) : 3
    }

    static func hash(key: String) -> UInt64 {
        var key = key
        return key.withUTF8 { hash(key: UnsafeRawBufferPointer($0)) }
    }

    /// In place of a key's hash, for what is no attribute.
    static let spanName: UInt64 = 1
    static let eventName: UInt64 = 2

    /// Of all strings together under a key that are not ASCII: those may be equal though their bytes differ.
    static func hashOfOthers(_ key: UInt64) -> UInt64 {
        let mark: UInt8 = 0xff
        return withUnsafeBytes(of: mark) { ByteHash.hash($0, seed: key) }
    }

    /// Of a string that is stored: those that are not ASCII are not told apart.
    static func storedHash(_ key: UInt64, text: UnsafeRawBufferPointer) -> UInt64 {
        text.allSatisfy { $0 < 0x80 } ? hash(key, text: text) : hashOfOthers(key)
    }

    /// Whether a filter may hold a string under a key that is equal to `text`.
    static func mayHold(_ key: UInt64, equalTo text: String, in filter: [UInt8]) -> Bool {
        var text = text
        let hash = text.withUTF8 { bytes in Self.hash(key, text: UnsafeRawBufferPointer(bytes)) }
        return mayHold(hash, in: filter) || mayHold(hashOfOthers(key), in: filter)
    }
}
