import CameraSimulator
import Model
import RTSP
import Testing

@Suite("The probe and a faulty camera", .serialized, .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
struct ProbeFaultTests {
    @Test(
        "a fault has its reason, and the camera comes back when it is gone",
        arguments: [
            (CameraFault.stall, CameraFailure.stalled), (.disconnect, .closed), (.password, .unauthorized),
            (.garbage, .protocol), (.mute, .mute),
        ])
    func faults(_ fault: CameraFault, _ failure: CameraFailure) async throws {
        let camera = SimulatedCamera(id: "cam", user: "ad min", password: "s3cr:et@")
        try await Support.simulating([camera]) { simulator, port in
            let url = "rtsp://ad%20min:s3cr%3Aet%40@127.0.0.1:\(port)/cam"
            try await Support.probing([ProbeTarget(id: "cam", url: url)]) { probe in
                let before = try await probe.reading("media") { $0.connected && $0.framesTotal > 10 }
                #expect(before.failure == nil && before.detail.isEmpty)
                try simulator.setFault(fault, for: "cam")
                let during = try await probe.reading("\(failure)") { $0.failure == failure }
                #expect(!during.connected && during.fps == 0 && during.bitrate == 0)
                #expect(!during.detail.isEmpty && !during.detail.contains("s3cr"))
                #expect(during.since >= before.since)
                #expect(during.failures[failure, default: 0] >= 1)
                try simulator.setFault(.none, for: "cam")
                let after = try await probe.reading("media again") {
                    $0.connected && $0.framesTotal > during.framesTotal
                }
                #expect(after.failure == nil && after.detail.isEmpty)
            }
        }
    }

    @Test("a stalled session goes on, on the same connection")
    func stallKeepsTheSession() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { simulator, port in
            try await Support.probing([ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/cam")]) { probe in
                try await probe.reading("media") { $0.connected }
                try simulator.setFault(.stall, for: "cam")
                try await probe.reading("stall") { $0.failure == .stalled }
                try simulator.setFault(.none, for: "cam")
                let after = try await probe.reading("media again") { $0.connected }
                #expect(after.failures == [.stalled: 1])
                #expect(after.packetsLost == 0)
            }
        }
    }

    @Test("a camera of one session is busy for the second viewer, until the first one goes")
    func busy() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam", sessionsMax: 1)]) { _, port in
            let targets = ["a", "b"].map { ProbeTarget(id: $0, url: "rtsp://127.0.0.1:\(port)/cam") }
            var timing = Support.quick
            (timing.busyFirst, timing.busyMax) = (.milliseconds(300), .milliseconds(300))
            try await Support.probing([targets[0]], timing: timing) { probe in
                try await probe.reading(of: "a", "media") { $0.connected }
                probe.update(targets: targets)
                try await probe.reading(of: "b", "a refusal") { $0.failure == .busy }
                #expect(probe.readings()["a"]?.connected == true)
                probe.update(targets: [targets[1]])
                try await probe.reading(of: "b", "media") { $0.connected }
            }
        }
    }

    @Test("lost packets are counted, and the frames that they were of")
    func loss() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { simulator, port in
            try await Support.probing([ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/cam")]) { probe in
                let before = try await probe.reading("media") { $0.connected && $0.framesTotal > 30 }
                #expect(before.packetsLost == 0 && before.framesDropped == 0)
                try simulator.setFault(.loss, for: "cam")
                let after = try await probe.reading("loss") {
                    $0.framesTotal + $0.framesDropped > before.framesTotal + 100 && $0.packetsLost > 5
                }
                #expect(after.connected)
                let all = Double(after.framesTotal + after.framesDropped - before.framesTotal)
                let share = Double(after.framesDropped) / all
                #expect(share > 0.03 && share < 0.5, "\(after)")
            }
        }
    }

    @Test("a slow camera is still connected, at ten frames a second")
    func slow() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { simulator, port in
            try simulator.setFault(.slow, for: "cam")
            try await Support.probing([ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/cam")]) { probe in
                let reading = try await probe.reading("five frames a second") { $0.framesTotal > 20 }
                #expect(reading.connected && abs(reading.fps - 10) < 1 && reading.describedFPS == 25)
            }
        }
    }

    @Test("a frozen picture is suspected, and no longer when it moves")
    func freeze() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { simulator, port in
            try await Support.probing([ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/cam")]) { probe in
                try await probe.reading("media") { $0.framesTotal > 125 }
                #expect(probe.readings()["cam"]?.pictureSuspect == nil)
                try simulator.setFault(.freeze, for: "cam")
                let during = try await probe.reading("suspicion") { $0.pictureSuspect != nil }
                #expect(during.pictureSuspect == .frozen && during.connected && abs(during.fps - 25) < 1.5)
                try simulator.setFault(.none, for: "cam")
                try await probe.reading("no suspicion") { $0.pictureSuspect == nil }
            }
        }
    }
}
