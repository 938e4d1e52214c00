import Intervals
import Model
import RTSP
import Testing

@testable import Collectors

@Suite("What is meant of a camera")
struct CameraPlanTests {
    /// 2026-10-24 22:00 in UTC; at 01:00 of the 25th summer time ends in Berlin.
    private static let start: Int64 = 1_792_879_200_000
    private static let hour: Int64 = 3_600

    private static func interval(_ from: Int, _ to: Int) -> TimeIntervalConfig {
        var interval = TimeIntervalConfig()
        interval.times = [from..<to]
        interval.location = "Europe/Berlin"
        return interval
    }

    /// The states of a camera that plays always, each with its beginning in minutes, over a day.
    private static func day(
        _ camera: CameraSettings, isProbed: Bool = true, hours: Int64 = 24,
        _ news: (Int64) -> (isConnected: Bool, lastWrite: Int64?)
    ) -> [(state: CameraState, minute: Int64)] {
        var trace = CameraTrace(knownSince: start)
        var states: [(state: CameraState, minute: Int64)] = []
        for second in stride(from: Int64(0), to: hours * hour, by: 5) {
            let now = start + second * 1_000
            let (isConnected, lastWrite) = news(second)
            var news = CameraNews()
            news.isProbed = isProbed
            news.isSpared = !isProbed
            if isProbed {
                var probe = ProbeReading()
                (probe.connected, probe.fps, probe.since) = (isConnected, 25, start)
                if !isConnected { probe.failure = .refused }
                news.probe = probe
            }
            var reading = RecordingReading(path: "/r")
            reading.lastWrite = lastWrite.map { start + $0 * 1_000 }
            reading.isOverdue = second - (lastWrite ?? 0) > 80
            news.recordings = RecordingShelf.Contents(reading: reading)
            let verdict = trace.take(CameraJudge.verdict(trace.facts(of: camera, news, now: now)), now: now)
            if states.last?.state != verdict.state { states.append((verdict.state, second / 60)) }
        }
        return states
    }

    private static func camera(_ change: (inout CameraSettings) -> Void = { _ in }) -> CameraSettings {
        var camera = CameraSettings(id: "c")
        camera.recordingPath = "/r"
        camera.segmentSeconds = 60
        change(&camera)
        return camera
    }

    @Test("a camera that is to be recorded always is Not recording where no segment comes")
    func always() {
        let states = Self.day(Self.camera(), hours: 2) { second in (true, min(second, Self.hour)) }
        #expect(states.map(\.state) == [.online, .notRecording] && states.last?.minute == 61)
    }

    @Test("on motion, no segment for hours is fine; one without video, and a camera that is down, are not")
    func motion() {
        let camera = Self.camera { $0.record = .motion }
        let quiet = Self.day(camera) { second in (true, second / (5 * Self.hour) * 5 * Self.hour) }
        #expect(quiet.map(\.state) == [.online])
        let down = Self.day(camera, hours: 2) { second in (second < Self.hour, 0) }
        #expect(down.map(\.state) == [.online, .offline])
        // Nobody but its files tells of it.
        let spared = Self.day(camera, isProbed: false, hours: 4) { second in (true, min(second, Self.hour)) }
        #expect(spared.map(\.state) == [.online, .unknown])
    }

    @Test("outside its times it need not be recorded, and the clock that is set back changes nothing")
    func times() {
        // From six to midnight in Berlin: from 04:00 in UTC in summer, from 05:00 in winter, which begins in this night.
        let camera = Self.camera { $0.recordTimes = [Self.interval(6 * 60, 24 * 60)] }
        let begin = 7 * Self.hour
        let right = Self.day(camera) { second in
            (true, second < begin + 60 ? 0 : second < 25 * Self.hour ? second - second % 60 : 0)
        }
        #expect(right.map(\.state) == [.online], "\(right)")
        let missing = Self.day(camera) { _ in (true, 0) }
        #expect(missing.map(\.state) == [.online, .notRecording], "\(missing)")
        #expect(missing.last?.minute == begin / 60 + 1)
    }

    @Test("a nightly restart in its window is told to nobody; one that does not end is")
    func maintenance() {
        let camera = Self.camera { $0.maintenance = [Self.interval(3 * 60, 3 * 60 + 10)] }
        // 03:00 in Berlin, after the change: 02:00 in UTC.
        let window = 4 * Self.hour
        let back = Self.day(camera) { second in (!(window..<window + 120).contains(second), second) }
        #expect(back.map(\.state) == [.online, .unknown, .online], "\(back)")
        #expect(back.map(\.minute) == [0, 240, 250])
        let gone = Self.day(camera) { second in (second < window, second) }
        #expect(gone.map(\.state) == [.online, .unknown, .offline], "\(gone)")
        let often = Self.day(Self.camera(), hours: 6) { second in (!(window..<window + 120).contains(second), second) }
        #expect(often.map(\.state) == [.online, .offline, .online])
    }

    @Test(
        "a camera that others recorded, and whose recordings nobody named, is Not recording when its recorder is gone")
    func unnamed() {
        var camera = CameraSettings(id: "c")
        camera.url = "rtsp://h/s"
        let states = Self.day(camera, isProbed: false, hours: 1) { _ in (false, nil) }
        #expect(states.last?.state == .notRecording, "\(states)")
    }

    @Test("a clock that is set back does not keep a missing recording quiet")
    func clockBack() {
        let camera = Self.camera { $0.recordTimes = [Self.interval(6 * 60, 24 * 60)] }
        let begin = 7 * Self.hour
        // At the beginning, and again after an hour that comes twice.
        var trace = CameraTrace(knownSince: Self.start)
        var state: CameraState?
        let seconds = [begin - 60...begin + 5, begin - 1_800...begin - 1_500, begin...begin + 200].flatMap(Array.init)
        for second in seconds {
            let now = Self.start + second * 1_000
            var news = CameraNews()
            news.isProbed = true
            var probe = ProbeReading()
            (probe.connected, probe.fps, probe.since) = (true, 25, Self.start)
            news.probe = probe
            var reading = RecordingReading(path: "/r")
            reading.isOverdue = true
            news.recordings = RecordingShelf.Contents(reading: reading)
            state = trace.take(CameraJudge.verdict(trace.facts(of: camera, news, now: now)), now: now).state
        }
        #expect(state == .notRecording)
    }
}
