import Base
import Codecs
import Model
import TestSupport
import Testing

@testable import LogStore

@Suite("Damaged bytes of log events")
struct DamageTests {
    private static let events: [LogEvent] = (0..<60).map { number in
        var fields = LogFields()
        let id = String(number * 104_729 + 0x1000_0000, radix: 16)
        fields["message"] = .string("segment \(number) of cam-0\(number % 7) id=\(id)")
        fields["status"] = .integer(Int64(number * 31))
        fields["ratio"] = .double(Double(number) / 8)
        fields["level"] = .string(number % 3 == 0 ? "ERROR" : "INFO")
        fields["tags"] = .array([.string("a"), .null])
        fields["id"] = .string("00000000" + id)
        return LogEvent(timestamp: noon + Int64(number), fields: fields)
    }

    private static func rows() -> [UInt8] { EventRowsEncoder.encode(events) }

    /// Reads bytes as a batch and makes a block of it.
    private static func seal(_ bytes: [UInt8]) throws -> [UInt8] {
        try bytes.withUnsafeBytes { bytes in
            var reader = try EventRowsReader(bytes)
            while try reader.next() { _ = reader.event }
            var rows = RowGathering()
            try rows.add(bytes)
            rows.sort()
            return BlockEncoder(rows, rows.rows.indices).encode(Zstd()).data
        }
    }

    /// - Returns: the events of a block.
    private static func open(_ bytes: [UInt8]) throws -> [LogEvent] {
        try bytes.withUnsafeBytes { bytes in
            let block = try ColumnBlock(bytes, Zstd())
            let condition = LogCondition.test(LogTest(.any, literals: ["cam"]) { _, _ in true })
            for group in block.groups { _ = try BlockMatcher(block, condition).candidates(group) }
            return try block.events(
                at: Array(0..<block.count), times: try block.times(), groupOfEvent: try block.groupOfEvent())
        }
    }

    @Test("are an error wherever a batch is cut or changed, or events all the same")
    func batches() throws {
        let bytes = Self.rows()
        for length in 0..<bytes.count { _ = try? Self.seal(Array(bytes[..<length])) }
        var generator = SeededGenerator(for: "damaged batches")
        for _ in 0..<2_000 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                in: .min ... .max, using: &generator)
            _ = try? Self.seal(damaged)
        }
        #expect(try Self.open(try Self.seal(bytes)) == Self.events)
    }

    @Test("are an error wherever a block is cut or changed")
    func blocks() throws {
        let block = try Self.seal(Self.rows())
        for length in 0..<block.count {
            #expect(throws: (any Error).self, "\(length) bytes") { try Self.open(Array(block[..<length])) }
        }
        var generator = SeededGenerator(for: "damaged blocks")
        for _ in 0..<1_000 {
            var damaged = block
            let place = Int.random(in: 0..<block.count, using: &generator)
            damaged[place] ^= UInt8.random(in: 1...255, using: &generator)
            // What lies behind a checksum cannot be changed unseen.
            let events = try? Self.open(damaged)
            #expect(events == nil || events == Self.events, "byte \(place)")
        }
    }

    @Test("of a header or of a column are no crash, though their checksum is right")
    func insides() throws {
        let block = try Self.seal(Self.rows())
        let (header, start) = try block.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            _ = (reader.byte(), reader.byte())
            return (try Zstd().decompress(reader.counted(), limit: 1 << 20), reader.offset)
        }
        #expect(ColumnBlock.checkHeader(header))
        var generator = SeededGenerator(for: "damaged headers")
        for round in 0..<3_000 {
            var damaged = header
            for _ in 0...round % 3 {
                damaged[Int.random(in: 0..<header.count, using: &generator)] = UInt8.random(
                    in: .min ... .max, using: &generator)
            }
            var bytes: [UInt8] = [BlockFormat.magic, BlockFormat.version]
            bytes.appendCounted(Zstd().compress(damaged))
            _ = try? Self.open(bytes + block[start...])
        }
    }
}
