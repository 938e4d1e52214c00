import Foundation
import Model
import Partitions
import Testing

@Suite("Files a day")
struct DayPartitionsTests {
    let directory: TemporaryDirectory
    let day = UTCDay(containing: 1_795_435_200_000)

    init() throws { directory = try TemporaryDirectory() }

    private func open(version: Int = 1) throws -> DayPartitions {
        try DayPartitions(
            directory: directory.path + "/logs", schema: "CREATE TABLE t(a BLOB)", schemaVersion: version,
            options: SQLiteOptions(journal: .rollback))
    }

    private func fill(_ partitions: DayPartitions, _ day: UTCDay, bytes: Int) throws {
        try partitions.databaseMakingIfAbsent(for: day).withConnection { connection in
            try connection.execute("INSERT INTO t(a) VALUES (randomblob(\(bytes)))")
        }
    }

    @Test("are made at need, found again and dropped by age")
    func lifeCycle() throws {
        var partitions = try open()
        #expect(partitions.days.isEmpty)
        #expect(try partitions.database(for: day) == nil)
        for back in [0, 2, 1] { try fill(partitions, day.advanced(by: -back), bytes: 10) }
        #expect(partitions.days.map(\.name) == ["2026-11-21", "2026-11-22", "2026-11-23"])
        #expect(FileManager.default.fileExists(atPath: directory.path + "/logs/2026-11-23.sqlite"))
        partitions.close()
        #expect(throws: StorageError.self) { try partitions.database(for: day) }
        partitions = try open()
        #expect(partitions.days.count == 3)
        #expect(try partitions.drop(endingBefore: day.range.start - 1).map(\.name) == ["2026-11-21"])
        #expect(try partitions.drop(endingBefore: day.range.start).map(\.name) == ["2026-11-22"])
        #expect(partitions.days == [day] && partitions.size == partitions.size(of: day))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/logs") == ["2026-11-23.sqlite"])
        partitions.close()
    }

    @Test("are dropped by size, the oldest first, but never the last")
    func sizeCap() throws {
        let partitions = try open()
        for back in 0..<4 { try fill(partitions, day.advanced(by: -back), bytes: 100_000) }
        let one = partitions.size(of: day)
        #expect(one > 100_000)
        var result = try partitions.drop(toFit: one * 3, besides: one)
        #expect(result.dropped.map(\.name) == ["2026-11-20", "2026-11-21"] && result.fits)
        result = try partitions.drop(toFit: 1)
        #expect(result.dropped.map(\.name) == ["2026-11-22"] && !result.fits)
        #expect(partitions.days == [day])
        partitions.close()
    }

    @Test("that are damaged are moved aside and reported, and the rest serves")
    func quarantine() throws {
        var partitions = try open()
        for back in 0..<2 { try fill(partitions, day.advanced(by: -back), bytes: 10) }
        partitions.close()
        try Data("rubbish, but enough of it to be read as a header".utf8)
            .write(to: URL(fileURLWithPath: partitions.path(of: day)))
        partitions = try open()
        #expect(try partitions.database(for: day) == nil)
        #expect(partitions.days == [day.advanced(by: -1)])
        #expect(partitions.problems.count == 1 && partitions.problems[0].code == .corrupt)
        #expect(partitions.problems[0].description.contains("2026-11-23.sqlite.corrupt"))
        #expect(try partitions.database(for: day.advanced(by: -1)) != nil)
        // The day can be written to again; damage found while reading moves it aside under another name.
        try fill(partitions, day, bytes: 10)
        try partitions.quarantine(day, because: StorageError(.corrupt, action: "read", path: "x", cause: "test"))
        #expect(FileManager.default.fileExists(atPath: partitions.path(of: day) + ".corrupt-2"))
        #expect(try partitions.database(for: day) == nil && partitions.problems.count == 2)
        partitions.close()
    }

    @Test("of a newer program are refused, not moved")
    func newerSchema() throws {
        var partitions = try open(version: 2)
        try fill(partitions, day, bytes: 10)
        partitions.close()
        partitions = try open(version: 1)
        let error = #expect(throws: StorageError.self) { try partitions.database(for: day) }
        #expect(error?.code == .tooNew && partitions.days == [day])
        partitions.close()
    }

    @Test("is free as soon as it is given free, though a process that is being started has its descriptors still")
    func inherited() throws {
        let directory = try TemporaryDirectory()
        let lock = try DirectoryLock(directory: directory.path)
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        let held = try #require(
            descriptors.first {
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
                return target == directory.path + "/lock"
            })
        let inherited = dup(held)
        defer { close(inherited) }
        lock.release()
        try DirectoryLock(directory: directory.path).release()
    }

    @Test("lie in a directory that only one holds")
    func lock() throws {
        let path = directory.path + "/deep/data"
        let lock = try DirectoryLock(directory: path)
        let error = #expect(throws: StorageError.self) { try DirectoryLock(directory: path) }
        #expect(error?.code == .inUse)
        #expect(
            error?.description.contains("another process (\(ProcessInfo.processInfo.processIdentifier)) has it open")
                == true)
        lock.release()
        try DirectoryLock(directory: path).release()
    }

    @Test("and the tail's generations follow one another")
    func generations() throws {
        let files = RotatingFiles(directory: directory.path)
        #expect(files.path(of: 17).hasSuffix("/tail-00000017.sqlite"))
        for generation in [3, 1, 12] { try SQLiteConnection(path: files.path(of: generation)).close() }
        try Data().write(to: URL(fileURLWithPath: directory.path + "/tail-x.sqlite"))
        #expect(try files.generations() == [1, 3, 12])
        try files.remove(3)
        try files.remove(3)
        #expect(try files.generations() == [1, 12])
    }
}
