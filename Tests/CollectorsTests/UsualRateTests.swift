import Foundation
import Model
import RTSP
import TestSupport
import Testing

@testable import Collectors

@Suite("What a camera usually gives", .serialized)
struct UsualRateTests {
    /// Midnight in UTC.
    private static let start: Int64 = 20_000 * 86_400_000
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 24 * hour

    /// What a camera does at a time, in seconds since the start.
    private struct Moment {
        var fps = 25.0
        var isConnected = true
        /// Frames of a hundred that are lost.
        var lost = 0.0
    }

    /// A span of seconds in which the camera was told to be degraded.
    private struct Spell: Equatable {
        let from: Int64
        var to: Int64
        let reason: String
    }

    private struct Outcome {
        var spells: [Spell] = []
        var trace: CameraTrace
        /// The lowest expected rate at the end.
        var expected: ClosedRange<Double>?
        var note: String?
    }

    private static func watch(
        _ camera: CameraSettings = CameraSettings(id: "c"), from: Int64 = 0, seconds: Int64, every step: Int64 = 1,
        described: Double? = 25, usual: UsualRate = UsualRate(), _ moment: (Int64) -> Moment
    ) -> Outcome {
        var trace = CameraTrace(knownSince: start + from * 1_000, usual: usual)
        var outcome = Outcome(trace: trace)
        var probe = ProbeReading()
        probe.describedFPS = described
        var (frames, lost) = (0.0, 0.0)
        for second in stride(from: from, through: from + seconds, by: Int(step)) {
            let now = start + second * 1_000
            let moment = moment(second)
            if probe.connected != moment.isConnected || probe.since == 0 { probe.since = now }
            probe.connected = moment.isConnected
            probe.failure = moment.isConnected ? nil : .refused
            probe.fps = moment.isConnected ? moment.fps : 0
            frames += probe.fps * Double(step)
            lost += probe.fps * Double(step) * moment.lost / 100
            (probe.framesTotal, probe.framesDropped) = (UInt64(frames), UInt64(lost))
            var news = CameraNews()
            news.isProbed = true
            news.probe = probe
            let facts = trace.facts(of: camera, news, now: now)
            let verdict = trace.take(CameraJudge.verdict(facts), now: now)
            if verdict.state == .degraded {
                if let last = outcome.spells.last, second - last.to <= step {
                    outcome.spells[outcome.spells.count - 1].to = second
                } else {
                    outcome.spells.append(Spell(from: second, to: second, reason: verdict.reason))
                }
            }
            (outcome.expected, outcome.note) = (facts.expectedFPS, trace.rateNote(now: now))
        }
        outcome.trace = trace
        return outcome
    }

    @Test("is learned within minutes, and what is only declared makes no camera degraded", arguments: [15.0, 8, 1, 25])
    func declared(fps: Double) {
        let outcome = Self.watch(seconds: 180) { _ in Moment(fps: fps) }
        #expect(outcome.spells.isEmpty && outcome.expected == fps...fps)
        #expect(outcome.note == (fps < 25 ? "\(Int(fps)) of 25" : nil))
        let young = Self.watch(seconds: 60) { _ in Moment(fps: fps) }
        // One that gives what it declares needs no more.
        #expect(young.spells.isEmpty && young.expected == (fps == 25 ? 25...25 : nil))
    }

    @Test("a configured rate counts more", arguments: [(25.0...25.0, true), (10...25, false)])
    func configured(rate: ClosedRange<Double>, isDegraded: Bool) {
        var camera = CameraSettings(id: "c")
        camera.fps = rate
        let outcome = Self.watch(camera, seconds: 180) { _ in Moment(fps: 12) }
        #expect(outcome.spells.isEmpty != isDegraded && outcome.expected == rate && outcome.note == nil)
    }

    @Test("a fall is told for half an hour before it is usual")
    func fall() throws {
        let outcome = Self.watch(seconds: 2 * Self.hour, every: 2) { Moment(fps: $0 < Self.hour ? 25 : 15) }
        let spell = try #require(outcome.spells.first)
        #expect(outcome.spells.count == 1 && spell.reason == "15 of 25 frames a second")
        #expect(spell.from == Self.hour && (1_790...1_870).contains(spell.to - spell.from))
        #expect(outcome.expected == 15...15)
        #expect(outcome.note?.hasPrefix("15 since ") == true && outcome.note?.hasSuffix(" minutes, 25 before") == true)
    }

    @Test("a slow fall is told as a quick one is")
    func slowFall() {
        let outcome = Self.watch(seconds: 12 * Self.hour, every: 20) { second in
            Moment(fps: 25 - 15 * Double(second) / Double(12 * Self.hour))
        }
        // Under four fifths of 25 from a third of the way on.
        #expect(outcome.spells.first?.from ?? 0 < 5 * Self.hour)
    }

    @Test("frames that are lost never are usual")
    func loss() {
        let outcome = Self.watch(seconds: 4 * Self.hour, every: 10) { second in
            second < Self.hour ? Moment() : Moment(fps: 15, lost: 3)
        }
        #expect(outcome.spells.count == 1 && outcome.spells.first?.to == 4 * Self.hour)
        #expect(outcome.expected == 25...25)
    }

    @Test("day and night are known after the first one, with dusk that comes sooner each day and a reboot at three")
    func nights() {
        let days: Int64 = 6
        let outcome = Self.watch(seconds: days * Self.day, every: 30) { second in
            let (day, ofDay) = (second / Self.day, second % Self.day)
            let isNight = ofDay > 17 * Self.hour - day * 120 || ofDay < 7 * Self.hour
            let reboots = (3 * Self.hour..<3 * Self.hour + 90).contains(ofDay)
            return Moment(fps: isNight ? 12 : 25, isConnected: !reboots)
        }
        #expect(outcome.spells.count == 1, "\(outcome.spells)")
        #expect(outcome.spells.allSatisfy { $0.from / Self.day == 0 })
        // By day it is expected to give what it gives by day.
        let noon = Self.start + days * Self.day + 12 * Self.hour * 1_000
        #expect(outcome.trace.usual.range(at: noon)?.lowerBound ?? 0 > 20)
    }

    @Test("a rate that varies is not loss", arguments: [20, 60, 90], [0, 1, 2] as [UInt64])
    func varies(period: Int64, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var rates: [Double] = []
        for _ in 0...(5_400 / period) { rates.append(Double.random(in: 6...25, using: &random)) }
        let outcome = Self.watch(seconds: 5_400, every: 2) { second in
            // The measure is over ten seconds.
            let (index, passed) = (Int(second / period), Double(second % period))
            let before = rates[max(0, index - 1)]
            return Moment(fps: before + (rates[index] - before) * min(1, passed / 10))
        }
        // What it gives for two minutes, or as declared, is taken for its own; then one fall is told, until it is seen not
        // to be of one rate.
        #expect(outcome.spells.count <= 1, "\(outcome.spells)")
        #expect(outcome.spells.allSatisfy { $0.to - $0.from < 2 * period + 60 } && outcome.note == nil)
    }

    @Test(
        "a file that somebody wrote to does no harm",
        arguments: [
            "", "{}", "[]", "{\"c\":{}}",
            "{\"c\":{\"level\":{\"low\":9,\"high\":1},\"learnedAt\":0,\"hours\":{},\"varies\":true}}",
            "{\"c\":{\"level\":{\"low\":9,\"high\":10},\"learnedAt\":0,\"varies\":false,\"hours\":"
                + "{\"-7\":{\"firstDay\":0,\"began\":0,\"recent\":1e300}}}}",
        ])
    func anyFile(text: String) throws {
        let folder = try TemporaryDirectory()
        try text.write(toFile: folder.path + "/rates.json", atomically: true, encoding: .utf8)
        let kept = UsualRates(file: folder.path + "/rates.json")["c"]
        _ = Self.watch(seconds: 300, usual: kept) { _ in Moment(fps: 15) }
    }

    @Test("a clock that steps neither ends a fall nor keeps anything from being learned", arguments: [-1, 1])
    func clockSteps(direction: Int64) {
        let step = direction * 2 * Self.day
        let before = Self.watch(seconds: 600) { Moment(fps: $0 < 300 ? 25 : 15) }
        // Half an hour of the clock, and none of the camera's.
        let after = Self.watch(from: 600 + step, seconds: 300, usual: before.trace.usual) { _ in Moment(fps: 15) }
        #expect(after.expected == 25...25 && after.spells.last?.to == 900 + step)
        let later = Self.watch(from: 900 + step, seconds: 2_400, every: 5, usual: after.trace.usual) { _ in
            Moment(fps: 15)
        }
        #expect(later.expected == 15...15)
    }

    @Test("a hiccup of a day is not usual on the next ones, nor is a little less each day")
    func slowly() {
        let days: Int64 = 7
        let outcome = Self.watch(seconds: days * Self.day - 30, every: 20) { second in
            let (day, ofDay) = (second / Self.day, second % Self.day)
            if day == 0, (10 * Self.hour..<10 * Self.hour + 20).contains(ofDay) { return Moment(fps: 12) }
            return Moment(fps: 25 * (1 - 0.1 * Double(max(0, day - 1))))
        }
        // 17.5 is under four fifths of 25, and 12.5 of 17.5.
        #expect(outcome.spells.map { $0.from / Self.day } == [0, 4, 6], "\(outcome.spells)")
        let noon = Self.start + 3 * Self.day * 1_000 + 10 * Self.hour * 1_000
        #expect(
            Self.watch(seconds: 2 * Self.day, every: 20) { second in
                Moment(fps: (10 * Self.hour..<10 * Self.hour + 20).contains(second) ? 12 : 25)
            }.trace.usual.range(at: noon) == 25...25)
    }

    @Test("a camera that is away, or a network that stands still for some seconds, teaches nothing")
    func hiccups() {
        let outcome = Self.watch(seconds: 2 * Self.hour) { second in
            let isAway = second > 100 && second % 300 < 20
            let slows = second > 100 && (100..<108).contains(second % 300)
            return Moment(fps: slows ? 12 : 25, isConnected: !isAway)
        }
        #expect(outcome.expected == 25...25)
    }

    @Test("what is usual is known after a restart, of the same stream alone")
    func restart() throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/rates.json"
        var camera = CameraSettings(id: "c")
        camera.url = "rtsp://u:s3cret@h/s"
        let outcome = Self.watch(camera, seconds: 600) { _ in Moment() }
        UsualRates.save(["c": outcome.trace.usual], to: file)
        #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("s3cret"))
        let kept = UsualRates(file: file)["c"]
        let again = Self.watch(camera, from: 700, seconds: 180, usual: kept) { _ in Moment(fps: 15) }
        #expect(again.spells.count == 1 && again.expected == 25...25)
        camera.url = "rtsp://u:s3cret@h/other"
        // An address that cannot be read for a while is no other one.
        var unreadable = camera
        (unreadable.url, unreadable.isURLUnreadable) = (nil, true)
        let blind = Self.watch(unreadable, from: 700, seconds: 60, usual: kept) { _ in Moment(fps: 15) }
        #expect(blind.expected == 25...25)
        let other = Self.watch(camera, from: 700, seconds: 180, usual: kept) { _ in Moment(fps: 15) }
        #expect(other.spells.isEmpty && other.expected == 15...15)
    }
}
