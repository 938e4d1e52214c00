import Foundation
import Model
import Partitions
import Synchronization
import TestSupport
import Testing
import TraceStore

/// Set once.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

@Suite("The trace store when things go wrong", .serialized)
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

    private static func numbers(_ store: TraceStore) throws -> [UInt64] {
        try store.search(SpanQuery(), SpanLimit()).hits.map(\.spanID.number).sorted()
    }

    private static func spans(_ numbers: Range<UInt64>) -> SpanBatch {
        SpanBatch(numbers.map { span($0, of: $0 / 4, at: noon + Int64($0)) })
    }

    @Test("has each span once when the process ends between the day's file and the tail")
    func endDuringSealing() throws {
        let store = try openStore(directory.path, time)
        try store.append(Self.spans(0..<35))
        store.close()
        // The tail as it was, beside the day's file as it is after sealing: that is what an end in between leaves.
        let target = try copy("early")
        defer { try? FileManager.default.removeItem(atPath: target) }
        let sealing = try openStore(directory.path, time) { $0.blockSpans = 10 }
        try sealing.upkeep()
        sealing.close()
        try FileManager.default.copyItem(
            atPath: directory.path + "/2026-11-23.sqlite", toPath: target + "/2026-11-23.sqlite")
        let again = try openStore(target, time) { $0.blockSpans = 10 }
        #expect(try Self.numbers(again) == Array(0..<35))
        try again.append(Self.spans(35..<36))
        time.advance(2 * hour)
        try again.upkeep()
        #expect(try Self.numbers(again) == Array(0..<36) && again.statistics.spans == 36)
        again.close()
    }

    @Test("has every acknowledged span after a copy of its files is opened, as after a kill")
    func kill() throws {
        let store = try openStore(directory.path, time) { $0.blockSpans = 20 }
        for batch in 0..<30 as Range<UInt64> {
            try store.append(Self.spans(batch * 5..<batch * 5 + 5))
            if batch % 5 == 4 { try store.upkeep() }
            if batch % 9 == 8 {
                let target = try copy("killed")
                defer { try? FileManager.default.removeItem(atPath: target) }
                let again = try openStore(target, time)
                #expect(try Self.numbers(again) == Array(0..<(batch + 1) * 5))
                again.close()
            }
        }
        store.close()
    }

    @Test("moves a damaged day aside, says so and serves the rest")
    func corruptDay() throws {
        let store = try openStore(directory.path, time)
        for age in [1, 0] as [Int64] { try store.append(SpanBatch([span(UInt64(age + 1), at: noon - age * day)])) }
        time.advance(2 * hour)
        try store.upkeep()
        store.close()
        let path = directory.path + "/2026-11-22.sqlite"
        try Data(repeating: 0x5a, count: 20_000).write(to: URL(filePath: path))
        let again = try openStore(directory.path, time)
        #expect(try Self.numbers(again) == [1])
        #expect(FileManager.default.fileExists(atPath: path + ".corrupt"))
        #expect(again.statistics.problems.contains { $0.contains(path) })
        again.close()
    }

    @Test("moves a damaged tail aside, says so and goes on")
    func corruptTail() throws {
        let store = try openStore(directory.path, time)
        try store.append(Self.spans(1..<2))
        time.advance(2 * hour)
        try store.upkeep()
        store.close()
        let path = directory.path + "/tail.sqlite"
        try Data(repeating: 0x5a, count: 20_000).write(to: URL(filePath: path))
        let again = try openStore(directory.path, time)
        try again.append(Self.spans(2..<3))
        #expect(try Self.numbers(again) == [1, 2])
        #expect(again.statistics.problems.contains { $0.contains(path) && $0.contains(".corrupt") })
        time.advance(2 * hour)
        try again.upkeep()
        #expect(try Self.numbers(again) == [1, 2])
        again.close()
    }

    @Test("tells of a damaged block or batch, leaves it out, and seals what comes behind it")
    func damage() throws {
        let store = try openStore(directory.path, time) { $0.blockSpans = 10 }
        try store.append(Self.spans(0..<12))
        try store.upkeep()
        try store.append(Self.spans(12..<15))
        try store.append(Self.spans(15..<20))
        store.close()
        for (name, sql) in [
            ("2026-11-23", "UPDATE block_data SET data = substr(data, 1, length(data) - 9) || x'010203040506070809'"),
            ("tail", "UPDATE batches SET data = substr(data, 1, 90) WHERE id = (SELECT min(id) FROM batches)"),
        ] {
            let connection = try SQLiteConnection(path: "\(directory.path)/\(name).sqlite")
            try connection.execute(sql)
            connection.close()
        }
        let again = try openStore(directory.path, time) { $0.blockSpans = 10 }
        #expect(try Self.numbers(again) == Array(15..<20))
        #expect(try again.trace(TraceID(high: 7, low: 4), spansMax: 10)?.spans.count == 4)
        #expect(try again.trace(TraceID(high: 7, low: 1), spansMax: 10) == nil)
        for name in ["2026-11-23.sqlite, block 1", "tail.sqlite, batch"] {
            #expect(again.statistics.problems.contains { $0.contains(name) }, "\(again.statistics.problems)")
        }
        time.advance(2 * hour)
        try again.upkeep()
        #expect(try Self.numbers(again) == Array(15..<20) && again.statistics.unsealedSpans == 0)
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
        let store = try openStore(mount + "/traces", time)
        var number: UInt64 = 0
        var failure: StoreError?
        while failure == nil, number < 400 {
            var noisy = (number..<number + 2).map { span($0, of: $0, at: noon + Int64($0)) }
            noisy[0].attributes = [SpanAttribute("noise", .string(String(repeating: "x", count: 20_000)))]
            do {
                try store.append(SpanBatch(noisy))
                number += 2
            } catch let error as StoreError {
                failure = error
            }
        }
        #expect(failure?.code == .diskFull, "\(failure?.description ?? "no failure")")
        #expect(try Self.numbers(store) == Array(0..<number))
        #expect(store.statistics.failedAppends == 1)
        #expect(run("/usr/bin/mount", "-o", "remount,size=8m", mount))
        try store.append(Self.spans(number..<number + 1))
        #expect(try Self.numbers(store) == Array(0...number))
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try Self.numbers(store) == Array(0...number) && store.statistics.unsealedSpans == 0)
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

    @Test("shows each span once to readers while it is written and sealed")
    func concurrency() async throws {
        let store = try openStore(directory.path, time) { $0.blockSpans = 50 }
        let flag = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<600 as Range<UInt64> { try store.append(Self.spans(number..<number + 1)) }
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
                    let found = try Self.numbers(store)
                    #expect(found == Array(0..<UInt64(found.count)))
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(try Self.numbers(store) == Array(0..<600))
        #expect(store.statistics.problems == [])
        store.close()
    }
}
