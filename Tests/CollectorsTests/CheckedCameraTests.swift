import Model
import RTSP
import Testing

@testable import Collectors
@testable import Recorders

@Suite("Cameras that are no RTSP")
struct CheckedCameraTests {
    private static let now: Int64 = 1_790_000_000_000

    private static func status(
        _ kind: StreamKind, fps: Double = 0, isCheck: Bool = false, recording: RecordingReading? = nil
    ) -> CameraStatus {
        var camera = CameraSettings(id: "one")
        camera.url = isCheck ? "tcp://192.0.2.1:80" : "http://me:s3cret@192.0.2.1/a?x"
        camera.isCheck = isCheck
        camera.recordingPath = recording?.path
        var news = CameraNews()
        var probe = ProbeReading()
        (probe.connected, probe.kind, probe.fps) = (true, kind, fps)
        (news.probe, news.isProbed) = (probe, true)
        news.recordings = recording.map { RecordingShelf.Contents(reading: $0) }
        var trace = CameraTrace(knownSince: now - 600_000)
        let facts = trace.facts(of: camera, news, now: now)
        let verdict = CameraJudge.verdict(facts)
        return CameraStatus(camera, news, facts, verdict, since: now)
    }

    @Test("what is only reached, or gives single pictures, has no frame rate; a stream has one")
    func rates() {
        let check = Self.status(.reachability, isCheck: true)
        #expect(check.state == .online && check.fps == nil && check.kind == .reachability && check.sources == ["check"])
        let snapshot = Self.status(.snapshot)
        #expect(snapshot.state == .online && snapshot.fps == nil && snapshot.kind == .snapshot)
        #expect(snapshot.sources == ["probe"] && snapshot.url == "http://192.0.2.1/a?x")
        let stream = Self.status(.mjpeg, fps: 12)
        #expect(stream.state == .online && stream.fps == 12 && stream.kind == .mjpeg)
    }

    @Test("footage that does not come is told also of a camera that is only reached")
    func recordings() {
        var reading = RecordingReading(path: "/r")
        reading.isOverdue = true
        #expect(Self.status(.reachability, isCheck: true, recording: reading).state == .notRecording)
    }

    private static func camera(_ url: String) -> CameraSettings {
        var camera = CameraSettings(id: url)
        camera.url = url
        return camera
    }

    @Test(
        "recorders of other people are found by inputs of RTMP, and of HTTP where they write segments",
        arguments: [
            (["-i", "rtmp://h:1935/live/gate", "-c", "copy", "/v/gate/%s.mkv"], true),
            (["-i", "http://h/a.mjpg", "-c", "copy", "-f", "segment", "/v/gate/%d.mkv"], true),
            (["-i", "http://h/film.mp4", "-c", "copy", "/v/film.mkv"], false),
        ])
    func recorders(_ arguments: [String], isFound: Bool) {
        let found = FoundRecorder(pid: 1, arguments: ["ffmpeg"] + arguments, workingDirectory: nil)
        #expect((found != nil) == isFound)
        #expect(found?.usesUDP != true && found?.folder != "/v")
        if let found {
            let owners = StreamOwners(["rtmp://me:x@h/live/gate", "http://me:x@h:80/a.mjpg"].map(Self.camera))
            #expect(owners[identity: found.identity] != nil)
        }
    }
}
