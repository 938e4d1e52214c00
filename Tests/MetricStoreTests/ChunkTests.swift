import Base
import Codecs
import Model
import TestSupport
import Testing

@testable import MetricStore

@Suite("Compressed samples")
struct ChunkTests {
    static let special: [Double] = [
        0, -0.0, 1, -1, .infinity, -.infinity, .nan, StaleMarker.value, .greatestFiniteMagnitude,
        .leastNonzeroMagnitude,
        .pi, 0.1, 0.1 + 0.2, 1e300, -1e-300, 4_503_599_627_370_496, 9_007_199_254_740_993, 25.03, -0.001, 1e15, 1e22,
        Double(bitPattern: 0x7ff8_0000_0000_0001), Double(bitPattern: 0xfff0_0000_0000_0002),
    ]

    static func columns() -> [(name: String, values: [Double])] {
        var generator = SeededGenerator(for: "columns of chunks")
        func make(_ count: Int, _ value: (Int, inout SeededGenerator) -> Double) -> [Double] {
            (0..<count).map { value($0, &generator) }
        }
        var counter = 0.0
        return [
            ("constant", make(300) { _, _ in 42 }),
            ("even counter", make(300) { index, _ in Double(index) * 15 }),
            ("decimals", make(300) { _, random in Double(Int.random(in: 1_400...1_600, using: &random)) / 100 }),
            ("ever more decimals", make(60) { index, _ in 1 / Double(index + 1) }),
            ("growing precision", (0...12).map { DecimalScale.value(of: 123, at: $0) }),
            (
                "counter with resets",
                make(300) { _, random in
                    counter =
                        Int.random(in: 0..<50, using: &random) == 0
                        ? 0 : counter + Double(Int.random(in: 0...4, using: &random))
                    return counter
                }
            ),
            ("any bits", make(300) { _, random in Double(bitPattern: random.next()) }),
            ("noise", make(300) { _, random in Double.random(in: -1...1, using: &random) }),
            ("special", special + special.reversed()),
            (
                "decimals and stale markers",
                make(300) { index, _ in index % 7 == 0 ? StaleMarker.value : 0.25 * Double(index) }
            ),
            ("first stale", [StaleMarker.value, 1, 2, 3]),
            ("one", [1.5]),
        ]
    }

    @Test("open chunks give back every bit", arguments: columns())
    func openChunk(_ column: (name: String, values: [Double])) {
        var generator = SeededGenerator(seed: 7)
        for jitter in [0, 3, 100_000, Int64(1) << 40] {
            var chunk = OpenChunk()
            var times: [Int64] = []
            var time = noon
            for value in column.values {
                chunk.append(time, value)
                times.append(time)
                time += 15_000 + (jitter == 0 ? 0 : Int64.random(in: 0...jitter, using: &generator))
            }
            let samples = chunk.chunk.samples()
            #expect(samples.map(\.time) == times)
            #expect(samples.map(\.value.bitPattern) == column.values.map(\.bitPattern), "\(column.name)")
            #expect(chunk.chunk.minTime == times.first && chunk.chunk.maxTime == times.last)
            let resumed = OpenChunk(resuming: chunk.chunk)
            #expect(resumed.chunk.samples().map(\.value.bitPattern) == column.values.map(\.bitPattern))
        }
    }

    @Test("a chunk copied while it is open stays as it was")
    func sharedWords() {
        var chunk = OpenChunk()
        for index in 0..<10 { chunk.append(noon + Int64(index), Double(index)) }
        let copy = chunk.chunk
        for index in 10..<100 { chunk.append(noon + Int64(index), Double(index)) }
        #expect(copy.samples().map(\.value) == (0..<10).map(Double.init))
    }

    @Test("even counters and still values take little more than two bits a sample")
    func size() {
        for step in [0.0, 15, 0.25] {
            var chunk = OpenChunk()
            for index in 0..<240 { chunk.append(noon + Int64(index) * 15_000, 1_000 + Double(index) * step) }
            #expect(chunk.byteCount < 110, "\(chunk.byteCount) bytes for steps of \(step)")
        }
    }

    @Test("damaged words are told and do not crash")
    func damage() {
        var generator = SeededGenerator(seed: 3)
        for coding in [ChunkCoding.xor, .decimal(scale: 2)] {
            for _ in 0..<200 {
                let words = (0..<4).map { _ in generator.next() }
                let chunk = Chunk(words: words, minTime: 0, maxTime: 0, count: 120, coding: coding)
                _ = chunk.samples()
            }
            let short = Chunk(words: [1], minTime: 0, maxTime: 0, count: 100, coding: coding)
            #expect(!short.withSamples { _, _, isSound in isSound })
        }
    }

    @Test("sealed value columns give back every bit", arguments: columns())
    func valueColumn(_ column: (name: String, values: [Double])) {
        let encoded = ValueColumn.encode(column.values)
        var decoded: [Double] = []
        let isSound = encoded.bytes.withUnsafeBytes {
            ValueColumn.decode($0, coding: encoded.coding, scale: encoded.scale, count: column.values.count) {
                decoded.append($1)
            }
        }
        #expect(isSound)
        #expect(decoded.map(\.bitPattern) == column.values.map(\.bitPattern), "\(column.name)")
    }

    @Test("sealed blocks give back the series and the times that are asked for")
    func sealedBlock() throws {
        let times = (0..<480).map { noon + Int64($0) * 15_000 }
        let parts = ChunkTests.columns().enumerated().map { index, column in
            SealedBlock.Part(number: index * 3, times: Array(times.prefix(column.values.count)), values: column.values)
        }
        let zstd = Zstd()
        let bytes = SealedBlock.encode(parts, with: zstd)
        let range = TimeRange(start: times[5], end: times[20])
        var found: [Int: [Int64: UInt64]] = [:]
        try bytes.withUnsafeBytes {
            try SealedBlock.decode($0, in: range, with: zstd, where: { $0 != 3 }) { number, times, values in
                found[number] = Dictionary(uniqueKeysWithValues: zip(times, values.map(\.bitPattern)))
            }
        }
        for part in parts {
            let expected = zip(part.times, part.values.map(\.bitPattern)).filter { range.contains($0.0) }
            #expect(found[part.number] ?? [:] == (part.number == 3 ? [:] : Dictionary(uniqueKeysWithValues: expected)))
        }
        var damaged = bytes
        damaged[bytes.count / 2] ^= 0x40
        #expect(throws: (any Error).self) {
            try damaged.withUnsafeBytes {
                try SealedBlock.decode($0, in: .all, with: zstd, where: { _ in true }) { _, _, _ in }
            }
        }
    }

    @Test("batches survive their encoding")
    func batch() {
        let values = ChunkTests.special
        for isEven in [true, false] {
            let samples = values.enumerated().map { index, value in
                RefSample(
                    ref: SeriesRef(rawValue: UInt32(truncatingIfNeeded: index * 1_234_567_891)),
                    timestamp: isEven ? noon : noon - Int64(index * index) * 1_000, value: value)
            }
            let bytes = BatchCodec.encode(samples, skipping: [0, 4])
            let decoded = bytes.withUnsafeBytes { BatchCodec.decode($0) } ?? []
            let expected = BatchCodec.removing([0, 4], from: samples)
            #expect(decoded.map(\.ref) == expected.map(\.ref))
            #expect(decoded.map(\.timestamp) == expected.map(\.timestamp))
            #expect(decoded.map(\.value.bitPattern) == expected.map(\.value.bitPattern))
            #expect(bytes.dropLast().withUnsafeBytes { BatchCodec.decode($0) } == nil)
        }
    }
}
