import Base
import Codecs
import TestSupport
import Testing

@Suite("Compression")
struct ZstdTests {
    @Test("gives back every byte", arguments: [0, 1, 100, 100_000], [1, 3, 19])
    func roundTrip(_ count: Int, _ level: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() & 0x0f) }
        let zstd = Zstd()
        let frame = zstd.compress(bytes, level: level)
        #expect(try zstd.decompress(frame, limit: count) == bytes)
        if count > 1_000 { #expect(frame.count < count * 6 / 10) }
    }

    @Test("refuses damaged, cut and foreign bytes, and frames beyond the limit")
    func damage() throws {
        let zstd = Zstd()
        let frame = zstd.compress([UInt8](repeating: 7, count: 5_000) + [1, 2, 3])
        var damaged = frame
        damaged[frame.count - 1] ^= 1
        for bytes in [damaged, Array(frame.dropLast(3)), [1, 2, 3], []] {
            #expect(throws: ZstdError.self) { try zstd.decompress(bytes, limit: 10_000) }
        }
        let error = #expect(throws: ZstdError.self) { try zstd.decompress(frame, limit: 5_002) }
        #expect(error?.description.contains("5003") == true)
        #expect(try zstd.decompress(frame, limit: 5_003).count == 5_003)
    }
}
