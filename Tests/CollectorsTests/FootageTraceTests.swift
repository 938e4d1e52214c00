import CameraRecords
import Foundation
import Intervals
import State
import TestSupport
import Testing

@testable import Collectors

/// What is written down of a camera's footage, against what was planted in its files.
@Suite("A camera's footage", .timeLimit(.minutes(3)))
struct FootageTraceTests {
    private static let start = DayOfRecordingsTests.start
    private static let day = TimeSpan(start: start, end: start + 86_400_000)
    private static let frames = Array(stride(from: 0, to: 60_000, by: 200))

    /// The spans of the day in which nothing was recorded.
    private static let planted = TimeSpans(
        DayOfRecordingsTests.holes.map {
            let begin = start + Int64($0.start) * 1_000
            return TimeSpan(start: begin, end: begin + Int64($0.seconds) * 1_000)
        })

    /// A segment of a minute that begins at `time`.
    private static func write(_ time: Int64, in folder: TemporaryDirectory) throws {
        try DayOfRecordingsTests.write(
            DayOfRecordingsTests.name(time), frames: frames, end: time + 60_000, bytes: 0, in: folder)
    }

    /// A server that watches a folder, from its start on, and writes down what it sees.
    private struct Watcher {
        var folder: RecordingFolder
        let store: StateStore

        init(
            _ path: String, _ store: StateStore, now: Int64, memory: RecordingMemory = .init(),
            schedule: FootageSchedule = .init()
        ) {
            folder = RecordingFolder(path: path, plannedSeconds: 60, now: now, memory: memory)
            folder.footage.schedule = schedule
            self.store = store
        }

        mutating func look(_ now: Int64) throws {
            repeat { folder.scan(now: now) { now } } while !folder.reading.isHistoryKnown
            let news = folder.footage.take()
            try store.addFootage(["gate": news])
        }

        func record(_ range: TimeSpan) throws -> CameraRecord {
            var history = CameraHistory(camera: "gate")
            history.footage = try store.footage(of: "gate", in: range)
            return history.record(in: range)
        }
    }

    private static func store(_ folder: TemporaryDirectory) throws -> StateStore {
        try StateStore(path: folder.path + "/state.sqlite")
    }

    private static func expectPlanted(_ record: CameraRecord, _ comment: Comment? = nil) {
        let truth = 86_400 - Double(planted.total) / 1_000
        #expect(abs(record.footageSeconds - truth) < 1, comment)
        #expect(abs(record.missingSeconds - Double(planted.total) / 1_000) < 1, comment)
        #expect(record.gaps.count == planted.spans.count, comment)
        for (found, wanted) in zip(record.gaps, planted.spans) {
            #expect(abs(found.start - wanted.start) < 1_000 && abs(found.end - wanted.end) < 1_000, comment)
        }
        #expect(record.footageUnknownSeconds == 0 && record.estimatedSeconds == 0, comment)
    }

    @Test("a day's share is the truth within a second, also after its files were deleted and the server was restarted")
    func plantedDay() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        let store = try Self.store(data)
        try Self.write(Self.start - 60_000, in: folder)
        try DayOfRecordingsTests.writeDay(in: folder, until: 36_000)
        var watcher = Watcher(folder.path, store, now: Self.start + 36_000_000)
        try watcher.look(Self.start + 36_000_000)
        try DayOfRecordingsTests.writeDay(in: folder)
        try Self.write(Self.day.end, in: folder)
        try Self.write(Self.day.end + 60_000, in: folder)
        let now = Self.day.end + 70_000
        try watcher.look(now)
        Self.expectPlanted(try watcher.record(Self.day))
        let count = try #require(watcher.folder.reading.footage)
        #expect(abs((count.dueSeconds ?? 0) - count.footageSeconds - Double(Self.planted.total) / 1_000) < 1)
        // Retention.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        }
        var memory = watcher.folder.memory
        for restart in 1...3 {
            var later = Watcher(folder.path, store, now: now + Int64(restart) * 3_600_000, memory: memory)
            try later.look(now + Int64(restart) * 3_600_000)
            memory = later.folder.memory
            Self.expectPlanted(try later.record(Self.day))
        }
    }

    @Test("a day that is watched as it goes, with a kill -9 each hour that loses what was remembered last")
    func watchedDay() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        let store = try Self.store(data)
        try Self.write(Self.start - 60_000, in: folder)
        var watcher = Watcher(folder.path, store, now: Self.start)
        try watcher.look(Self.start)
        var remembered = watcher.folder.memory
        for minute in 0..<360 {
            let begin = Self.start + Int64(minute) * 60_000
            // 10 minutes without a recorder each two hours.
            if minute % 120 >= 10 { try Self.write(begin, in: folder) }
            try watcher.look(begin + 60_500)
            if minute % 10 == 0 { remembered = watcher.folder.memory }
            if minute % 60 == 37 {
                watcher = Watcher(folder.path, store, now: begin + 60_900, memory: remembered)
                try watcher.look(begin + 60_900)
            }
        }
        let range = TimeSpan(start: Self.start, end: Self.start + 359 * 60_000)
        let record = try watcher.record(range)
        #expect(abs(record.missingSeconds - 1_800) < 1 && record.gaps.count == 3, "\(record)")
        #expect(abs(record.footageSeconds - Double(range.length) / 1_000 + 1_800) < 1)
        #expect(record.footageUnknownSeconds < 60)
        let count = try #require(watcher.folder.reading.footage)
        #expect(abs((count.dueSeconds ?? 0) - count.footageSeconds - 1_800) < 61, "\(count)")
    }

    @Test("what was recorded while the server was away is told by the files that are there, and by none else")
    func away() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        let store = try Self.store(data)
        for minute in 0..<10 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        var watcher = Watcher(folder.path, store, now: Self.start + 601_000)
        try watcher.look(Self.start + 601_000)
        // Away for an hour, in which the recorder stopped for five minutes.
        for minute in 10..<70 where !(30..<35).contains(minute) {
            try Self.write(Self.start + Int64(minute) * 60_000, in: folder)
        }
        var now = Self.start + 70 * 60_000 + 1_000
        watcher = Watcher(folder.path, store, now: now, memory: watcher.folder.memory)
        try watcher.look(now)
        let hour = TimeSpan(start: Self.start, end: Self.start + 69 * 60_000)
        var record = try watcher.record(hour)
        #expect(record.gapCount == 1 && abs(record.missingSeconds - 300) < 1 && record.footageUnknownSeconds == 0)
        // Away for five hours, and all files of the first three were deleted.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        }
        for minute in 250..<370 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        now = Self.start + 370 * 60_000 + 1_000
        watcher = Watcher(folder.path, store, now: now, memory: watcher.folder.memory)
        try watcher.look(now)
        record = try watcher.record(TimeSpan(start: Self.start, end: Self.start + 369 * 60_000))
        #expect(record.gapCount == 1 && abs(record.missingSeconds - 300) < 1, "\(record)")
        #expect(abs(record.footageUnknownSeconds - 181 * 60) < 61, "\(record.footageUnknownSeconds)")
        #expect(record.footagePercent.map { $0 > 97 && $0 < 99 } == true)
    }

    @Test("a file that was left behind long ago makes no gap of the time since then")
    func leftBehind() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        let store = try Self.store(data)
        try Self.write(Self.start - 40 * 86_400_000, in: folder)
        for minute in 0..<10 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        var watcher = Watcher(folder.path, store, now: Self.start + 601_000)
        try watcher.look(Self.start + 601_000)
        let month = TimeSpan(start: Self.start - 41 * 86_400_000, end: Self.start + 600_000)
        #expect(try watcher.record(month).gapCount == 0)
        for minute in 0..<10 {
            try FileManager.default.removeItem(
                atPath: folder.path + "/" + DayOfRecordingsTests.name(Self.start + Int64(minute) * 60_000))
        }
        for minute in 120..<130 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        let now = Self.start + 130 * 60_000 + 1_000
        watcher = Watcher(folder.path, store, now: now, memory: watcher.folder.memory)
        try watcher.look(now)
        #expect(try watcher.record(TimeSpan(start: Self.start, end: now)).gapCount == 0)
    }

    @Test("days before the last one are told by names and times, and say so")
    func history() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        for hour in 0..<72 where hour != 20 {
            for minute in stride(from: 0, to: 60, by: 10) {
                let begin = Self.start + Int64(hour * 60 + minute) * 60_000
                try DayOfRecordingsTests.write(
                    DayOfRecordingsTests.name(begin), frames: stride(from: 0, to: 600_000, by: 1_000).map { $0 },
                    end: begin + 600_000, bytes: 0, in: folder)
            }
        }
        let now = Self.start + 72 * 3_600_000 + 1_000
        var watcher = Watcher(folder.path, try Self.store(data), now: now)
        try watcher.look(now)
        let record = try watcher.record(TimeSpan(start: Self.start, end: Self.start + 71 * 3_600_000))
        #expect(record.gapCount == 1 && abs(record.missingSeconds - 3_600) < 3, "\(record)")
        #expect(abs(record.estimatedSeconds - 47 * 3_600) < 1_300, "\(record.estimatedSeconds)")
    }

    @Test("a recorder that stops: its last segment counts, and the time behind it is a gap while it lasts")
    func stops() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        for minute in 0..<10 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        var watcher = Watcher(folder.path, try Self.store(data), now: Self.start + 601_000)
        for second in stride(from: 601, to: 1_300, by: 10) { try watcher.look(Self.start + Int64(second) * 1_000) }
        let record = try watcher.record(TimeSpan(start: Self.start, end: Self.start + 1_080_000))
        #expect(record.gaps == [TimeSpan(start: Self.start + 600_000, end: Self.start + 1_080_000)], "\(record)")
        let count = try #require(watcher.folder.reading.footage)
        #expect(count.footageSeconds == 600 && (count.dueSeconds ?? 0) >= 1_080, "\(count)")
    }

    @Test("a clock that is set back counts nothing twice")
    func clockBack() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        for minute in 0..<10 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        var watcher = Watcher(folder.path, try Self.store(data), now: Self.start + 601_000)
        try watcher.look(Self.start + 601_000)
        // Five minutes back, and on.
        for minute in 5..<15 {
            let begin = Self.start + Int64(minute) * 60_000 + 500
            try DayOfRecordingsTests.write(
                "again-\(minute).mkv", frames: Self.frames, end: begin + 60_000, bytes: 0, in: folder)
            try watcher.look(begin + 60_100)
        }
        let record = try watcher.record(TimeSpan(start: Self.start, end: Self.start + 840_000))
        #expect(record.gapCount == 0 && record.footageSeconds <= 840 && record.footageUnknownSeconds < 61, "\(record)")
    }

    @Test("a clock that is wrong for a while makes no gap of years, and no second counting", arguments: [400, -400])
    func wrongClock(days: Int64) throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        for minute in 0..<10 { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        var watcher = Watcher(folder.path, try Self.store(data), now: Self.start + 601_000)
        try watcher.look(Self.start + 601_000)
        let before = try #require(watcher.folder.reading.footage)
        for second in 0..<90 { try watcher.look(Self.start + days * 86_400_000 + Int64(second) * 1_000) }
        for minute in 10..<20 {
            try Self.write(Self.start + Int64(minute) * 60_000, in: folder)
            try watcher.look(Self.start + Int64(minute) * 60_000 + 60_500)
        }
        let count = try #require(watcher.folder.reading.footage)
        #expect((count.dueSeconds ?? 0) - (before.dueSeconds ?? 0) < 900, "\(before) \(count)")
        let record = try watcher.record(TimeSpan(start: Self.start, end: Self.start + 1_140_000))
        #expect(record.gapCount == 0 && record.footageSeconds == 1_140, "\(record)")
    }

    @Test("on motion hours of footage are counted, and no share")
    func motion() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        for minute in [0, 1, 30, 50] { try Self.write(Self.start + Int64(minute) * 60_000, in: folder) }
        var schedule = FootageSchedule()
        schedule.isOnMotion = true
        let now = Self.start + 3_600_000
        var watcher = Watcher(folder.path, try Self.store(data), now: now, schedule: schedule)
        try watcher.look(now)
        let record = try watcher.record(TimeSpan(start: Self.start, end: now))
        #expect(abs(record.footageSeconds - 240) < 1 && record.footagePercent == nil && record.gaps.isEmpty)
        let count = try #require(watcher.folder.reading.footage)
        #expect(count.dueSeconds == nil && abs(count.footageSeconds - 240) < 61)
    }

    @Test("at its times alone footage is due, and none in maintenance")
    func times() {
        var interval = TimeIntervalConfig()
        interval.times = [7 * 60..<19 * 60]
        var maintenance = TimeIntervalConfig()
        maintenance.times = [12 * 60..<12 * 60 + 10]
        var schedule = FootageSchedule()
        #expect(schedule.undue(in: Self.day).isEmpty)
        schedule.recordTimes = [interval]
        schedule.maintenance = [maintenance]
        let undue = schedule.undue(in: TimeSpan(start: Self.day.start + 1, end: Self.day.end - 1))
        func span(_ from: Int64, _ to: Int64) -> TimeSpan {
            TimeSpan(start: Self.start + from * 60_000, end: Self.start + to * 60_000)
        }
        #expect(
            undue.spans == [
                TimeSpan(start: Self.start + 1, end: Self.start + 420 * 60_000), span(720, 730),
                TimeSpan(start: Self.start + 1_140 * 60_000, end: Self.day.end - 1),
            ])
    }

    @Test("containers that cannot be read are counted by their names and times, and say so")
    func unread() throws {
        let (folder, data) = try (TemporaryDirectory(), TemporaryDirectory())
        for minute in 0..<30 where minute != 12 {
            let begin = Self.start + Int64(minute) * 60_000
            let path = folder.path + "/" + DayOfRecordingsTests.name(begin).replacing(".mkv", with: ".avi")
            try Data(repeating: 7, count: 1_000).write(to: URL(filePath: path))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(begin + 60_000) / 1_000)], ofItemAtPath: path)
        }
        let now = Self.start + 30 * 60_000 + 500
        var watcher = Watcher(folder.path, try Self.store(data), now: now)
        try watcher.look(now)
        let record = try watcher.record(TimeSpan(start: Self.start, end: Self.start + 29 * 60_000))
        #expect(record.gapCount == 1 && abs(record.missingSeconds - 60) < 1, "\(record)")
        #expect(record.estimatedSeconds == record.footageSeconds)
    }
}
