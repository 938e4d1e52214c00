import Foundation
import Model
import TestSupport
import Testing

/// Recordings of a camera that gives sound and no picture. The camera is gst-rtsp-server's, and every ffmpeg is the real
/// one, run by somebody else.
@Suite("Sound alone, end to end", .serialized)
struct SoundAloneTests {
    @Test(
        "a camera whose picture stops while its sound goes on is seen to record no video",
        .timeLimit(.minutes(6)), arguments: ["mkv", "ts", "mp4"])
    func pictureStops(format: String) async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera(audio: true)
        let id = "sound-\(Peers.newCameraName())"
        let footage = "\(folder.path)/\(id)"
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        func record() throws -> RunningProcess {
            try RunningProcess(
                "ffmpeg",
                [
                    "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i",
                    "rtsp://127.0.0.1:\(cameraPort)/stream", "-c:v", "copy", "-c:a", "aac", "-f", "segment",
                    "-segment_time", "4", "-reset_timestamps", "1", "\(footage)/%d.\(format)",
                ])
        }
        var ffmpeg = try record()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        // The camera encodes on this machine, which may have much else to do.
        _ = try await eventually(
            "\(id) to be online: \(server.process.printed), ffmpeg: \(ffmpeg.printed)", within: .seconds(90)
        ) { () -> Bool? in
            // It gives up where too little comes at first.
            if !ffmpeg.isRunning { ffmpeg = try record() }
            // Frames that were lost at the beginning make it Degraded for minutes.
            guard let status = try await server.camera(id), [.online, .degraded].contains(status.state) else {
                return nil
            }
            return status.lastRecorded != nil && (status.fps ?? 0) > 15 ? true : nil
        }
        // A segment was closed, so that it is known what there is with video.
        try await Task.sleep(for: .seconds(10))
        try camera.write("stall\n")
        let status = try await eventually("the missing video to be told", within: .seconds(24 + 6)) {
            let status = try await server.camera(id)
            return status?.state == .stalled ? status : nil
        }
        #expect(status.fps == 0)
        // It stays so, with one beginning.
        let end = ContinuousClock.now + .seconds(20)
        while .now < end {
            let later = try await server.camera(id)
            #expect(later?.state == .stalled && later?.since == status.since, "\(String(describing: later))")
            try await Task.sleep(for: .milliseconds(500))
        }
        try camera.write("play\n")
        _ = try await eventually("video to be seen again", within: .seconds(40)) {
            // The frames that were missed are a share of the last minutes' for a while.
            let later = try await server.camera(id)
            return later?.state == .online || later?.state == .degraded ? true : nil
        }
        ffmpeg.signal(SIGINT)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
