import Foundation
import LogStore
import Model
import Partitions
import Synchronization
import Testing

/// Set once.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

@Suite("The log store when things go wrong", .serialized)
struct FaultTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    private func copy(_ name: String) throws -> String {
        let target = directory.path + "-" + name
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.copyItem(atPath: directory.path, toPath: target)
        return target
    }

    @Test("has each event once when the process ends between the day's file and the tail")
    func endDuringSealing() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 10 }
        let offset = TailOffset(source: "a", path: "/a", offset: 42)
        try store.append((0..<35).map { event($0, at: noon + Int64($0)) }, offset: offset)
        store.close()
        // The tail as it was, beside the day's file as it is after sealing: that is what an end in between leaves.
        let target = try copy("early")
        defer { try? FileManager.default.removeItem(atPath: target) }
        let sealing = try openStore(directory.path, time) { $0.blockEvents = 10 }
        try sealing.upkeep()
        sealing.close()
        try FileManager.default.copyItem(
            atPath: directory.path + "/2026-11-23.sqlite", toPath: target + "/2026-11-23.sqlite")
        let again = try openStore(target, time) { $0.blockEvents = 10 }
        #expect(try again.numbers() == Array(0..<35))
        #expect(try again.tailOffsets() == [offset])
        try again.append([event(35, at: noon + 35)], offset: nil)
        time.advance(2 * hour)
        try again.upkeep()
        #expect(try again.numbers() == Array(0..<36) && again.statistics.events == 36)
        again.close()
    }

    @Test("has every acknowledged event and offset after a copy of its files is opened, as after a kill")
    func kill() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 20 }
        for batch in 0..<30 {
            try store.append(
                (0..<5).map { event(batch * 5 + $0, at: noon + Int64(batch * 5 + $0)) },
                offset: TailOffset(source: "a", path: "/a", offset: Int64(batch)))
            if batch % 5 == 4 { try store.upkeep() }
            if batch % 9 == 8 {
                let target = try copy("killed")
                defer { try? FileManager.default.removeItem(atPath: target) }
                let again = try openStore(target, time)
                #expect(try again.numbers() == Array(0..<((batch + 1) * 5)))
                #expect(try again.tailOffsets().map(\.offset) == [Int64(batch)])
                again.close()
            }
        }
        store.close()
    }

    @Test("moves a damaged day aside, says so and serves the rest")
    func corruptDay() throws {
        let store = try openStore(directory.path, time)
        for age in [1, 0] as [Int64] { try store.append([event(Int(age), at: noon - age * day)], offset: nil) }
        time.advance(2 * hour)
        try store.upkeep()
        store.close()
        let path = directory.path + "/2026-11-22.sqlite"
        try Data(repeating: 0x5a, count: 20_000).write(to: URL(filePath: path))
        let again = try openStore(directory.path, time)
        #expect(try again.numbers() == [0])
        #expect(try directory.names().contains("2026-11-22.sqlite.corrupt"))
        #expect(again.statistics.problems.contains { $0.contains(path) })
        again.close()
    }

    @Test("moves a damaged tail aside, says so and goes on")
    func corruptTail() throws {
        let store = try openStore(directory.path, time)
        try store.append([event(1, at: noon)], offset: nil)
        time.advance(2 * hour)
        try store.upkeep()
        store.close()
        let path = directory.path + "/tail.sqlite"
        try Data(repeating: 0x5a, count: 20_000).write(to: URL(filePath: path))
        let again = try openStore(directory.path, time)
        try again.append([event(2, at: noon + 1)], offset: nil)
        #expect(try again.numbers() == [1, 2])
        #expect(again.statistics.problems.contains { $0.contains(path) && $0.contains(".corrupt") })
        time.advance(2 * hour)
        try again.upkeep()
        #expect(try again.numbers() == [1, 2])
        again.close()
    }

    @Test("answers a full disk with an error, keeps what it has, and goes on once there is space")
    func fullDisk() throws {
        // A file system of its own is needed, with a size.
        let mount = directory.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        guard run("/usr/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount) else {
            try Test.cancel("a small file system cannot be mounted here (this needs root)")
        }
        defer { _ = run("/usr/bin/umount", "-l", mount) }
        let store = try openStore(mount + "/logs", time)
        var number = 0
        var failure: StoreError?
        let noise = LogValue.string(String(repeating: "x", count: 20_000))
        while failure == nil, number < 200 {
            do {
                try store.append(
                    [event(number, at: noon + Int64(number), ["noise": noise])],
                    offset: TailOffset(source: "a", path: "/a", offset: Int64(number)))
                number += 1
            } catch let error as StoreError {
                failure = error
            }
        }
        #expect(failure?.code == .diskFull, "\(failure?.description ?? "no failure")")
        #expect(try store.numbers() == Array(0..<number))
        #expect(try store.tailOffsets().map(\.offset) == [Int64(number - 1)])
        #expect(store.statistics.failedAppends == 1)
        #expect(run("/usr/bin/mount", "-o", "remount,size=8m", mount))
        try store.append([event(number, at: noon + Int64(number))], offset: nil)
        #expect(try store.numbers() == Array(0...number))
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try store.numbers() == Array(0...number) && store.statistics.unsealedEvents == 0)
        store.close()
    }

    private func run(_ program: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("shows each event once to readers while it is written and sealed")
    func concurrency() async throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 50 }
        let flag = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<1_500 { try store.append([event(number, at: noon + Int64(number))], offset: nil) }
                flag.set()
            }
            group.addTask {
                while !flag.isSet {
                    try store.upkeep()
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            group.addTask {
                while !flag.isSet {
                    let numbers = try store.numbers()
                    #expect(numbers == Array(0..<numbers.count))
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.numbers() == Array(0..<1_500))
        store.close()
    }
}
