import ConfigText
import Foundation
import TestSupport
import Testing

@testable import Collectors

@Suite("Layouts of recorders that are recognised")
struct RecordingLayoutTests {
    private static let start: Int64 = 1_795_766_400_000  // 2026-11-27 08:00 in UTC.

    /// A recorder's folder with two cameras in it.
    struct Layout: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Its name, as it is told.
        let recorder: String
        /// The names that the cameras are given.
        let cameras: [String]
        /// Where the segment of a camera lies that was begun at a time, below the folder.
        let name: @Sendable (_ camera: Int, _ begin: Date, _ number: Int) -> String
        /// What else lies there.
        var others: [String] = []
    }

    private static func utc(_ format: String, _ date: Date) -> String {
        var time = time_t(date.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 256)
        // The library takes what is broken down for local time.
        let count = strftime(&buffer, buffer.count, format.replacing("%s", with: String(time)), &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static let layouts: [Layout] = [
        Layout(
            testDescription: "Frigate", recorder: "Frigate", cameras: ["back-yard", "gate"],
            name: { camera, begin, _ in utc("recordings/%Y-%m-%d/%H/\(["back-yard", "gate"][camera])/%M.%S.mp4", begin)
            },
            others: ["clips/gate-1795766400.1-abc.mp4", "frigate.db"]),
        Layout(
            testDescription: "ZoneMinder", recorder: "ZoneMinder", cameras: ["monitor-1", "monitor-2"],
            name: { utc("events/\($0 + 1)/%Y-%m-%d/\($2)/\($2)-video.mp4", $1) },
            others: ["events/1/2026-11-27/995/00001-capture.jpg"]),
        Layout(
            testDescription: "ZoneMinder, deep", recorder: "ZoneMinder", cameras: ["monitor-1", "monitor-12"],
            name: { utc("\([1, 12][$0])/%y/%m/%d/%H/%M/%S/\($2)-video.mp4", $1) }),
        Layout(
            testDescription: "ZoneMinder, shallow", recorder: "ZoneMinder", cameras: ["monitor-1", "monitor-2"],
            name: { camera, _, number in "\(camera + 1)/\(number)/\(number)-video.mp4" }),
        Layout(
            testDescription: "motion", recorder: "motion", cameras: ["motion-1", "motion-2"],
            name: { utc("motion/\($0 + 1)-\($2)-%Y%m%d%H%M%S.mkv", $1) }, others: ["motion/20261127080000-00.jpg"]),
        Layout(
            testDescription: "motion, a folder a camera and a day", recorder: "motion", cameras: ["gate", "yard"],
            name: { utc("\(["gate", "yard"][$0])/%Y%m%d/\($2)-%Y%m%d%H%M%S.mkv", $1) }),
        Layout(
            testDescription: "motionEye", recorder: "motionEye", cameras: ["Camera1", "Camera2"],
            name: { camera, begin, _ in utc("Camera\(camera + 1)/%Y-%m-%d/%H-%M-%S.mp4", begin) },
            others: ["Camera1/2026-11-27/08-00-00.mp4.thumb", "Camera1/2026-11-27/08-00-00.jpg"]),
        Layout(
            testDescription: "UniFi Protect", recorder: "UniFi Protect", cameras: ["E063DA0001", "E063DA0002"],
            name: { camera, begin, _ in utc("%Y/%m/%d/E063DA000\(camera + 1)_0_rotating_%s000.mp4", begin) },
            others: ["2026/11/27/E063DA0001_2_rotating_1795766400000.mp4"]),
        Layout(
            testDescription: "Reolink by FTP", recorder: "Reolink", cameras: ["Door", "Yard"],
            name: { camera, begin, _ in utc("%Y/%m/%d/\(["Door", "Yard"][camera])_00_%Y%m%d%H%M%S.mp4", begin) },
            others: ["2026/11/27/Door_00_20261127080000.jpg"]),
        Layout(
            testDescription: "Reolink, the channels of a recorder", recorder: "Reolink", cameras: ["NVR-00", "NVR-01"],
            name: { camera, begin, _ in utc("%Y/%m/%d/NVR_0\(camera)_%Y%m%d%H%M%S.mp4", begin) }),
        Layout(
            testDescription: "Dahua", recorder: "Dahua", cameras: ["dahua-001", "dahua-002"],
            name: { camera, begin, _ in
                utc("dahua/%Y-%m-%d/00\(camera + 1)/dav/%H/%H.%M.%S-", begin)
                    + utc("%H.%M.%S[M][0@0][0].dav", begin + 10)
            }),
        Layout(
            testDescription: "Synology", recorder: "Synology", cameras: ["Cam1", "Cam2"],
            name: { camera, begin, _ in utc("Cam\(camera + 1)/%Y%m%d%p/Cam\(camera + 1)-%Y%m%d-%H%M%S.mp4", begin) }),
        Layout(
            testDescription: "Shinobi", recorder: "Shinobi", cameras: ["mon1", "mon2"],
            name: { camera, begin, _ in utc("ke/mon\(camera + 1)/%Y-%m-%dT%H-%M-%S.mp4", begin) }),
        Layout(
            testDescription: "MediaMTX", recorder: "MediaMTX", cameras: ["cam1", "cam2"],
            name: { camera, begin, _ in utc("cam\(camera + 1)/%Y-%m-%d_%H-%M-%S-123456.mp4", begin) }),
        Layout(
            testDescription: "MediaMTX, paths of two parts", recorder: "MediaMTX",
            cameras: ["north-cam1", "south-cam1"],
            name: { camera, begin, _ in utc("\(["north", "south"][camera])/cam1/%Y-%m-%d_%H-%M-%S-123456.mp4", begin) }),
        Layout(
            testDescription: "Moonfire", recorder: "Moonfire", cameras: ["moonfire-00000001", "moonfire-0000001a"],
            name: { camera, _, number in "sample/\(["00000001", "0000001a"][camera])\(String(format: "%08x", number))"
            },
            others: ["sample/meta", "db/db"]),
        Layout(
            testDescription: "Blue Iris", recorder: "Blue Iris", cameras: ["Front", "Front2"],
            name: { camera, begin, _ in utc("\(["Front", "Front2"][camera]).%Y%m%d_%H%M%S.mp4", begin) },
            others: ["Front.20261127_080000.jpg"]),
        Layout(
            testDescription: "ffmpeg, a folder a camera", recorder: "A recorder", cameras: ["gate", "yard 100%"],
            name: { camera, begin, _ in utc("\(["gate", "yard 100%%"][camera])/%Y%m%d-%H%M%S.mkv", begin) }),
        Layout(
            testDescription: "ffmpeg, one folder", recorder: "A recorder", cameras: ["1", "true"],
            name: { camera, begin, _ in utc("\(["1", "true"][camera])_%Y-%m-%d_%H-%M-%S.mkv", begin) }),
    ]

    /// Ten seconds of video each; nothing where there is no ffmpeg.
    private static let video = try? (mp4: Footage.make(seconds: 10, "mp4"), mkv: Footage.make(seconds: 10, "mkv"))

    private static func put(_ path: String, end: Int64, in root: String) throws {
        let file = URL(filePath: root + "/" + path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let video = try #require(video)
        try (path.hasSuffix("mp4") ? video.mp4 : video.mkv).write(to: file)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(end) / 1_000)], ofItemAtPath: file.path)
    }

    /// Three segments of each camera, the second one's twenty seconds older than the first one's.
    private static func lay(_ layout: Layout, in root: String) throws {
        for other in layout.others { try put(other, end: start + 3_600_000, in: root) }
        for camera in 0..<2 {
            for number in 0..<3 {
                let end = start + Int64(number) * 10_000 - Int64(camera) * 20_000
                let begin = Date(timeIntervalSince1970: Double(end - 10_000) / 1_000)
                try put(layout.name(camera, begin, 998 + number + camera * 100), end: end, in: root)
            }
        }
    }

    /// What our own reader makes of the lines.
    private static func read(_ cameras: [LaidRecordings]) throws -> [RecordingConfig] {
        let text =
            "cameras:\n" + cameras.map(RecordingLines.camera).joined(separator: "\n") + "\nrecordings:\n"
            + cameras.map(RecordingLines.recording).joined(separator: "\n") + "\n"
        let problems = ProblemList()
        let root = try #require(YAMLFile.root(of: text, path: "watchpost.yml", problems: problems))
        let recordings = root.mapping { reader in
            let ids = Set(CameraReader.read(reader).map(\.id))
            return reader.mappings("recordings") { RecordingReader.read($0, cameras: ids) }
        }
        #expect(problems.all.isEmpty, "\(problems.all)\n\(text)")
        return try #require(recordings)
    }

    @Test(
        "what is printed for them finds each camera's own newest segment",
        .enabled(if: video != nil, "ffmpeg is not installed"), arguments: layouts)
    func recognised(_ layout: Layout) throws {
        let root = try TemporaryDirectory()
        try Self.lay(layout, in: root.path)
        let look = RecordingLook.at(root.path)
        #expect(look.problem == nil && !look.isPartial && look.unread.isEmpty)
        #expect(look.cameras.map(\.camera) == layout.cameras, "\(look.cameras)")
        #expect(look.cameras.allSatisfy { $0.recorder == layout.recorder && $0.segmentSeconds == 10 })
        #expect(look.cameras.allSatisfy { !$0.hasPauses })
        let recordings = try Self.read(look.cameras)
        #expect(recordings.map(\.camera) == layout.cameras)
        let now = Self.start + 21_000
        for (index, recording) in recordings.enumerated() {
            let selection = RecordingTree.Selection(pattern: recording.pattern)
            #expect(recording.pattern != nil && recording.segment == .seconds(10))
            var folder = RecordingFolder(path: recording.path, plannedSeconds: 10, selection, now: now)
            for _ in 0..<2 { folder.scan(now: now) { now } }
            #expect(folder.reading.problem == nil)
            #expect(folder.reading.lastWrite == Self.start + 20_000 - Int64(index) * 20_000, "\(recording)")
            let size = try #require(Self.video.map { layout.name(0, .now, 0).hasSuffix("mp4") ? $0.mp4 : $0.mkv }).count
            #expect(folder.reading.bytes == 3 * Int64(size), "\(recording): \(folder.reading)")
        }
    }

    @Test(
        "a camera's own folder is recognised as well as the one of all", .enabled(if: video != nil),
        arguments: ["", "/eye", "/eye/Camera1", "/eye/Camera1/"])
    func inside(below: String) throws {
        let root = try TemporaryDirectory()
        for number in 0..<3 {
            let begin = Date(timeIntervalSince1970: Double(Self.start + Int64(number) * 300_000) / 1_000)
            let end = Self.start + Int64(number) * 300_000 + 10_000
            try Self.put(Self.utc("eye/Camera1/%Y-%m-%d/%H-%M-%S.mp4", begin), end: end, in: root.path)
        }
        let look = RecordingLook.at(root.path + below)
        #expect(look.cameras.map(\.path) == [root.path + "/eye/Camera1/%Y-%m-%d/%H-%M-%S.mp4"])
        // Ten seconds every five minutes: on motion.
        #expect(look.cameras.map(\.hasPauses) == [true] && look.cameras.first?.segmentSeconds == 10)
        #expect(RecordingLines.camera(try #require(look.cameras.first)).contains("record: motion"))
    }

    @Test("the streams of one camera are one, and the lowest is taken")
    func streams() throws {
        let root = try TemporaryDirectory()
        for stream in [0, 2] {
            try root.write("2026/11/27/E063DA_\(stream)_rotating_1795766400000.ubv", "x")
        }
        let look = RecordingLook.at(root.path)
        #expect(look.cameras.map(\.camera) == ["E063DA"] && look.cameras.first?.otherStreams == ["2"])
        #expect(look.cameras.first?.path == root.path + "/%Y/%m/%d/E063DA_0_rotating_%s.ubv")
    }

    @Test("where nothing is recognised, or a folder cannot be read, it is told")
    func nothing() throws {
        let root = try TemporaryDirectory()
        #expect(RecordingLook.at(root.path + "/none").isAbsent)
        try root.write("file", "x")
        #expect(RecordingLook.at(root.path + "/file").problem == String(cString: strerror(ENOTDIR)))
        #expect(RecordingLook.at(root.path).other == "file")
        try root.write("holiday/beach.mp4", "x")
        let look = RecordingLook.at(root.path)
        #expect(look.cameras.isEmpty && look.stranger == "holiday/beach.mp4")
    }

    @Test(
        "links are not followed, pipes not waited for, and what is too much is left and told", .timeLimit(.minutes(2)))
    func bounds() throws {
        let root = try TemporaryDirectory()
        try root.write("gate/20261127-080000.mkv", "x")
        try FileManager.default.createSymbolicLink(atPath: root.path + "/gate/up", withDestinationPath: "..")
        try FileManager.default.createSymbolicLink(
            atPath: root.path + "/gate/20261127-080100.mkv", withDestinationPath: "20261127-080000.mkv")
        #expect(mkfifo(root.path + "/gate/20261127-080200.mkv", 0o600) == 0)
        let look = RecordingLook.at(root.path)
        #expect(look.cameras.map(\.count) == [1] && !look.isPartial)
        // The folder itself may be named by a link.
        try FileManager.default.createSymbolicLink(atPath: root.path + "/link", withDestinationPath: "gate")
        #expect(RecordingLook.at(root.path + "/link").cameras.map(\.path) == [root.path + "/link/%Y%m%d-%H%M%S.mkv"])
        for number in 0..<51_000 {
            _ = FileManager.default.createFile(atPath: root.path + "/gate/\(number).mkv", contents: nil)
        }
        let began = ContinuousClock.now
        let many = RecordingLook.at(root.path)
        #expect(many.isPartial && began.duration(to: .now) < .seconds(8))
    }
}

@Suite("Cameras whose recordings are not told apart")
struct RecordingAdviceTests {
    private static func warnings(_ entries: [(camera: String, path: String)], in root: TemporaryDirectory) throws
        -> [String]
    {
        let recordings = try entries.map { entry in
            let (folder, pattern) = try RecordingPattern.split(root.path + "/" + entry.path)
            return RecordingConfig(camera: entry.camera, path: folder, pattern: pattern, segment: .seconds(10))
        }
        return RecordingAdvice.warnings(of: recordings, cameras: Set(entries.map(\.camera)))
            .map { $0.description.replacing(root.path, with: "ROOT") }
    }

    private static func frigate() throws -> TemporaryDirectory {
        let root = try TemporaryDirectory()
        for camera in ["Gate", "yard"] { try root.write("f/2026-11-27/08/\(camera)/00.00.mp4", "x") }
        for camera in ["Front", "Back"] { try root.write("bi/\(camera).20261127_080000.mp4", "x") }
        try root.write("plain/20261127-080000.mkv", "x")
        try root.write("plain/20261127-080100.mkv", "x")
        return root
    }

    @Test(
        "are told by check, with the lines that tell them apart",
        arguments: [
            ([("eye", "f")], ["2 cameras", "not told apart for \"eye\"", "/%Y-%m-%d/%H/Gate/%M.%S.mp4"]),
            // The id of the configuration stands in the lines.
            ([("gate", "f")], ["{ camera: gate, path: \"ROOT/f/%Y-%m-%d/%H/Gate/%M.%S.mp4\", segment: 60s }"]),
            ([("yard", "f")], ["no recordings are written here for \"Gate\"", "camera: Gate"]),
            ([("Gate", "f"), ("yard", "f")], []),
            ([("Gate", "f/%Y-%m-%d/%H/Gate/%M.%S.mp4"), ("yard", "f")], []),
            ([("Front", "bi")], ["Blue Iris", "not told apart for \"Front\"", "ROOT/bi/Back.%Y%m%d_%H%M%S*.mp4"]),
            ([("Front", "bi"), ("Back", "bi")], []),
            ([("a", "plain")], []),
            ([("a", "plain"), ("b", "plain")], ["nothing in it has \"a\" in its name", "ROOT/plain/NAME*"]),
            ([("a", "plain/*.mkv"), ("b", "plain/*.mkv")], ["have one pattern"]),
            ([("a", "new"), ("b", "new")], []),
            ([("a", "new"), ("a", "newer")], ["\"a\" has recordings already"]),
        ] as [([(String, String)], [String])])
    func told(entries: [(String, String)], words: [String]) throws {
        let root = try Self.frigate()
        let warnings = try Self.warnings(entries.map { (camera: $0.0, path: $0.1) }, in: root)
        #expect(warnings.count == (words.isEmpty ? 0 : 1), "\(warnings)")
        for word in words { #expect(warnings.first?.contains(word) == true, "\(word): \(warnings)") }
    }
}
