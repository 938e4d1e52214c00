import Foundation
import MetricStore
import Model
import Patterns
import Testing

/// What is done to the store as a whole: compaction, deletion, snapshots; and exemplars.
@Suite("The store as a whole")
struct AdminTests {
    private static let everything = TimeRange(start: .min, end: .max)

    /// Ten series with a sample every 15 s from `noon` on, for `count` steps.
    private static func fill(_ store: MetricStore, _ time: ManualTime, from first: Int = 0, count: Int) throws {
        for step in first..<first + count {
            let timestamp = noon + Int64(step) * 15_000
            time.set(timestamp)
            try store.append(
                (0..<10).map {
                    (
                        labels: Labels([Label("__name__", "fps"), Label("camera", "cam-\($0)")]),
                        sample: Sample(timestamp: timestamp, value: Double(step * 10 + $0))
                    )
                })
        }
    }

    private static func read(_ store: MetricStore) throws -> [SeriesColumn] {
        try store.select([.equal("__name__", "fps")], in: everything, sampleLimit: .max)
    }

    private static func matches(_ left: [SeriesColumn], _ right: [SeriesColumn]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy {
                $0.labels == $1.labels && $0.timestamps == $1.timestamps && $0.values == $1.values
            }
    }

    @Test("compaction leaves nothing in memory, and every answer as it was, also over a restart")
    func compaction() throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        var store = try openStore(directory.path, time)
        try Self.fill(store, time, count: 1_000)
        let before = try Self.read(store)
        try store.compact()
        #expect(store.statistics.headSamples == 0)
        #expect(Self.matches(try Self.read(store), before))
        // The window that was sealed early goes on.
        try Self.fill(store, time, from: 1_000, count: 100)
        let longer = try Self.read(store)
        #expect(longer.map(\.timestamps.count) == Array(repeating: 1_100, count: 10))
        try store.compact()
        #expect(Self.matches(try Self.read(store), longer))
        try store.close()
        store = try openStore(directory.path, time)
        #expect(Self.matches(try Self.read(store), longer))
        #expect(store.statistics.replayedSamples == 0)
    }

    @Test("deleted samples are gone from memory and disk, and nothing else is", arguments: [false, true])
    func deletion(isSealed: Bool) throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        var store = try openStore(directory.path, time)
        try Self.fill(store, time, count: 600)
        if isSealed { try store.compact() }
        let range = TimeRange(start: noon + 1_000_000, end: noon + 2_000_000)
        let wanted = try Matcher("camera", .regex, "cam-[0-4]")
        let before = try Self.read(store)
        let removed = try store.delete(matchingAny: [[wanted]], in: range)
        let expected = before.map { column in
            guard wanted.matches(column.labels) else { return column }
            let kept = column.timestamps.indices.filter { !range.contains(column.timestamps[$0]) }
            return SeriesColumn(
                labels: column.labels, timestamps: kept.map { column.timestamps[$0] },
                values: kept.map { column.values[$0] })
        }
        let counts = [before, expected].map { $0.reduce(0) { $0 + $1.timestamps.count } }
        #expect(removed == counts[0] - counts[1])
        #expect(removed > 300)
        #expect(Self.matches(try Self.read(store), expected))
        try store.close()
        store = try openStore(directory.path, time)
        #expect(Self.matches(try Self.read(store), expected))
    }

    @Test("a series that lost all its samples is named no more, until it gets new ones", arguments: [false, true])
    func deletionOfWholeSeries(isSealed: Bool) throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        let store = try openStore(directory.path, time)
        try Self.fill(store, time, count: 10)
        if isSealed { try store.compact() }
        try store.delete(matchingAny: [[.equal("camera", "cam-3")]], in: Self.everything)
        let names = { try store.labelValues(of: "camera", matchingAny: [], in: Self.everything) }
        #expect(try names() == [0, 1, 2, 4, 5, 6, 7, 8, 9].map { "cam-\($0)" })
        #expect(try Self.read(store).count == 9)
        // The very sample that was deleted may come again.
        let labels = Labels([Label("__name__", "fps"), Label("camera", "cam-3")])
        try store.append([(labels: labels, sample: Sample(timestamp: noon + 135_000, value: 93))])
        if isSealed { try store.compact() }
        #expect(try names().count == 10)
        let column = try #require(try Self.read(store).first { $0.labels == labels })
        #expect(column.timestamps == [noon + 135_000])
        #expect(column.values == [93])
    }

    @Test("a snapshot is a store with the same samples, taken while others come")
    func snapshot() throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        let store = try openStore(directory.path, time)
        try Self.fill(store, time, count: 500)
        try store.compact()
        try Self.fill(store, time, from: 500, count: 50)
        let before = try Self.read(store)
        try store.snapshot(to: directory.path + "/whole")
        try store.snapshot(to: directory.path + "/sealed", includesMemory: false)
        try Self.fill(store, time, from: 550, count: 50)
        let copy = try openStore(directory.path + "/whole", time)
        #expect(Self.matches(try Self.read(copy), before))
        let sealed = try openStore(directory.path + "/sealed", time)
        #expect(try Self.read(sealed).map(\.timestamps.count) == Array(repeating: 500, count: 10))
        #expect(try Self.read(store).map(\.timestamps.count) == Array(repeating: 600, count: 10))
    }

    @Test("exemplars are kept once, over restarts and images of the head too")
    func exemplars() throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        var store = try openStore(directory.path, time)
        try Self.fill(store, time, count: 3)
        let labels = Labels([Label("__name__", "fps"), Label("camera", "cam-1")])
        func exemplar(_ trace: String, _ time: Int64) -> Exemplar {
            Exemplar(labels: Labels([Label("trace_id", trace)]), value: 0.25, timestamp: noon + time)
        }
        let ref = try store.resolve(labels)
        let kept = [exemplar("a", 1), exemplar("b", 2), exemplar("c", 2)]
        for exemplar in [kept[0], kept[0], kept[1], exemplar("old", 0), kept[2]] {
            try store.append(exemplars: [RefExemplar(ref: ref, exemplar: exemplar)])
        }
        let expected = [SeriesExemplars(labels: labels, exemplars: kept)]
        func read(_ end: Int64 = .max) throws -> [SeriesExemplars] {
            try store.exemplars(
                matchingAny: [[.equal("camera", "cam-1")], [.equal("camera", "none")]],
                in: TimeRange(start: .min, end: end))
        }
        #expect(try read() == expected)
        #expect(try read(noon + 1).map(\.exemplars) == [[kept[0]]])
        try store.close()
        store = try openStore(directory.path, time)
        #expect(try read() == expected)
        try store.compact()
        try store.close()
        store = try openStore(directory.path, time)
        #expect(try read() == expected)
        try store.delete(matchingAny: [[.equal("camera", "cam-1")]], in: TimeRange(start: noon + 1, end: noon + 1))
        #expect(try read().map(\.exemplars) == [[kept[1], kept[2]]])
    }

    @Test("cardinality tells which labels make series many")
    func cardinality() throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        let store = try openStore(directory.path, time)
        try Self.fill(store, time, count: 2)
        let found = store.cardinality(limit: 2)
        #expect(found.seriesCount == 10)
        #expect(found.labelPairCount == 11)
        #expect(found.range == TimeRange(start: noon, end: noon + 15_000))
        #expect(found.seriesByMetric.map(\.name) == ["fps"])
        #expect(found.valuesByLabel.map(\.name) == ["camera", "__name__"])
        #expect(found.valuesByLabel.map(\.value) == [10, 1])
        #expect(found.seriesByPair.map(\.name) == ["__name__=fps", "camera=cam-0"])
    }
}
