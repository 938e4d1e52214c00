import Base
import CameraRecords
import Foundation
import MetricStore
import Model
import State
import TestSupport
import Testing

@testable import Server

@Suite("Cameras' past, read from the stores")
struct HistoryReaderTests {
    private static let start: Int64 = 1_795_392_000_000  // 23 November 2026, midnight in UTC.

    private static func labels(_ metric: String, _ camera: String, instance: String = "site") -> Labels {
        Labels([Label("__name__", metric), Label("camera_id", camera), Label("instance", instance)])
    }

    private static func append(
        _ store: MetricStore, _ labels: [Labels], every step: Int64, for length: Int64,
        _ value: (_ series: Int, _ time: Int64) -> Double?
    ) throws {
        let refs = try labels.map { try store.resolve($0) }
        for time in stride(from: start, to: start + length, by: Int(step)) {
            let samples = refs.enumerated().compactMap { index, ref in
                value(index, time - start).map { RefSample(ref: ref, timestamp: time, value: $0) }
            }
            _ = try store.append(samples)
        }
    }

    private static func store(_ folder: TemporaryDirectory) throws -> MetricStore {
        var options = MetricStoreOptions(directory: folder.path + "/metrics")
        options.retention = 400 * 86_400_000
        return try MetricStore(options, timeSource: Clock())
    }

    private struct Clock: TimeSource {
        func now() -> Int64 { start + 31 * 86_400_000 }
    }

    @Test("outages of many cameras over days are as they were, in one piece or in many")
    func outages() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        let cameras = (0..<50).map { "cam-\($0)" }
        let span = TimeSpan(start: Self.start, end: Self.start + 2 * 86_400_000)
        try Self.append(
            store, cameras.map { Self.labels("camera_connection_status", $0) }, every: 15_000, for: span.length
        ) { camera, time in
            // Each is down for so many minutes each six hours.
            time % 21_600_000 >= 3_600_000 && time % 21_600_000 < 3_600_000 + Int64(camera) * 60_000 ? 0 : 1
        }
        try Self.append(
            store, [Self.labels("ffmpeg_process_restarts_total", "cam-3")], every: 60_000, for: span.length
        ) { Double($1 / 28_800_000 + Int64($0)) }
        let reader = HistoryReader(source: store, footage: state, isOwn: { $0["instance"] == "site" })
        let all = try reader.histories(of: cameras, in: span)
        for (number, history) in all.enumerated() {
            let record = history.record(in: span)
            #expect(abs(record.downSeconds - Double(number * 60 * 8)) < 1, "\(record)")
            #expect(record.unknownSeconds < 1 && record.reconnects == (number == 0 ? 0 : 8))
        }
        #expect(all[3].record(in: span).recorderRestarts == 5)
        let one = try reader.histories(of: ["cam-7"], in: span)[0]
        #expect(one.connection == all[7].connection)
        let part = TimeSpan(start: Self.start + 3_630_000, end: Self.start + 3_690_000)
        #expect(try reader.histories(of: ["cam-7"], in: part)[0].record(in: part).downSeconds == 60)
    }

    @Test("another node's camera of the same id is not ours")
    func otherNode() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        let names = [("site", 1.0), ("other", 0.0)]
        try Self.append(
            store, names.map { Self.labels("camera_connection_status", "gate", instance: $0.0) }, every: 15_000,
            for: 3_600_000
        ) { series, _ in names[series].1 }
        let span = TimeSpan(start: Self.start, end: Self.start + 3_600_000)
        for (instance, up) in [("site", 100.0), ("third", nil)] as [(String, Double?)] {
            let reader = HistoryReader(source: store, footage: state, isOwn: { $0["instance"] == instance })
            #expect(try reader.histories(of: ["gate"], in: span)[0].record(in: span).upPercent == up)
        }
        let other = HistoryReader(source: store, footage: state, isOwn: { $0["instance"] == "other" })
        #expect(try other.histories(of: ["gate"], in: span)[0].record(in: span).upPercent == 0)
    }

    @Test(
        "days of a thousand cameras are read in a bounded time",
        .enabled(if: ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] != nil, "WATCHPOST_SOAK is not set"))
    func days() throws {
        let folder = try TemporaryDirectory()
        let (store, state) = (try Self.store(folder), try StateStore(path: folder.path + "/state.sqlite"))
        let cameras = (0..<1_000).map { "cam-\($0)" }
        let span = TimeSpan(start: Self.start, end: Self.start + 3 * 86_400_000)
        try Self.append(
            store, cameras.map { Self.labels("camera_connection_status", $0) }, every: 15_000, for: span.length
        ) { camera, time in time / 60_000 % 1_440 == Int64(camera) ? 0 : 1 }
        try store.compact()
        let began = ContinuousClock.now
        let reader = HistoryReader(source: store, footage: state, isOwn: { $0["instance"] == "site" })
        let records = try reader.histories(of: cameras, in: span).map { $0.record(in: span) }
        let took = began.duration(to: .now)
        print("three days of 1,000 cameras, 17.3 million samples: \(took)")
        #expect(records.allSatisfy { abs($0.downSeconds - 180) < 61 } && took < .seconds(90))
    }
}
