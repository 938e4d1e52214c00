import Foundation
import Model
import SiteView
import TestSupport
import Testing

@Suite("A camera of one session", .serialized, .enabled(if: Peers.has("ffmpeg"), "ffmpeg is not installed"))
struct OneSessionTests {
    /// Seconds after which a recorder that was killed is started again; twenty with `WATCHPOST_SOAK`.
    private static let delays: [Int] =
        ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] == nil
        ? [2, 20] : (0..<20).map { [2, 5, 30][$0 % 3] }

    @Test("is left to its recorder, however often that is killed, and when the server restarts meanwhile")
    func restarts() async throws {
        let folder = try TemporaryDirectory()
        let cameras = try SimulatedCameras(["one"], sessionsMax: 1)
        defer { cameras.stop() }
        let footage = folder.path + "/footage"
        let site = folder.path + "/site"
        for path in [footage, site] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try """
        cameras: [{ id: one, url: "\(cameras.url(of: "one"))" }]
        recordings: [{ camera: one, path: \(footage), segment: 4s }]
        """.write(toFile: site + "/watchpost.yml", atomically: true, encoding: .utf8)
        func record(_ run: Int) throws -> RunningProcess {
            try RunningProcess(
                "ffmpeg",
                [
                    "-nostdin", "-hide_banner", "-loglevel", "error", "-rtsp_transport", "tcp", "-i",
                    cameras.url(of: "one"), "-c", "copy", "-f", "segment", "-segment_time", "4", "-reset_timestamps",
                    "1",
                    "\(footage)/\(run)-%03d.mkv",
                ])
        }
        func segments(of run: Int) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: footage).count { $0.hasPrefix("\(run)-") }
        }
        var ffmpeg = try record(0)
        var server = try await Server.serve(configuration: site, data: folder.path + "/data")
        _ = try await eventually("the camera to be online", within: .seconds(60)) {
            try await server.camera("one")?.state == .online ? true : nil
        }
        for (index, delay) in Self.delays.enumerated() {
            ffmpeg.signal(SIGKILL)
            let restart = ContinuousClock.now + .seconds(delay)
            if index == 1 {
                server.process.signal(SIGTERM)
                try await server.process.end()
                server = try await Server.serve(configuration: site, data: folder.path + "/data")
            }
            try await Task.sleep(until: restart)
            ffmpeg = try record(index + 1)
            let again = ffmpeg
            _ = try await eventually("its recorder to record: \(again.printed)", within: .seconds(40)) {
                try segments(of: index + 1) > 1 ? true : nil
            }
            #expect(ffmpeg.isRunning && !ffmpeg.printed.contains("453"), "\(ffmpeg.printed)")
        }
        _ = try await eventually("the camera to be online again", within: .seconds(60)) {
            try await server.camera("one")?.state == .online ? true : nil
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
