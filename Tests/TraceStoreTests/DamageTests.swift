import Base
import Codecs
import Model
import TestSupport
import Testing

@testable import TraceStore

@Suite("Damaged bytes of spans")
struct DamageTests {
    private static func gather(_ spans: [Span]) -> SpanGathering {
        let batch = SpanBatch(spans)
        var gathering = SpanGathering()
        gathering.add(batch, rows: batch.spans.indices)
        return gathering
    }

    /// Everything that is in a block, and what queries find in it.
    private static func open(_ bytes: [UInt8]) throws -> [Span] {
        let table = try SpanTable(bytes, Zstd())
        let conditions = [
            SpanQuery.Condition(.attribute("camera"), .contains("a")), SpanQuery.Condition(.duration, .number(0...1e9)),
            SpanQuery.Condition(.event, .equals("retry")), SpanQuery.Condition(.root, .equals("true")),
        ]
        for condition in conditions {
            for row in try BlockMatcher(table).rows([PreparedCondition(condition)], in: 0...Int64.max) {
                _ = try table.hit(row, of: TraceID(high: 0, low: 1))
            }
        }
        var spans: [Span] = []
        var first = 0
        for (trace, count) in zip(try table.identities(), table.traces) {
            spans += try table.spans(first..<first + count, of: trace)
            first += count
        }
        try table.openAll()
        var gathering = SpanGathering()
        try gathering.add(table)
        return spans
    }

    private static func texts(_ spans: [Span]) -> [String] { spans.map { "\($0)" }.sorted() }

    @Test("come back as they were, in a batch and in a block made of batches", arguments: [0, 1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var maker = SpanMaker(SeededGenerator(seed: seed))
        var all: [Span] = []
        var gathering = SpanGathering()
        for count in [1, 300, 40] {
            let spans = maker.spans(count)
            all += spans
            let batch = BlockEncoder.encode(Self.gather(spans), nil)
            #expect(Self.texts(try Self.open(batch.data)) == Self.texts(spans))
            try gathering.add(try SpanTable(batch.data, Zstd()))
        }
        let block = BlockEncoder.encode(gathering, Zstd())
        #expect(Self.texts(try Self.open(block.data)) == Self.texts(all))
        #expect(block.range.lowerBound == all.map(\.start).min() && block.range.upperBound == all.map(\.start).max())
    }

    @Test("are an error wherever a block is cut or changed")
    func blocks() throws {
        var maker = SpanMaker(SeededGenerator(seed: 5))
        let spans = maker.spans(60)
        let block = BlockEncoder.encode(Self.gather(spans), Zstd()).data
        for length in stride(from: 0, to: block.count, by: 5) {
            #expect(throws: (any Error).self, "\(length) bytes") { try Self.open(Array(block[..<length])) }
        }
        var random = SeededGenerator(for: "damaged blocks")
        for _ in 0..<300 {
            var damaged = block
            let place = Int.random(in: 0..<block.count, using: &random)
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            // What lies behind a checksum cannot be changed unseen.
            let found = try? Self.open(damaged)
            #expect(found == nil || Self.texts(found ?? []) == Self.texts(spans), "byte \(place)")
        }
    }

    @Test("of a batch are an error, or spans all the same: nothing there has a checksum")
    func batches() throws {
        var maker = SpanMaker(SeededGenerator(seed: 6))
        let batch = BlockEncoder.encode(Self.gather(maker.spans(50)), nil).data
        for length in stride(from: 0, to: batch.count, by: 7) {
            #expect(throws: (any Error).self) { try Self.open(Array(batch[..<length])) }
        }
        var random = SeededGenerator(for: "damaged batches")
        for round in 0..<1_000 {
            var damaged = batch
            for _ in 0...round % 3 {
                damaged[Int.random(in: 0..<batch.count, using: &random)] = UInt8.random(
                    in: .min ... .max, using: &random)
            }
            _ = try? Self.open(damaged)
        }
    }

    @Test("of a header are no crash, though their checksum is right")
    func headers() throws {
        var maker = SpanMaker(SeededGenerator(seed: 7))
        let block = BlockEncoder.encode(Self.gather(maker.spans(60)), Zstd()).data
        let (header, small, body) = try block.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            _ = (reader.byte(), reader.byte(), reader.byte())
            let counts = (reader.count(), reader.count())
            let header = try Zstd().decompress(reader.take(counts.0), limit: 1 << 20)
            return (header, try Zstd().decompress(reader.take(counts.1), limit: 1 << 20), block[reader.offset...])
        }
        var random = SeededGenerator(for: "damaged headers")
        for round in 0..<500 {
            var (damagedHeader, damagedSmall) = (header, small)
            for _ in 0...round % 3 {
                let byte = UInt8.random(in: .min ... .max, using: &random)
                if Bool.random(using: &random) {
                    damagedHeader[Int.random(in: header.indices, using: &random)] = byte
                } else {
                    damagedSmall[Int.random(in: small.indices, using: &random)] = byte
                }
            }
            let frames = [Zstd().compress(damagedHeader), Zstd().compress(damagedSmall)]
            var bytes = [BlockFormat.magic, BlockFormat.version, BlockFormat.compressed]
            for frame in frames { bytes.appendVarint(frame.count) }
            _ = try? Self.open(bytes + frames[0] + frames[1] + body)
        }
    }

    @Test("of a summary are nothing, or a summary")
    func summaries() throws {
        var maker = SpanMaker(SeededGenerator(seed: 8))
        let summary = BlockEncoder.encode(Self.gather(maker.spans(60)), Zstd()).summary
        #expect(BlockSummary(summary, BlockSummary.Cache()) != nil)
        for length in 0..<summary.count {
            #expect(BlockSummary(Array(summary[..<length]), BlockSummary.Cache()) == nil)
        }
        var random = SeededGenerator(for: "damaged summaries")
        for _ in 0..<1_000 {
            var damaged = summary
            damaged[Int.random(in: summary.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            _ = BlockSummary(damaged, BlockSummary.Cache())
        }
    }
}
