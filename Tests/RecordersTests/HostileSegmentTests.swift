import Foundation
import TestSupport
import Testing

@testable import Recorders

@Suite("A segment that somebody made to harm")
struct HostileSegmentTests {
    private static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    private static func box(_ type: String, _ body: [UInt8]) -> [UInt8] {
        big(UInt64(body.count + 8), 4) + Array(type.utf8) + body
    }

    /// A video track whose sample table claims `runs`.
    private static func track(_ runs: [(count: UInt64, delta: UInt64)]) -> [UInt8] {
        let table = big(0, 4) + big(UInt64(runs.count), 4) + runs.flatMap { big($0.count, 4) + big($0.delta, 4) }
        let header = box("mdhd", big(0, 12) + big(1_000, 4) + big(0, 8))
        let handler = box("hdlr", big(0, 8) + Array("vide".utf8))
        return box("trak", box("mdia", header + handler + box("minf", box("stbl", box("stts", table)))))
    }

    private static func nested(_ depth: Int) -> [UInt8] {
        // From the inside out would take time in the square of the depth.
        (0..<depth).flatMap { big(UInt64((depth - $0) * 8), 4) + Array("mdia".utf8) }
    }

    /// A packet with a frame's time, in ticks of 90 kHz.
    private static func packet(_ time: UInt64) -> [UInt8] {
        let stamp = [
            0x21 | UInt8(time >> 30 & 7) << 1, UInt8(time >> 22 & 0xff), UInt8(time >> 15 & 0x7f) << 1 | 1,
            UInt8(time >> 7 & 0xff), UInt8(time & 0x7f) << 1 | 1,
        ]
        let head: [UInt8] = [0x47, 0x41, 0x00, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5]
        return (head + stamp + [UInt8](repeating: 0xff, count: 188)).prefix(188).map { $0 }
    }

    private static func index(_ bytes: [UInt8], _ format: SegmentFormat) throws -> SegmentIndex {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/segment"
        try Data(bytes).write(to: URL(filePath: path))
        var reader = SegmentReader(path: path, format: format)
        reader.advance()
        return reader.index
    }

    private static let samples = [
        "a box beyond all numbers": box("free", [0]) + big(1, 4) + Array("moov".utf8) + big(UInt64(Int64.max), 8),
        "a negative box": big(1, 4) + Array("moov".utf8) + big(.max, 8),
        "boxes within boxes": box("moov", box("trak", nested(60_000))),
    ]

    @Test("is read without harm", arguments: samples.keys.sorted())
    func boxes(name: String) throws {
        #expect(try Self.index(try #require(Self.samples[name]), .mp4).frames == 0)
    }

    @Test("has no more frames than a file may have, whatever its entries claim")
    func claims() throws {
        let runs = [(count: UInt64, delta: UInt64)](repeating: (0xffff_ffff, 1), count: 1_000)
        let file = Self.box("moov", Self.track(runs))
        #expect(try Self.index(file, .mp4).frames == file.count)
    }

    /// Flags of a run: whether each frame has a duration, a size, both or nothing of its own.
    @Test("a fragment has the frames of its box, whatever its run claims", arguments: [0, 0x100, 0x200, 0x300])
    func fragments(flags: UInt64) throws {
        let movie = Self.box("moov", Self.track([]))
        let stride = flags == 0 ? 0 : flags == 0x300 ? 8 : 4
        let run = Self.box("trun", Self.big(flags, 4) + Self.big(0xffff_ffff, 4) + Self.big(7, 10 * stride))
        let head = Self.box("tfhd", Self.big(0, 4) + Self.big(0, 4))
        let fragment = Self.box("moof", Self.box("traf", head + run))
        let file = movie + fragment + fragment + Self.box("mdat", [UInt8](repeating: 0, count: 1_000))
        let clock = ContinuousClock()
        let began = clock.now
        // Without anything of its own a frame takes no byte of the run, and one of the file.
        #expect(try Self.index(file, .mp4).frames == (flags == 0 ? file.count : 20))
        #expect(clock.now - began < .seconds(1))
    }

    @Test("times that lie far apart or close together are counted without a trap")
    func times() {
        var index = SegmentIndex()
        index.times = [0, 1e-300, 2e-300, 1e300]
        #expect(index.missingFrames() == 0)
        index.times = [0, 1e-9, 2e-9, 3e-9, 80_000]
        #expect(index.missingFrames() == 1_000_000_000)
        index.add(.infinity)
        index.add(.nan)
        #expect(index.frames == 5)
    }

    @Test("a transport stream's times go round after 33 bits")
    func wrap() throws {
        let end = UInt64(1) << 33
        let times = (0..<50).map { (end - 90_000 + $0 * 3_600) % end }
        let index = try Self.index(times.flatMap(Self.packet), .transportStream)
        #expect(index.frames == 50)
        #expect(abs(index.duration - 2) < 0.001)
        #expect(index.missingFrames() == 0)
    }

    @Test("a file that is no transport stream is given up")
    func foreign() throws {
        let noise = (0..<2_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        let index = try Self.index(noise, .transportStream)
        #expect(index.position < 1_000_000)
        let wide = (0..<3_000).flatMap { Self.packet(UInt64($0) * 3_600) + [0, 0, 0, 0] }
        #expect(try Self.index(wide, .transportStream).frames == 3_000, "packets of 192 bytes")
    }
}
