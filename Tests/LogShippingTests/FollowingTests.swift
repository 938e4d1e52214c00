import Base
import Foundation
import Listening
import LogShipping
import Model
import Patterns
import TestSupport
import Testing

@Suite("Following files")
struct FollowingTests {
    let directory: TemporaryDirectory
    let path: String
    let sink = MemoryAppender()

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/app.log"
    }

    @Test("ships each line once over restarts, and a line only when it is complete")
    func restart() async throws {
        let sink = sink
        let config = input(directory.path + "/*.log")
        try append(lines(0..<5) + "half", to: path)
        try await shipper(config, sink).run { sink.messages.count >= 5 }
        #expect(sink.messages == names(0..<5))
        try append(" a line\r\n" + lines(5..<8), to: path)
        try await shipper(config, sink, sink.offsets).run { sink.messages.count >= 9 }
        try await shipper(config, sink, sink.offsets).runForAWhile()
        #expect(sink.messages == names(0..<5) + ["half a line"] + names(5..<8))
        let offsets = sink.events.map { $0.fields["log.offset"] }
        #expect(offsets.prefix(3) == [.integer(0), .integer(7), .integer(14)])
    }

    @Test("finishes a renamed file and begins the new one", arguments: [false, true])
    func renaming(_ isDown: Bool) async throws {
        let sink = sink
        let config = input(directory.path + "/*.log")
        try append(lines(0..<3), to: path)
        let first = shipper(config, sink)
        let rotate = { [path] in
            try append(lines(3..<5), to: path)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try append(lines(5..<7), to: path)
            // The program writes to the old file a little longer.
            try append(lines(7..<8), to: path + ".1")
        }
        if isDown {
            try await first.run { sink.messages.count >= 3 }
            try rotate()
            try await shipper(config, sink, sink.offsets).run { sink.messages.count >= 8 }
        } else {
            let task = Task { await first.run() }
            _ = try await eventually("three lines") { sink.messages.count >= 3 ? true : nil }
            try rotate()
            _ = try await eventually("eight lines") { sink.messages.count >= 8 ? true : nil }
            task.cancel()
            await task.value
        }
        try await shipper(config, sink, sink.offsets).runForAWhile()
        #expect(sink.messages.sorted() == names(0..<8))
    }

    @Test("begins again when a file was cut to nothing, also when it has grown past its old size", arguments: [2, 40])
    func truncation(_ count: Int) async throws {
        let sink = sink
        try append(lines(0..<10), to: path)
        let shipper = shipper(input(directory.path + "/*.log"), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("ten lines") { sink.messages.count >= 10 ? true : nil }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(lines(100..<(100 + count)).utf8))
        _ = try await eventually("new lines") { sink.messages.count >= 10 + count ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages == names(0..<10) + names(100..<(100 + count)))
        // What was read before the cut is kept for a while: a copy may be found.
        #expect(sink.offsets.count { $0.offset == lines(100..<(100 + count)).utf8.count } == 1)
    }

    @Test("reads a new file with the inode of a removed one from its beginning")
    func inodeReuse() async throws {
        let sink = sink
        let config = input(directory.path + "/*.log")
        try append(lines(0..<4), to: path)
        try await shipper(config, sink).run { sink.messages.count >= 4 }
        // The same inode with other contents: what a file system gives that hands out inodes again.
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(lines(50..<60).utf8))
        try await shipper(config, sink, sink.offsets).run { sink.messages.count >= 14 }
        #expect(sink.messages == names(0..<4) + names(50..<60))
    }

    @Test("closes quiet files and goes on when they grow")
    func inactivity() async throws {
        let sink = sink
        try append(lines(0..<2), to: path)
        let shipper = shipper(input(directory.path + "/*.log") { $0.closeInactive = .milliseconds(300) }, sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the file to be closed") {
            sink.messages.count == 2 && shipper.snapshot().first?.files == 0 ? true : nil
        }
        try append(lines(2..<4), to: path)
        _ = try await eventually("all lines") { sink.messages.count >= 4 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages == names(0..<4))
    }

    @Test("finds files by patterns, with folders at any depth, but those that are excluded")
    func globs() async throws {
        let sink = sink
        for name in ["a.log", "x/b.log", "x/y/z/c.log", "x/d.txt", "x/skip.log", "e1.out", "e2.out", "e3.out"] {
            try directory.write(name, name + "\n")
        }
        let config = try input(directory.path + "/**/*.log", directory.path + "/e[12].out", directory.path + "/a.log") {
            $0.excludeFiles = [try Pattern("skip")]
        }
        try await shipper(config, sink).run { sink.messages.count >= 5 }
        #expect(sink.messages.sorted() == ["a.log", "e1.out", "e2.out", "x/b.log", "x/y/z/c.log"])
    }

    @Test("holds lines back while the disk is full, and ships each once afterwards")
    func fullDisk() async throws {
        let sink = sink
        sink.fail(true)
        try append(lines(0..<3), to: path)
        let shipper = shipper(input(directory.path + "/*.log"), sink)
        let task = Task { await shipper.run() }
        let error = try await eventually("an error in the status") { shipper.snapshot().first?.lastError }
        #expect(error.contains("disk full"))
        try append(lines(3..<6), to: path)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try append(lines(6..<7), to: path)
        try await Task.sleep(for: .milliseconds(600))
        sink.fail(false)
        _ = try await eventually("all lines") { sink.messages.count >= 7 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages.sorted() == names(0..<7))
        let status = try #require(shipper.snapshot().first)
        #expect(status.lastError == nil && status.counts.events == 7 && status.counts.lines == 7 && status.files == 0)
    }

    @Test("says which file it may not read, and why", .enabled(if: getuid() != 0, "root may read every file"))
    func unreadable() async throws {
        try append(lines(0..<1), to: path)
        chmod(path, 0)
        let shipper = shipper(input(directory.path + "/*.log"), sink)
        try await shipper.runForAWhile()
        #expect(shipper.snapshot().first?.lastError?.contains("cannot open \(path)") == true)
    }

    @Test("takes new settings without losing or doubling lines")
    func update() async throws {
        let sink = sink
        try append(lines(0..<3), to: path)
        let shipper = shipper(input(directory.path + "/*.log"), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("three lines") { sink.messages.count >= 3 ? true : nil }
        shipper.update(input(directory.path + "/*.log") { $0.tags = ["new"] })
        try append(lines(3..<6), to: path)
        _ = try await eventually("six lines") { sink.messages.count >= 6 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages == names(0..<6))
        #expect(sink.events.last?.fields["tags"] == .array([.string("new")]))
    }

    @Test("goes on in its files when an input without a name of its own gets another path")
    func addedPath() async throws {
        let sink = sink
        func config(_ paths: [String]) -> FilebeatConfig {
            var config = input(paths[0])
            config.inputs[0].paths = paths
            config.inputs[0].id = FilebeatInput.name(of: config.inputs[0].kind, paths: paths)
            return config
        }
        try append(lines(0..<3), to: path)
        try await shipper(config([path]), sink).run { sink.messages.count >= 3 }
        let other = directory.path + "/other.txt"
        try append(lines(3..<5), to: other)
        try await shipper(config([path, other]), sink, sink.offsets).run { sink.messages.count >= 5 }
        try await shipper(config([path, other]), sink, sink.offsets).runForAWhile()
        #expect(sink.messages == names(0..<5) && sink.offsets.count == 2)
    }

    @Test("starts at the end of files that are there, if asked to")
    func tailFiles() async throws {
        let sink = sink
        try append(lines(0..<3), to: path)
        let shipper = shipper(input(directory.path + "/*.log") { $0.tailFiles = true }, sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the offset") { sink.offsets.isEmpty ? nil : true }
        try append(lines(3..<5), to: path)
        _ = try await eventually("new lines") { sink.messages.count >= 2 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages == names(3..<5))
    }
}
