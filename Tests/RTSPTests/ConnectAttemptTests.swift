import Base
import CameraSimulator
import Model
import Synchronization
import TestSupport
import Testing

@testable import RTSP

@Suite("Attempts to get a camera's stream", .serialized)
struct ConnectAttemptTests {
    private final class Box: Sendable {
        private let list = Mutex<[ConnectAttempt]>([])
        var attempts: [ConnectAttempt] { list.withLock { $0 } }
        func take(_ attempt: ConnectAttempt) { list.withLock { $0.append(attempt) } }
    }

    private static func probing(
        _ targets: [ProbeTarget], timing: ProbeTiming = Support.quick, _ body: (Box) async throws -> Void
    ) async throws {
        let box = Box()
        let probe = RTSPProbe(timing: timing, attempts: { box.take($0) })
        probe.update(targets: targets)
        let running = Task { await probe.run() }
        do {
            try await body(box)
        } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }

    @Test(
        "are told once, step by step, up to the first key frame",
        .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
    func steps() async throws {
        let camera = SimulatedCamera(id: "cam", user: "admin", password: "s3cret")
        try await Support.simulating([camera]) { _, port in
            let targets = [
                ProbeTarget(id: "cam", url: "rtsp://admin:s3cret@localhost:\(port)/cam"),
                ProbeTarget(id: "asked", url: "rtsp://admin:s3cret@127.0.0.1:\(port)/cam", mode: .describe),
            ]
            try await Self.probing(targets) { box in
                let attempt = try await eventually("an attempt") { box.attempts.first { $0.camera == "cam" } }
                #expect(
                    attempt.steps.map(\.name)
                        == ["resolve", "connect", "DESCRIBE", "SETUP", "PLAY", "first key frame"])
                #expect(attempt.failure == nil && attempt.number == 1 && attempt.host == "localhost")
                #expect(attempt.steps.first?.start ?? 0 >= attempt.start && attempt.language == "rtsp")
                for (before, after) in zip(attempt.steps, attempt.steps.dropFirst()) {
                    #expect(before.start <= before.end && before.end <= after.start, "\(attempt)")
                }
                #expect(attempt.steps.last?.end == attempt.end)
                #expect(attempt.firstFrame.map { $0 >= attempt.start && $0 <= attempt.end } ?? false)
                // Within the last minute, in nanoseconds.
                #expect(abs(WallClock.nanoseconds() - attempt.end) < 60_000_000_000)
                // A camera that is only asked to describe its stream is, again and again; that is news once.
                try await Task.sleep(for: .seconds(1))
                #expect(
                    box.attempts.filter { $0.camera == "asked" }.map { $0.steps.map(\.name) } == [
                        ["connect", "DESCRIBE"]
                    ])
                #expect(box.attempts.count == 2)
            }
        }
    }

    @Test("that fail name the step and the reason, without the password, and are told ever more rarely")
    func failures() async throws {
        let closed = try FreePort.find()
        var timing = Support.quick
        timing.retryFirst = .milliseconds(1)
        timing.retryMax = .milliseconds(2)
        let targets = [
            ProbeTarget(id: "cam", url: "rtsp://admin:s3cret@127.0.0.1:\(closed)/x"),
            ProbeTarget(id: "wrong", url: "ftp://admin:s3cret@127.0.0.1/x"),
        ]
        try await Self.probing(targets, timing: timing) { box in
            // Each camera has its own pace: the 16th of one says nothing of the other.
            for camera in ["cam", "wrong"] {
                _ = try await eventually("the 16th attempt at \(camera)") {
                    box.attempts.contains { $0.camera == camera && $0.number == 16 } ? true : nil
                }
            }
            let attempts = box.attempts.filter { $0.camera == "cam" && $0.number <= 16 }
            #expect(attempts.map(\.number) == [1, 2, 3, 4, 8, 16])
            #expect(attempts.allSatisfy { $0.failure == .refused && $0.steps.map(\.name) == ["connect"] })
            #expect(attempts.allSatisfy { $0.detail.contains("refuses") && !"\($0)".contains("s3cret") })
            let wrong = box.attempts.first { $0.camera == "wrong" }
            #expect(wrong?.failure == .protocol && wrong?.steps.isEmpty == true)
        }
    }

    @Test(
        "ends with its last step, also where the key frame came before that step began",
        arguments: [90, 100, 140] as [Int64])
    func ends(keyframe: Int64) {
        var notes = AttemptNotes()
        notes.begin(wasConnected: false, now: 10)
        notes.enter(.starting, .rtsp, now: 20)
        notes.enter(.playing, .rtsp, now: 100)
        let attempt = notes.finish(ProbeTarget(id: "cam", url: "rtsp://cam/"), nil, at: keyframe)
        #expect(attempt?.steps.map(\.name) == ["PLAY", "first key frame"])
        #expect(attempt?.steps.last?.end == attempt?.end)
        #expect(attempt.map { $0.end - $0.start } == max(keyframe, 100) - 10)
    }

    @Test("notes are of one attempt, however often its connection is made anew, and are bounded")
    func notes() {
        var notes = AttemptNotes()
        let target = ProbeTarget(id: "cam", url: "rtsp://cam/")
        #expect(notes.finish(target, nil, at: 1) == nil)
        notes.begin(wasConnected: false, now: 10)
        notes.enter(.connecting, .rtsp, now: 10)
        notes.enter(.describing, .rtsp, now: 20)
        notes.begin(wasConnected: false, now: 30)
        notes.enter(.connecting, .rtsp, now: 30)
        let attempt = notes.finish(target, nil, failure: .closed, at: 40)
        #expect(attempt?.steps.map(\.name) == ["connect", "DESCRIBE", "connect"])
        #expect(attempt.map { $0.end - $0.start } == 30)
        notes.begin(wasConnected: false, now: 50)
        for time in 0..<100 { notes.enter(time % 2 == 0 ? .resolving : .connecting, .rtsp, now: Int64(50 + time)) }
        let second = notes.finish(target, nil, failure: .closed, at: 200)
        #expect(second?.steps.count == 32 && second?.number == 2)
        notes.begin(wasConnected: true, now: 300)
        notes.abandon()
        #expect(notes.finish(target, nil, at: 400) == nil)
        notes.begin(wasConnected: true, now: 300)
        #expect(notes.finish(target, nil, at: 400)?.number == 3 && notes.failuresInRow == 0)
    }
}
