import Base
import Foundation
import MetricStore
import Model
import Partitions
import TestSupport
import Testing

@Suite("The metric store when things go wrong", .serialized)
struct FaultTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    private func storeWithTwoDays() throws {
        let store = try openStore(directory.path, time)
        for age in [1, 0] as [Int64] { try store.append(series("fps", "\(age)"), [(noon - age * day, 1)]) }
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 2)
        try store.close()
    }

    @Test("moves a damaged day aside, reports it and serves the rest", arguments: [false, true])
    func corruptDay(_ onlyInside: Bool) throws {
        try storeWithTwoDays()
        let path = directory.path + "/2026-11-22.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // Either the whole file is of another kind, or its first page is sound and the rest is not.
        let damaged = onlyInside ? 4_096..<bytes.count : 0..<bytes.count
        bytes.replaceSubrange(damaged, with: Data(repeating: 0x5a, count: damaged.count))
        try bytes.write(to: URL(fileURLWithPath: path))
        let store = try openStore(directory.path, time)
        #expect(try store.all().map { $0.labels["camera_id"] } == ["0"])
        #expect(try directory.names().contains("2026-11-22.sqlite.corrupt"))
        let problem = try #require(store.statistics.problems.first)
        #expect(problem.contains(path) && problem.contains(".corrupt"))
        // The day may be written to again.
        try store.append(series("fps", "late"), [(noon - day, 2)])
        #expect(try store.all().count == 2)
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try store.all().count == 2 && store.statistics.days == 2)
        try store.close()
    }

    @Test("skips a damaged block and reports it")
    func corruptBlock() throws {
        let store = try openStore(directory.path, time)
        for window in 0..<2 as Range<Int64> {
            try store.append(series("fps", "\(window)"), (0..<50).map { (noon + window * 2 * hour + $0, Double($0)) })
            time.advance(2 * hour)
            try store.upkeep()
        }
        try store.close()
        let database = Process()
        database.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        database.arguments = [
            directory.path + "/2026-11-23.sqlite",
            "UPDATE block_data SET data = CAST(substr(data, 1, length(data) - 4) AS BLOB) || x'00000000' WHERE id = 1",
        ]
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3") else {
            try Test.cancel("/usr/bin/sqlite3 is not installed; scripts/setup --test does it")
        }
        try database.run()
        database.waitUntilExit()
        #expect(database.terminationStatus == 0)
        let reopened = try openStore(directory.path, time)
        #expect(try reopened.all().map { $0.labels["camera_id"] } == ["1"])
        #expect(reopened.statistics.problems.contains { $0.contains("block 1") })
        try reopened.close()
    }

    @Test("starts with what can be read of a damaged tail, and moves it aside")
    func corruptTail() throws {
        let store = try openStore(directory.path, time)
        try store.append(series("fps", "a"), [(noon, 1)])
        try store.close()
        let path = directory.path + "/tail-00000001.sqlite"
        try Data("this is no database, whatever it was before".utf8).write(to: URL(fileURLWithPath: path))
        let reopened = try openStore(directory.path, time)
        #expect(try reopened.all().isEmpty)
        #expect(reopened.statistics.problems.contains { $0.contains(path) })
        #expect(try directory.names().contains("tail-00000001.sqlite.corrupt"))
        try reopened.append(series("fps", "a"), [(noon, 2)])
        #expect(try reopened.all().count == 1)
        try reopened.close()
    }

    @Test("refuses batches while the disk is full, answers queries, and goes on by itself")
    func diskFull() throws {
        let mount = directory.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        guard run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", mount]) else {
            try Test.cancel("a small tmpfs cannot be mounted (this needs root)")
        }
        defer { _ = run("/usr/bin/umount", ["-l", mount]) }
        let store = try openStore(mount + "/metrics", time)
        let ref = try store.resolve(series("noise", "a"))
        var generator = SeededGenerator(seed: 9)
        var acknowledged: [RefSample] = []
        var refused: [RefSample] = []
        for step in 0..<1_000 as Range<Int64> {
            time.set(noon + step * 1_000)
            let batch = (0..<1_000).map {
                RefSample(ref: ref, timestamp: time.now() + $0, value: Double.random(in: 0...1, using: &generator))
            }
            do {
                _ = try store.append(batch)
                acknowledged += batch
            } catch let error as StoreError {
                #expect(error.code == .diskFull)
                #expect(error.description.contains(mount) && error.description.contains("free space"))
                refused = batch
                break
            }
        }
        #expect(!acknowledged.isEmpty && !refused.isEmpty)
        func check(_ store: MetricStore) throws {
            let column = try #require(try store.all().first)
            #expect(column.timestamps == acknowledged.map(\.timestamp) && column.values == acknowledged.map(\.value))
        }
        try check(store)
        #expect(throws: StoreError.self) { try store.append(refused) }
        #expect(run("/usr/bin/mount", ["-o", "remount,size=64m", mount]))
        #expect(try store.append(refused).accepted == refused.count)
        acknowledged += refused
        try check(store)
        try store.close()
        let reopened = try openStore(mount + "/metrics", time)
        try check(reopened)
        try reopened.close()
    }

    @Test("opens on a full disk, to answer queries")
    func openingOnFullDisk() throws {
        let mount = directory.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        guard run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", mount]) else {
            try Test.cancel("a small tmpfs cannot be mounted (this needs root)")
        }
        defer { _ = run("/usr/bin/umount", ["-l", mount]) }
        var store = try openStore(mount + "/metrics", time)
        try store.append(series("fps", "old"), [(noon - day, 1)])
        time.advance(2 * hour)
        try store.upkeep()
        try store.append(series("fps", "new"), [(time.now(), 1)])
        try store.close()
        _ = FileManager.default.createFile(atPath: mount + "/filler", contents: nil)
        let filler = try #require(FileHandle(forWritingAtPath: mount + "/filler"))
        while (try? filler.write(contentsOf: Data(repeating: 1, count: 4_096))) != nil {}
        store = try openStore(mount + "/metrics", time)
        #expect(try store.all().count == 2)
        let error = #expect(throws: StoreError.self) {
            try store.append(series("fps", "new"), [(time.now() + 1, 2)])
        }
        #expect(error?.code == .diskFull)
        try FileManager.default.removeItem(atPath: mount + "/filler")
        try filler.close()
        #expect(try store.append(series("fps", "new"), [(time.now() + 1, 2)]).accepted == 1)
        try store.close()
    }

    private func run(_ path: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
