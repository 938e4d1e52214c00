import Foundation
import TestSupport
import Testing

@testable import Collectors

@Suite("Footage that is deleted")
struct DeletionTests {
    private static let start: Int64 = 1_795_766_400_000  // 2026-11-27 08:00 in UTC.
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour

    /// A folder with a segment every hour of three days, and its looks.
    private final class Shelf {
        let root: TemporaryDirectory
        var recordings: RecordingFolder
        var now = start
        /// Below the root.
        let place: String

        init(place: String = "r", hours: Int = 72, byDay: Bool = false, memory: RecordingMemory = RecordingMemory())
            throws
        {
            root = try TemporaryDirectory()
            self.place = place
            for ago in (0..<hours).reversed() { try Self.put(root, place, start - Int64(ago) * hour, byDay) }
            recordings = RecordingFolder(
                path: root.path + "/" + place, plannedSeconds: 60,
                RecordingTree.Selection(looksBelow: true), now: start, memory: memory)
            scan()
            scan()
        }

        static func name(_ time: Int64, _ byDay: Bool = false) -> String {
            var seconds = time_t(time / 1_000)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            let count = strftime(&buffer, 64, byDay ? "%Y-%m-%d/%Y%m%d-%H%M%S.avi" : "%Y%m%d-%H%M%S.avi", &parts)
            return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        static func put(_ root: TemporaryDirectory, _ place: String, _ time: Int64, _ byDay: Bool = false) throws {
            let path = try root.write(place + "/" + name(time, byDay), "x")
            let date = Date(timeIntervalSince1970: Double(time) / 1_000)
            let folder = URL(filePath: path).deletingLastPathComponent().path
            for path in [path, folder] {
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            }
        }

        func write(_ ago: Int64 = 0) throws { try Self.put(root, place, now - ago) }

        func remove(_ names: [String]) throws {
            for name in names { try FileManager.default.removeItem(atPath: root.path + "/" + place + "/" + name) }
        }

        /// Names from so many hours ago, without the last.
        func names(_ from: Int, _ to: Int) -> [String] {
            (to + 1...from).map { Self.name(start - Int64($0) * hour) }
        }

        func scan() { recordings.scan(now: now, until: .now + .seconds(10)) { now } }

        /// Goes on for so many seconds.
        func pass(_ seconds: Int64) {
            for _ in 0..<seconds / 5 {
                now += 5_000
                scan()
            }
        }

        var deletion: DeletionWatch.Deletion? { recordings.reading.deletion }
    }

    @Test("from the old end is told within two minutes, with its age, and remembered", arguments: [false, true])
    func quota(byDay: Bool) throws {
        let shelf = try Shelf(byDay: byDay)
        shelf.pass(60)
        #expect(shelf.deletion == nil)
        if byDay {
            // 24, 25 and 26 November; the last segment of the first day is of 23:00.
            try shelf.remove(["2026-11-24"])
        } else {
            try shelf.remove(shelf.names(71, 60))
        }
        let deleted = shelf.now
        shelf.pass(130)
        let deletion = try #require(shelf.deletion)
        let youngest = byDay ? Self.start - 57 * Self.hour : Self.start - 61 * Self.hour
        #expect((0...70_000).contains(deletion.time - deleted), "\(deletion.time - deleted)")
        #expect(abs(deletion.age - Double(deletion.time - youngest) / 1_000) < 1, "\(deletion)")
        #expect(shelf.recordings.memory.deletion == deletion && deletion.times == 1)
        // Nothing more goes: after a day nobody knows.
        shelf.pass(60)
        shelf.now += Self.day
        shelf.pass(90)
        #expect(shelf.deletion == nil)
    }

    @Test("again and again is a quota, which the forecast knows while the disk has room")
    func forecast() async throws {
        let shelf = try Shelf()
        for step in 0..<2 {
            try shelf.remove(shelf.names(71 - step, 70 - step))
            shelf.pass(200)
        }
        #expect(shelf.deletion?.times == 2)
        // On the shelf of all, after a restart.
        let file = shelf.root.path + "/memory.json"
        var camera = CameraSettings(id: "gate")
        camera.recordingPath = shelf.recordings.reading.path
        camera.retention = 30 * 86_400
        var memory = shelf.recordings.memory
        memory.usualSeconds = nil
        try JSONEncoder().encode([shelf.recordings.reading.path: memory]).write(to: URL(filePath: file))
        let all = RecordingShelf(timeSource: ManualTime(shelf.now), file: file)
        all.update([camera])
        let running = Task { await all.run() }
        let contents = try await eventually("the forecast", within: .seconds(30)) {
            all.take()["gate"].flatMap { $0.reading.retentionForecast == nil ? nil : $0 }
        }
        running.cancel()
        await running.value
        #expect(contents.reading.retentionForecast == shelf.deletion?.age)
        let notes = RetentionNote.notes(of: [camera], ["gate": contents])
        #expect(notes.first?.contains("gate (2d22h of 30d)") == true, "\(notes)")
        camera.retention = 2 * 86_400
        #expect(RetentionNote.notes(of: [camera], ["gate": contents]).isEmpty)
    }

    @Test(
        "is not what else may happen to files",
        arguments: [
            "middle", "emptied", "moved", "moved below", "renamed day", "1970", "future", "clock back", "grows",
        ])
    func other(what: String) throws {
        let shelf = try Shelf(hours: what == "grows" ? 1 : 72)
        shelf.pass(60)
        let folder = shelf.root.path + "/r"
        switch what {
        case "middle": try shelf.remove(shelf.names(40, 39) + shelf.names(20, 10))
        case "emptied":
            // A disk that is not mounted, and a recorder that goes on beneath.
            try shelf.remove(shelf.names(71, -1))
            shelf.pass(20)
            try shelf.write()
        case "moved":
            try FileManager.default.moveItem(atPath: folder, toPath: folder + "-old")
            shelf.pass(20)
            try shelf.write()
        case "moved below":
            try FileManager.default.createDirectory(atPath: folder + "/2026-11-24", withIntermediateDirectories: false)
            for name in shelf.names(71, 50) {
                try FileManager.default.moveItem(atPath: folder + "/" + name, toPath: folder + "/2026-11-24/" + name)
            }
        case "renamed day":
            for name in shelf.names(71, 50) {
                try FileManager.default.moveItem(atPath: folder + "/" + name, toPath: folder + "/copy-" + name)
            }
        case "1970", "future":
            let time: Int64 = what == "1970" ? 3_600_000 : shelf.now + 400 * Self.day
            try Shelf.put(shelf.root, "r", time)
            shelf.pass(130)
            try shelf.remove([Shelf.name(time)])
        case "clock back":
            shelf.now -= 30 * Self.day
            shelf.pass(60)
            try shelf.remove(shelf.names(71, 60))
        default:
            // The only segment has no time in its name, and is written to.
            try shelf.remove([Shelf.name(Self.start)])
            for step in 0..<40 {
                let path = try shelf.root.write("r/a.avi", String(repeating: "x", count: step + 1))
                let date = Date(timeIntervalSince1970: Double(shelf.now) / 1_000)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
                shelf.pass(5)
            }
        }
        shelf.pass(300)
        #expect(shelf.deletion == nil, "\(String(describing: shelf.deletion))")
    }
}
