import Base
import ConfigText
import Instruments
import Intervals
import Logging
import Model
import PromQL
import RTSP
import Rules
import Site
import Synchronization
import Testing

@testable import Collectors

/// 24 hours of a site in seconds: what its cameras are said to be, and what the shipped rules make of the series.
@Suite("An ordinary day", .serialized, .timeLimit(.minutes(10)))
struct OrdinaryDayTests {
    private static let start: Int64 = 1_795_737_600_000  // 2026-11-27 00:00 in UTC.
    private static let hour: Int64 = 3_600

    /// The series of the day, in memory: what our own series and the rules append, and what the rules read.
    private final class Day: SampleSource, SampleAppender {
        private struct Series {
            let labels: Labels
            var times: [Int64] = []
            var values: [Double] = []
        }

        private let state = Mutex((series: [Series](), refs: [Labels: Int](), byName: [String: [Int]]()))

        func resolve(_ labels: Labels) -> SeriesRef {
            state.withLock { state in
                if let known = state.refs[labels] { return SeriesRef(rawValue: UInt32(known)) }
                let index = state.series.count
                state.series.append(Series(labels: labels))
                state.refs[labels] = index
                state.byName[labels.metricName, default: []].append(index)
                return SeriesRef(rawValue: UInt32(index))
            }
        }

        func append(_ samples: [RefSample]) -> AppendOutcome {
            state.withLock { state in
                for sample in samples {
                    state.series[Int(sample.ref.rawValue)].times.append(sample.timestamp)
                    state.series[Int(sample.ref.rawValue)].values.append(sample.value)
                }
            }
            var outcome = AppendOutcome()
            outcome.accepted = samples.count
            return outcome
        }

        func append(exemplars: [RefExemplar]) {}

        func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) -> [SeriesColumn] {
            state.withLock { state in
                let name = matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value
                let chosen = name.map { state.byName[$0] ?? [] } ?? Array(state.series.indices)
                return chosen.map { state.series[$0] }.filter { series in
                    matchers.allSatisfy { $0.matches(series.labels) }
                }.compactMap { series in
                    let first = Self.place(of: range.start, in: series.times)
                    let end = range.end == .max ? series.times.count : Self.place(of: range.end + 1, in: series.times)
                    guard first < end else { return nil }
                    return SeriesColumn(
                        labels: series.labels, timestamps: Array(series.times[first..<end]),
                        values: Array(series.values[first..<end]))
                }.sorted { $0.labels < $1.labels }
            }
        }

        /// The first that is not before a time.
        private static func place(of time: Int64, in times: [Int64]) -> Int {
            var range = 0..<times.count
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                range = times[middle] < time ? middle + 1..<range.upperBound : range.lowerBound..<middle
            }
            return range.lowerBound
        }
    }

    private final class Clock: TimeSource {
        private let time = Atomic(start)

        func now() -> Int64 { time.load(ordering: .relaxed) }

        func set(_ value: Int64) { time.store(value, ordering: .relaxed) }
    }

    /// A camera, and what is seen of it at a second of the day.
    private struct Simulated {
        var settings: CameraSettings
        var trace: CameraTrace
        var frames = 0.0
        let news: @Sendable (_ second: Int64, _ frames: Double) -> CameraNews
        let fps: @Sendable (_ second: Int64) -> Double
        /// States of more than none, each with its beginning in seconds.
        var states: [(state: CameraState, second: Int64)] = []

        init(
            _ id: String, _ change: (inout CameraSettings) -> Void = { _ in },
            fps: @escaping @Sendable (_ second: Int64) -> Double = { _ in 25 },
            news: @escaping @Sendable (_ second: Int64, _ frames: Double) -> CameraNews
        ) {
            settings = CameraSettings(id: id)
            change(&settings)
            trace = CameraTrace(knownSince: start - 86_400_000)
            self.fps = fps
            self.news = news
        }

        /// Looks at it, as the board does.
        mutating func step(
            _ second: Int64, seconds: Int64
        ) -> (status: CameraStatus, news: CameraNews, facts: CameraFacts, verdict: CameraJudge.Verdict) {
            let now = start + second * 1_000
            frames += fps(second) * Double(seconds)
            let news = news(second, frames)
            let facts = trace.facts(of: settings, news, now: now)
            let verdict = trace.take(CameraJudge.verdict(facts), now: now)
            if states.last?.state != verdict.state { states.append((verdict.state, second)) }
            let status = CameraStatus(settings, news, facts, verdict, since: trace.since)
            return (status, news, facts, verdict)
        }
    }

    private static func probed(_ fps: Double, _ frames: Double, isUp: Bool = true, at second: Int64) -> CameraNews {
        var probe = ProbeReading()
        (probe.connected, probe.fps, probe.since) = (isUp, fps, start - 2 * 86_400_000)
        (probe.framesTotal, probe.describedFPS) = (UInt64(frames), 25)
        if isUp { probe.lastFrame = start + second * 1_000 } else { probe.failure = .refused }
        var news = CameraNews()
        (news.isProbed, news.probe) = (true, probe)
        return news
    }

    /// What is known from files alone, of segments of a minute.
    private static func recorded(_ lastWrite: Int64, _ frames: Double, at second: Int64) -> CameraNews {
        var reading = RecordingReading(path: "/r")
        reading.lastWrite = start + lastWrite * 1_000
        reading.lastVideo = reading.lastWrite
        reading.videoGoesOn = reading.lastWrite
        (reading.isHistoryKnown, reading.fps, reading.frames) = (true, 25, UInt64(frames))
        (reading.bytesPerHour, reading.oldest) = (9e8, start - 86_400_000)
        reading.isOverdue = second - lastWrite > 75
        var news = CameraNews()
        news.isSpared = true
        news.recordings = RecordingShelf.Contents(reading: reading)
        return news
    }

    private static func files(_ camera: inout CameraSettings) {
        (camera.recordingPath, camera.segmentSeconds) = ("/r", 60)
    }

    /// When something last moved, for a minute; by day every twenty minutes.
    private static func motion(_ second: Int64) -> Int64 {
        let begin = second - second % 1_200
        let isDay = (7 * hour..<19 * hour).contains(begin)
        return isDay ? min(second, begin + 60) : begin < 7 * hour ? -5 * hour : 19 * hour - 1_140
    }

    private static let death = 14 * hour
    /// When nights end and begin, cameras are restarted, and one dies.
    private static let events = [600, 3 * hour, 7 * hour, death, 18 * hour, 19 * hour]

    private static func cameras() -> [Simulated] {
        var interval = TimeIntervalConfig()
        interval.times = [180..<190]
        interval.location = "UTC"
        let window = interval
        let night: @Sendable (Int64) -> Double = { second in
            (7 * hour..<18 * hour).contains((second % 86_400 + 86_400) % 86_400) ? 25 : 12
        }
        let reboot = 3 * hour..<3 * hour + 90
        let short = 3 * hour..<3 * hour + 40
        return [
            Simulated("night", fps: night) { probed(night($0), $1, at: $0) },
            Simulated("window", { $0.maintenance = [window] }) { probed(25, $1, isUp: !reboot.contains($0), at: $0) },
            Simulated("restarts") { probed(25, $1, isUp: !short.contains($0), at: $0) },
            Simulated(
                "motion",
                { camera in
                    files(&camera)
                    (camera.record, camera.watch) = (.motion, [.probe])
                }
            ) { second, frames in
                var news = probed(25, frames, at: second)
                news.recordings = recorded(motion(second), frames, at: second).recordings
                return news
            },
            Simulated(
                "motion-files",
                { camera in
                    files(&camera)
                    camera.record = .motion
                }
            ) { recorded(motion($0), $1, at: $0) },
            // Half a minute of footage comes at once, and each hour nothing for a whole minute.
            Simulated("slow-nas", { files(&$0) }) { second, frames in
                let seen = (30...90).contains(second % hour) ? second - second % hour + 30 : second
                return recorded(seen - seen % 30, frames, at: second)
            },
            Simulated("dead", { files(&$0) }) { recorded(min($0, death), $1, at: $0) },
        ]
    }

    @Test("has no false state and no false alarm, and a recorder that dies in it is told")
    func day() async throws {
        var cameras = Self.cameras()
        // The day before: each hour's own rate is known by then.
        for second in stride(from: Int64(-86_400), to: 0, by: 20) { _ = cameras[0].step(second, seconds: 20) }
        cameras[0].states = []
        let (clock, day, registry) = (Clock(), Day(), Registry())
        var metrics = CameraMetrics(registry: registry)
        let own = OwnSeries(
            sources: [.init(registry: registry, job: "watchpost") { false }], instance: "node-1",
            interval: { .seconds(60) }, appender: day, now: { clock.now() }, logger: Logger(label: "test"))
        let rules = RuleManager(
            engine: PromQLEngine(), source: day, appender: day, timeSource: clock, restoresAlerts: false)
        // What is told of cameras and their footage.
        let files = try Site.builtIn().ruleFiles.map { file in
            let groups = file.groups.filter { group in
                group.rules.contains { $0.expr.value.contains("camera_") || $0.expr.value.contains("recording_") }
            }
            return RuleFile(path: file.path, groups: groups)
        }
        #expect(files.flatMap(\.groups).flatMap(\.rules).count >= 15)
        try rules.update(files, RuleManager.Settings())
        var fired: [String: [String: Int64]] = [:]
        for second in stride(from: Int64(0), to: 86_400, by: 10) {
            clock.set(Self.start + second * 1_000)
            for index in cameras.indices {
                let (status, news, facts, verdict) = cameras[index].step(second, seconds: 10)
                guard second % 60 == 0 else { continue }
                var values = CameraMetrics.Values(status, news, facts)
                (values.isConnected, values.isPaused) = (verdict.isPaused ? nil : verdict.isConnected, verdict.isPaused)
                (values.frames, values.dropped) = (cameras[index].trace.total, cameras[index].trace.dropped)
                values.failures = (facts.probe?.failures ?? [:]).merging(cameras[index].trace.recorderFailures) {
                    max($0, $1)
                }
                metrics.publish(status.id, values, now: clock.now())
            }
            guard second % 60 == 0 else { continue }
            try own.store()
            // Every minute around what happens, else every five.
            let isNear = Self.events.contains { ($0 - 600..<$0 + 2_400).contains(second) }
            guard isNear || second % 300 == 0 else { continue }
            await rules.evaluate(at: clock.now())
            for (rule, alert) in rules.alerts() where alert.state == .firing {
                let camera = alert.labels["camera_id"] ?? ""
                if fired[camera]?[rule.name] == nil { fired[camera, default: [:]][rule.name] = second }
            }
        }
        func states(_ id: String) -> [(state: CameraState, second: Int64)] {
            cameras.first { $0.settings.id == id }?.states.filter { $0.second > 30 || $0.state != .unknown } ?? []
        }
        for id in ["night", "motion", "slow-nas"] {
            #expect(states(id).map(\.state) == [.online], "\(id): \(states(id))")
        }
        #expect(states("window").map(\.state) == [.online, .unknown, .online], "\(states("window"))")
        let restart = states("restarts")
        #expect(restart.map(\.state) == [.online, .offline, .online] && restart[2].second - restart[1].second <= 50)
        let bad: Set<CameraState> = [.offline, .stalled, .notRecording, .degraded]
        #expect(states("motion-files").allSatisfy { !bad.contains($0.state) }, "\(states("motion-files"))")
        let dead = states("dead")
        #expect(
            dead.map(\.state) == [.online, .notRecording] && dead.last.map { $0.second - Self.death <= 95 } == true,
            "\(dead)")
        let alarms = fired.filter { $0.key != "dead" }
        #expect(alarms.isEmpty, "\(alarms)")
        let told = try #require(fired["dead"]?["RecordingOverdue"])
        #expect(told - Self.death <= 240 && (fired["dead"]?.values.allSatisfy { $0 > Self.death } ?? false), "\(fired)")
    }
}
