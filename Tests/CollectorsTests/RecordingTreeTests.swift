import Foundation
import TestSupport
import Testing

@testable import Collectors

@Suite("Recordings as recorders lay them")
struct RecordingTreeTests {
    private static let start: Int64 = 1_795_766_400_000  // 2026-11-27 08:00 in UTC.

    /// A layout of recordings.
    struct Layout: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Below the root, as `recordings` has it.
        let path: String
        /// Where the segment lies that was begun at a time, and ended at another one.
        let name: @Sendable (_ begin: Date, _ end: Date, _ number: Int) -> String
        /// What other cameras of the same recorder write meanwhile.
        var others: [@Sendable (_ begin: Date) -> String] = []
        var isShared = false
        /// Whether its names tell when a segment was begun.
        var tellsTime = true
    }

    private static func utc(_ format: String, _ date: Date) -> String {
        var time = time_t(date.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 256)
        // The library takes what is broken down for local time.
        let format = format.replacing("%s", with: String(time))
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static let layouts: [Layout] = [
        Layout(
            testDescription: "Frigate, the folder of all", path: "frigate",
            name: { begin, _, _ in utc("frigate/%Y-%m-%d/%H/gate/%M.%S.mp4", begin) },
            others: [{ utc("frigate/%Y-%m-%d/%H/yard/%M.%S.mp4", $0) }], tellsTime: false),
        Layout(
            testDescription: "Frigate, by its pattern", path: "frigate/recordings/%Y-%m-%d/%H/gate/%M.%S.mp4",
            name: { begin, _, _ in utc("frigate/recordings/%Y-%m-%d/%H/gate/%M.%S.mp4", begin) },
            others: [
                { utc("frigate/recordings/%Y-%m-%d/%H/gate2/%M.%S.mp4", $0) }, { utc("frigate/clips/gate-%s.mp4", $0) },
            ]),
        Layout(
            testDescription: "ZoneMinder", path: "zm/events/1",
            name: { begin, _, number in utc("zm/events/1/%Y-%m-%d/", begin) + "\(number)/\(number)-video.mp4" },
            tellsTime: false),
        Layout(
            testDescription: "motionEye", path: "eye/Camera1",
            name: { begin, _, _ in utc("eye/Camera1/%Y-%m-%d/%H-%M-%S.mp4", begin) },
            others: [
                { utc("eye/Camera1/%Y-%m-%d/%H-%M-%S.jpg", $0) }, { utc("eye/Camera2/%Y-%m-%d/%H-%M-%S.mp4", $0) },
            ]),
        Layout(
            testDescription: "motion", path: "motion",
            name: { begin, _, number in "motion/\(number)-" + utc("%Y%m%d%H%M%S.mkv", begin) }),
        Layout(
            testDescription: "Reolink by FTP", path: "reolink",
            name: { begin, _, _ in utc("reolink/%Y/%m/%d/Door_00_%Y%m%d%H%M%S.mp4", begin) }),
        Layout(
            testDescription: "UniFi Protect", path: "unifi",
            name: { begin, _, _ in utc("unifi/%Y/%m/%d/E063DA_0_rotating_", begin) + utc("%s000.mp4", begin) },
            tellsTime: false),
        Layout(
            testDescription: "UniFi Protect, by its pattern", path: "unifi/%Y/%m/%d/E063DA_0_rotating_%s.mp4",
            name: { begin, _, _ in utc("unifi/%Y/%m/%d/E063DA_0_rotating_", begin) + utc("%s000.mp4", begin) },
            others: [{ utc("unifi/%Y/%m/%d/E063DA_2_rotating_%s000.mp4", $0) }]),
        Layout(
            testDescription: "Synology", path: "synology",
            name: { begin, _, _ in utc("synology/%Y%m%d%p/Cam1-%Y%m%d-%H%M%S.mp4", begin) }),
        Layout(
            testDescription: "Dahua", path: "dahua",
            name: { begin, end, _ in
                utc("dahua/%Y-%m-%d/001/dav/%H/%H.%M.%S-", begin) + utc("%H.%M.%S[M][0@0][0].dav", end)
            }),
        Layout(
            testDescription: "Dahua, by a pattern with brackets",
            path: "dahua/%Y-%m-%d/001/dav/%H/%H.%M.%S-*[M][0@0][0].dav",
            name: { begin, end, _ in
                utc("dahua/%Y-%m-%d/001/dav/%H/%H.%M.%S-", begin) + utc("%H.%M.%S[M][0@0][0].dav", end)
            }),
        Layout(
            testDescription: "Shinobi", path: "shinobi/ke/mon1",
            name: { begin, _, _ in utc("shinobi/ke/mon1/%Y-%m-%dT%H-%M-%S.mp4", begin) }),
        Layout(
            testDescription: "MediaMTX", path: "mtx/cam1",
            name: { begin, _, _ in utc("mtx/cam1/%Y-%m-%d_%H-%M-%S-123456.mp4", begin) }),
        Layout(
            testDescription: "Blue Iris, by a pattern", path: "bi/gate.*",
            name: { begin, _, _ in utc("bi/gate.%Y%m%d_%H%M%S.mp4", begin) },
            others: [{ utc("bi/gate2.%Y%m%d_%H%M%S.mp4", $0) }]),
        Layout(
            testDescription: "Blue Iris, one folder of several cameras", path: "bi",
            name: { begin, _, _ in utc("bi/gate.%Y%m%d_%H%M%S.mp4", begin) },
            others: [{ utc("bi/gate2.%Y%m%d_%H%M%S.mp4", $0) }, { utc("bi/Back.%Y%m%d_%H%M%S.mp4", $0) }],
            isShared: true),
        Layout(
            testDescription: "a percent sign in a folder's name", path: "100%%/%Y/%m-%d/%T.mkv",
            name: { begin, _, _ in utc("100%%/%Y/%m-%d/%H:%M:%S.mkv", begin) }),
        Layout(
            testDescription: "files that cannot be read", path: "avi",
            name: { begin, _, _ in utc("avi/%Y%m%d-%H%M%S.avi", begin) }),
    ]

    /// Ten seconds of video each; nothing where there is no ffmpeg.
    static let video = try? (mp4: Footage.make(seconds: 10, "mp4"), mkv: Footage.make(seconds: 10, "mkv"))

    static func put(_ path: String, end: Date, in root: TemporaryDirectory) throws {
        let whole = root.path + "/" + path
        let folder = URL(filePath: whole).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let video = try #require(video)
        try (path.hasSuffix("mp4") ? video.mp4 : video.mkv).write(to: URL(filePath: whole))
        try FileManager.default.setAttributes([.modificationDate: end], ofItemAtPath: whole)
    }

    static func folder(
        _ root: TemporaryDirectory, _ path: String, isShared: Bool = false, now: Int64, others: Set<String> = []
    ) throws -> RecordingFolder {
        let (folder, pattern) = try RecordingPattern.split(root.path + "/" + path)
        let selection = RecordingTree.Selection(
            pattern: pattern, camera: pattern == nil ? "gate" : "", isShared: isShared, looksBelow: pattern == nil,
            others: others)
        return RecordingFolder(path: folder, plannedSeconds: 10, selection, now: now)
    }

    @Test(
        "are found, over the end of an hour and a day", .enabled(if: video != nil, "ffmpeg is not installed"),
        arguments: layouts)
    func layout(_ layout: Layout) throws {
        let root = try TemporaryDirectory()
        // A minute before midnight.
        let start = Self.start + 16 * 3_600_000 - 60_000
        var recordings = try Self.folder(root, layout.path, isShared: layout.isShared, now: start)
        var last: Int64 = 0
        for number in 0..<30 {
            let end = start + Int64(number) * 10_000
            let dates = [end - 10_000, end].map { Date(timeIntervalSince1970: Double($0) / 1_000) }
            if number < 20 {
                try Self.put(layout.name(dates[0], dates[1], 95 + number), end: dates[1], in: root)
                last = end
            }
            for other in layout.others { try Self.put(other(dates[0]), end: dates[1], in: root) }
            for second in stride(from: Int64(0), to: 10_000, by: 1_000) {
                let now = end + second + 200
                recordings.scan(now: now) { now }
                let reading = recordings.reading
                try #require(reading.problem == nil && reading.lastWrite == last, "\(number): \(reading)")
                try #require(reading.isOverdue == (now - last > 25_000), "\(number): \(reading)")
            }
        }
        #expect(recordings.reading.gaps == 0)
        #expect(recordings.reading.oldest == start - (layout.tellsTime ? 10_000 : 0))
    }

    @Test(
        "frames that are stored as pictures are judged by their times; pictures beside footage are none",
        arguments: [
            ("zm/events/2", "zm/events/2/2026-11-27/%d/%05d-capture.jpg", true),
            ("cam/%Y%m%d/*.jpg", "cam/20261127/%d-%05d.jpg", true),
            ("cam", "cam/%d/%05d.jpg", false), ("zm/events/2", "zm/events/2/2026-11-27/%d/%05d-analyse.jpg", false),
        ])
    func pictures(path: String, name: String, isFootage: Bool) throws {
        let root = try TemporaryDirectory()
        let start = Self.start + 16 * 3_600_000
        var recordings = try Self.folder(root, path, now: start)
        var last: Int64 = 0
        for second in Int64(0)..<120 {
            let now = start + second * 1_000
            if second < 60 {
                // An event of twenty seconds, and what is written once and stands beside its frames.
                let event = root.path + "/" + String(format: name, second / 20, second % 20)
                let folder = URL(filePath: event).deletingLastPathComponent().path
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data("picture".utf8).write(to: URL(filePath: event))
                let date = Date(timeIntervalSince1970: Double(now) / 1_000)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder)
                last = now
            }
            recordings.scan(now: now + 500) { now + 500 }
            let reading = recordings.reading
            // The first walk, and then each one of the folders above, may come a little later.
            if second >= 12, isFootage {
                try #require(reading.problem == nil && reading.lastWrite == last, "\(second): \(reading)")
                try #require(reading.isOverdue == (now + 500 - last > 25_000), "\(second): \(reading)")
            } else if !isFootage {
                try #require(reading.lastWrite == nil && reading.isOverdue == (second >= 25), "\(second): \(reading)")
            }
        }
        #expect((recordings.reading.problem == nil) == isFootage)
    }

    @Test(
        "where nobody says how long a segment is, it may take as long as the longest of late",
        .enabled(if: video != nil))
    func learnedLength() throws {
        let root = try TemporaryDirectory()
        let start = Self.start + 16 * 3_600_000
        var recordings = RecordingFolder(path: root.path, plannedSeconds: 60, isLengthTold: false, now: start)
        func overdue(after last: Int64) throws -> Int64 {
            for second in Int64(1)... {
                let now = last + second * 1_000
                recordings.scan(now: now) { now }
                if recordings.reading.isOverdue || second > 200 { return second }
            }
            return 0
        }
        var end = start
        for number in 0..<5 {
            end = start + Int64(number) * 10_000
            try Self.put("\(number).mp4", end: Date(timeIntervalSince1970: Double(end) / 1_000), in: root)
            recordings.scan(now: end + 6_000) { end + 6_000 }
        }
        #expect(try overdue(after: end) == 26)
        end += 60_000
        let long = try Footage.make(seconds: 50, "mp4")
        try long.write(to: URL(filePath: root.path + "/5.mp4"))
        for (number, name) in ["5.mp4", "6.mp4"].enumerated() {
            if number == 1 {
                end += 10_000
                try Self.put(name, end: Date(timeIntervalSince1970: Double(end) / 1_000), in: root)
            }
            let date = Date(timeIntervalSince1970: Double(end) / 1_000)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: root.path + "/" + name)
            recordings.scan(now: end + 6_000) { end + 6_000 }
        }
        #expect(try overdue(after: end) == 66)
    }

    @Test(
        "a folder that is made before anything is written into it is found with its first file, whenever that comes",
        .enabled(if: video != nil), arguments: ["hls/%Y-%m-%d/%H/%M-%S.mkv", "hls"], [8, 1_000] as [Int64])
    func emptyFolder(path: String, seconds: Int64) throws {
        let root = try TemporaryDirectory()
        let start = Self.start
        var recordings = try Self.folder(root, path, now: start)
        func date(_ time: Int64) -> Date { Date(timeIntervalSince1970: Double(time) / 1_000) }
        func put(end: Int64) throws {
            try Self.put(Self.utc("hls/%Y-%m-%d/%H/%M-%S.mkv", date(end - 10_000)), end: date(end), in: root)
        }
        for end in stride(from: start - 30_000, through: start, by: 10_000) { try put(end: end) }
        let later = root.path + "/" + Self.utc("hls/%Y-%m-%d/%H", date(start + seconds * 1_000 + 3_600_000))
        for second in 0..<seconds + 130 {
            let now = start + second * 1_000
            if second == 2 {
                try FileManager.default.createDirectory(atPath: later, withIntermediateDirectories: true)
                for folder in [later, URL(filePath: later).deletingLastPathComponent().path, root.path + "/hls"] {
                    try FileManager.default.setAttributes([.modificationDate: date(now)], ofItemAtPath: folder)
                }
            }
            if second == 2 + seconds {
                // A copy of a later hour: only that it is found counts.
                try Self.video?.mkv.write(to: URL(filePath: later + "/00-00.mkv"))
                try FileManager.default.setAttributes(
                    [.modificationDate: date(now)], ofItemAtPath: later + "/00-00.mkv")
            }
            recordings.scan(now: now) { now }
            if second == 3 + seconds, seconds < 600 { #expect(recordings.reading.lastWrite == now - 1_000) }
        }
        #expect(recordings.reading.lastWrite == start + (2 + seconds) * 1_000)
    }

    @Test("a path is a folder and a pattern")
    func split() throws {
        func parts(_ path: String) throws -> [String?] {
            let (folder, pattern) = try RecordingPattern.split(path)
            return [folder, pattern?.text]
        }
        #expect(try parts("/var/rec/gate") == ["/var/rec/gate", nil])
        #expect(try parts("/var/rec/100%% [a]?/x") == ["/var/rec/100% [a]?/x", nil])
        #expect(try parts("/a/%Y-%m/x.mp4") == ["/a", "%Y-%m/x.mp4"])
        #expect(try parts("/*.mp4") == ["/", "*.mp4"])
        #expect(try parts("%Y/*") == ["", "%Y/*"])
        for (path, cause) in [("/a/100%", "% is"), ("/a/%q.mp4", "%q is"), ("/a/%03d.mkv", "%0 is")] {
            #expect { try RecordingPattern.split(path) } throws: { "\($0)".contains(cause) }
        }
    }

    @Test(
        "a name fits a pattern whole",
        arguments: [
            ("%H.%M.%S-*[M].dav", "08.00.00-08.00.10[M].dav", true),
            ("%H.%M.%S-*[M].dav", "08.00.00-08.00.10M.dav", false),
            ("gate*", "gate", true), ("*a*b*", "xaybz", true), ("*a*b*", "xbya", false),
            ("%b-%d.ts", "Nov-27.ts", true),
            ("%s.mp4", "1795766400.mp4", true), ("%s.mp4", "x.mp4", false), ("%f.mp4", "000001.mp4", true),
            ("?", "a", false),
            ("***a", "bca", true),
        ])
    func fits(pattern: String, name: String, fits: Bool) throws {
        #expect(try RecordingPattern.split("/r/*/" + pattern).pattern?.matches(name, at: 1) == fits)
    }

    @Test("a name with many stars is no work")
    func stars() throws {
        let pattern = try #require(try RecordingPattern.split("/r/" + String(repeating: "*a", count: 6) + "*b").pattern)
        let began = ContinuousClock.now
        #expect(!pattern.matches(String(repeating: "a", count: 60), at: 0))
        #expect(began.duration(to: .now) < .seconds(30))
    }

    @Test("the past is known by its sums, and days that are deleted are no longer counted")
    func past() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        for day in 0..<5 {
            for hour in 0..<3 {
                let end = Date(timeIntervalSince1970: Double(now) / 1_000 - Double(day) * 86_400 - Double(hour) * 3_600)
                let path = Self.utc("r/%Y-%m-%d/%H/gate/%M.%S.avi", end)
                let folder = root.path + "/" + path.prefix { $0 != "." }.dropLast(3)
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data(count: 1_000).write(to: URL(filePath: root.path + "/" + path))
                for place in [root.path + "/" + path, folder] {
                    try FileManager.default.setAttributes([.modificationDate: end], ofItemAtPath: place)
                }
            }
        }
        var recordings = try Self.folder(root, "r/%Y-%m-%d/%H/gate/%M.%S.avi", now: now)
        recordings.scan(now: now) { now }
        #expect(recordings.reading.bytes == 15_000 && recordings.reading.lastWrite == now)
        #expect(recordings.reading.oldest == now - 4 * 86_400_000 - 2 * 3_600_000)
        let oldest = Self.utc("%Y-%m-%d", Date(timeIntervalSince1970: Double(now) / 1_000 - 4 * 86_400))
        try FileManager.default.removeItem(atPath: root.path + "/r/" + oldest)
        recordings.scan(now: now + 61_000) { now + 61_000 }
        #expect(recordings.reading.bytes == 12_000)
        #expect(recordings.reading.oldest == now - 3 * 86_400_000 - 2 * 3_600_000)
    }

    @Test("clips below footage, folders of other cameras, and links that lead round are none of it")
    func others() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        func put(_ path: String, _ ago: Int64) throws {
            let whole = URL(filePath: root.path + "/" + path)
            try FileManager.default.createDirectory(
                at: whole.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(count: 100).write(to: whole)
            let date = Date(timeIntervalSince1970: Double(now - ago) / 1_000)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: whole.path)
        }
        try put("flat/1.avi", 60_000)
        try put("flat/clips/2.avi", 1_000)
        try put("tree/day/1.avi", 50_000)
        try put("tree/yard/2.avi", 1_000)
        try FileManager.default.createSymbolicLink(atPath: root.path + "/tree/day/up", withDestinationPath: "..")
        try FileManager.default.createSymbolicLink(atPath: root.path + "/tree/up", withDestinationPath: "..")
        try put("named/gate/1.avi", 40_000)
        try put("named/yard/2.avi", 1_000)
        // A clip that somebody put beside the days.
        try put("stray/clip.avi", 30_000)
        try put("stray/2026-11-27/08-00-00.avi", 20_000)
        for (path, others, ago) in [
            ("flat", [], 60_000), ("tree", [root.path + "/tree/yard"], 50_000), ("named", [], 40_000),
            ("stray", [], 20_000),
        ] as [(String, Set<String>, Int64)] {
            var recordings = try Self.folder(root, path, now: now, others: others)
            recordings.scan(now: now) { now }
            #expect(recordings.reading.lastWrite == now - ago, "\(path)")
        }
    }

    @Test("a camera that has died does not take the footage of those beside it")
    func died() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        try Self.put("f/2026-11-27/07/yard/59.50.mp4", end: Self.date(now - 90_000), in: root)
        try Self.put("f/2026-11-27/07/gate/59.50.mp4", end: Self.date(now - 90_000), in: root)
        var recordings = try Self.folder(root, "f", now: now - 90_000)
        recordings.scan(now: now - 90_000) { now - 90_000 }
        // The next hour has a folder of the other one alone.
        try Self.put("f/2026-11-27/08/yard/00.00.mp4", end: Self.date(now), in: root)
        for second in 0..<120 {
            let time = now + Int64(second) * 1_000
            recordings.scan(now: time) { time }
            #expect(recordings.reading.lastWrite == now - 90_000 && recordings.reading.isOverdue)
        }
    }

    @Test("a camera whose name is a number, as a month is, goes on in the next month")
    func number() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        let selection = RecordingTree.Selection(camera: "11", looksBelow: true)
        try Self.put("11/2026/11/30/a.mkv", end: Self.date(now), in: root)
        var recordings = RecordingFolder(path: root.path + "/11", plannedSeconds: 10, selection, now: now)
        recordings.scan(now: now) { now }
        try Self.put("11/2026/12/01/b.mkv", end: Self.date(now + 10_000), in: root)
        recordings.scan(now: now + 10_200) { now + 10_200 }
        #expect(recordings.reading.lastWrite == now + 10_000)
    }

    @Test("of two cameras in one folder, one's name may begin with the other's")
    func namesakes() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        for (name, ago) in [("gate_1.mkv", 60_000), ("gate-back_1.mkv", 0)] as [(String, Int64)] {
            try Self.put(name, end: Self.date(now - ago), in: root)
        }
        let selection = RecordingTree.Selection(
            camera: "gate", isShared: true, namesakes: ["gate-back"], looksBelow: true)
        var recordings = RecordingFolder(path: root.path, plannedSeconds: 10, selection, now: now)
        recordings.scan(now: now) { now }
        #expect(recordings.reading.lastWrite == now - 60_000)
    }

    @Test("footage of a week ago alone is still known, and goes on where it was")
    func longAgo() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        for number in 0..<3 {
            let ago = Int64(7 * 86_400_000 - number * 1_000)
            try Self.put("r/\(number)/ring.avi", end: Self.date(now - ago), in: root)
            try FileManager.default.setAttributes(
                [.modificationDate: Self.date(now - ago)], ofItemAtPath: root.path + "/r/\(number)")
        }
        var recordings = try Self.folder(root, "r", now: now)
        for time in [now, now + 1_000] { recordings.scan(now: time) { time } }
        let all = recordings.reading.bytes
        #expect(recordings.reading.lastWrite == now - 7 * 86_400_000 + 2_000 && all > 3_000)
        // A ring is written over: nothing of its folder changes.
        let ring = root.path + "/r/2/ring.avi"
        try FileManager.default.setAttributes([.modificationDate: Self.date(now + 5_000)], ofItemAtPath: ring)
        try FileManager.default.setAttributes(
            [.modificationDate: Self.date(now - 7 * 86_400_000 + 2_000)], ofItemAtPath: root.path + "/r/2")
        recordings.scan(now: now + 6_000) { now + 6_000 }
        #expect(recordings.reading.lastWrite == now + 5_000 && recordings.reading.bytes == all)
    }

    @Test("a pattern that tells the hour alone takes the time of the name")
    func hourAlone() throws {
        let pattern = try #require(try RecordingPattern.split("/r/%Y/%m/%d/%H/*.mp4").pattern)
        #expect(!pattern.hasTime)
        #expect(try RecordingPattern.split("/r/%Y/%m/%d/%H/%M.*").pattern?.hasTime == true)
    }

    @Test("thousands of folders are looked through in shares, the newest first", .timeLimit(.minutes(5)))
    func many() throws {
        let root = try TemporaryDirectory()
        let now = Self.start
        for number in 0..<3_000 {
            let time = Self.date(now - Int64(3_000 - number) * 60_000)
            let path = root.path + "/e/" + Self.utc("%Y-%m-%d/", time) + "\(100_000 + number)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(count: 10).write(to: URL(filePath: path + "/video.avi"))
            for place in [path + "/video.avi", path] {
                try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: place)
            }
        }
        var recordings = try Self.folder(root, "e", now: now)
        var looks = 0
        while recordings.reading.bytes < 30_000, looks < 1_000 {
            recordings.scan(now: now, until: .now) { now }
            looks += 1
            #expect(recordings.reading.lastWrite == now - 60_000)
        }
        #expect(recordings.reading.bytes == 30_000 && looks > 10, "\(looks)")
        // The next event is seen at once.
        let day = Self.utc("%Y-%m-%d/", Self.date(now - 60_000))
        try Self.put("e/\(day)103000/video.avi", end: Self.date(now + 1_000), in: root)
        recordings.scan(now: now + 2_000, until: .now) { now + 2_000 }
        #expect(recordings.reading.lastWrite == now + 1_000)
    }

    private static func date(_ time: Int64) -> Date { Date(timeIntervalSince1970: Double(time) / 1_000) }

    @Test(
        "of the hour that comes twice the name is the one that the file's time says",
        .enabled(if: TimeZone.current.nextDaylightSavingTimeTransition != nil, "this time zone has no summer time"))
    func twice() throws {
        let zone = TimeZone.current
        var change = try #require(zone.nextDaylightSavingTimeTransition)
        if !zone.isDaylightSavingTime(for: change - 1) {
            change = try #require(zone.nextDaylightSavingTimeTransition(after: change))
        }
        let format = DateFormatter()
        format.dateFormat = "yyyyMMdd-HHmmss'.mkv'"
        for minutes in [-70.0, -59, -30, -1, 0, 1, 30, 59, 61] {
            let begin = Int64((change + minutes * 60).timeIntervalSince1970) * 1_000
            let name = format.string(from: Self.date(begin))
            #expect(SegmentName.time(in: name, .local, writtenAt: begin + 60_000) == begin, "\(name)")
        }
    }

    @Test("where no segment can be read it is told, with what is there")
    func nothing() throws {
        let root = try TemporaryDirectory()
        for name in ["a.jpg", "b.mp4"] { try Data(count: 10).write(to: URL(filePath: root.path + "/" + name)) }
        let now = Self.start
        for (path, isShared, words) in [
            ("gate.*", false, "No segment that can be read"), ("", true, "Several cameras"),
        ] {
            var recordings = try Self.folder(root, path, isShared: isShared, now: now)
            for time in [now, now + 60_000] { recordings.scan(now: time) { time } }
            #expect(recordings.reading.problem?.contains(words) == true, "\(recordings.reading)")
        }
    }
}
