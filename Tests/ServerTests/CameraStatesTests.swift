import Base
import CameraRecords
import Foundation
import MetricStore
import Model
import SiteView
import State
import TestSupport
import Testing

@testable import Server

@Suite("A camera's states, read from its series")
struct CameraStatesTests {
    private static let start: Int64 = 1_795_392_000_000  // 23 November 2026, midnight in UTC.
    private static let step: Int64 = 5_000

    private struct Clock: TimeSource {
        func now() -> Int64 { start + 31 * 86_400_000 }
    }

    private static func store(_ folder: TemporaryDirectory) throws -> MetricStore {
        var options = MetricStoreOptions(directory: folder.path + "/metrics")
        options.retention = 400 * 86_400_000
        return try MetricStore(options, timeSource: Clock())
    }

    /// A series of the camera: from which second to which it has a value.
    private struct Series {
        let metric: String
        var labels: [String: String] = [:]
        let values: [(seconds: Range<Int64>, value: Double)]
    }

    private static func append(_ all: [Series], to store: MetricStore) throws {
        for series in all {
            var builder = LabelsBuilder(
                Labels([Label("__name__", series.metric), Label("camera_id", "gate"), Label("instance", "site")]))
            for (name, value) in series.labels { builder.set(name, value) }
            let ref = try store.resolve(builder.build())
            for (seconds, value) in series.values {
                let samples = stride(from: seconds.lowerBound * 1_000, to: seconds.upperBound * 1_000, by: Int(step))
                    .map { RefSample(ref: ref, timestamp: start + $0, value: value) }
                _ = try store.append(samples)
            }
        }
    }

    /// `Online 0-100 Offline 100-160`, in seconds.
    private static func text(_ states: CameraStates) -> String {
        states.spans.map { "\($0.state.rawValue) \(($0.start - start) / 1_000)-\(($0.end - start) / 1_000)" }
            .joined(separator: ", ")
    }

    @Test("the worst of what its series say counts")
    func worst() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        try Self.append(
            [
                Series(
                    metric: "camera_connection_status",
                    values: [(0..<100, 1), (100..<200, 0), (200..<600, 1), (700..<1_000, 1)]),
                // Of the time without pictures the second half was a stall.
                Series(metric: "camera_trouble_info", labels: ["state": "Stalled"], values: [(150..<200, 1)]),
                Series(metric: "recording_overdue", values: [(0..<300, 0), (300..<400, 1), (400..<1_000, 0)]),
                // In the end of that it was not to be recorded.
                Series(metric: "camera_paused", values: [(0..<350, 0), (350..<400, 1), (400..<1_000, 0)]),
                Series(metric: "camera_fps_expected", values: [(0..<1_000, 25)]),
                Series(
                    metric: "camera_fps", values: [(0..<100, 25), (100..<200, 0), (200..<500, 20), (500..<550, 19.9)]),
                Series(
                    metric: "camera_picture_suspect", labels: ["kind": "black"],
                    values: [(700..<750, 1), (750..<800, 0)]),
                Series(
                    metric: "ALERTS",
                    labels: ["alertname": "Hot", "alertstate": "firing", "severity": "warning", "job": "other"],
                    values: [(800..<850, 1)]),
                Series(
                    metric: "ALERTS", labels: ["alertname": "Info", "alertstate": "firing", "severity": "info"],
                    values: [(860..<880, 1)]),
                Series(
                    metric: "ALERTS", labels: ["alertname": "Soon", "alertstate": "pending", "severity": "critical"],
                    values: [(900..<950, 1)]),
                // Another node's of the same name.
                Series(metric: "camera_connection_status", labels: ["instance": "other"], values: [(0..<1_000, 0)]),
            ], to: store)
        let reader = HistoryReader(source: store, footage: state, isOwn: { $0["instance"] == "site" })
        let range = TimeSpan(start: Self.start, end: Self.start + 1_000_000)
        let states = try reader.states(of: "gate", in: range) { $0["instance"] == "site" }
        #expect(
            Self.text(states)
                == "Online 0-100, Offline 100-150, Stalled 150-200, Online 200-300, Not recording 300-350, "
                + "Online 350-500, Degraded 500-550, Online 550-600, Unknown 600-700, Degraded 700-750, "
                + "Online 750-800, Degraded 800-850, Online 850-1000", "\(Self.text(states))")
        let firings = states.firings.map { "\($0.labels["alertname"]) \(($0.span.start - Self.start) / 1_000)" }
            .sorted()
        #expect(firings == ["Hot 800", "Info 860"])
        #expect(states.firings.allSatisfy { $0.labels["alertstate"].isEmpty && $0.labels["__name__"].isEmpty })
        // A part of the time has a part of the states.
        let part = try reader.states(
            of: "gate", in: TimeSpan(start: Self.start + 120_000, end: Self.start + 220_000)
        ) { _ in false }
        #expect(Self.text(part) == "Offline 120-150, Stalled 150-200, Online 200-220", "\(Self.text(part))")
    }

    @Test("of a camera without series nothing is known")
    func nothing() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        let reader = HistoryReader(source: store, footage: state, isOwn: { _ in true })
        let range = TimeSpan(start: Self.start, end: Self.start + 400 * 86_400_000)
        let states = try reader.states(of: "gate", in: range) { _ in true }
        #expect(states.spans == [BandSpan(.unknown, range.start, range.end)] && states.firings.isEmpty)
    }

    @Test("a past that was gathered is kept for a quarter of what its band can show, and no longer than a minute")
    func kept() {
        let store = PastStore()
        let now: Int64 = 1_000_000_000_000
        func key(_ length: Int64, end: Int64 = now) -> PastStore.Key {
            .init(camera: "gate", node: nil, TimeSpan(start: end - length, end: end), now: now)
        }
        // What is still to come is no time that ends now.
        #expect(key(1_000) != key(1_000, end: now + 3_600_000) && key(1_000) == key(1_000, end: now - 1_500))
        let past = CameraPast(camera: "gate", TimeSpan(start: 0, end: 1))
        store.keep(past, as: key(86_400_000))
        #expect(store.past(key(86_400_000)) == past)
        #expect(store.past(key(86_400_001)) == nil && store.past(key(86_400_000, end: 5)) == nil)
        // A quarter of an hour changes each second.
        store.keep(past, as: key(900_000))
        #expect(store.past(key(900_000)) == nil)
        // There are no more than a fixed number.
        for number in 0..<200 { store.keep(past, as: key(86_400_000, end: Int64(number))) }
        #expect((0..<200).count { store.past(key(86_400_000, end: Int64($0))) != nil } == 63)
    }

    @Test("a month with ten thousand changes of state is a band of 720 columns, and a list of the newest")
    func manyChanges() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        let ref = try store.resolve(
            Labels([
                Label("__name__", "camera_connection_status"), Label("camera_id", "gate"), Label("instance", "site"),
            ]))
        _ = try store.append(
            (0..<20_000).map { index in
                RefSample(ref: ref, timestamp: Self.start + index * 129_600, value: index % 2 == 0 ? 1 : 0)
            })
        let reader = HistoryReader(source: store, footage: state, isOwn: { _ in true })
        let range = TimeSpan(start: Self.start, end: Self.start + 30 * 86_400_000)
        let began = ContinuousClock.now
        let states = try reader.states(of: "gate", in: range) { _ in false }
        let past = CameraPast(camera: "gate", range, states.spans, footage: nil, firings: [])
        #expect(past.troubleCount == 10_000 && past.troubles.count == 200 && past.states.count <= 720)
        #expect(try JSONEncoder().encode(past).count < 100_000)
        #expect(began.duration(to: .now) < .seconds(5))
    }

    @Test(
        "a month of one camera is read in a bounded time",
        .enabled(if: ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] != nil, "WATCHPOST_SOAK is not set"))
    func month() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        let month: Int64 = 30 * 86_400
        try Self.append(
            ["camera_connection_status", "recording_overdue", "camera_paused", "camera_fps", "camera_fps_expected"].map
            {
                Series(metric: $0, values: [(0..<month, 1)])
            }, to: store)
        try store.compact()
        let reader = HistoryReader(source: store, footage: state, isOwn: { _ in true })
        let range = TimeSpan(start: Self.start, end: Self.start + month * 1_000)
        let began = ContinuousClock.now
        let spans = try reader.states(of: "gate", in: range) { _ in true }.spans
        let segments = StateBand.segments(spans, in: range)
        let took = began.duration(to: .now)
        print("a month of one camera, 2.6 million samples: \(took), \(segments.count) segments")
        #expect(took < .seconds(20))
    }
}
