import Base
import Codecs
import Testing

@Suite("Snappy")
struct SnappyTests {
    private static func decompress(_ block: [UInt8], limit: Int = 1 << 20) throws(SnappyError) -> [UInt8] {
        let result = block.withUnsafeBytes { bytes in
            Result { () throws(SnappyError) in try Snappy.decompress(bytes, limit: limit) }
        }
        return try result.get()
    }

    @Test("gives back what was compressed", arguments: [0, 1, 60, 65_536, 300_000])
    func roundTrip(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7 &* 31) }
        #expect(try Self.decompress(Snappy.compress(bytes)) == bytes)
    }

    @Test("a bomb is refused unread, and damage is told")
    func refusals() {
        let bomb = Snappy.compress([UInt8](repeating: 0, count: 1_000_000))
        #expect(throws: SnappyError.self) { try Self.decompress(bomb, limit: 999_999) }
        // Says that it has four gigabytes.
        let liar: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]
        #expect { try Self.decompress(liar) } throws: { ($0 as? SnappyError)?.code == .tooLarge }
        for damaged in [[], [0xff], [5, 0], Array(bomb.dropLast(3))] as [[UInt8]] {
            #expect { try Self.decompress(damaged) } throws: { ($0 as? SnappyError)?.code == .damaged }
        }
    }
}

@Suite("Protobuf messages")
struct ProtobufReaderTests {
    private func fields(_ bytes: [UInt8]) -> (fields: [UInt64], hasFailed: Bool) {
        bytes.withUnsafeBytes { buffer in
            var reader = ProtobufReader(buffer)
            var fields: [UInt64] = []
            while let (field, _) = reader.next() { fields.append(field) }
            return (fields, reader.hasFailed)
        }
    }

    @Test("are read field by field, whatever the types")
    func types() {
        let message: [UInt8] =
            [0x08, 0x96, 0x01, 0x12, 2, 0x61, 0x62, 0x19] + [UInt8](repeating: 1, count: 8) + [
                0x25, 1, 2, 3, 4, 0xfa, 0x01, 0,
            ]
        #expect(fields(message).fields == [1, 2, 3, 4, 31])
        #expect(!fields(message).hasFailed)
    }

    @Test(
        "that are damaged end with a failure",
        arguments: [
            [0x08], [0x12, 5, 0x61], [0x19, 1, 2, 3], [0x25, 1], [0x0b], [0x0f], [0xff],
            [0x08] + [UInt8](repeating: 0xff, count: 11), [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] as [[UInt8]])
    func damage(message: [UInt8]) {
        #expect(fields(message).hasFailed)
    }
}
