import CameraSimulator
import Foundation
import RTSP
import TestSupport

enum Support {
    /// The clip that all tests play; made once, where ffmpeg is.
    static let clip: Result<Clip, any Error> = Result {
        try ClipMaker.clip(cachedAt: NSTemporaryDirectory() + "watchpost-test-clip-v1.h264")
    }

    static let hasFFmpeg = ["/usr/bin", "/usr/local/bin", "/opt/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/ffmpeg")
    }

    /// Patience for tests: fractions of a second.
    static var quick: ProbeTiming {
        var timing = ProbeTiming()
        timing.connectTimeout = .seconds(2)
        timing.answerTimeout = .seconds(1)
        timing.noMediaAfter = .seconds(1)
        timing.stalledAfter = .milliseconds(700)
        timing.stalledReconnect = .seconds(60)
        timing.describeEvery = .milliseconds(300)
        timing.retryFirst = .milliseconds(100)
        timing.retryMax = .milliseconds(400)
        timing.refusedLoginFirst = .seconds(1)
        timing.suspectAfter = .seconds(3)
        return timing
    }

    /// Runs a probe while `body` does, and waits for its end.
    static func probing(
        _ targets: [ProbeTarget], timing: ProbeTiming = quick, _ body: (RTSPProbe) async throws -> Void
    ) async throws {
        let probe = RTSPProbe(timing: timing)
        probe.update(targets: targets)
        let running = Task { await probe.run() }
        do {
            try await body(probe)
        } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }

    /// Runs a simulator while `body` does.
    static func simulating(
        _ cameras: [SimulatedCamera], _ body: (CameraSimulator, Int) async throws -> Void
    ) async throws {
        let simulator = try CameraSimulator(cameras: cameras, clip: clip.get())
        let port = try simulator.start(port: 0)
        defer { simulator.stop() }
        try await body(simulator, port)
    }
}

extension RTSPProbe {
    /// Waits until the reading of a camera is as `condition` wants it.
    @discardableResult
    func reading(
        of id: String = "cam", _ what: String, within limit: Duration = .seconds(10),
        _ condition: (ProbeReading) -> Bool
    ) async throws -> ProbeReading {
        try await eventually("\(id): \(what), got \(String(describing: self.readings()[id]))", within: limit) {
            self.readings()[id].flatMap { condition($0) ? $0 : nil }
        }
    }
}
