/// Austin Appleby's hash, its third version, which is in the public domain.
enum MurmurHash3 {
    /// The variant of 32 bits.
    static func hash32(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        func mix(_ word: UInt32) -> UInt32 { rotate(word &* 0xcc9e_2d51, 15) &* 0x1b87_3593 }
        var hash = seed
        var index = 0
        while index + 4 <= bytes.count {
            hash = rotate(hash ^ mix(UInt32(truncatingIfNeeded: word(bytes, index, 4))), 13) &* 5 &+ 0xe654_6b64
            index += 4
        }
        if index < bytes.count { hash ^= mix(UInt32(truncatingIfNeeded: word(bytes, index, bytes.count - index))) }
        hash ^= UInt32(truncatingIfNeeded: bytes.count)
        hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
        hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
        return hash ^ hash >> 16
    }

    /// The variant of 128 bits for machines of 64.
    static func hash128(_ bytes: [UInt8], seed: UInt64 = 0) -> (UInt64, UInt64) {
        let factor1: UInt64 = 0x87c3_7b91_1142_53d5
        let factor2: UInt64 = 0x4cf5_ad43_2745_937f
        func mix1(_ word: UInt64) -> UInt64 { rotate(word &* factor1, 31) &* factor2 }
        func mix2(_ word: UInt64) -> UInt64 { rotate(word &* factor2, 33) &* factor1 }
        func finish(_ hash: UInt64) -> UInt64 {
            var hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
            hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
            return hash ^ hash >> 33
        }
        var first = seed
        var second = seed
        var index = 0
        while index + 16 <= bytes.count {
            first = (rotate(first ^ mix1(word(bytes, index, 8)), 27) &+ second) &* 5 &+ 0x52dc_e729
            second = (rotate(second ^ mix2(word(bytes, index + 8, 8)), 31) &+ first) &* 5 &+ 0x3849_5ab5
            index += 16
        }
        let rest = bytes.count - index
        if rest > 8 { second ^= mix2(word(bytes, index + 8, rest - 8)) }
        if rest > 0 { first ^= mix1(word(bytes, index, min(rest, 8))) }
        first ^= UInt64(bytes.count)
        second ^= UInt64(bytes.count)
        first &+= second
        second &+= first
        first = finish(first)
        second = finish(second)
        first &+= second
        second &+= first
        return (first, second)
    }

    /// Bytes as a number, the least significant first.
    private static func word(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }

    private static func rotate<Word: FixedWidthInteger>(_ word: Word, _ count: Int) -> Word {
        word << count | word >> (Word.bitWidth - count)
    }
}
