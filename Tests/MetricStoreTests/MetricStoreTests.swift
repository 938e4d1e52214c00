import Base
import Foundation
import MetricStore
import Model
import Partitions
import TestSupport
import Testing

@Suite("The metric store")
struct MetricStoreTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    @Test("gives back what was appended, sorted by labels, within the range")
    func appendAndSelect() throws {
        let store = try openStore(directory.path, time)
        try store.append(series("fps", "b"), [(noon, 25), (noon + 15_000, 24.5)])
        try store.append(series("fps", "a"), [(noon, 30)])
        try store.append(series("up", "a"), [(noon, 1)])
        let columns = try store.all([.equal(Labels.metricName, "fps")])
        #expect(columns.map { $0.labels["camera_id"] } == ["a", "b"])
        #expect(columns[1].timestamps == [noon, noon + 15_000] && columns[1].values == [25, 24.5])
        #expect(try store.all([], TimeRange(start: noon + 1, end: noon + 15_000)).map(\.values) == [[24.5]])
        #expect(try store.all([.equal("camera_id", "c")]).isEmpty)
        #expect(try store.all([], TimeRange(start: noon, end: noon - 1)).isEmpty)
        try store.close()
    }

    @Test("keeps stale markers and other NaNs bit by bit, over a restart too")
    func staleMarkers() throws {
        let values = [
            1, StaleMarker.value, .nan, Double(bitPattern: 0x7ff8_0000_0000_0007), -0.0, .infinity, 0.1 + 0.2,
        ]
        let samples = values.enumerated().map { (noon + Int64($0.offset) * 1_000, $0.element) }
        for _ in 0..<2 {
            let store = try openStore(directory.path, time)
            try store.append(series("fps", "a"), samples)
            #expect(try store.all().first?.values.map(\.bitPattern) == values.map(\.bitPattern))
            try store.close()
        }
    }

    @Test("puts samples within the out-of-order window into their place and refuses older ones")
    func outOfOrder() throws {
        let store = try openStore(directory.path, time)
        let labels = series("fps", "a")
        time.set(noon + 3 * hour)
        try store.append(labels, (0..<500).map { (noon + Int64($0) * 20_000, Double($0)) })
        let newest = noon + 499 * 20_000
        var outcome = try store.append(labels, [(newest - hour + 1, 7), (newest - 30_001, 8), (newest - hour - 1, 9)])
        #expect(outcome.accepted == 2 && outcome.tooOld == 1)
        outcome = try store.append(labels, [(newest, 499), (newest - 20_000, 498)])
        #expect(outcome.accepted == 0 && outcome.duplicates == 0)
        outcome = try store.append(labels, [(newest, 1), (newest - 20_000, 1)])
        #expect(outcome.accepted == 0 && outcome.duplicates == 2)
        let column = try #require(try store.all().first)
        #expect(column.timestamps.count == 502 && column.timestamps == column.timestamps.sorted())
        #expect(column.bits[newest - hour + 1] == Double(7).bitPattern && column.bits[newest] == Double(499).bitPattern)
        try store.close()
    }

    @Test("takes a first sample of any age within retention, and none beyond it or far ahead")
    func firstSample() throws {
        let store = try openStore(directory.path, time) { $0.retention = 10 * day }
        #expect(try store.append(series("a", "1"), [(noon - 9 * day, 1)]).accepted == 1)
        #expect(try store.append(series("a", "2"), [(noon - 10 * day - 1, 1)]).tooOld == 1)
        #expect(try store.append(series("a", "3"), [(noon + 600_001, 1)]).tooNew == 1)
        #expect(try store.append(series("a", "4"), [(noon, 1), (noon - 2 * hour, 1)]).tooOld == 1)
        #expect(try store.append(series("a", "5"), [(.min, 1), (.max, 1)]).accepted == 0)
        #expect(try store.all().count == 2)
        let statistics = store.statistics
        #expect(statistics.tooOldSamples == 3 && statistics.tooNewSamples == 2 && statistics.appendedSamples == 2)
        try store.close()
    }

    @Test("has all that was acknowledged after its process was killed")
    func killed() throws {
        let copy = try TemporaryDirectory()
        let store = try openStore(directory.path, time)
        for round in 0..<20 {
            for camera in 0..<5 {
                try store.append(series("fps", "\(camera)"), [(noon + Int64(round) * 1_000, Double(round * camera))])
            }
        }
        // What a killed process leaves is what is in its files at that moment, without a close.
        try FileManager.default.removeItem(atPath: copy.path)
        try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
        let reopened = try openStore(copy.path, time)
        let columns = try reopened.all()
        #expect(columns.count == 5 && columns.allSatisfy { $0.timestamps.count == 20 })
        #expect(columns[4].values == (0..<20).map { Double($0 * 4) })
        #expect(reopened.statistics.replayedSamples == 100)
        try reopened.close()
        try store.close()
    }

    @Test("goes on after restarts, and appends to the same series")
    func restarts() throws {
        for round in 0..<4 {
            let store = try openStore(directory.path, time)
            try store.append(series("fps", "a"), [(noon + Int64(round), Double(round))])
            try store.append(series("new", "\(round)"), [(noon, 1)])
            try store.close()
        }
        let store = try openStore(directory.path, time)
        #expect(try store.all([.equal(Labels.metricName, "fps")]).first?.values == [0, 1, 2, 3])
        #expect(try store.all().count == 5)
        try store.close()
    }

    @Test("refuses a directory that is open already, and says so")
    func secondOpening() throws {
        let store = try openStore(directory.path, time)
        let error = #expect(throws: StoreError.self) { try openStore(directory.path, time) }
        #expect(error?.code == .inUse)
        #expect(error?.description.contains(directory.path) == true)
        #expect(error?.description.contains("another process") == true)
        try store.close()
        try openStore(directory.path, time).close()
    }

    @Test("seals finished windows into day files and answers from there and from memory together")
    func sealing() throws {
        let store = try openStore(directory.path, time)
        let labels = (0..<300).map { series("fps", "cam-\($0)") }
        let refs = try labels.map { try store.resolve($0) }
        let start = noon - 14 * hour
        for step in 0..<(18 * 60) {
            let now = start + Int64(step) * 60_000
            time.set(now)
            _ = try store.append(refs.enumerated().map { RefSample(ref: $1, timestamp: now, value: Double($0 * step)) })
        }
        let before = try store.all()
        try store.upkeep()
        #expect(store.statistics.days == 2)
        #expect(store.statistics.sealedSamples == 300 * 16 * 60)
        #expect(store.statistics.headSamples == 300 * 2 * 60)
        func check(_ store: MetricStore) throws {
            let after = try store.all()
            #expect(after.map(\.labels) == before.map(\.labels))
            #expect(zip(after, before).allSatisfy { $0.timestamps == $1.timestamps && $0.values == $1.values })
            let some = try store.select(
                [.equal("camera_id", "cam-7")], in: TimeRange(start: noon - 13 * hour, end: noon + 3 * hour),
                sampleLimit: 10_000)
            #expect(some.count == 1 && some[0].timestamps.count == 16 * 60 + 1)
        }
        try check(store)
        try store.upkeep()
        #expect(store.statistics.sealedSamples == 300 * 16 * 60)
        try store.close()
        let reopened = try openStore(directory.path, time)
        #expect(reopened.statistics.headSamples == 300 * 2 * 60)
        try check(reopened)
        #expect(reopened.statistics.problems.isEmpty)
        try reopened.close()
    }

    @Test("drops idle series from memory, whose refs are unknown then and whose samples stay")
    func idleSeries() throws {
        let store = try openStore(directory.path, time)
        let old = try store.resolve(series("fps", "old"))
        _ = try store.append([RefSample(ref: old, timestamp: noon, value: 1)])
        time.advance(2 * hour)
        let new = try store.resolve(series("fps", "new"))
        _ = try store.append([RefSample(ref: new, timestamp: time.now(), value: 2)])
        try store.upkeep()
        #expect(store.statistics.activeSeries == 1 && store.statistics.droppedSeries == 1)
        let outcome = try store.append([
            RefSample(ref: old, timestamp: time.now(), value: 3),
            RefSample(ref: new, timestamp: time.now() + 1, value: 3),
        ])
        #expect(outcome.unknown == [old] && outcome.accepted == 1)
        let again = try store.resolve(series("fps", "old"))
        #expect(again != old)
        _ = try store.append([RefSample(ref: again, timestamp: time.now(), value: 4)])
        #expect(try store.all([.equal("camera_id", "old")]).first?.values == [1, 4])
        // Churn: many short-lived series come and go, and memory holds only those of the last hours.
        for round in 0..<20 {
            for index in 0..<50 { try store.append(series("short", "\(round)-\(index)"), [(time.now(), 1)]) }
            time.advance(hour / 2)
            try store.upkeep()
        }
        #expect(store.statistics.activeSeries <= 150)
        #expect(try store.all([.equal(Labels.metricName, "short")]).count == 1_000)
        try store.close()
    }

    @Test("memory levels off where a tenth of the series is replaced every minute")
    func churn() throws {
        let store = try openStore(directory.path, time)
        let (alive, replaced) = (4_000, 400)
        var most: [Int] = []
        for minute in 0..<60 {
            let names = (minute * replaced..<minute * replaced + alive).map { series("fps", "\($0)") }
            for _ in 0..<4 {
                let batch = try names.map { RefSample(ref: try store.resolve($0), timestamp: time.now(), value: 25) }
                #expect(try store.append(batch).accepted == alive)
                time.advance(15_000)
                try store.upkeep()
            }
            most.append(store.statistics.activeSeries)
        }
        let (early, late) = (try #require(most[..<20].max()), try #require(most[20...].max()))
        // Those that live, as many that went within ten minutes, and half as many that wait to be sealed together.
        #expect(late <= early && early <= 5 * alive / 2 + 3 * replaced, "\(most)")
        #expect(try store.all().count == alive + 59 * replaced)
        try store.close()
    }

    @Test("removes days beyond retention")
    func retention() throws {
        let store = try openStore(directory.path, time) { $0.retention = 3 * day }
        for age in [2, 1, 0] as [Int64] { try store.append(series("fps", "\(age)"), [(noon - age * day, 1)]) }
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 3)
        time.advance(2 * day)
        try store.upkeep()
        #expect(store.statistics.days == 2)
        #expect(try store.all().map { $0.labels["camera_id"] } == ["0", "1"])
        try store.close()
    }

    @Test("keeps less from the next round of upkeep on, and takes later samples at once, when it is told to")
    func updated() throws {
        let store = try openStore(directory.path, time) { $0.retention = 10 * day }
        for age in [4, 3, 0] as [Int64] { try store.append(series("fps", "\(age)"), [(noon - age * day, 1)]) }
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 3)
        try store.append(series("late", "1"), [(noon + 2 * hour, 1)])
        #expect(try store.append(series("late", "1"), [(noon, 1)]).tooOld == 1)
        store.update(retention: 2 * day, maxBytes: 5_000_000, outOfOrderWindow: 3 * hour)
        #expect(store.options.retention == 2 * day && store.options.maxBytes == 5_000_000)
        // Nothing goes before the round of upkeep, but what is too old by now is refused.
        #expect(store.statistics.days == 3)
        #expect(try store.append(series("late", "1"), [(noon, 1)]).accepted == 1)
        #expect(try store.append(series("old", "1"), [(noon - 3 * day, 1)]).tooOld == 1)
        try store.upkeep()
        #expect(store.statistics.days == 1)
        #expect(Set(try store.all().map { $0.labels["camera_id"] ?? "" }) == ["0", "1"])
        try store.close()
    }

    @Test("keeps a smaller size from the next round of upkeep on when it is told to")
    func shrunk() throws {
        var generator = SeededGenerator(seed: 5)
        let store = try openStore(directory.path, time)
        for age in [2, 1, 0] as [Int64] {
            for camera in 0..<40 {
                try store.append(
                    series("noise", "\(camera)"),
                    (0..<1_000).map { (noon - age * day + $0 * 1_000, Double.random(in: 0...1, using: &generator)) })
            }
        }
        time.set(noon + day)
        try store.upkeep()
        try store.upkeep()
        #expect(store.statistics.bytes > 400_000)
        let options = store.options
        store.update(
            retention: options.retention, maxBytes: 400_000, outOfOrderWindow: options.outOfOrderWindow)
        try store.upkeep()
        #expect(store.statistics.bytes <= 400_000)
        try store.close()
    }

    @Test("keeps its size: the oldest days go, then the oldest blocks of the last one")
    func sizeCap() throws {
        var generator = SeededGenerator(seed: 5)
        let store = try openStore(directory.path, time) { $0.maxBytes = 900_000 }
        for age in [3, 2, 1, 0] as [Int64] {
            for camera in 0..<40 {
                try store.append(
                    series("noise", "\(camera)"),
                    (0..<1_000).map { (noon - age * day + $0 * 1_000, Double.random(in: 0...1, using: &generator)) })
            }
            time.set(noon + 4 * hour)
            try store.upkeep()
        }
        time.advance(day)
        try store.upkeep()
        try store.upkeep()
        #expect(store.statistics.bytes <= 900_000)
        #expect((1...3).contains(store.statistics.days))
        let newest = try store.all([], TimeRange(start: noon - hour, end: .max))
        #expect(newest.count == 40)
        try store.close()

        let small = try openStore(directory.path, time) { $0.maxBytes = 300_000 }
        try small.upkeep()
        #expect(small.statistics.days == 1 && small.statistics.bytes <= 300_000)
        try small.close()
    }

    @Test("stops at the sample limit and names it")
    func sampleLimit() throws {
        let store = try openStore(directory.path, time)
        try store.append(series("fps", "a"), (0..<100).map { (noon + $0, 1) })
        #expect(try store.select([], in: .all, sampleLimit: 100).count == 1)
        let error = #expect(throws: StoreError.self) { try store.select([], in: .all, sampleLimit: 99) }
        #expect(error?.code == .sampleLimit && error?.description.contains("99") == true)
        try store.close()
    }

    @Test("refuses new series beyond the limit")
    func seriesLimit() throws {
        let store = try openStore(directory.path, time) { $0.seriesLimit = 2 }
        _ = try store.resolve(series("a", "1"))
        _ = try store.resolve(series("a", "2"))
        _ = try store.resolve(series("a", "1"))
        let error = #expect(throws: StoreError.self) { try store.resolve(series("a", "3")) }
        #expect(error?.code == .seriesLimit)
        try store.close()
    }

    @Test("lists series, label names and values from memory and from day files")
    func labels() throws {
        let store = try openStore(directory.path, time)
        try store.append(series("old", "1"), [(noon - 2 * day, 1)])
        time.advance(2 * hour)
        try store.upkeep()
        try store.append([Labels.metricName: "new", "site": "hcm"], [(time.now(), 1)])
        #expect(store.statistics.activeSeries == 1)
        #expect(try store.labelNames(matchingAny: [], in: .all) == [Labels.metricName, "camera_id", "site"])
        #expect(try store.labelValues(of: Labels.metricName, matchingAny: [], in: .all) == ["new", "old"])
        let recent = TimeRange(start: noon, end: noon + 3 * hour)
        #expect(try store.labelValues(of: Labels.metricName, matchingAny: [], in: recent) == ["new"])
        #expect(try store.labelNames(matchingAny: [[.equal("site", "hcm")]], in: .all) == [Labels.metricName, "site"])
        #expect(
            try store.labelValues(of: "camera_id", matchingAny: [[.equal(Labels.metricName, "old")]], in: .all) == ["1"]
        )
        #expect(try store.series(matchingAny: [], in: .all, limit: 10).map(\.metricName) == ["new", "old"])
        #expect(try store.series(matchingAny: [], in: .all, limit: 1).count == 1)
        try store.close()
    }

    @Test("answers nothing but errors once it is closed")
    func closed() throws {
        let store = try openStore(directory.path, time)
        try store.append(series("a", "1"), [(noon, 1)])
        try store.close()
        #expect(throws: StoreError.self) { try store.append(series("a", "1"), [(noon + 1, 1)]) }
        #expect(throws: StoreError.self) { try store.upkeep() }
    }
}
