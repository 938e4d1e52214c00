import CameraSimulator
import Model
import RTSP
import Testing

@Suite("The probe", .serialized, .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
struct ProbeTests {
    @Test("reads ten cameras at their rate, with all that is told of them", .timeLimit(.minutes(5)))
    func tenCameras() async throws {
        let cameras = (1...10).map { SimulatedCamera(id: "cam-\($0)") }
        try await Support.simulating(cameras) { _, port in
            let targets = cameras.map { ProbeTarget(id: $0.id, url: "rtsp://127.0.0.1:\(port)/\($0.id)") }
            try await Support.probing(targets) { probe in
                try await Task.sleep(for: .seconds(6))
                let readings = probe.readings()
                #expect(readings.count == 10)
                for (id, reading) in readings {
                    #expect(reading.connected && reading.failure == nil, "\(id): \(reading)")
                    #expect(abs(reading.fps - 25) < 1, "\(id): \(reading)")
                    #expect(reading.framesDropped == 0 && reading.packetsLost == 0, "\(id): \(reading)")
                    #expect(reading.codec == "h264" && reading.width == 640 && reading.height == 360)
                    #expect(reading.profile == "Constrained Baseline" && reading.describedFPS == 25)
                    #expect((200_000...1_200_000).contains(reading.bitrate), "\(id): \(reading)")
                    #expect(reading.keyframeIntervalSeconds == 2)
                    #expect((reading.keyframeAgeSeconds ?? 9) < 2.5 && (reading.firstFrameSeconds ?? 9) < 1)
                    // Of a machine that is busy with other tests as well.
                    #expect(abs(reading.clockOffsetSeconds ?? 9) < 0.5 && reading.jitterSeconds < 0.1)
                    #expect(reading.pictureSuspect == nil)
                }
            }
        }
    }

    @Test("tells why a camera cannot be watched, without its password")
    func reasons() async throws {
        let camera = SimulatedCamera(id: "cam", user: "admin", password: "right-password")
        try await Support.simulating([camera]) { _, port in
            let closed = try FreePort.find()
            // A login that a host refused is not tried there for its other cameras, so each has its own.
            let cases: [(url: String, failure: CameraFailure)] = [
                ("rtsp://admin:wr0ng-secret@127.0.0.1:\(port)/cam", .unauthorized),
                ("rtsp://127.0.0.1:\(port)/cam", .unauthorized),
                ("rtsp://viewer:wr0ng-secret@127.0.0.1:\(port)/no-such", .notFound),
                ("rtsp://admin:wr0ng-secret@127.0.0.1:\(closed)/cam", .refused),
                ("rtsp://admin:wr0ng-secret@no-such-host.invalid/cam", .dns),
                ("rtsps://keeper:wr0ng-secret@127.0.0.1:\(port)/cam", .tls),
                ("ftp://admin:wr0ng-secret@127.0.0.1:\(port)/cam", .protocol),
                ("rtsp://admin:wr0ng-secret@127.0.0.1:99999/cam", .protocol),
            ]
            let targets = cases.enumerated().map { ProbeTarget(id: "\($0)", url: $1.url) }
            try await Support.probing(targets) { probe in
                for (index, each) in cases.enumerated() {
                    let reading = try await probe.reading(of: "\(index)", each.url) { $0.failure != nil }
                    #expect(reading.failure == each.failure, "\(each.url): \(reading)")
                    #expect(!reading.detail.isEmpty && !reading.detail.contains("wr0ng"))
                    #expect(!reading.connected && reading.failures[each.failure, default: 0] >= 1)
                }
            }
        }
    }

    @Test("asks a camera that is only to be described again and again")
    func describe() async throws {
        let camera = SimulatedCamera(id: "cam", user: "admin", password: "x")
        try await Support.simulating([camera]) { simulator, port in
            let target = ProbeTarget(id: "cam", url: "rtsp://admin:x@127.0.0.1:\(port)/cam", mode: .describe)
            try await Support.probing([target]) { probe in
                let reading = try await probe.reading("an answer") { $0.connected }
                #expect(reading.codec == "h264" && reading.width == 640 && reading.fps == 0 && reading.framesTotal == 0)
                try simulator.setFault(.mute, for: "cam")
                try await probe.reading("silence") { $0.failure == .mute && !$0.connected }
                try simulator.setFault(.none, for: "cam")
                try await probe.reading("an answer again") { $0.connected }
            }
        }
    }

    @Test(
        "looks at a camera from time to time, leaves it alone in between, and finds what fails", .timeLimit(.minutes(5))
    )
    func sample() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { simulator, port in
            var timing = Support.quick
            timing.sampleFor = .seconds(2)
            timing.samplePause = .seconds(2)
            let target = ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/cam", mode: .sample)
            try await Support.probing([target], timing: timing) { probe in
                try await probe.reading("a first look") { $0.connected && $0.framesTotal > 45 }
                try await Task.sleep(for: .milliseconds(400))
                let first = try #require(probe.readings()["cam"])
                #expect(abs(first.fps - 25) < 2 && first.connected)
                try await Task.sleep(for: .seconds(1))
                #expect(probe.readings()["cam"]?.framesTotal == first.framesTotal, "it is left alone")
                let second = try await probe.reading("a second look") { $0.framesTotal > first.framesTotal + 40 }
                #expect(second.connected && second.since == first.since && second.framesDropped == 0)
                try simulator.setFault(.disconnect, for: "cam")
                try await probe.reading("the end") { !$0.connected && $0.failure == .closed }
                try simulator.setFault(.none, for: "cam")
                try await probe.reading("a look again") { $0.connected && $0.framesTotal > second.framesTotal + 20 }
            }
        }
    }

    @Test("connects at once when the address changes, and forgets cameras that are gone")
    func update() async throws {
        try await Support.simulating([SimulatedCamera(id: "a"), SimulatedCamera(id: "b")]) { _, port in
            var timing = Support.quick
            timing.retryFirst = .seconds(60)
            timing.retryMax = .seconds(60)
            let wrong = ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/nowhere")
            try await Support.probing([wrong], timing: timing) { probe in
                try await probe.reading("no stream") { $0.failure == .notFound }
                probe.update(targets: [
                    ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(port)/a"),
                    ProbeTarget(id: "other", url: "rtsp://localhost:\(port)/b"),
                ])
                try await probe.reading("media") { $0.connected && $0.failures == [.notFound: 1] }
                try await probe.reading(of: "other", "media") { $0.connected }
                probe.update(targets: [ProbeTarget(id: "other", url: "rtsp://localhost:\(port)/b")])
                #expect(Set(probe.readings().keys) == ["other"])
            }
        }
    }
}
