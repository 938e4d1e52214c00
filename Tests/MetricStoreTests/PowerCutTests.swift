import CPowerCut
import Foundation
import MetricStore
import Model
import Partitions
import TestSupport
import Testing

/// What a power cut leaves: files in which any part of what was not synchronised is missing.
@Suite("A power cut", .serialized)
struct PowerCutTests {
    private static let rounds = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] == "1" ? 300 : 25

    /// The directory as it could be found afterwards.
    private static func cut(_ directory: TemporaryDirectory, seed: UInt64) throws -> TemporaryDirectory {
        let found = try TemporaryDirectory()
        for name in try directory.names() {
            let result = wp_power_cut_copy(directory.path + "/" + name, found.path + "/" + name, seed)
            #expect(result == 0, "\(name) cannot be copied")
        }
        return found
    }

    /// Appends random batches, with upkeep between some, and keeps what was acknowledged with its turn.
    private struct Life {
        let store: MetricStore
        let time: ManualTime
        var generator: SeededGenerator
        private(set) var acknowledged: [(labels: Labels, timestamp: Int64, turn: Int)] = []
        private(set) var turn = 0

        init(_ store: MetricStore, _ time: ManualTime, seed: UInt64) {
            self.store = store
            self.time = time
            generator = SeededGenerator(seed: seed)
        }

        mutating func step() throws {
            turn += 1
            time.advance(Int64.random(in: 1_000...400_000, using: &generator))
            let now = time.now()
            let count = Int.random(in: 1...60, using: &generator)
            let batch = (0..<count).map {
                (labels: series("fps", "cam-\($0)"), sample: Sample(timestamp: now, value: Double(turn)))
            }
            try store.append(batch)
            acknowledged += batch.map { ($0.labels, now, turn) }
            switch Int.random(in: 0..<20, using: &generator) {
            case 0: try store.compact()
            case 1, 2: try store.upkeep()
            default: break
            }
        }
    }

    private func expectSound(_ store: MetricStore, _ life: Life, lostFrom turn: Int, _ round: Int) throws {
        #expect(store.statistics.problems.isEmpty, "round \(round): \(store.statistics.problems)")
        var found: [Labels: Set<Int64>] = [:]
        for column in try store.all() { found[column.labels] = Set(column.timestamps) }
        let lost = life.acknowledged.filter { !(found[$0.labels]?.contains($0.timestamp) ?? false) }
        let tooEarly = lost.filter { $0.turn <= turn }
        #expect(
            tooEarly.isEmpty,
            "round \(round): \(tooEarly.count) samples lost, first of turn \(tooEarly.first?.turn ?? 0)")
    }

    @Test("takes nothing that was acknowledged, where every commit is synchronised")
    func full() throws {
        for round in 1...Self.rounds {
            let directory = try TemporaryDirectory()
            #expect(wp_power_cut_watch(directory.path) == 0)
            let time = ManualTime(noon)
            var life = Life(try openStore(directory.path, time) { $0.sync = .full }, time, seed: UInt64(round))
            for _ in 0..<Int.random(in: 1...60, using: &life.generator) { try life.step() }
            let found = try Self.cut(directory, seed: round % 5 == 0 ? 0 : UInt64(round))
            let after = try openStore(found.path, time) { $0.sync = .full }
            try expectSound(after, life, lostFrom: life.turn, round)
            // And it goes on.
            try after.append([(labels: series("fps", "new"), sample: Sample(timestamp: time.now(), value: 1))])
        }
    }

    @Test("takes at most what came after the last synchronisation, and damages no day, where commits are not")
    func normal() throws {
        for round in 1...Self.rounds {
            let directory = try TemporaryDirectory()
            #expect(wp_power_cut_watch(directory.path) == 0)
            let time = ManualTime(noon)
            var life = Life(try openStore(directory.path, time), time, seed: UInt64(1_000 + round))
            for _ in 0..<Int.random(in: 1...60, using: &life.generator) { try life.step() }
            // Every second, while the store runs.
            try life.store.synchronize()
            let safe = life.turn
            for _ in 0..<Int.random(in: 0...5, using: &life.generator) { try life.step() }
            let found = try Self.cut(directory, seed: round % 5 == 0 ? 0 : UInt64(round))
            let after = try openStore(found.path, time)
            try expectSound(after, life, lostFrom: safe, round)
        }
    }
}
