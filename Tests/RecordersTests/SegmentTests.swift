import Foundation
import TestSupport
import Testing

@testable import Recorders

@Suite("A segment's index")
struct SegmentTests {
    private static let ffmpeg = "/usr/bin/ffmpeg"
    private static var hasFFmpeg: Bool { FileManager.default.isExecutableFile(atPath: ffmpeg) }

    private static func make(_ name: String, _ options: [String], in folder: TemporaryDirectory) throws -> String {
        let path = folder.path + "/" + name
        let process = Process()
        process.executableURL = URL(filePath: ffmpeg)
        process.arguments =
            ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x90:rate=25:duration=4", "-g", "25"] + options + [
                path
            ]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return path
    }

    @Test(
        "tells the frames of files that ffmpeg wrote", .enabled(if: hasFFmpeg, "ffmpeg is not installed"),
        arguments: [
            ("a.mkv", SegmentFormat.matroska, ["-c:v", "mpeg4"]), ("a.mp4", .mp4, ["-c:v", "mpeg4"]),
            ("f.mp4", .mp4, ["-c:v", "mpeg4", "-movflags", "frag_keyframe+empty_moov"]),
            ("a.ts", .transportStream, ["-c:v", "mpeg2video"]),
            ("live.mkv", .matroska, ["-c:v", "mpeg4", "-live", "1"]),
        ] as [(String, SegmentFormat, [String])])
    func realFiles(name: String, format: SegmentFormat, options: [String]) throws {
        let folder = try TemporaryDirectory()
        var reader = SegmentReader(path: try Self.make(name, options, in: folder), format: format)
        reader.advance()
        #expect(reader.index.frames == 100)
        #expect(abs(reader.index.duration - 4) < 0.05)
        #expect(abs((reader.index.usualInterval ?? 0) - 0.04) < 0.001)
        #expect(reader.index.missingFrames() == 0)
    }

    @Test(
        "counts a frame once whose slices have packets of their own", .enabled(if: hasFFmpeg, "ffmpeg is not installed")
    )
    func slices() throws {
        let folder = try TemporaryDirectory()
        let whole = try Data(
            contentsOf: URL(filePath: Self.make("a.ts", ["-c:v", "mpeg2video", "-bf", "0"], in: folder)))
        var sliced = Data()
        for start in stride(from: 0, to: whole.count - 187, by: 188) {
            sliced += whole[start..<start + 188]
            sliced += whole[start..<start + 188]
        }
        let path = try folder.write("sliced.ts", "")
        try sliced.write(to: URL(filePath: path))
        var reader = SegmentReader(path: path, format: .transportStream)
        reader.advance()
        #expect(reader.index.frames == 100)
    }

    @Test("is read on as a file grows, in pieces of any size", .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func growing() throws {
        let folder = try TemporaryDirectory()
        for (name, format) in [("a.mkv", SegmentFormat.matroska), ("a.ts", .transportStream)] {
            let codec = format == .matroska ? "mpeg4" : "mpeg2video"
            let whole = try Data(contentsOf: URL(filePath: Self.make(name, ["-c:v", codec], in: folder)))
            let path = folder.path + "/growing-" + name
            FileManager.default.createFile(atPath: path, contents: nil)
            let file = try #require(FileHandle(forWritingAtPath: path))
            var reader = SegmentReader(path: path, format: format)
            var frames = 0
            for start in stride(from: 0, to: whole.count, by: 10_007) {
                try file.write(contentsOf: whole[start..<min(start + 10_007, whole.count)])
                reader.advance()
                #expect(reader.index.frames >= frames)
                frames = reader.index.frames
            }
            #expect(frames == 100, "\(name)")
        }
    }

    @Test("survives every kind of damage", .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func damage() throws {
        let folder = try TemporaryDirectory()
        var random = SeededGenerator(for: "damaged segments")
        for (name, format, codec) in [
            ("a.mkv", SegmentFormat.matroska, "mpeg4"), ("a.mp4", .mp4, "mpeg4"),
            ("a.ts", .transportStream, "mpeg2video"),
        ] {
            let whole = try Data(contentsOf: URL(filePath: Self.make(name, ["-c:v", codec], in: folder)))
            for round in 0..<60 {
                var bytes = [UInt8](whole.prefix(Int.random(in: 0...whole.count, using: &random)))
                for _ in 0..<20 where !bytes.isEmpty {
                    bytes[Int.random(in: 0..<min(bytes.count, round < 30 ? 600 : bytes.count), using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                }
                let path = folder.path + "/damaged"
                try Data(bytes).write(to: URL(filePath: path))
                var reader = SegmentReader(path: path, format: format)
                reader.advance()
                reader.advance()
                #expect(reader.index.frames < 20_000_000)
            }
        }
    }

    @Test("counts what is missing in the middle")
    func missing() {
        var index = SegmentIndex()
        index.times = (0..<100).map { Double($0) * 0.04 }.filter { $0 < 1 || $0 >= 1.4 }
        #expect(index.frames == 90 && index.missingFrames() == 10)
        // A camera that gives what it sees fit, from 6 to 25 a second, loses nothing.
        var varied = SegmentIndex()
        var time = 0.0
        for number in 0..<200 {
            varied.times.append(time)
            time += 0.04 * Double(1 + number * number % 5)
        }
        #expect(varied.missingFrames() == 0)
        index.times = [0, 0.04]
        #expect(index.missingFrames() == 0 && index.usualInterval == nil)
    }
}
