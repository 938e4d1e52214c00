import Base
import TestSupport
import Testing

@Suite("Numbers and bits in bytes")
struct StreamTests {
    static let numbers: [UInt64] = [0, 1, 127, 128, 16_383, 16_384, 1 << 32, 1 << 63, .max - 1, .max]

    @Test("varints are read as they were written")
    func varints() {
        var bytes: [UInt8] = []
        for number in StreamTests.numbers {
            bytes.appendVarint(number)
            bytes.appendZigzag(Int64(bitPattern: number))
            bytes.appendFixed64(number)
        }
        bytes.appendCounted([1, 2, 3])
        bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            for number in StreamTests.numbers {
                #expect(reader.varint() == number)
                #expect(reader.zigzag() == Int64(bitPattern: number))
                #expect(reader.fixed64() == number)
            }
            #expect(Array(reader.counted()) == [1, 2, 3])
            #expect(reader.isAtEnd && !reader.hasFailed)
        }
    }

    @Test("small numbers of either sign take a byte", arguments: [(0, 0), (-1, 1), (1, 2), (-64, 127), (63, 126)])
    func zigzag(_ value: Int64, _ mapped: UInt64) {
        #expect(Varint.zigzag(value) == mapped && Varint.unzigzag(mapped) == value)
    }

    @Test(
        "bytes that end too early or make no number are told",
        arguments: [[], [0x80], [UInt8](repeating: 0xff, count: 11), [5, 1, 2]] as [[UInt8]])
    func damage(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            _ = reader.counted()
            #expect(reader.hasFailed)
            #expect(reader.varint() == 0 && reader.fixed64() == 0 && reader.byte() == 0 && reader.take(1).isEmpty)
        }
    }

    @Test("bits are read as they were written, at any width")
    func bits() {
        var generator = SeededGenerator(for: "bits")
        var writer = BitWriter()
        var written: [(value: UInt64, width: Int)] = []
        for index in 0..<2_000 {
            let width = index % 65
            let value = width == 64 ? generator.next() : generator.next() & (1 << UInt64(width) - 1)
            writer.append(value, bits: width)
            written.append((value, width))
        }
        #expect(writer.bitCount == written.reduce(0) { $0 + $1.width })
        let resumed = BitWriter(words: writer.words, bitCount: writer.bitCount)
        #expect(resumed.words == writer.words)
        writer.words.withUnsafeBufferPointer { words in
            var reader = BitReader(words)
            for (value, width) in written {
                let rest = reader.peek()
                #expect(width == 64 ? rest == value : rest & (1 << UInt64(width) - 1) == value)
                #expect(reader.read(width) == value)
            }
            #expect(!reader.hasFailed)
            reader.skip(128)
            #expect(reader.hasFailed && reader.read(8) == 0)
        }
    }

    @Test("signed bits keep their sign", arguments: [(-1, 1), (0, 1), (-32, 6), (31, 6), (Int64.min, 64), (-5, 24)])
    func signedBits(_ value: Int64, _ width: Int) {
        var writer = BitWriter()
        let mask = width == 64 ? UInt64.max : 1 << UInt64(width) - 1
        writer.append(UInt64(bitPattern: value) & mask, bits: width)
        writer.words.withUnsafeBufferPointer { words in
            var reader = BitReader(words)
            #expect(reader.readSigned(width) == value)
        }
    }

    @Test("the hash depends on every byte, on the length and on the seed")
    func hash() {
        var generator = SeededGenerator(seed: 1)
        var seen = Set<UInt64>()
        var count = 0
        for length in 0..<70 {
            var bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            for index in -1..<length {
                if index >= 0 { bytes[index] ^= 1 }
                bytes.withUnsafeBytes { raw in
                    seen.insert(ByteHash.hash(raw, seed: 1))
                    seen.insert(ByteHash.hash(raw, seed: 2))
                    #expect(ByteHash.hash(raw, seed: 1) == ByteHash.hash(raw, seed: 1))
                }
                count += 2
            }
        }
        for length in 0..<70 {
            [UInt8](repeating: 0, count: length).withUnsafeBytes { _ = seen.insert(ByteHash.hash($0, seed: 1)) }
            count += 1
        }
        // The empty text stands in both groups.
        #expect(seen.count == count - 1)
    }
}
