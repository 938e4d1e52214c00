import Foundation
import Model
import TestSupport
import Testing

/// ZoneMinder, whose own programs record two cameras for half an hour: one as videos, one as pictures.
@Suite(
    "ZoneMinder, for long", .serialized,
    .enabled(if: LongForm.isWanted, "this is of make soak: WATCHPOST_SOAK is not set"),
    .enabled(if: Peers.has("zmc"), "zoneminder is not installed"))
struct ZoneMinderTests {
    @Test("its events are told right, and one that ends within twenty seconds of an event", .timeLimit(.minutes(45)))
    func records() async throws {
        let folder = try TemporaryDirectory()
        let (video, videoPort) = try await Peers.camera()
        let (pictures, picturesPort) = try await Peers.camera()
        let program = try RunningProcess(
            "/bin/bash", [Peers.part("zoneminder"), folder.path + "/zm", "\(videoPort)", "\(picturesPort)"])
        _ = try await eventually("ZoneMinder to begin; it printed \(program.printed)", within: .seconds(120)) {
            program.printed.contains("ready") ? true : nil
        }
        try folder.write(
            "config/watchpost.yml",
            """
            cameras:
              - { id: video, url: "rtsp://127.0.0.1:\(videoPort)/stream" }
              - { id: pictures, url: "rtsp://127.0.0.1:\(picturesPort)/stream" }
            recordings:
              - { camera: video, path: \(folder.path)/zm/events/1, segment: 20s }
              - { camera: pictures, path: \(folder.path)/zm/events/2, segment: 20s }

            """)
        // Its first event is longer than the others.
        try await Task.sleep(for: .seconds(60))
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the cameras to be online", within: .seconds(60)) {
            try await server.cameras().allSatisfy { $0.state == .online } ? true : nil
        }
        var wrong: [String: Int] = [:]
        var rates: [Double] = []
        let end = ContinuousClock.now + LongForm.span(1_800)
        while ContinuousClock.now < end {
            for camera in try await server.cameras() {
                if camera.state != .online || camera.sources != ["recorder"] {
                    wrong["\(camera.id) \(camera.state.rawValue), \(camera.sources): \(camera.reason)", default: 0] += 1
                }
                // Its file grows only at its end.
                let age = Int64(Date.now.timeIntervalSince1970 * 1_000) - (camera.lastRecorded ?? 0)
                if age > (camera.id == "video" ? 30_000 : 5_000) { wrong["\(camera.id) is old", default: 0] += 1 }
                if camera.id == "video", let fps = camera.fps { rates.append(fps) }
            }
            try await Task.sleep(for: .seconds(1))
        }
        #expect(wrong.isEmpty, "\(wrong)")
        let (low, high) = (rates.min() ?? 0, rates.max() ?? 0)
        print("\(rates.count) looks, \(low) to \(high) frames a second")
        #expect(low > 25 * 0.97 && high < 25 * 1.03, "\(low) to \(high)")

        try folder.write("zm/stop", "")
        let stop = ContinuousClock.now
        var seen: [String] = []
        while ContinuousClock.now - stop < .seconds(60), let camera = try await server.camera("video") {
            let look = "\(camera.state.rawValue): \(camera.reason)"
            if look != seen.last { seen.append(look) }
            if camera.state == .notRecording { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        let told = stop.duration(to: .now)
        print("its end was told after \(told)")
        #expect(told <= .seconds(40), "\(seen); ZoneMinder printed \(program.printed)")
        #expect(try await server.camera("pictures")?.state == .online)
        server.process.signal(SIGTERM)
        try await server.process.end()
        program.signal(SIGKILL)
        _ = (video, pictures)
    }
}
