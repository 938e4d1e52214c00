import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// Recorders that outlive the server, and recorders that somebody else runs. The camera is gst-rtsp-server's, and every
/// ffmpeg is the real one.
@Suite("Recorders, end to end", .serialized)
struct RecorderTests {
    private static func ffmpegs(of camera: String) -> [Int32] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        return all.filter { pid in
            let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            let text = String(decoding: arguments, as: UTF8.self)
            return text.hasPrefix("ffmpeg\0") && text.contains("/\(camera)/")
        }
    }

    private static func writeSite(in folder: TemporaryDirectory, camera: String, port: Int) throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/footage/\(camera)", withIntermediateDirectories: true)
        try folder.write("url", "rtsp://127.0.0.1:\(port)/stream")
        try folder.write(
            "config/watchpost.yml",
            """
            cameras: [{ id: \(camera), url_file: \(folder.path)/url, fps: 25 }]
            recordings: [{ camera: \(camera), path: \(folder.path)/footage/\(camera), segment: 2s }]
            recorders:
              - camera: \(camera)
                command: [ffmpeg, -rtsp_transport, tcp, -i, "{url}", -c, copy, -f, segment, -segment_time, "2",
                          -segment_wrap, "10", -reset_timestamps, "1", "{path}/%d.mkv"]

            """)
    }

    private static func waitUntilRecorded(_ id: String, _ server: Server) async throws {
        _ = try await eventually("\(id) to be online: \(server.process.printed)", within: .seconds(40)) {
            let status = try await server.camera(id)
            return status?.state == .online && abs((status?.fps ?? 0) - 25) < 2 && status?.lastRecorded != nil
                ? true : nil
        }
    }

    @Test("go on when the server is killed, and the next one takes them up", .timeLimit(.minutes(3)))
    func outlive() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera()
        let id = "yard-\(Peers.newCameraName())"
        try Self.writeSite(in: folder, camera: id, port: cameraPort)
        var server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        try await Self.waitUntilRecorded(id, server)
        let before = Self.ffmpegs(of: id)
        #expect(before.count == 1)

        // A URL that cannot be read for a while ends no recording.
        try FileManager.default.removeItem(atPath: folder.path + "/url")
        server.process.signal(SIGHUP)
        try await Task.sleep(for: .seconds(2))
        #expect(Self.ffmpegs(of: id) == before)

        server.process.signal(SIGKILL)
        try await server.process.end()
        try await Task.sleep(for: .seconds(3))
        #expect(Self.ffmpegs(of: id) == before, "the recording went on without a server")
        server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        try await Self.waitUntilRecorded(id, server)
        try folder.write("url", "rtsp://127.0.0.1:\(cameraPort)/stream")
        server.process.signal(SIGHUP)
        try await Task.sleep(for: .seconds(2))
        #expect(Self.ffmpegs(of: id) == before)
        #expect(try await server.query("ffmpeg_process_restarts_total{camera_id=\"\(id)\"}").first?.value == 0)
        let lines = try await server.logs("camera_id:\"\(id)\" AND \"Opening\"").map { "\($0.timestamp) \($0.message)" }
        #expect(lines.count > 1 && Set(lines).count == lines.count, "each line is stored once")

        // ffmpeg itself is killed: it is started again, and that is counted.
        kill(before[0], SIGKILL)
        _ = try await eventually("another ffmpeg", within: .seconds(20)) {
            let now = Self.ffmpegs(of: id)
            return now.count == 1 && now != before ? true : nil
        }
        _ = try await eventually("the restart to be counted", within: .seconds(20)) {
            try await server.query("ffmpeg_process_restarts_total{camera_id=\"\(id)\"}").first?.value == 1 ? true : nil
        }
        try await Self.waitUntilRecorded(id, server)

        // A camera that the configuration no longer has is no longer recorded.
        try folder.write("config/watchpost.yml", "cameras: []\n")
        server.process.signal(SIGHUP)
        _ = try await eventually("the recorder to end", within: .seconds(20)) {
            Self.ffmpegs(of: id).isEmpty ? true : nil
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = camera
    }

    @Test("that need no URL are started", .timeLimit(.minutes(1)))
    func withoutURL() async throws {
        let folder = try TemporaryDirectory()
        let id = "test-\(Peers.newCameraName())"
        try folder.write(
            "config/watchpost.yml",
            """
            cameras: [{ id: \(id) }]
            recordings: [{ camera: \(id), path: \(folder.path)/\(id), segment: 2s }]
            recorders:
              - camera: \(id)
                command: [ffmpeg, -re, -f, lavfi, -i, "testsrc=size=160x90:rate=25", -c:v, mpeg4, -f, segment,
                          -segment_time, "2", -segment_wrap, "5", "{path}/%d.mkv"]

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("\(id) to be online: \(server.process.printed)", within: .seconds(30)) {
            try await server.camera(id)?.state == .online ? true : nil
        }
        try folder.write("config/watchpost.yml", "cameras: []\n")
        server.process.signal(SIGHUP)
        _ = try await eventually("the recorder to end", within: .seconds(20)) {
            Self.ffmpegs(of: id).isEmpty ? true : nil
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("started by hand are watched and left alone, and end in an orderly way", .timeLimit(.minutes(3)))
    func byHand() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera()
        let id = "hand \(Peers.newCameraName())"
        let footage = "\(folder.path)/footage/\(id)"
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        try folder.write("url", "rtsp://127.0.0.1:\(cameraPort)/stream\n")
        let socket = folder.path + "/data/recorders/by-hand.sock"
        let recorder = try RunningProcess(
            Peers.watchpost,
            [
                "record", "--camera", id, "--socket", socket, "--url-file", folder.path + "/url", "--path", footage,
                "--",
                "ffmpeg", "-rtsp_transport", "tcp", "-i", "{url}", "-c", "copy", "-f", "segment", "-segment_time", "2",
                "-reset_timestamps", "1", "{path}/%d.mkv",
            ])
        for _ in 0..<2 {
            let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
            try await Self.waitUntilRecorded(id, server)
            server.process.signal(SIGTERM)
            try await server.process.end()
            #expect(recorder.isRunning)
        }
        let before = Self.ffmpegs(of: id)
        #expect(before.count == 1)
        recorder.signal(SIGTERM)
        try await recorder.end()
        #expect(Self.ffmpegs(of: id).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: socket))
        // ffmpeg closed its last segment: its length stands in it.
        let last = try FileManager.default.contentsOfDirectory(atPath: footage).count - 1
        let probe = try RunningProcess(
            "ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", "\(footage)/\(last).mkv"])
        try await probe.end()
        #expect(Double(probe.printed.trimmingCharacters(in: .whitespacesAndNewlines)) != nil, "\(probe.printed)")
        _ = camera
    }

    @Test("that nobody can find any longer end by themselves", .timeLimit(.minutes(1)))
    func lostSocket() async throws {
        let folder = try TemporaryDirectory()
        let socket = folder.path + "/r.sock"
        let recorder = try RunningProcess(
            Peers.watchpost, ["record", "--camera", "lost", "--socket", socket, "--", "sleep", "600"])
        _ = try await eventually("the socket") { FileManager.default.fileExists(atPath: socket) ? true : nil }
        try FileManager.default.removeItem(atPath: socket)
        try await recorder.end()
    }

    @Test("of other people are found, named and watched without a session of our own", .timeLimit(.minutes(3)))
    func found() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera(user: "guard", password: "n0t-yours")
        let id = "gate-\(Peers.newCameraName())"
        let footage = "\(folder.path)/\(id)"
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        let started = ContinuousClock.now
        let ffmpeg = try RunningProcess(
            "ffmpeg",
            [
                "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i",
                "rtsp://guard:n0t-yours@127.0.0.1:\(cameraPort)/stream", "-c", "copy", "-f", "segment", "-segment_time",
                "3",
                "-reset_timestamps", "1", footage + "/%d.mkv",
            ])
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        var seen: CameraStatus?
        let status = try await eventually(
            "\(id) to be found: \(server.process.printed), seen as \(String(describing: seen)), ffmpeg \(ffmpeg.isRunning): \(ffmpeg.printed)",
            within: .seconds(90)
        ) {
            let status = try await server.camera(id)
            seen = status
            return status?.state == .online && (status?.bitrate ?? 0) > 0 && abs((status?.fps ?? 0) - 25) < 2
                ? status : nil
        }
        #expect(status.sources == ["recorder"])
        #expect(status.url?.contains("n0t-yours") == false)
        for path in ["/", "/metrics", "/api/watchpost/overview", "/api/watchpost/status"] {
            #expect(!(try await server.text(path)).contains("n0t-yours"), "\(path)")
        }
        let overview: Overview = try await server.decode("/api/watchpost/overview")
        #expect(overview.findings.contains { $0.text.contains(id) && $0.text.contains("password") })
        let firing = overview.alerts.filter { $0.state == .firing && $0.labels["camera_id"] == id }
        #expect(firing.isEmpty, "a first run shows no alert that is not true")

        try camera.write("stall\n")
        _ = try await eventually("the stall to be seen", within: .seconds(40)) {
            try await server.camera(id)?.state == .stalled ? true : nil
        }
        #expect(try await server.query("camera_connection_status{camera_id=\"\(id)\"}").isEmpty == false)
        // Whoever ran for less than a minute is not missed.
        try await Task.sleep(until: started + .seconds(70))
        ffmpeg.signal(SIGKILL)
        _ = try await eventually("the end of the recorder to be seen", within: .seconds(60)) {
            let status = try await server.camera(id)
            return status?.state == .notRecording && status?.reason.contains("ended") == true ? true : nil
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
