import Model
import RTSP
import Testing

@testable import Collectors
@testable import Recorders

@Suite("A camera that is down stays so until frames are counted")
struct SteadyStateTests {
    private static let start: Int64 = 10_000_000

    /// Plays seconds of news, and gives the states with their beginnings, each once.
    private static func states(
        _ camera: CameraSettings, seconds: Int64, _ news: (Int64, Int64) -> CameraNews
    ) -> [(state: CameraState, since: Int64)] {
        var trace = CameraTrace(knownSince: start)
        var states: [(state: CameraState, since: Int64)] = []
        for second in 0...seconds {
            let now = start + second * 1_000
            let news = news(second, now)
            let judged = CameraJudge.verdict(trace.facts(of: camera, news, now: now))
            let verdict = trace.take(judged, isFound: news.found != nil, now: now)
            if states.last.map({ $0.state != verdict.state || $0.since != trace.since }) ?? true {
                states.append((verdict.state, trace.since))
            }
        }
        return states.filter { $0.state != .unknown }
    }

    private static func meter(_ pid: Int32, startedAt: Int64, lastBytes: Int64?, since: Int64?) -> RecorderMeter.Reading
    {
        RecorderMeter.Reading(
            facts: ProcessFacts(pid: pid, cpuSeconds: 1, residentBytes: 1, startedAt: startedAt), cpuPercent: 1,
            bitrate: 1e6, lastBytes: lastBytes, mediaSince: since)
    }

    @Test("a probe's stall beside a recorder whose camera still answers keep-alives")
    func keepAlive() {
        var camera = CameraSettings(id: "c")
        camera.watch = [.recorder, .probe]
        let states = Self.states(camera, seconds: 120) { second, now in
            var news = CameraNews()
            news.isProbed = true
            var probe = ProbeReading()
            probe.connected = second < 35
            if second >= 35 {
                (probe.failure, probe.detail, probe.since) = (.stalled, "Pictures stopped", Self.start + 35_000)
            }
            news.probe = probe
            news.found = KnownRecorders.Entry(pid: 7, url: "rtsp://h/s", lastSeen: now)
            // Media until second 30, and an answer that looks like some at 60 and 90.
            let lastBytes = second <= 30 ? now : Self.start + (second >= 90 ? 90 : second >= 60 ? 60 : 30) * 1_000
            news.meter = Self.meter(
                7, startedAt: Self.start - 100_000, lastBytes: lastBytes,
                since: second < 60 ? Self.start : lastBytes)
            return news
        }
        // The probe sees it first; the recorder's last bytes are older than that.
        #expect(states.map(\.state) == [.online, .stalled])
    }

    @Test("a recorder that is started again and again, and gets no frames")
    func restarts() {
        var camera = CameraSettings(id: "c")
        camera.isConfigured = false
        camera.watch = [.recorder]
        let states = Self.states(camera, seconds: 180) { second, now in
            var news = CameraNews()
            let run = second < 30 ? 0 : (second - 30) / 15
            let isRunning = second < 42 || (second - 30) % 15 < 12
            var entry = KnownRecorders.Entry(pid: Int32(100 + run), url: "rtsp://h/s", lastSeen: now)
            entry.isRunning = isRunning
            news.found = entry
            if isRunning {
                let startedAt = run == 0 ? Self.start - 100_000 : Self.start + (30 + run * 15) * 1_000
                let lastBytes = run == 0 ? min(now, Self.start + 28_000) : nil
                news.meter = Self.meter(entry.pid, startedAt: startedAt, lastBytes: lastBytes, since: lastBytes)
            }
            return news
        }
        #expect(states.map(\.state) == [.online, .stalled])
    }

    @Test("and is well again with the first media that goes on")
    func returns() {
        var camera = CameraSettings(id: "c")
        camera.isConfigured = false
        camera.watch = [.recorder]
        let states = Self.states(camera, seconds: 90) { second, now in
            var news = CameraNews()
            news.found = KnownRecorders.Entry(pid: 7, url: "rtsp://h/s", lastSeen: now)
            let isSilent = (20..<60).contains(second)
            news.meter = Self.meter(
                7, startedAt: Self.start - 100_000, lastBytes: isSilent ? Self.start + 19_000 : now,
                since: second < 60 ? Self.start : Self.start + 60_000)
            return news
        }
        #expect(states.map(\.state) == [.online, .stalled, .online])
        #expect((64_000...67_000).contains((states.last?.since ?? 0) - Self.start))
    }

    @Test("frames that segments show count only when they go on")
    func segments() {
        var camera = CameraSettings(id: "c")
        camera.isConfigured = false
        camera.watch = [.recorder]
        let states = Self.states(camera, seconds: 120) { second, now in
            var news = CameraNews()
            news.found = KnownRecorders.Entry(pid: 7, url: "rtsp://h/s", lastSeen: now)
            // Sound goes on all the time; ffmpeg writes out a rest of video at 60, and video comes again at 90.
            news.meter = Self.meter(7, startedAt: Self.start - 100_000, lastBytes: now, since: Self.start)
            var reading = RecordingReading(path: "/r")
            reading.tellsWhileGrowing = true
            reading.lastWrite = now
            reading.lastVideo = second < 30 ? now : Self.start + 30_000
            reading.videoGoesOn = reading.lastVideo
            if second >= 60 { reading.lastVideo = Self.start + 60_000 }
            if second >= 90 { (reading.lastVideo, reading.videoGoesOn) = (now, max(now - 1_000, Self.start + 60_000)) }
            reading.isWithoutVideo = now - (reading.lastVideo ?? 0) > 25_000
            reading.isOverdue = reading.isWithoutVideo
            reading.fps = 25
            news.recordings = RecordingShelf.Contents(reading: reading)
            return news
        }
        #expect(states.map(\.state) == [.online, .stalled, .online])
        #expect((states.last?.since ?? 0) - Self.start >= 90_000)
    }
}
