import Foundation
import Model
import TestSupport
import Testing
import Transfers

/// motion, a VMS that we did not write, as a gateway.
@Suite("motion, end to end", .serialized)
struct MotionTests {
    @Test(
        "a camera that motion reads is watched by what motion says of it",
        .enabled(if: Peers.has("motion"), "motion is not installed"), .timeLimit(.minutes(3)))
    func motion() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera()
        let port = try Peers.freePort()
        let config = try folder.write(
            "motion.conf",
            """
            daemon off
            log_level 6
            webcontrol_port \(port)
            webcontrol_localhost on
            webcontrol_interface 1
            target_dir \(folder.path)
            picture_output off
            movie_output off
            camera \(folder.path)/gate.conf

            """)
        try folder.write(
            "gate.conf",
            """
            camera_id 1
            camera_name gate
            width 320
            height 180
            netcam_url rtsp://127.0.0.1:\(cameraPort)/stream
            stream_port 0

            """)
        let motion = try RunningProcess("motion", ["-n", "-c", config])
        try folder.write(
            "config/watchpost.yml",
            """
            cameras:
              - { id: gate, watch: [gateway] }
              - { id: elsewhere, watch: [gateway] }
            gateways:
              - { kind: motion, url: "http://127.0.0.1:\(port)" }

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let online = try await eventually(
            "the camera to be online by motion; it printed \(motion.printed)", within: .seconds(60)
        ) {
            try await server.camera("gate").flatMap { $0.state == .online ? $0 : nil }
        }
        #expect(online.sources == ["gateway"])
        let other = try await eventually("the camera that motion has not") {
            try await server.camera("elsewhere").flatMap { $0.state == .stalled ? $0 : nil }
        }
        #expect(other.reason.contains("no gateway has a stream of this name") || other.reason.contains("No gateway"))
        _ = try await eventually("the metrics") {
            let streams = try await server.query(
                "active_streams_total == 1 and ignoring(camera_id) camera_connection_status{camera_id=\"gate\"} == 1")
            return streams.isEmpty ? nil : true
        }
        // motion itself takes half a minute and more to see it.
        camera.signal(SIGKILL)
        let lost = try await eventually("the lost camera", within: .seconds(90)) {
            try await server.camera("gate").flatMap { $0.state != .online ? $0 : nil }
        }
        #expect(lost.failure == .noMedia)
        motion.signal(SIGKILL)
        try await motion.end()
        let unknown = try await eventually("the gateway that is gone", within: .seconds(20)) {
            try await server.camera("gate").flatMap { $0.state == .unknown ? $0 : nil }
        }
        #expect(unknown.reason.contains("cannot be asked"), "\(unknown.reason)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
