import Foundation
import Instruments
import Model
import RTSP
import TestSupport
import Testing

@testable import Collectors
@testable import Recorders

@Suite("A camera known by its recorder")
struct FoundCameraTests {
    private static let now: Int64 = 10_000_000

    private static func meter(bitrate: Double?) -> RecorderMeter.Reading {
        RecorderMeter.Reading(
            facts: ProcessFacts(pid: 7, cpuSeconds: 1, residentBytes: 1, startedAt: now - 120_000), cpuPercent: 1,
            bitrate: bitrate, lastBytes: bitrate == nil ? nil : now - 500)
    }

    /// - Parameter lastVideo: where segments are written without video, since when; -1 for ever.
    private static func recording(
        lastWrite: Int64?, bytesPerHour: Double? = nil, lastVideo: Int64? = nil
    ) -> RecordingReading {
        var reading = RecordingReading(path: "/r")
        reading.isWithoutVideo = lastVideo != nil
        reading.isOverdue = lastVideo != nil
        reading.lastVideo = lastVideo == -1 ? nil : lastVideo
        if lastVideo != nil { reading.fps = 25 }
        reading.lastWrite = lastWrite
        reading.bytesPerHour = bytesPerHour
        return reading
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var udp = false
        var seesSocket = true
        var bitrate: Double?
        var recording: RecordingReading?
        let state: CameraState
        var isKnown = true
        var shownBitrate: Double?
        var lastFrame: Int64?
    }

    static let rows = [
        Row(
            testDescription: "over TCP", bitrate: 1e6, recording: recording(lastWrite: now - 40_000), state: .online,
            shownBitrate: 1e6, lastFrame: now - 500),
        Row(
            testDescription: "over UDP", udp: true, bitrate: 130,
            recording: recording(lastWrite: now - 40_000, bytesPerHour: 3_600 * 125_000), state: .online,
            shownBitrate: 1e6, lastFrame: now - 40_000),
        Row(
            testDescription: "over TCP although UDP was wanted", udp: true, bitrate: 2e6, state: .online,
            shownBitrate: 2e6, lastFrame: now - 500),
        Row(testDescription: "over UDP without segments", udp: true, bitrate: 130, state: .unknown, isKnown: false),
        Row(testDescription: "in another network", seesSocket: false, state: .unknown, isKnown: false),
        Row(
            testDescription: "in another network, with segments", seesSocket: false,
            recording: recording(lastWrite: now - 9_000, bytesPerHour: 3_600 * 125_000), state: .online,
            shownBitrate: 1e6, lastFrame: now - 9_000),
        Row(
            testDescription: "whose bytes are sound alone", bitrate: 64_000,
            recording: recording(lastWrite: now - 500, lastVideo: now - 40_000), state: .stalled, shownBitrate: 0,
            lastFrame: now - 40_000),
        Row(
            testDescription: "whose segments never had video", bitrate: 64_000,
            recording: recording(lastWrite: now - 500, lastVideo: -1), state: .stalled, shownBitrate: 0),
        Row(testDescription: "whose camera is silent", bitrate: nil, state: .stalled, shownBitrate: 0),
    ]

    private static func board(_ camera: CameraSettings, _ news: CameraNews) -> (
        CameraJudge.Verdict, CameraStatus, [String: Double]
    ) {
        var trace = CameraTrace(knownSince: now - 60_000)
        let facts = trace.facts(of: camera, news, now: now)
        let verdict = CameraJudge.verdict(facts)
        let status = CameraStatus(camera, news, facts, verdict, since: now)
        var values = CameraMetrics.Values(status, news, facts)
        let isTold = verdict.isKnown || camera.isConfigured && !verdict.isPaused
        values.isConnected = isTold ? verdict.isConnected : nil
        let registry = Registry()
        var metrics = CameraMetrics(registry: registry)
        metrics.publish(camera.id, values, now: now)
        var gauges: [String: Double] = [:]
        for family in registry.gather() {
            for point in family.points where family.name.hasPrefix("camera_") { gauges[family.name] = point.value }
        }
        return (verdict, status, gauges)
    }

    @Test("is judged by what can be seen of it", arguments: rows)
    func seen(row: Row) {
        var news = CameraNews()
        var entry = KnownRecorders.Entry(pid: 7, url: "rtsp://h/s", lastSeen: Self.now)
        entry.usesUDP = row.udp
        entry.seesSocket = row.seesSocket
        news.found = entry
        news.meter = Self.meter(bitrate: row.bitrate)
        news.recordings = row.recording.map { RecordingShelf.Contents(reading: $0) }
        var camera = CameraSettings(id: "c")
        camera.isConfigured = false
        let (verdict, status, gauges) = Self.board(camera, news)
        #expect(verdict.state == row.state, "\(verdict)")
        #expect(verdict.isKnown == row.isKnown)
        #expect(status.bitrate == row.shownBitrate)
        #expect(status.lastFrame == row.lastFrame)
        #expect((gauges["camera_connection_status"] == nil) == !row.isKnown)
        #expect(gauges["camera_fps"] == (row.state == .stalled ? 0 : nil), "nobody knows it")
        camera.isConfigured = true
        #expect(Self.board(camera, news).2["camera_connection_status"] != nil)
    }

    @Test("shows the recorder's frames where the probe does not play")
    func recorderFrames() {
        var camera = CameraSettings(id: "c")
        camera.isSupervised = true
        camera.watch = [.recorder, .probe]
        var trace = CameraTrace(knownSince: 0)
        var news = CameraNews()
        news.isProbed = true
        news.probe = ProbeReading()
        news.probe?.failure = .refused
        var fps: Double?
        for second in 0...20 {
            var state = RecorderState()
            state.pid = 1
            state.frames = UInt64(second) * 25
            state.lastFrame = Self.now + Int64(second) * 1_000
            news.supervised = state
            let time = Self.now + Int64(second) * 1_000
            let facts = trace.facts(of: camera, news, now: time)
            let verdict = CameraJudge.verdict(facts)
            fps = CameraStatus(camera, news, facts, verdict, since: 0).fps
        }
        #expect(fps == 25)
    }

    @Test("has no frame rate where it is only asked for its description")
    func described() {
        var camera = CameraSettings(id: "c")
        camera.watch = [.describe]
        var news = CameraNews()
        news.isProbed = true
        news.probe = ProbeReading()
        news.probe?.connected = true
        #expect(Self.board(camera, news).2["camera_fps"] == nil)
        news.probe?.connected = false
        news.probe?.failure = .refused
        #expect(Self.board(camera, news).2["camera_fps"] == 0)
    }

    @Test(
        "is remembered when its recorder ends, if it ran for more than a minute", arguments: [(30, false), (90, true)])
    func remembered(seconds: Int64, isRemembered: Bool) throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        let arguments = ["ffmpeg", "-i", "rtsp://h/s", "/r/gate-%d.mkv"]
        var recorder = try #require(FoundRecorder(pid: 7, arguments: arguments, workingDirectory: nil))
        recorder.startedAt = Self.now - seconds * 1_000
        known.update(["gate": recorder], now: Self.now)
        known.update([:], now: Self.now + 5_000)
        #expect((known.entries["gate"] != nil) == isRemembered)
        #expect((KnownRecorders(file: folder.path + "/found.json").entries["gate"] != nil) == isRemembered)
    }

    @Test("whose recorder has another root is read through it")
    func namespaces() {
        let own = ProcessInfo.processInfo.processIdentifier
        #expect(ProcessTable.sharesRoot(with: own) && ProcessTable.sharesNamespace("net", with: own))
    }
}
