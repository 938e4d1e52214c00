import Foundation
import Model
import TestSupport
import Testing

/// The layouts of recorders, written live for half an hour by a stand-in for each: a segment of ten seconds every ten
/// seconds.
@Suite(
    "Layouts of recordings, for long", .serialized,
    .enabled(if: LongForm.isWanted, "this is of make soak: WATCHPOST_SOAK is not set"),
    .enabled(if: Peers.has("ffmpeg"), "ffmpeg is not installed"))
struct LayoutTests {
    private static let seconds = 10

    /// A camera, the folder or pattern of its recordings, and where a segment lies that begins at a time.
    private struct Layout: Sendable {
        let camera: String
        let path: String
        let name: @Sendable (_ begin: Date, _ number: Int) -> String
    }

    private static func utc(_ format: String, _ date: Date) -> String {
        var time = time_t(date.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 256)
        let count = strftime(&buffer, buffer.count, format.replacing("%s", with: String(time)), &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func layout(_ camera: String, _ path: String, _ format: String) -> Layout {
        Layout(camera: camera, path: path) { begin, number in
            utc(
                format.replacing("NUMBER", with: String(1_000 + number))
                    .replacing("HEX", with: String(format: "%08x", number))
                    .replacing("END", with: utc("%H.%M.%S", begin + 10)), begin)
        }
    }

    private static let layouts: [Layout] = [
        layout("frigate", "frigate", "frigate/%Y-%m-%d/%H/frigate/%M.%S.mp4"),
        layout("zoneminder", "zm/events/1", "zm/events/1/%Y-%m-%d/NUMBER/NUMBER-video.mp4"),
        layout("motion", "motion", "motion/NUMBER-%Y%m%d%H%M%S.mkv"),
        layout("motioneye", "motioneye/Camera1", "motioneye/Camera1/%Y-%m-%d/%H-%M-%S.mp4"),
        layout("unifi", "unifi", "unifi/%Y/%m/%d/E063DA_0_rotating_%s000.mp4"),
        layout("reolink", "reolink", "reolink/%Y/%m/%d/Door_00_%Y%m%d%H%M%S.mp4"),
        layout("dahua", "dahua", "dahua/%Y-%m-%d/001/dav/%H/%H.%M.%S-END[M][0@0][0].dav"),
        layout("synology", "synology", "synology/%Y%m%d%p/Cam1-%Y%m%d-%H%M%S.mp4"),
        layout("Front", "blueiris", "blueiris/Front.%Y%m%d_%H%M%S.mp4"),
        layout("Back", "blueiris", "blueiris/Back.%Y%m%d_%H%M%S.mp4"),
        layout("shinobi", "shinobi/ke/mon1", "shinobi/ke/mon1/%Y-%m-%dT%H-%M-%S.mp4"),
        layout("mediamtx", "mediamtx/cam1", "mediamtx/cam1/%Y-%m-%d_%H-%M-%S-123456.mp4"),
        layout("moonfire-1", "moonfire/00000001*", "moonfire/00000001HEX"),
        layout("moonfire-2", "moonfire/00000002*", "moonfire/00000002HEX"),
    ]

    private static func write(_ layout: Layout, _ number: Int, _ video: Data, in root: String) throws {
        let file = URL(filePath: "\(root)/\(layout.name(Date.now - Double(seconds), number))")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try video.write(to: file)
    }

    @Test("are told right, and one that stops within its segment and twenty seconds", .timeLimit(.minutes(45)))
    func live() async throws {
        let folder = try TemporaryDirectory()
        var videos: [String: Data] = [:]
        for ending in ["mp4", "mkv"] {
            let path = "\(folder.path)/segment.\(ending)"
            let ffmpeg = try RunningProcess(
                "ffmpeg",
                [
                    "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=\(Self.seconds)",
                    "-c:v", "mpeg4", "-g", "50", path,
                ])
            try await ffmpeg.end()
            videos[ending] = try Data(contentsOf: URL(filePath: path))
        }
        let mp4 = try #require(videos["mp4"])
        let mkv = try #require(videos["mkv"])
        let root = folder.path + "/recordings"
        @Sendable func write(_ layout: Layout, _ number: Int) throws {
            try Self.write(layout, number, layout.camera == "motion" ? mkv : mp4, in: root)
        }
        for layout in Self.layouts { try write(layout, 0) }
        var lines = "cameras:\n"
        // Nobody answers there: no session may be opened where files come.
        for layout in Self.layouts { lines += "  - { id: \(layout.camera), url: \"rtsp://127.0.0.1:9/stream\" }\n" }
        lines += "recordings:\n"
        for layout in Self.layouts {
            lines += "  - { camera: \(layout.camera), path: \"\(root)/\(layout.path)\", segment: \(Self.seconds)s }\n"
        }
        try folder.write("config/watchpost.yml", lines)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the cameras to be online", within: .seconds(40)) {
            try await server.cameras().allSatisfy { $0.state == .online } ? true : nil
        }
        var writing = Set(Self.layouts.map(\.camera))
        var stopped: [String: (last: ContinuousClock.Instant, told: Duration?)] = [:]
        var wrong: [String: Int] = [:]
        var oldest: Int64 = 0
        var looks = 0
        var number = 1
        var last = ContinuousClock.now
        var next = last + .seconds(Self.seconds)
        let begin = ContinuousClock.now
        let span = LongForm.span(1_800)
        while true {
            let now = ContinuousClock.now
            if now >= next {
                for layout in Self.layouts where writing.contains(layout.camera) { try write(layout, number) }
                number += 1
                last = now
                next += .seconds(Self.seconds)
            }
            let elapsed = begin.duration(to: now)
            if elapsed > span / 4, writing.remove("Back") != nil { stopped["Back"] = (last, nil) }
            if elapsed > span, !writing.isEmpty {
                for camera in writing { stopped[camera] = (last, nil) }
                writing = []
            }
            for camera in try await server.cameras() {
                looks += 1
                if let stop = stopped[camera.id] {
                    if camera.state == .notRecording || camera.state == .offline || camera.state == .stalled {
                        if stop.told == nil { stopped[camera.id]?.told = stop.last.duration(to: .now) }
                    }
                    continue
                }
                if camera.state != .online {
                    wrong["\(camera.id) \(camera.state.rawValue): \(camera.reason)", default: 0] += 1
                }
                let age = Int64(Date.now.timeIntervalSince1970 * 1_000) - (camera.lastRecorded ?? 0)
                oldest = max(oldest, age)
                if age > 25_000 { wrong["\(camera.id): its recording is old", default: 0] += 1 }
            }
            if writing.isEmpty, stopped.values.allSatisfy({ $0.told != nil }) || elapsed > span + .seconds(90) { break }
            try await Task.sleep(for: .milliseconds(500))
        }
        print("\(number) segments each, \(looks) looks, oldest recording \(oldest) ms; wrong: \(wrong)")
        #expect(wrong.isEmpty)
        for (camera, stop) in stopped.sorted(by: { $0.key < $1.key }) {
            print("\(camera), which stopped, was told after \(stop.told.map { "\($0)" } ?? "no time")")
            #expect((stop.told ?? .seconds(3_600)) <= .seconds(Self.seconds + 20), "\(camera)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
