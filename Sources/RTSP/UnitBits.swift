/// Reads the bits of a NAL unit's payload (ITU-T H.264, section 7.2). Past the end, every read gives `nil`.
package struct UnitBits {
    private let bytes: [UInt8]
    private var position = 0

    /// Takes the bytes of a NAL unit after its header; the emulation prevention bytes are dropped.
    package init(unit: some Sequence<UInt8>) {
        var bytes: [UInt8] = []
        var zeros = 0
        for byte in unit {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    package mutating func bit() -> Int? {
        guard position < bytes.count * 8 else { return nil }
        defer { position += 1 }
        return Int(bytes[position >> 3] >> UInt8(7 - position & 7) & 1)
    }

    package mutating func flag() -> Bool? { bit().map { $0 == 1 } }

    /// Up to 32 bits.
    package mutating func bits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let bit = bit() else { return nil }
            value = value << 1 | bit
        }
        return value
    }

    package mutating func skip(_ count: Int) -> Void? {
        guard position + count <= bytes.count * 8 else { return nil }
        position += count
        return ()
    }

    /// An unsigned Exp-Golomb number.
    package mutating func unsigned() -> Int? {
        var zeros = 0
        while true {
            guard let bit = bit() else { return nil }
            if bit == 1 { break }
            zeros += 1
            guard zeros < 32 else { return nil }
        }
        return bits(zeros).map { (1 << zeros) - 1 + $0 }
    }

    /// A signed Exp-Golomb number.
    package mutating func signed() -> Int? {
        unsigned().map { $0 & 1 == 1 ? ($0 + 1) / 2 : -($0 / 2) }
    }
}
