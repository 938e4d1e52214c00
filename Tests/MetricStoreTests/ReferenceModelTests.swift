import Base
import Foundation
import MetricStore
import Model
import TestSupport
import Testing

@Suite("The metric store against a dictionary")
struct ReferenceModelTests {
    /// What the store must hold, worked out the plain way.
    private struct ReferenceModel {
        var samples: [Labels: [Int64: UInt64]] = [:]
        var newest: [Labels: Int64] = [:]

        mutating func append(_ labels: Labels, _ time: Int64, _ value: Double, into outcome: inout AppendOutcome) {
            if let newest = newest[labels], time < newest - hour {
                outcome.tooOld += 1
            } else if let known = samples[labels]?[time] {
                if known != value.bitPattern { outcome.duplicates += 1 }
            } else {
                samples[labels, default: [:]][time] = value.bitPattern
                newest[labels] = max(newest[labels] ?? .min, time)
                outcome.accepted += 1
            }
        }
    }

    @Test("holds the same after random appends, upkeep, closes and kills", arguments: 0..<6)
    func random(_ run: Int) throws {
        var generator = SeededGenerator(for: "reference model, run \(run)")
        let seed = generator.seed
        var directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        var store = try openStore(directory.path, time) { $0.idleAfter = 6 * hour }
        var model = ReferenceModel()
        let labels = (0..<12).map { series(["fps", "up", "bitrate"][$0 % 3], "cam-\($0)") }
        for _ in 0..<400 {
            switch Int.random(in: 0..<40, using: &generator) {
            case 0:
                try store.close()
                store = try openStore(directory.path, time) { $0.idleAfter = 6 * hour }
            case 1:
                // A kill: only what is in the files stays.
                let copy = try TemporaryDirectory()
                try FileManager.default.removeItem(atPath: copy.path)
                try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
                try store.close()
                directory = copy
                store = try openStore(directory.path, time) { $0.idleAfter = 6 * hour }
            case 2...5: try store.upkeep()
            default:
                var expected = AppendOutcome()
                var batch: [RefSample] = []
                for _ in 0..<Int.random(in: 1...60, using: &generator) {
                    let set = labels[Int.random(in: 0..<labels.count, using: &generator)]
                    let back =
                        Int.random(in: 0..<8, using: &generator) == 0
                        ? Int64.random(in: 0...80, using: &generator) * 60_000 : 0
                    let value = ChunkTests.special.randomElement(using: &generator) ?? 0
                    let sample =
                        Bool.random(using: &generator) ? value : Double(Int.random(in: 0..<100, using: &generator)) / 4
                    model.append(set, time.now() - back, sample, into: &expected)
                    batch.append(RefSample(ref: try store.resolve(set), timestamp: time.now() - back, value: sample))
                }
                let outcome = try store.append(batch)
                #expect(outcome == expected, "seed \(seed)")
                time.advance(Int64.random(in: 0...600_000, using: &generator))
            }
        }
        func check(_ range: TimeRange) throws {
            let columns = try store.all([], range)
            let expected = model.samples.mapValues { $0.filter { range.contains($0.key) } }.filter { !$0.value.isEmpty }
            #expect(columns.map(\.labels) == expected.keys.sorted(), "seed \(seed)")
            for column in columns {
                #expect(column.timestamps == column.timestamps.sorted(), "seed \(seed)")
                #expect(Set(column.timestamps).count == column.timestamps.count, "seed \(seed)")
                let isEqual = column.bits == expected[column.labels]
                #expect(isEqual, "seed \(seed), \(column.labels)")
            }
        }
        try check(.all)
        try check(TimeRange(start: noon + 4 * hour, end: noon + 9 * hour))
        #expect(store.statistics.problems == [], "seed \(seed)")
        try store.close()
    }
}
