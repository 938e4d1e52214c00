import CameraSimulator
import Foundation
import Model
import TestSupport
import Testing

/// Recorders as people start them, found by a server without a configuration, for an hour.
@Suite(
    "Recorders that are found, for long", .serialized,
    .enabled(if: LongForm.isWanted, "this is of make soak: WATCHPOST_SOAK is not set"),
    .enabled(if: Peers.has("ffmpeg"), "ffmpeg is not installed"))
struct FoundRecordersTests {
    private static let start =
        "ffmpeg -hide_banner -loglevel error -nostdin -rtsp_transport tcp"
    private static let segments = "-f segment -segment_time 10 -reset_timestamps 1 -strftime 1"

    /// Shell lines, with `CAMERA` for the beginning of each camera's address, and the identifiers of their cameras.
    private static let recorders: [(line: String, cameras: [String])] = [
        // Frigate: recording, detection and sound of one process, and one more that listens.
        (
            "exec \(start) -use_wallclock_as_timestamps 1 -i CAMERA/garden \(segments) -segment_format mp4 -c:v copy -an cache/garden@%Y%m%d%H%M%S%z.mp4 -r 1 -vf fps=1 -f rawvideo -pix_fmt yuv420p pipe: > /dev/null",
            ["garden"]
        ),
        ("exec \(start) -i CAMERA/garden -r 1 -vf fps=1 -f rawvideo -pix_fmt yuv420p pipe: > /dev/null", []),
        (
            "exec \(start) -i CAMERA/north -rtsp_transport tcp -i CAMERA/south -map 0:v -c copy \(segments) two/north-%Y%m%d-%H%M%S.mkv -map 1 -c copy \(segments) two/south-%Y%m%d-%H%M%S.mkv",
            ["north", "south"]
        ),
        (
            "exec \(start) -i CAMERA/east -rtsp_transport tcp -i CAMERA/west -c copy \(segments) maps/east-%Y%m%d-%H%M%S.mkv",
            ["east"]
        ),
        (
            #"exec \#(start) -i CAMERA/double -map 0:v -c copy -f tee "[onfail=ignore:f=mpegts]udp://127.0.0.1:22990|[f=segment:segment_time=00\\\\:00\\\\:10:strftime=1]double-%Y%m%d-%H%M%S.mkv""#,
            ["double"]
        ),
        (
            "exec \(start) -i CAMERA/playlist -c copy -f hls -hls_time 10 -hls_list_size 0 -strftime 1 -strftime_mkdir 1 -hls_segment_filename hls/yard/%Y-%m-%d/%H/%M-%S.ts hls/yard/index.m3u8",
            ["yard"]
        ),
        (
            "exec \(start) -i CAMERA/lawn -c copy -f stream_segment -segment_time 10 -segment_format flv -strftime 1 flv/%Y-%m-%d_%H-%M-%S_EL.flv",
            ["lawn"]
        ),
        (
            #"cd "Front Door"; exec \#(start) -i CAMERA/door -c copy \#(segments) "capture-%Y-%m-%d %H-%M-%S.mp4""#,
            ["Front Door"]
        ),
        ("exec \(start) -i CAMERA/garage -c copy \(segments) Гараж/%Y%m%d-%H%M%S.mkv", ["Гараж"]),
        (
            "while true; do \(start) -i CAMERA/gate -c copy -t 75 date/gate_$(date +%Y-%m-%d_%H-%M-%S).mkv; sleep 1; done",
            ["gate"]
        ),
        ("exec \(start) -i CAMERA/nightly -c copy -t 70 cron/nightly_$(date +%F).mkv", ["nightly"]),
        ("exec \(start) -i CAMERA/printed -map 0:v -c copy -f mpegts - > printed/shed.ts", ["shed"]),
        ("\(start) -i CAMERA/piped -map 0:v -c copy -f mpegts - | tee piped.ts > /dev/null", ["127.0.0.1-piped"]),
        (
            "printf 'ffconcat version 1.0\nfile CAMERA/listed\noption rtsp_transport tcp\n' > listed.txt; exec ffmpeg -loglevel error -nostdin -protocol_whitelist file,rtsp,rtp,tcp,udp -f concat -safe 0 -i listed.txt -c copy \(segments) listed-%Y%m%d-%H%M%S.mkv",
            ["listed"]
        ),
    ]

    private static let pipelines: [(line: String, cameras: [String])] = [
        (
            "exec gst-launch-1.0 -q -e rtspsrc location=CAMERA/pond protocols=tcp ! rtph264depay ! h264parse ! splitmuxsink location=gst/pond-%05d.mp4 max-size-time=10000000000 rtspsrc location=CAMERA/barn protocols=tcp ! rtph264depay ! h264parse ! mpegtsmux ! filesink location=gst/barn.ts",
            ["pond", "barn"]
        )
    ]

    private static let folders = [
        "cache", "flv", "hls/yard", "two", "Front Door", "Гараж", "date", "cron", "printed", "maps", "gst",
    ]

    private static func bytes(of camera: String, in folder: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(camera) }.compactMap {
            try? FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.size] as? Int
        }.reduce(0, +)
    }

    @Test("are each one camera, over all restarts, and none is said to be down", .timeLimit(.minutes(90)))
    func found() async throws {
        let folder = try TemporaryDirectory()
        for name in Self.folders {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        let names = [
            "garden", "north", "south", "east", "west", "double", "playlist", "lawn", "door", "garage", "gate",
            "nightly", "printed", "piped", "listed", "pond", "barn",
        ]
        let cameras = try SimulatedCameras(names)
        defer { cameras.stop() }
        var recorders = Self.recorders
        if LongForm.program("gst-launch-1.0") != nil {
            recorders += Self.pipelines
        } else {
            print("gst-launch-1.0 is not installed: no pipeline is tried")
        }
        let address = String(cameras.url(of: "").dropLast())
        let processes = try recorders.map { recorder in
            let line = recorder.line.replacing("CAMERA", with: address)
            return try RunningProcess("/bin/bash", ["-c", "cd '\(folder.path)'; \(line)"])
        }
        let expected = Set(recorders.flatMap(\.cameras))
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        _ = try await eventually(
            "all cameras to be online; printed: \(processes.map(\.printed))", within: .seconds(60)
        ) {
            let online = try await server.cameras().filter { $0.state == .online }.map(\.id)
            return expected.isSubset(of: online) ? true : nil
        }
        var looks = 0
        var wrong: [String: Int] = [:]
        let end = ContinuousClock.now + LongForm.span(3_600)
        while ContinuousClock.now < end {
            looks += 1
            let seen = try await server.cameras()
            for camera in seen where !expected.contains(camera.id) { wrong["a camera \(camera.id)", default: 0] += 1 }
            for id in expected.subtracting(seen.map(\.id)) { wrong["no camera \(id)", default: 0] += 1 }
            for camera in seen where camera.state != .online {
                // A clip a day that has ended as it was told to.
                if camera.id == "nightly", camera.state == .unknown { continue }
                wrong["\(camera.id) \(camera.state.rawValue): \(camera.reason)", default: 0] += 1
            }
            for alert in try await server.query("ALERTS{alertstate=\"firing\",camera_id!=\"\"}") {
                wrong["alert \(alert.labels["alertname"] ?? "") of \(alert.labels["camera_id"] ?? "")", default: 0] += 1
            }
            try await Task.sleep(for: .seconds(3))
        }
        print("\(looks) looks at \(expected.count) cameras: \(wrong.sorted { $0.key < $1.key })")
        #expect(wrong.isEmpty)
        for camera in try await server.cameras().sorted(by: { $0.id < $1.id }) {
            print(camera.id, camera.state.rawValue, camera.fps ?? -1, camera.bitrate ?? -1, camera.reason)
        }
        let restarts = try await server.query("ffmpeg_process_restarts_total{camera_id=\"gate\"}").first?.value
        print("the recorder in a loop was started again \(restarts ?? -1) times")
        // Two cameras of one process are judged each by its own files. ffmpeg up to 6 waits for all of its inputs, so that
        // one that stalls stops the other's recording too; that is told as it is.
        try cameras.setFault(.stall, for: "south")
        let stalled = ContinuousClock.now
        let told = try await eventually("the camera that stalls", within: .seconds(60)) {
            try await server.camera("south").flatMap { $0.state == .online ? nil : $0 }
        }
        print("south, which stalls, is told after \(stalled.duration(to: .now)): \(told.state.rawValue) \(told.reason)")
        let before = Self.bytes(of: "north", in: folder.path + "/two")
        try await Task.sleep(for: .seconds(15))
        let grows = Self.bytes(of: "north", in: folder.path + "/two") > before
        print("north is \(grows ? "still" : "not") recorded")
        #expect(try await (server.camera("north")?.state == .online) == grows)
        server.process.signal(SIGTERM)
        try await server.process.end()
        for process in processes { process.signal(SIGTERM) }
    }
}
