import Foundation
import Glibc
import TestSupport
import Testing

@testable import Recorders

@Suite("The last picture of a segment", .serialized)
struct SegmentPictureTests {
    private static let ffmpeg = "/usr/bin/ffmpeg"
    private static var hasFFmpeg: Bool { FileManager.default.isExecutableFile(atPath: ffmpeg) }

    private static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: ffmpeg)
        process.arguments = ["-v", "error", "-y"] + arguments
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }

    /// Twelve seconds: each two seconds a key frame, at which the whole picture is brighter by ten.
    private static func make(
        _ name: String, _ options: [String] = [], size: String = "160x90", in folder: TemporaryDirectory
    ) throws -> RecordedSegment {
        let path = folder.path + "/" + name
        _ = try run(
            [
                "-f", "lavfi", "-i",
                "color=black:size=\(size):rate=25:duration=12,format=yuv420p,geq=lum='60+10*floor(T/2)':cb=128:cr=128",
                "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "50", "-keyint_min", "50", "-sc_threshold",
                "0",
            ] + options + [path])
        return segment(path)
    }

    private static let modified: Int64 = 1_795_862_639_000

    private static func segment(_ path: String) -> RecordedSegment {
        RecordedSegment(path: path, modified: modified, named: nil)
    }

    /// The picture's mean brightness, width and height.
    private static func look(_ jpeg: [UInt8], in folder: TemporaryDirectory) throws -> (light: Int, bytes: Int) {
        let path = folder.path + "/picture.jpg"
        try Data(jpeg).write(to: URL(filePath: path))
        let grey = try run(["-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"])
        return (grey.isEmpty ? 0 : grey.reduce(0) { $0 + Int($1) } / grey.count, grey.count)
    }

    @Test(
        "is its last key frame, with the time at which it was taken",
        .enabled(if: hasFFmpeg, "ffmpeg is not installed"),
        arguments: [
            ("a.mkv", []), ("a.mp4", []), ("a.ts", []), ("f.mp4", ["-movflags", "frag_keyframe+empty_moov"]),
            ("live.mkv", ["-live", "1"]),
            ("h.mkv", ["-c:v", "libx265", "-x265-params", "keyint=50:min-keyint=50:scenecut=0:log-level=none"]),
            ("long.mkv", ["-g", "1000", "-keyint_min", "1000"]), ("turned.mp4", ["-metadata:s:v", "rotate=90"]),
        ] as [(String, [String])])
    func last(name: String, options: [String]) throws {
        let folder = try TemporaryDirectory()
        let segment = try Self.make(name, options, in: folder)
        let picture = try SegmentPicture.last(of: segment)
        let (light, bytes) = try Self.look(picture.jpeg, in: folder)
        // The whole range of a picture is wider than that of video: 110 of 16 to 235 is 109 of 0 to 255.
        let isLong = name == "long.mkv"
        #expect(abs(light - (isLong ? 51 : 109)) <= 6, "\(name): \(light)")
        #expect(bytes == 160 * 90)
        // The last key frame stands two seconds before the end, but for one frame: 10.00 of 11.96.
        let behind = Double(Self.modified - picture.time) / 1_000
        #expect(abs(behind - (isLong ? 11.96 : 1.96)) < 0.3, "\(name): \(behind) s before the end")
    }

    @Test(
        "one that grows is shown as far as it has come", .enabled(if: hasFFmpeg, "ffmpeg is not installed"),
        arguments: ["a.mkv", "a.ts"])
    func growing(name: String) throws {
        let folder = try TemporaryDirectory()
        let whole = try Self.make(name, in: folder)
        let data = try Data(contentsOf: URL(filePath: whole.path))
        let path = folder.path + "/cut-" + name
        try data.prefix(data.count / 2).write(to: URL(filePath: path))
        let picture = try SegmentPicture.last(of: Self.segment(path))
        let light = try Self.look(picture.jpeg, in: folder).light
        #expect(light > 50 && light < 105, "\(light)")
    }

    @Test("a wide one is made smaller", .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func wide() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/wide.mkv"
        _ = try Self.run([
            "-f", "lavfi", "-i", "testsrc=size=2560x1440:rate=5:duration=1", "-c:v", "libx264", "-preset", "ultrafast",
            path,
        ])
        let picture = try SegmentPicture.last(of: Self.segment(path))
        #expect(try Self.look(picture.jpeg, in: folder).bytes == 1_280 * 720)
    }

    @Test("what cannot be shown says why, at once", .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func refused() throws {
        let folder = try TemporaryDirectory()
        let film = try Self.make("film.mp4", in: folder)
        let data = try Data(contentsOf: URL(filePath: film.path))
        func write(_ name: String, _ bytes: Data) throws -> RecordedSegment {
            try bytes.write(to: URL(filePath: folder.path + "/" + name))
            return Self.segment(folder.path + "/" + name)
        }
        // Its index is written at its end.
        let growing = try write("growing.mp4", data.prefix(data.count / 2))
        var random = SystemRandomNumberGenerator()
        let noise = Data((0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) })
        let sound = folder.path + "/sound.mkv"
        _ = try Self.run(["-f", "lavfi", "-i", "sine=duration=2", "-c:a", "pcm_s16le", sound])
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link.mp4", withDestinationPath: film.path)
        mkfifo(folder.path + "/pipe.mkv", 0o600)
        let list = Data("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfilm.mp4\n#EXT-X-ENDLIST\n".utf8)
        for (segment, words) in [
            (growing, "still written"), (try write("noise.mkv", noise), "damaged or encrypted"),
            (try write("noise.ts", noise), "damaged"), (try write("empty.mkv", Data()), "is empty"),
            (Self.segment(sound), "no video"), (Self.segment(folder.path + "/link.mp4"), "symbolic link"),
            (Self.segment(folder.path + "/pipe.mkv"), "not a regular file"),
            (Self.segment(folder.path + "/nothing.mkv"), "no such file"), (try write("x.dav", noise), "of a kind"),
            (try write("list.ts", list), "damaged"), (try write("list.mkv", list), "damaged"),
        ] {
            let began = ContinuousClock.now
            let failed = #expect(throws: SegmentPictureFailed.self, "\(segment.path)") {
                try SegmentPicture.last(of: segment)
            }
            #expect(
                failed?.description.contains(words) == true && failed?.isOfHost == false,
                "\(segment.path): \(failed?.description ?? "")")
            #expect(began.duration(to: .now) < .seconds(6))
        }
    }

    @Test(
        "a file with a hole of 50 GB behind what was recorded is given up in time, or shown",
        .enabled(if: hasFFmpeg, "ffmpeg is not installed"), arguments: ["a.mkv", "a.mp4", "a.ts"])
    func sparse(name: String) throws {
        let folder = try TemporaryDirectory()
        let segment = try Self.make(name, in: folder)
        #expect(truncate(segment.path, 50 << 30) == 0)
        let began = ContinuousClock.now
        var failed: SegmentPictureFailed?
        do throws(SegmentPictureFailed) {
            let picture = try SegmentPicture.last(of: segment)
            #expect(picture.jpeg.starts(with: [0xFF, 0xD8]) && picture.time == Self.modified)
        } catch {
            failed = error
        }
        #expect(failed?.isOfHost ?? false == false && began.duration(to: .now) < .seconds(6))
    }

    @Test("an ffmpeg that hangs, or says nothing, is ended, and it says so")
    func hanging() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("a.mkv", "x")
        let program = try folder.write("ffmpeg", "#!/bin/sh\ntrap '' TERM\necho x; sleep 60\n")
        chmod(program, 0o700)
        let began = ContinuousClock.now
        let failed = #expect(throws: SegmentPictureFailed.self) {
            try SegmentPicture.last(of: Self.segment(path), program: program)
        }
        #expect(failed?.description.contains("took too long") == true && began.duration(to: .now) < .seconds(6))
    }

    @Test("where ffmpeg is not there, it says so")
    func noProgram() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("a.mkv", "x")
        let failed = #expect(throws: SegmentPictureFailed.self) {
            try SegmentPicture.last(of: Self.segment(path), program: "no-such-ffmpeg")
        }
        #expect(failed?.isOfHost == true && failed?.description.contains("no-such-ffmpeg") == true)
    }

    @Test("a program that never ends, or says too much, is ended")
    func bounded() throws {
        let began = ContinuousClock.now
        let slow = try BoundedRun(
            ["sleep", "60"], standardInput: -1, deadline: .now + .milliseconds(300), outputMax: 10, keptMax: 10,
            wordsMax: 10)
        #expect(slow.isTooLate && began.duration(to: .now) < .seconds(5))
        let loud = try BoundedRun(
            ["yes"], standardInput: -1, deadline: .now + .seconds(20), outputMax: 1_000_000, keptMax: 100, wordsMax: 10)
        #expect(loud.isTooLate && loud.output.count <= 100 && began.duration(to: .now) < .seconds(15))
        let fine = try BoundedRun(
            ["sh", "-c", "echo out; echo words >&2; exit 3"], standardInput: -1, deadline: .now + .seconds(20),
            outputMax: 100, keptMax: 100, wordsMax: 100)
        #expect(!fine.isTooLate && fine.output == Array("out\n".utf8) && fine.words == "words\n")
        #expect(fine.status >> 8 & 0xFF == 3)
    }

    @Test(
        "the last whole one of several pictures is taken",
        arguments: [
            ([0xFF, 0xD8, 1, 0xFF, 0xD9, 0xFF, 0xD8, 2, 0xFF, 0xD9], [0xFF, 0xD8, 2, 0xFF, 0xD9]),
            ([0xFF, 0xD8, 1, 0xFF, 0xD9, 0xFF, 0xD8, 2], [0xFF, 0xD8, 1, 0xFF, 0xD9]),
            ([0xFF, 0xD8, 1], nil), ([], nil), ([0xFF], nil), ([1, 0xFF, 0xD9], nil),
        ] as [([UInt8], [UInt8]?)])
    func pictures(bytes: [UInt8], last: [UInt8]?) {
        #expect(SegmentPicture.lastPicture(in: bytes) == last)
    }
}
