import Base
import Foundation
import TestSupport
import Testing

@testable import Collectors
@testable import Recorders

/// 24 hours of segments with holes that were planted, made in a moment: Matroska files that have an index of frames, and
/// no pictures.
@Suite("A day of recordings", .timeLimit(.minutes(3)))
struct DayOfRecordingsTests {
    static let start: Int64 = 1_795_392_000_000  // 23 November 2026, midnight in UTC.
    private static let segmentSeconds = 60

    /// A Matroska file of frames at these milliseconds, 200 ms each, that ends at `end`.
    static func write(_ name: String, frames: [Int], end: Int64, bytes: Int, in folder: TemporaryDirectory)
        throws
    {
        func element(_ id: [UInt8], _ content: [UInt8]) -> [UInt8] {
            // Sizes of eight bytes.
            id + [0x01] + (0..<7).reversed().map { UInt8(content.count >> ($0 * 8) & 0xff) } + content
        }
        func number(_ value: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(value >> ($0 * 8) & 0xff) } }
        let header = element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Array("matroska".utf8)))
        let info = element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], number(1_000_000)))
        let track = element([0xd7], [1]) + element([0x83], [1]) + element([0x86], Array("V_MPEG4/ISO/AVC".utf8))
        let tracks = element([0x16, 0x54, 0xae, 0x6b], element([0xae], track))
        var clusters: [UInt8] = []
        for second in Dictionary(grouping: frames, by: { $0 / 1_000 }).sorted(by: { $0.key < $1.key }) {
            var cluster = element([0xe7], number(second.key * 1_000))
            for frame in second.value {
                let offset = frame - second.key * 1_000
                cluster += element([0xa3], [0x81, UInt8(offset >> 8), UInt8(offset & 0xff), 0x80])
            }
            clusters += element([0x1f, 0x43, 0xb6, 0x75], cluster)
        }
        let padding = element([0xec], Array(repeating: 0, count: max(0, bytes - clusters.count)))
        let file = header + element([0x18, 0x53, 0x80, 0x67], info + tracks + clusters + padding)
        let path = folder.path + "/" + name
        try Data(file).write(to: URL(filePath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(end) / 1_000)], ofItemAtPath: path)
    }

    static func name(_ time: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(time) / 1_000)
        return date.formatted(
            .verbatim(
                "\(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)-\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)",
                timeZone: .gmt, calendar: Calendar(identifier: .gregorian))) + ".mkv"
    }

    /// Holes: from and for how many seconds, from the day's start. Whole segments, parts of them, and inside one.
    static let holes: [(start: Int, seconds: Int)] = [
        (7_800, 240), (20_000, 37), (30_020, 15), (43_200, 3_600), (70_070, 8), (80_000, 61),
    ]

    /// Writes the day's segments; frames that fall into a hole are not there.
    /// - Parameter copied: whether the files were written a day later than they were recorded.
    static func writeDay(in folder: TemporaryDirectory, copied: Bool = false, until last: Int = 86_400) throws {
        for first in stride(from: 0, to: last, by: segmentSeconds) {
            let frames = stride(from: first * 1_000, to: (first + segmentSeconds) * 1_000, by: 200).filter { time in
                !holes.contains { $0.start * 1_000 <= time && time < ($0.start + $0.seconds) * 1_000 }
            }
            guard let begin = frames.first, let final = frames.last else { continue }
            let end = start + Int64(final) + 200 + (copied ? 90_000_000 : 0)
            try write(
                name(start + Int64(begin)), frames: frames.map { $0 - begin }, end: end, bytes: 20_000, in: folder)
        }
    }

    private static func examine(_ folder: RecordingFolder, now: Int64) -> RecordingFolder {
        var folder = folder
        repeat { folder.scan(now: now) { now } } while !folder.reading.isHistoryKnown
        return folder
    }

    @Test(
        "the gaps that are found are those that were planted, also after files were copied", arguments: [false, true])
    func gaps(copied: Bool) throws {
        let folder = try TemporaryDirectory()
        try Self.writeDay(in: folder, copied: copied)
        let now = Self.start + 86_400_000
        let began = ContinuousClock.now
        let recordings = Self.examine(RecordingFolder(path: folder.path, plannedSeconds: 60, now: now), now: now)
        let took = began.duration(to: .now)
        let planted = Self.holes.reduce(0) { $0 + $1.seconds }
        // Each planted hole ends on a whole second, and a segment begins with its first frame.
        #expect(recordings.reading.gaps == UInt64(Self.holes.count))
        #expect(
            abs(recordings.reading.gapSeconds - Double(planted)) < 1, "\(recordings.reading.gapSeconds), \(planted)")
        #expect(took < .seconds(20), "\(took)")
        print("1,380 segments were looked through in \(took)")

        // Remembered, they are counted once, and what came while nobody watched is counted then.
        var later = RecordingFolder(path: folder.path, plannedSeconds: 60, now: now, memory: recordings.memory)
        if !copied {
            let frames = Array(stride(from: 0, to: 60_000, by: 200))
            for minute in [10, 11] {
                let begin = now + Int64(minute) * 60_000
                try Self.write(Self.name(begin), frames: frames, end: begin + 60_000, bytes: 20_000, in: folder)
            }
            later = Self.examine(later, now: now + 720_000)
            #expect(later.reading.gaps == UInt64(Self.holes.count) + 1)
            #expect(abs(later.reading.gapSeconds - Double(planted) - 600) < 1.5, "\(later.reading.gapSeconds)")
        }
    }

    @Test("the forecast of what will be held is near the truth")
    func forecast() async throws {
        let folder = try TemporaryDirectory()
        // Three hours of the day: one hole is among them.
        try Self.writeDay(in: folder, until: 10_800)
        var camera = CameraSettings(id: "gate")
        camera.recordingPath = folder.path
        camera.segmentSeconds = 60
        let time = ManualTime(Self.start + 10_800_000)
        let shelf = RecordingShelf(timeSource: time)
        shelf.update([camera])
        let running = Task { await shelf.run() }
        let reading = try await eventually("the forecast", within: .seconds(30)) {
            shelf.take()["gate"]?.reading.isHistoryKnown == true ? shelf.take()["gate"]?.reading : nil
        }
        running.cancel()
        await running.value
        // Files of about the same size, a minute each, until the filesystem is full.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let bytes = try names.reduce(0.0) {
            let size = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + $1)[.size] as? Int
            return $0 + Double(size ?? 0)
        }
        let recorded = 10_800.0 - Double(Self.holes[0].seconds)
        let free = try #require(MountSpace(at: folder.path)).free
        let truth = (free + bytes) / (bytes / recorded)
        let forecast = try #require(reading.retentionForecast)
        #expect(abs(forecast / truth - 1) < 0.1, "\(forecast) \(truth)")
        #expect(abs(Double(time.now() - (reading.oldest ?? 0)) / 10_800_000 - 1) < 0.01)
    }

    @Test("a folder of 100,000 segments is looked at again in no time")
    func many() throws {
        let folder = try TemporaryDirectory()
        for number in 0..<100_000 {
            #expect(FileManager.default.createFile(atPath: folder.path + "/\(number).mkv", contents: nil))
        }
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        var recordings = RecordingFolder(
            path: folder.path, plannedSeconds: 60, now: now, memory: .init(lastKey: now + 1_000))
        func took(_ time: Int64) -> Duration {
            let start = ContinuousClock.now
            recordings.scan(now: time) { time }
            return start.duration(to: .now)
        }
        let first = took(now)
        let again = took(now + 1_000)
        FileManager.default.createFile(atPath: folder.path + "/100000.mkv", contents: nil)
        let changed = took(now + 2_000)
        print("100,000 files: \(first) at first, \(again) again, \(changed) after a new one")
        #expect(again < .milliseconds(50) && changed < .seconds(3))
        #expect(recordings.reading.lastWrite != nil)
    }

    @Test(
        "a segment's name tells when it was begun",
        arguments: [
            ("20261123-114500.mkv", 1_795_434_300_000), ("2026-11-23_11-45-00.mp4", 1_795_434_300_000),
            ("cam-1-20261123T114500.ts", 1_795_434_300_000), ("gate_2026.11.23 11:45:00.mkv", 1_795_434_300_000),
            ("2026-11-23/11-45-00.mp4", 1_795_434_300_000),
            ("2026/11/23/001/dav/11/11.45.00-11.45.10[M].dav", 1_795_434_300_000),
            ("20261123AM/Cam1-20261123-114500.mp4", 1_795_434_300_000), ("2026-11-23/114500/114500-video.mp4", nil),
            ("2026-11-23/11/gate/45.00.mp4", nil), ("E063DA_0_rotating_1795434300000.mp4", nil),
            ("2026/11/23/clip.mp4", nil),
            ("12.mkv", nil), ("20261323-114500.mkv", nil), ("99999999999999.mkv", nil),
        ] as [(String, Int64?)])
    func names(name: String, time: Int64?) {
        #expect(SegmentName.time(in: name, .utc, writtenAt: 0) == time)
    }
}
