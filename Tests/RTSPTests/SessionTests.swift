import CameraSimulator
import Model
import RTSP
import TestSupport
import Testing

@Suite("The probe's sessions", .serialized)
struct SessionTests {
    private typealias Script = HostileCameraTests

    private static let short = Script.answer(2, "Session: 77 ; timeout=2\r\nTransport: RTP/AVP/TCP;interleaved=4-5\r\n")

    @Test("are kept alive, and ended with TEARDOWN")
    func keepAlive() async throws {
        let listener = try RawListener()
        let play = Script.answer(3, "") + Script.frame(1) + Script.frame(2)
        let more: [UInt8] = Script.answer(4, "") + Script.frame(3)
        let camera = ScriptedCamera(listener, [[Script.answer(1, "", Script.video), Self.short, play, more]])
        defer { camera.stop() }
        var timing = Support.quick
        timing.stalledAfter = .seconds(9)
        let url = "rtsp://127.0.0.1:\(listener.port)/live"
        try await Support.probing([ProbeTarget(id: "cam", url: url)], timing: timing) { probe in
            try await probe.reading("a frame after the keep-alive") { $0.framesTotal == 3 }
        }
        _ = try await eventually("five requests, got \(camera.requests)") { camera.requests.count >= 5 ? true : nil }
        let requests = camera.requests
        #expect(
            requests.map { String($0.prefix { $0 != " " }) }.filter { $0 != "OPTIONS" } == [
                "DESCRIBE", "SETUP", "PLAY", "TEARDOWN",
            ])
        #expect(requests[1].hasPrefix("SETUP \(url)/track RTSP/1.0\r\n"))
        #expect(requests[2...].allSatisfy { $0.contains("\r\nSession: 77\r\n") })
        #expect(requests[3].hasPrefix("OPTIONS \(url) RTSP/1.0\r\n"))
    }

    @Test("go on after a camera that hangs up to have the password on a new connection")
    func hangsUpAfterChallenge() async throws {
        let listener = try RawListener()
        let challenge = Script.answer(1, Script.digest, status: "401 Unauthorized")
        let session = [Script.answer(1, "", Script.video), Script.setUp, Script.answer(3, "") + Script.frame(1)]
        let camera = ScriptedCamera(listener, [[challenge], session], hangsUp: true)
        defer { camera.stop() }
        var timing = Support.quick
        timing.retryFirst = .seconds(60)
        timing.retryMax = .seconds(60)
        let url = "rtsp://me:s3cret@127.0.0.1:\(listener.port)/live"
        try await Support.probing([ProbeTarget(id: "cam", url: url)], timing: timing) { probe in
            try await probe.reading("a frame") { $0.framesTotal == 1 }
        }
        #expect(camera.requests.first?.contains("Authorization") == false)
        #expect(camera.requests.dropFirst().allSatisfy { $0.contains("\r\nAuthorization: Digest username=\"me\"") })
        #expect(!camera.requests.contains { $0.contains("s3cret") })
    }

    @Test(
        "are made anew after a long stall; then the reason is a new one",
        .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
    func longStall() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { simulator, port in
            var timing = Support.quick
            timing.stalledReconnect = .milliseconds(500)
            let target = ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/cam")
            try await Support.probing([target], timing: timing) { probe in
                try await probe.reading("media") { $0.connected }
                try simulator.setFault(.stall, for: "cam")
                try await probe.reading("stall") { $0.failure == .stalled }
                let reading = try await probe.reading("no media") { $0.failure == .noMedia }
                #expect(reading.failures == [.stalled: 1, .noMedia: 1])
                try simulator.setFault(.none, for: "cam")
                try await probe.reading("media again") { $0.connected }
            }
        }
    }
}
