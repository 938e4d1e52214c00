import Foundation
import TestSupport
import Testing

@testable import Collectors

@Suite("A folder of recordings")
struct RecordingFolderTests {
    private static let ffmpeg = "/usr/bin/ffmpeg"
    private static var hasFFmpeg: Bool { FileManager.default.isExecutableFile(atPath: ffmpeg) }

    /// A segment of `seconds`, last written at `end` (milliseconds).
    private static func write(_ name: String, seconds: Int, end: Int64, in folder: TemporaryDirectory) throws {
        let path = folder.path + "/" + name
        let process = Process()
        process.executableURL = URL(filePath: ffmpeg)
        process.arguments = [
            "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=160x90:rate=25:duration=\(seconds)", "-c:v",
            "mpeg4", path,
        ]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(end) / 1_000)], ofItemAtPath: path)
    }

    @Test(
        "tells frames, gaps and lateness of segments as they close", .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func closes() throws {
        let folder = try TemporaryDirectory()
        let start: Int64 = 1_800_000_000_000
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 2, now: start)
        func scan(_ time: Int64) { recordings.scan(now: time) { time } }
        try Self.write("a.mkv", seconds: 2, end: start, in: folder)
        scan(start + 100)
        #expect(recordings.reading.lastWrite == start && !recordings.reading.isOverdue)
        #expect(recordings.reading.frames == 0, "what was there before is not counted")
        try Self.write("b.mkv", seconds: 2, end: start + 2_000, in: folder)
        scan(start + 2_100)
        try Self.write("c.mkv", seconds: 2, end: start + 4_000, in: folder)
        scan(start + 4_300)
        #expect(recordings.reading.frames == 100)
        #expect(recordings.delays.count == 1 && abs((recordings.delays.first ?? 0) - 2.3) < 0.001)
        #expect(recordings.reading.gaps == 0)
        // Ten seconds that nobody recorded.
        try Self.write("d.mkv", seconds: 2, end: start + 16_000, in: folder)
        scan(start + 16_100)
        try Self.write("e.mkv", seconds: 2, end: start + 18_000, in: folder)
        scan(start + 18_100)
        #expect(recordings.reading.gaps == 1 && abs(recordings.reading.gapSeconds - 10) < 0.2)
        #expect((recordings.reading.bytesPerHour ?? 0) > 0)
        #expect(abs((recordings.reading.fps ?? 0) - 25) < 0.5)
        scan(start + 60_000)
        #expect(recordings.reading.isOverdue)
    }

    @Test("that is not there is a finding")
    func absent() {
        var recordings = RecordingFolder(path: "/nowhere/at/all", plannedSeconds: 10, now: 0)
        recordings.scan(now: 1_000) { 1_000 }
        #expect(recordings.reading.problem?.contains("/nowhere/at/all") == true)
    }

    @Test("that stays empty is overdue after a while")
    func empty() throws {
        let folder = try TemporaryDirectory()
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 10, now: 0)
        recordings.scan(now: 1_000) { 1_000 }
        #expect(!recordings.reading.isOverdue)
        recordings.scan(now: 30_000) { 30_000 }
        #expect(recordings.reading.isOverdue)
    }
}
