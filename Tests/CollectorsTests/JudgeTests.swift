import Model
import RTSP
import Testing

@testable import Collectors

@Suite("A camera's state")
struct JudgeTests {
    private static let now: Int64 = 1_000_000

    private static func playing(fps: Double = 25) -> ProbeReading {
        var probe = ProbeReading()
        probe.connected = true
        probe.fps = fps
        return probe
    }

    private static func failing(_ failure: CameraFailure, since: Int64 = now - 20_000) -> ProbeReading {
        var probe = ProbeReading()
        probe.failure = failure
        probe.detail = "the camera is \(failure.rawValue)"
        probe.since = since
        return probe
    }

    private static func recorder(running: Bool = true, lastFrame: Int64? = now - 1_000) -> CameraFacts.Recorder {
        var recorder = CameraFacts.Recorder()
        recorder.isRunning = running
        recorder.lastFrame = lastFrame
        recorder.fps = 25
        return recorder
    }

    private static func facts(_ change: (inout CameraFacts) -> Void) -> CameraFacts {
        var facts = CameraFacts(id: "c", now: now, knownSince: now - 60_000)
        facts.expectedFPS = 25...25
        change(&facts)
        return facts
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let facts: CameraFacts
        let state: CameraState
        let isConnected: Bool
        var failure: CameraFailure?

        init(
            _ name: String, _ state: CameraState, connected: Bool, _ failure: CameraFailure? = nil,
            _ change: (inout CameraFacts) -> Void
        ) {
            testDescription = name
            facts = JudgeTests.facts(change)
            self.state = state
            isConnected = connected
            self.failure = failure
        }
    }

    static let rows: [Row] = [
        Row("a probe plays", .online, connected: true) { $0.probe = playing() },
        Row("a probe is refused", .offline, connected: false, .refused) { $0.probe = failing(.refused) },
        Row("a probe's media stopped", .stalled, connected: false, .stalled) { $0.probe = failing(.stalled) },
        Row("a probe got nothing", .stalled, connected: false, .noMedia) { $0.probe = failing(.noMedia) },
        Row("a probe still connects", .unknown, connected: false) { $0.probe = ProbeReading() },
        Row("too few frames", .degraded, connected: true) { $0.probe = playing(fps: 19) },
        Row("just enough frames", .online, connected: true) { $0.probe = playing(fps: 20) },
        Row("too few frames, just known", .online, connected: true) {
            $0.probe = playing(fps: 5)
            $0.knownSince = now - 5_000
        },
        Row("lost frames", .degraded, connected: true) {
            $0.probe = playing()
            $0.dropRatio = 0.06
        },
        Row("frozen", .degraded, connected: true) {
            $0.probe = playing()
            $0.probe?.pictureSuspect = .frozen
        },
        Row("a recorder gets frames", .online, connected: true) { $0.recorder = recorder() },
        Row("a recorder's frames stopped", .stalled, connected: false, .stalled) {
            $0.recorder = recorder(lastFrame: now - 30_000)
        },
        Row("a recorder never had a frame", .stalled, connected: false, .noMedia) {
            $0.recorder = recorder(lastFrame: nil)
        },
        Row("a recorder was refused", .offline, connected: false, .unauthorized) {
            $0.recorder = recorder(running: false, lastFrame: nil)
            $0.recorder?.failure = .unauthorized
        },
        Row("a recorder has ended", .notRecording, connected: false) {
            $0.recorder = recorder(running: false, lastFrame: now - 60_000)
        },
        Row("the probe fails, the recorder goes on", .degraded, connected: true, .refused) {
            $0.probe = failing(.refused)
            $0.recorder = recorder()
        },
        Row("the probe failed after the recorder's last frame", .offline, connected: false, .refused) {
            $0.probe = failing(.refused, since: now - 900)
            $0.recorder = recorder(lastFrame: now - 1_000)
        },
        Row("the camera plays, the recorder does not run", .notRecording, connected: true) {
            $0.probe = playing()
            $0.recorder = recorder(running: false, lastFrame: nil)
            $0.wantsRecording = true
        },
        Row("the camera plays, nothing is written", .notRecording, connected: true) {
            $0.probe = playing()
            $0.recorder = recorder()
            $0.wantsRecording = true
            $0.recording = RecordingReading(path: "/r", isOverdue: true)
        },
        Row("the folder cannot be read", .notRecording, connected: true) {
            $0.probe = playing()
            $0.wantsRecording = true
            $0.recording = RecordingReading(path: "/r", problem: "gone")
        },
        Row("nobody watches", .unknown, connected: false) { _ in },
    ]

    @Test("follows from what is known", arguments: rows)
    func state(row: Row) {
        let verdict = CameraJudge.verdict(row.facts)
        #expect(verdict.state == row.state, "\(verdict)")
        #expect(verdict.isConnected == row.isConnected)
        #expect(verdict.failure == row.failure)
        #expect(verdict.reason.isEmpty == (row.state == .online))
    }

    @Test("says any number of frames", arguments: [(1e30, "1e+30"), (.greatestFiniteMagnitude, "inf"), (25, "25")])
    func anyNumber(expected: Double, shown: String) {
        let verdict = CameraJudge.verdict(
            Self.facts {
                $0.probe = Self.playing(fps: 5.04)
                $0.expectedFPS = expected...expected
            })
        #expect(verdict.reason == "5 of \(shown) frames a second")
    }

    @Test("rates are taken over the window, and begin anew when a count does")
    func rates() {
        var window = CountWindow(span: 10_000)
        #expect(window.perSecond == nil)
        for second in 0...30 { window.add(Double(second) * 25, at: Int64(second) * 1_000) }
        #expect(window.perSecond == 25)
        window.add(0, at: 31_000)
        #expect(window.perSecond == nil)
        window.add(50, at: 33_000)
        #expect(window.perSecond == 25)
    }
}
