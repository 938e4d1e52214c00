import Foundation
import Model
import TestSupport
import Testing

@testable import LogShipping

/// What logrotate's `copytruncate` does: copies the file, then cuts it to nothing.
@Suite("Files that are copied and cut")
struct CopyTests {
    /// A beginning that all logs have, longer than what a file is first known by.
    static let banner = (0..<60).map { "banner \($0) of a recorder, the same in every log\n" }.joined()
    static let bannerLines = 60

    let directory: TemporaryDirectory
    let path: String
    let sink = MemoryAppender()

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/cam-1.log"
    }

    private func cut(_ path: String, _ text: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    private func expect(_ shipped: [String], _ ranges: [Range<Int>], banners: Int) {
        #expect(shipped.filter { $0.hasPrefix("banner") }.count == banners * Self.bannerLines)
        #expect(shipped.filter { $0.hasPrefix("line") }.sorted() == ranges.flatMap(names).sorted())
    }

    @Test("are read once where the original was renamed before, and its new name is all that a killed run has kept")
    func moved() throws {
        func shipper() -> SteppedShipper { SteppedShipper(input(directory.path + "/*.log*"), sink, sink.offsets) }
        try append(Self.banner + lines(0..<5), to: path)
        let killed = shipper()
        killed.pass()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        for _ in 0..<3 { killed.pass(12_000) }
        #expect(sink.offsets.map(\.path) == [path + ".1"])
        // The program had it open, and what rotates has no other numbers left.
        try append(lines(5..<8), to: path + ".1")
        try FileManager.default.copyItem(atPath: path + ".1", toPath: path + ".2")
        try cut(path + ".1", "")
        try append(Self.banner + lines(100..<110), to: path)
        let next = shipper()
        for _ in 0..<20 { next.pass(2_000) }
        expect(sink.messages, [0..<8, 100..<110], banners: 2)
    }

    @Test(
        "are known by what was read of the original, though a file that has its inode and beginning is read before",
        arguments: 1...8)
    func inodeUsedAgain(_ passes: Int) throws {
        let config = input(directory.path + "/*.log*")
        let first = SteppedShipper(config, sink)
        let (former, other) = (directory.path + "/cam-1.log.1", directory.path + "/cam-2.log")
        try append(Self.banner + lines(0..<20), to: path)
        first.pass()
        try FileManager.default.moveItem(atPath: path, toPath: former)
        try append(Self.banner + lines(200..<210), to: path)
        for _ in 0..<3 { first.pass(12_000) }
        // It is compressed, and another file has its inode.
        try FileManager.default.copyItem(atPath: former, toPath: former + ".gz")
        try FileManager.default.removeItem(atPath: former)
        try append(Self.banner + lines(100..<105), to: other)
        let inode = try #require(FileState(path: other)).number.inode
        sink.replace(
            sink.offsets.map { offset in
                guard offset.path == former else { return offset }
                var parts = offset.source.split(separator: "-", omittingEmptySubsequences: false)
                parts[parts.count - 3] = "\(inode)"
                return TailOffset(
                    source: parts.joined(separator: "-"), path: offset.path, offset: offset.offset,
                    checksum: offset.checksum)
            })
        let killed = ShippingEngine(
            appender: sink, offsets: sink.offsets, metadata: HostMetadata(hostName: "host-1", version: "1"))
        killed.update(config)
        for pass in 0..<passes { _ = killed.pass(now: first.now + Int64(pass) * 100) }
        for _ in 0..<2 {
            let next = SteppedShipper(config, sink, sink.offsets)
            for _ in 0..<20 { next.pass(2_000) }
        }
        expect(sink.messages, [0..<20, 100..<105, 200..<210], banners: 3)
    }

    @Test(
        "are read once, with the lines that only the copy has",
        arguments: [
            (name: "cam-1.log.1", pattern: "*.log*", isDown: false),
            (name: "cam-1.log.1", pattern: "*.log*", isDown: true),
            (name: "cam-1.log.1", pattern: "*.log", isDown: false),
            (name: "cam-1-20261126.log", pattern: "*.log", isDown: false),
            (name: "cam-1-20261126.log", pattern: "*.log", isDown: true),
            (name: "old/cam-1.log", pattern: "**/*.log", isDown: false),
        ])
    func copied(_ name: String, _ pattern: String, _ isDown: Bool) async throws {
        let sink = sink
        let config = input(directory.path + "/" + pattern)
        try FileManager.default.createDirectory(
            atPath: directory.path + "/old", withIntermediateDirectories: true)
        try append(Self.banner + lines(0..<5), to: path)
        let first = shipper(config, sink)
        let rotate = { [path, directory] in
            try append(lines(5..<8), to: path)
            try FileManager.default.copyItem(atPath: path, toPath: directory.path + "/" + name)
            // The recorder begins again as it always does, and soon has written more than before.
            try self.cut(path, Self.banner + lines(100..<140))
        }
        let wanted = 2 * Self.bannerLines + 48
        if isDown {
            try await first.run { sink.messages.count >= Self.bannerLines + 5 }
            try rotate()
            try await shipper(config, sink, sink.offsets).run { sink.messages.count >= wanted }
        } else {
            let task = Task { await first.run() }
            _ = try await eventually("the first lines") { sink.messages.count >= Self.bannerLines + 5 ? true : nil }
            try rotate()
            _ = try await eventually("all lines") { sink.messages.count >= wanted ? true : nil }
            task.cancel()
            await task.value
        }
        try await shipper(config, sink, sink.offsets).runForAWhile(.milliseconds(1_500))
        expect(sink.messages, [0..<8, 100..<140], banners: 2)
    }

    @Test("a log that begins like another one is no copy of it", arguments: [0, 5])
    func alike(_ count: Int) async throws {
        let sink = sink
        let config = input(directory.path + "/*.log")
        try append(Self.banner + lines(0..<count), to: path)
        let shipper = shipper(config, sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first log") { sink.messages.count >= Self.bannerLines + count ? true : nil }
        // One of a camera with a name of its own, and one whose name looks like that of a copy.
        try append(Self.banner + lines(10..<12), to: directory.path + "/cam-2.log")
        try append(Self.banner + lines(20..<22), to: directory.path + "/cam-1-b.log")
        _ = try await eventually("all logs", within: .seconds(30)) {
            sink.messages.count >= 3 * Self.bannerLines + count + 4 ? true : nil
        }
        task.cancel()
        await task.value
        expect(sink.messages, [0..<count, 10..<12, 20..<22], banners: 3)
    }

    @Test("a copy that grows while it is looked at is not taken for a new file")
    func slowCopy() async throws {
        let sink = sink
        try append(lines(0..<200), to: path)
        let config = input(directory.path + "/*.log*")
        let shipper = shipper(config, sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first lines") { sink.messages.count >= 200 ? true : nil }
        let text = Array(lines(0..<200).utf8)
        for part in [0..<1, 1..<700, 700..<text.count] {
            try append(String(decoding: text[part], as: UTF8.self), to: path + ".1")
            try await Task.sleep(for: .milliseconds(400))
        }
        try cut(path, lines(200..<210))
        _ = try await eventually("the new lines") { sink.messages.count >= 210 ? true : nil }
        task.cancel()
        await task.value
        try await LogShippingTests.shipper(config, sink, sink.offsets).runForAWhile(.milliseconds(1_500))
        expect(sink.messages, [0..<210], banners: 0)
    }

    @Test("a line that is written over before it ends does not make the file another one")
    func writtenOver() async throws {
        let sink = sink
        try append(lines(0..<5) + "frame=   1", to: path)
        let shipper = shipper(input(directory.path + "/*.log"), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first lines") { sink.messages.count >= 5 ? true : nil }
        try await Task.sleep(for: .milliseconds(300))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seek(toOffset: UInt64(lines(0..<5).utf8.count))
        try handle.write(contentsOf: Data(("frame=  22\n" + lines(5..<7)).utf8))
        _ = try await eventually("the next lines") { sink.messages.contains("line 6") ? true : nil }
        task.cancel()
        await task.value
        expect(sink.messages, [0..<7], banners: 0)
    }

    @Test("a file that was cut and has grown by as many bytes is read again")
    func sameSize() async throws {
        let sink = sink
        try append(Self.banner + lines(10..<20), to: path)
        let shipper = shipper(input(directory.path + "/*.log"), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first lines") { sink.messages.count >= Self.bannerLines + 10 ? true : nil }
        try cut(path, Self.banner + lines(50..<60))
        _ = try await eventually("the new lines") { sink.messages.count >= 2 * (Self.bannerLines + 10) ? true : nil }
        task.cancel()
        await task.value
        expect(sink.messages, [10..<20, 50..<60], banners: 2)
    }
}
