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
        try Footage.make(seconds: seconds, URL(filePath: path).pathExtension).write(to: URL(filePath: path))
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

    @Test("names its newest segments, the newest first", arguments: [0, 1, 3, 10])
    func newest(count: Int) throws {
        let folder = try TemporaryDirectory()
        let start: Int64 = 1_800_000_000_000
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 2, now: start)
        #expect(recordings.newestSegments(count).isEmpty)
        // As a ring is written: names say nothing of the order.
        for (place, name) in ["c", "a", "e", "b", "d"].enumerated() {
            try folder.write(name + ".mkv", "x")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(start) / 1_000 + Double(place))],
                ofItemAtPath: folder.path + "/\(name).mkv")
        }
        recordings.scan(now: start + 10_000) { start + 10_000 }
        let found = recordings.newestSegments(count)
        #expect(found.map(\.path) == ["d", "b", "e", "a", "c"].prefix(count).map { folder.path + "/\($0).mkv" })
        #expect(found.map(\.modified) == (0..<5).reversed().prefix(count).map { start + Int64($0) * 1_000 })
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

    enum Emptiness: String, CaseIterable, Sendable { case sound, nothing, header }

    /// A file as a recorder leaves it that gets no picture.
    private static func writeWithoutVideo(
        _ emptiness: Emptiness, _ name: String, end: Int64, in folder: TemporaryDirectory
    ) throws {
        let path = folder.path + "/" + name
        let whole = try Footage.make(
            ["-f", "lavfi", "-i", "sine=duration=10", "-c:a", name.hasSuffix("mkv") ? "pcm_s16le" : "aac"],
            URL(filePath: path).pathExtension)
        switch emptiness {
        case .sound: try whole.write(to: URL(filePath: path))
        case .nothing: try Data().write(to: URL(filePath: path))
        case .header: try whole.prefix(name.hasSuffix("mp4") ? 36 : 188).write(to: URL(filePath: path))
        }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(end) / 1_000)], ofItemAtPath: path)
    }

    @Test(
        "whose segments have no video is told so within a segment and twenty seconds, however often they come",
        .enabled(if: hasFFmpeg, "ffmpeg is not installed"), arguments: ["mkv", "ts", "mp4"], Emptiness.allCases)
    func withoutVideo(format: String, emptiness: Emptiness) throws {
        let folder = try TemporaryDirectory()
        let start: Int64 = 1_800_000_000_000
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 10, now: start)
        func scan(_ time: Int64) { recordings.scan(now: time) { time } }
        for number in 0..<4 {
            try Self.write("\(number).\(format)", seconds: 10, end: start + Int64(number) * 10_000, in: folder)
            scan(start + Int64(number) * 10_000 + 300)
            #expect(!recordings.reading.isOverdue && !recordings.reading.isWithoutVideo)
        }
        let last = start + 30_000
        var told: Int64?
        for second in 1...60 {
            let now = last + Int64(second) * 1_000
            if second % 10 == 0 {
                try Self.writeWithoutVideo(emptiness, "\(3 + second / 10).\(format)", end: now, in: folder)
            }
            scan(now + 300)
            if recordings.reading.isWithoutVideo, told == nil { told = Int64(second) }
            #expect(recordings.reading.isWithoutVideo == (told != nil), "once told, it stays so")
        }
        #expect((11...30).contains(told ?? 0), "told after \(told ?? -1) s")
        #expect(recordings.reading.isOverdue && recordings.reading.lastVideo ?? 0 <= last + 1_000)
        // Video comes again.
        for number in 10..<13 {
            let end = last + 70_000 + Int64(number - 10) * 10_000
            try Self.write("\(number).\(format)", seconds: 10, end: end, in: folder)
            scan(end + 300)
        }
        #expect(!recordings.reading.isOverdue && !recordings.reading.isWithoutVideo)
        #expect(recordings.reading.gaps == 1, "time that only empty files cover is a gap")
    }

    @Test(
        "whose files cannot be read here is judged by size and time",
        .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func unread() throws {
        let folder = try TemporaryDirectory()
        let start: Int64 = 1_800_000_000_000
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 10, now: start)
        for number in 0..<5 {
            let end = start + Int64(number) * 10_000
            try Self.write("\(number).avi", seconds: 1, end: end, in: folder)
            recordings.scan(now: end + 300) { end + 300 }
            #expect(!recordings.reading.isOverdue)
        }
        // The one that grows stays empty until its recorder writes its buffer out.
        for number in 5..<9 {
            let end = start + Int64(number) * 10_000
            try Self.write("\(number).avi", seconds: 1, end: end, in: folder)
            let next = folder.path + "/\(number + 1).avi"
            try Data().write(to: URL(filePath: next))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(end) / 1_000 + 0.1)], ofItemAtPath: next)
            recordings.scan(now: end + 9_000) { end + 9_000 }
            #expect(!recordings.reading.isOverdue && !recordings.reading.isWithoutVideo)
        }
        recordings.scan(now: start + 120_000) { start + 120_000 }
        #expect(recordings.reading.isOverdue && !recordings.reading.isWithoutVideo)
    }

    @Test(
        "takes no file of a wrong clock for its newest", .enabled(if: hasFFmpeg, "ffmpeg is not installed"),
        arguments: [("20371231-235900.mkv", nil), ("late.mkv", 2_145_916_800_000)] as [(String, Int64?)])
    func wrongClock(name: String, modified: Int64?) throws {
        let folder = try TemporaryDirectory()
        let start: Int64 = 1_800_000_000_000
        try Self.write(name, seconds: 1, end: modified ?? start, in: folder)
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 10, now: start)
        try Self.write("20270115-080001.mkv", seconds: 10, end: start + 10_000, in: folder)
        recordings.scan(now: start + 11_000) { start + 11_000 }
        #expect(recordings.reading.lastWrite == start + 10_000 && !recordings.reading.isOverdue)
        recordings.scan(now: start + 60_000) { start + 60_000 }
        #expect(recordings.reading.isOverdue)
    }

    @Test("of two cameras tells each from its own names", .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
    func prefixes() throws {
        let folder = try TemporaryDirectory()
        let start: Int64 = 1_800_000_000_000
        var north = RecordingFolder(
            path: folder.path, plannedSeconds: 10, RecordingTree.Selection(prefix: "north-"), now: start)
        try Self.write("north-1.mkv", seconds: 1, end: start, in: folder)
        try Self.write("south-1.mkv", seconds: 1, end: start + 50_000, in: folder)
        north.scan(now: start + 51_000) { start + 51_000 }
        #expect(north.reading.lastWrite == start && north.reading.isOverdue)
    }
}
