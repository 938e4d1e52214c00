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
        let streamPort = try Peers.freePort()
        let config = try folder.write(
            "motion.conf",
            """
            daemon off
            log_level 6
            webcontrol_port \(port)
            webcontrol_localhost on
            webcontrol_interface 1
            stream_port \(streamPort)
            stream_localhost on
            stream_maxrate 100
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
            framerate 15

            """)
        let motion = try RunningProcess("motion", ["-n", "-c", config])
        try folder.write(
            "config/watchpost.yml",
            """
            cameras:
              - { id: gate, watch: [gateway] }
              - { id: elsewhere, watch: [gateway] }
              - { id: mjpeg, url: "http://127.0.0.1:\(streamPort)/1/stream" }
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
        // motion's own stream, as MJPEG over HTTP.
        let mjpeg = try await eventually("pictures of motion itself", within: .seconds(30)) {
            try await server.camera("mjpeg").flatMap { $0.state == .online && $0.width != nil ? $0 : nil }
        }
        #expect(mjpeg.kind == .mjpeg && mjpeg.codec == "jpeg" && mjpeg.width == 320, "\(mjpeg)")
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
        _ = try await eventually("the stream that is gone", within: .seconds(20)) {
            try await server.camera("mjpeg").flatMap { $0.state == .offline ? $0 : nil }
        }
        #expect(unknown.reason.contains("cannot be asked"), "\(unknown.reason)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// The newest file that motion has written below a folder; milliseconds since the Unix epoch.
    private static func lastWrite(below folder: String) -> Int64? {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".mkv") }.compactMap { name in
            let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return (facts?[.modificationDate] as? Date).map { Int64($0.timeIntervalSince1970 * 1_000) }
        }.max()
    }

    @Test(
        "what motion records is judged by its files, in its own layout and in folders of days, and its end is told in time",
        .enabled(if: Peers.has("motion"), "motion is not installed"), .timeLimit(.minutes(4)))
    func recordings() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera()
        // Its default name of a movie, and one with a folder a day.
        let names = ["gate": "%t-%v-%Y%m%d%H%M%S", "yard": "%Y%m%d/%v-%Y%m%d%H%M%S"]
        var config = """
            daemon off
            webcontrol_port 0
            stream_port 0
            picture_output off
            movie_output on
            movie_max_time 10
            movie_codec mkv
            emulate_motion on
            framerate 10
            width 320
            height 180
            netcam_url rtsp://127.0.0.1:\(cameraPort)/stream

            """
        for (number, (name, movie)) in names.sorted(by: { $0.key < $1.key }).enumerated() {
            let text = "camera_id \(number + 1)\ntarget_dir \(folder.path)/motion/\(name)\nmovie_filename \(movie)\n"
            config += "camera \(try folder.write(name + ".conf", text))\n"
        }
        let motion = try RunningProcess("motion", ["-n", "-c", try folder.write("motion.conf", config)])
        for name in names.keys {
            _ = try await eventually("motion's file of \(name); it printed \(motion.printed)", within: .seconds(60)) {
                Self.lastWrite(below: folder.path + "/motion/" + name)
            }
        }
        try folder.write(
            "config/watchpost.yml",
            """
            cameras: [{ id: gate }, { id: yard }]
            recordings:
              - { camera: gate, path: \(folder.path)/motion/gate, segment: 10s }
              - { camera: yard, path: \(folder.path)/motion/yard, segment: 10s }

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        for name in names.keys {
            _ = try await eventually("\(name) to be online by its files") {
                try await server.camera(name).flatMap { $0.state == .online ? $0 : nil }
            }
        }
        // Over the ends of some files nothing false is said, and the age is that of the disk within three seconds. motion
        // writes a file of this size at its end.
        var writes: [String: [Int64]] = [:]
        for second in 0..<45 {
            for name in names.keys {
                let status = try #require(try await server.camera(name))
                #expect(status.state == .online, "\(name): \(status.state), \(status.reason)")
                let written = try #require(Self.lastWrite(below: folder.path + "/motion/" + name))
                writes[name] = (writes[name] ?? []).suffix(3) + [written]
                let told = try #require(status.lastRecorded)
                let isNear = writes[name]?.contains { abs($0 - told) < 1_000 } ?? false
                #expect(isNear || second < 3, "\(name): \(told), \(writes)")
            }
            try await Task.sleep(for: .seconds(1))
        }
        let discover = try RunningProcess(Peers.watchpost, ["discover", "--recordings", folder.path + "/motion"])
        try await discover.end()
        let lines = [
            "gate, path: \"\(folder.path)/motion/gate/1-*-%Y%m%d%H%M%S.mkv\", segment: 10s",
            "yard, path: \"\(folder.path)/motion/yard/%Y%m%d/*-%Y%m%d%H%M%S.mkv\", segment: 10s",
        ]
        for line in lines { #expect(discover.printed.contains(line), "\(discover.printed)") }
        motion.signal(SIGKILL)
        try await motion.end()
        let ended = ContinuousClock.now
        for name in names.keys {
            let told = try await eventually("the end of \(name)", within: .seconds(40)) {
                try await server.camera(name).flatMap { $0.state == .notRecording ? $0 : nil }
            }
            #expect(told.reason.contains("no footage comes"), "\(told.reason)")
        }
        let took = ended.duration(to: .now)
        print("motion's end was told after \(took)")
        #expect(took < .seconds(32), "\(took)")
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = camera
    }
}
