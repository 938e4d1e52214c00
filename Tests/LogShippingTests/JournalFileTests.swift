import Base
import Foundation
import Listening
import TestSupport
import Testing

@testable import LogShipping

@Suite("A file of journald")
struct JournalFileTests {
    private let folder: TemporaryDirectory
    private let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.path + "/system.journal"
    }

    private func open(_ bytes: [UInt8], limits: JournalFile.Limits = JournalFile.Limits()) throws -> JournalFile? {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try JournalFile(path, limits: limits)
    }

    @Test(
        "gives back its entries, in either layout and however they are compressed", arguments: [true, false],
        [JournalWriter.Packing.plain, .lz4, .xz, .zstd])
    func layouts(_ isCompact: Bool, _ packing: JournalWriter.Packing) throws {
        var writer = JournalWriter(1, isCompact: isCompact)
        let long = String(repeating: "Máy quay ", count: 40_000)
        for number in 0..<100 {
            writer.add(
                [("MESSAGE", number == 50 ? long : "line \(number)"), ("_HOSTNAME", "nvr-1"), ("EMPTY", "")],
                second: Double(number), packing: packing)
        }
        let file = try #require(try open(writer.bytes))
        #expect(file.header.entryCount == 100 && file.header.isOnline && file.header.isCompact == isCompact)
        #expect(file.header.fileID == String(repeating: "01", count: 16))
        for number in 0..<100 {
            let entry = try file.entry(number)
            #expect(entry["MESSAGE"] == (number == 50 ? long : "line \(number)"))
            #expect(entry["_HOSTNAME"] == "nvr-1" && entry["EMPTY"] == "" && entry["OTHER"] == nil)
            #expect(entry.time == JournalWriter.firstTime + UInt64(number) * 1_000_000 && entry.lost.isEmpty)
            #expect(entry.boot == String(repeating: "07", count: 16))
        }
        #expect(throws: JournalDamage.chain) { try file.entry(1_000) }
    }

    @Test("is read on while it grows")
    func growth() throws {
        var writer = JournalWriter(1)
        writer.add([("MESSAGE", "0")])
        let file = try #require(try open(writer.bytes))
        for number in 1..<200 {
            writer.add([("MESSAGE", "\(number)")])
            try writer.write(to: path)
            try file.refresh()
            #expect(file.header.entryCount == number + 1)
            #expect(try file.entry(number)["MESSAGE"] == "\(number)")
        }
        #expect(try file.entry(0)["MESSAGE"] == "0")
    }

    @Test("that is just being made is none yet, and what is none is an error that says so")
    func none() throws {
        #expect(try open([]) == nil)
        #expect(try open([UInt8](repeating: 0, count: 4_096)) == nil)
        #expect(throws: JournalDamage.header("it is no file of journald")) {
            try open([UInt8](repeating: 65, count: 4_096))
        }
        var writer = JournalWriter(1)
        writer.put(0x40, at: 12, bytes: 4)
        #expect { try open(writer.bytes) } throws: { "\($0)".contains("features that are not known") }
        #expect(throws: RegularFileError.self) { try JournalFile(folder.path) }
    }

    @Test("has what it says that cannot be read named, and the rest of the entry kept")
    func lost() throws {
        var writer = JournalWriter(1)
        writer.add([("MESSAGE", "packed")], packing: .unknown)
        writer.add(raw: [[UInt8]("MESSAGE=a".utf8), [UInt8]("no name".utf8), [UInt8]("low=1".utf8), [61, 65]])
        let long = String(repeating: "x", count: 200)
        writer.add([("MESSAGE", long), ("OTHER", long), ("É", "1")])
        writer.add((0..<50).map { ("F\($0)", long) })
        var limits = JournalFile.Limits()
        limits.messageBytes = 150
        limits.fieldBytes = 100
        limits.entryBytes = 1_000
        limits.fields = 20
        let file = try #require(try open(writer.bytes, limits: limits))
        #expect(try file.entry(0).lost == [.compression: 1])
        let second = try file.entry(1)
        #expect(second.lost == [.object: 3] && second["MESSAGE"] == "a")
        let third = try file.entry(2)
        #expect(third["MESSAGE"]?.count == 150 && third["OTHER"]?.count == 100 && third.lost == [.object: 1])
        #expect(third.fields.allSatisfy { $0.isCut })
        let fourth = try file.entry(3)
        #expect(fourth.fields.count == 5 && fourth.lost == [.length: 45])
    }

    @Test("whose value is cut ends with a whole character", arguments: ["aé", "aấ", "a🎥", "ab"])
    func characters(_ text: String) throws {
        for limit in 1...text.utf8.count {
            var limits = JournalFile.Limits()
            limits.messageBytes = limit
            var writer = JournalWriter(1)
            writer.add([("MESSAGE", text)])
            let value = try #require(try open(writer.bytes, limits: limits)?.entry(0)["MESSAGE"])
            #expect(text.hasPrefix(value) && value.utf8.count > limit - 4, "\(limit): \(value)")
        }
    }

    private func whole(_ isCompact: Bool) -> JournalWriter {
        var writer = JournalWriter(1, isCompact: isCompact)
        for number in 0..<30 {
            let packing: JournalWriter.Packing = [.plain, .zstd, .lz4, .xz][number % 4]
            writer.add([("MESSAGE", "line \(number)"), ("_HOSTNAME", "a"), ("N", "\(number)")], packing: packing)
        }
        return writer
    }

    /// Reads all that can be read.
    /// - Returns: how many entries.
    @discardableResult
    private func readAll(_ bytes: [UInt8]) throws -> Int {
        var limits = JournalFile.Limits()
        limits.unpackedBytes = 1 << 20
        guard let file = try? open(bytes, limits: limits) else { return 0 }
        var count = 0
        for number in 0..<min(file.header.entryCount, 100) where (try? file.entry(number)) != nil { count += 1 }
        return count
    }

    @Test("that is cut anywhere, or has any bit turned, is no crash and takes no time", arguments: [true, false])
    func hostile(_ isCompact: Bool) throws {
        let bytes = whole(isCompact).bytes
        #expect(try readAll(bytes) == 30)
        for length in stride(from: 0, to: bytes.count, by: 37) { try readAll(Array(bytes[..<length])) }
        var generator = SeededGenerator(for: "turned bits of a journal")
        for _ in 0..<500 {
            var turned = bytes
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                turned[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
            try readAll(turned)
        }
        for _ in 0..<250 {
            var written = bytes
            let place = Int.random(in: 0..<(bytes.count - 8), using: &generator)
            let number = [0, .max, 1 << 63, UInt64(bytes.count), 16, 24, 256].randomElement(using: &generator) ?? 0
            for byte in 0..<8 { written[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(byte))) }
            try readAll(written)
        }
    }

    @Test("with a chain that leads back, sizes and counts that are lies, ends where it is wrong")
    func lies() throws {
        let start = ContinuousClock.now
        var circle = whole(false)
        circle.put(UInt64(circle.arrays[0].offset), at: circle.arrays[0].offset + 16)
        #expect(try readAll(circle.bytes) == circle.arrays[0].capacity)
        var many = whole(true)
        many.put(.max, at: 152)
        #expect(try readAll(many.bytes) == 0)
        many.put(1 << 40, at: 152)
        #expect(try readAll(many.bytes) == 30)
        // An array without room.
        var empty = whole(false)
        empty.put(24, at: empty.arrays[0].offset + 8)
        #expect(try readAll(empty.bytes) == 0)
        // Entries at each other's place, at an odd one, and far away.
        for offset: UInt64 in [257, 1 << 62, .max, 256, UInt64(whole(false).arrays[0].offset)] {
            var lost = whole(false)
            lost.put(offset, at: lost.arrays[0].offset + 24)
            #expect(try readAll(lost.bytes) == 29, "\(offset)")
        }
        // A time that is none.
        var timeless = whole(true)
        timeless.put(.max, at: timeless.entryOffsets[3] + 24)
        #expect(try readAll(timeless.bytes) == 29)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("with a field that says it unfolds into gigabytes keeps its other fields")
    func bombs() throws {
        var writer = JournalWriter(1)
        writer.add([("A", "a")], packing: .lz4)
        let size = writer.bytes.firstRange(of: [3, 0, 0, 0, 0, 0, 0, 0])
        writer.put(1 << 40, at: try #require(size).lowerBound)
        let file = try #require(try open(writer.bytes))
        #expect(try file.entry(0).lost == [.length: 1])
        var limits = JournalFile.Limits()
        limits.unpackedBytes = 1 << 20
        var second = JournalWriter(1)
        second.add([("MESSAGE", String(repeating: "x", count: 2 << 20)), ("B", "b")], packing: .zstd)
        let entry = try #require(try open(second.bytes, limits: limits)).entry(0)
        #expect(entry.lost == [.length: 1] && entry["B"] == "b")
        // Many that unfold into much are no more than one.
        var third = JournalWriter(1)
        third.add(
            (0..<60).map { ("F\($0)", String(repeating: "\($0 % 10)", count: 900_000)) }, packing: .zstd)
        limits.entryBytes = 2_000_000
        let many = try #require(try open(third.bytes, limits: limits)).entry(0)
        #expect(many.fields.count == 3 && many.lost == [.length: 57])
    }
}

@Suite("LZ4")
struct LZ4BlockTests {
    static let blocks: [(block: [UInt8], text: String?)] = [
        ([0x00], ""),
        ([0x30, 97, 98, 99], "abc"),
        // Four bytes from one byte before, and five literals, as every block ends.
        ([0x10, 97, 1, 0, 0x50, 98, 99, 100, 101, 102], "aaaaabcdef"),
        // Longer ones have their lengths behind them.
        ([0x1F, 97, 1, 0, 2, 0x10, 98], String(repeating: "a", count: 22) + "b"),
        ([0x1F, 97, 1, 0, 255, 0, 0x10, 98], String(repeating: "a", count: 275) + "b"),
        ([0xF0, 1] + [UInt8](repeating: 120, count: 16), String(repeating: "x", count: 16)),
        // Nothing there, too far back, too far on, and cut off.
        ([0x10, 97, 0, 0, 0x10, 98], nil), ([0x10, 97, 2, 0, 0x10, 98], nil), ([0x40, 97], nil),
        ([0x10, 97, 1], nil), ([0xF0, 255], nil), ([], ""),
    ]

    @Test("is read, and damage is none of it", arguments: blocks)
    func reads(_ row: (block: [UInt8], text: String?)) {
        let size = row.text?.utf8.count ?? 5
        let found = LZ4Block.decompress(row.block[...], size: size)
        #expect(found == row.text.map { [UInt8]($0.utf8) })
        #expect(LZ4Block.decompress(row.block[...], size: size + 1) == nil)
        if size > 0 { #expect(LZ4Block.decompress(row.block[...], size: size - 1) == nil) }
    }

    @Test("of random bytes ends")
    func random() {
        var generator = SeededGenerator(for: "random blocks of LZ4")
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = LZ4Block.decompress(bytes[...], size: Int.random(in: 0...10_000, using: &generator))
        }
    }
}
