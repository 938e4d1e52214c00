import Foundation
import Listening
import Model
import Patterns
import TestSupport
import Testing

@testable import LogShipping

/// A shipper that looks when it is told to.
final class SteppedShipper {
    let sink: MemoryAppender
    private let engine: ShippingEngine
    private(set) var now: Int64 = 1_790_000_000_000

    init(_ config: FilebeatConfig, _ sink: MemoryAppender, _ offsets: [TailOffset] = []) {
        self.sink = sink
        engine = ShippingEngine(
            appender: sink, offsets: offsets, metadata: HostMetadata(hostName: "host-1", version: "1"))
        engine.update(config)
    }

    /// Lets time pass, with looks in it.
    func pass(_ milliseconds: Int64 = 1_000) {
        for _ in 0..<4 {
            now += milliseconds / 4
            var looks = 0
            while engine.pass(now: now), looks < 200 { looks += 1 }
        }
    }

    func finish() { engine.finish(now: now) }

    var status: LogInputStatus? { engine.statuses.first }
}

@Suite("Files that rotate")
struct RotationTests {
    let directory: TemporaryDirectory
    let path: String
    let sink = MemoryAppender()

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/app.log"
    }

    private func gzip(_ path: String, keeps: Bool = false) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = (keeps ? ["-k"] : []) + [path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func shipper(_ pattern: String = "*.log*", _ change: (inout FilebeatInput) -> Void = { _ in })
        -> SteppedShipper
    {
        SteppedShipper(input(directory.path + "/" + pattern, change: change), sink, sink.offsets)
    }

    private func copyAndCut(_ copy: String, _ text: String = "") throws {
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        truncate(path, 0)
        if !text.isEmpty { try append(text, to: path) }
    }

    // MARK: Compressed files

    @Test("compressed files are read as their text, each line once, while they are written too")
    func compressed() throws {
        try append(lines(0..<2_000), to: path)
        try gzip(path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path + ".gz"))
        try FileManager.default.removeItem(atPath: path + ".gz")
        let shipper = shipper()
        for piece in [0..<1, 1..<2, 2..<500, 500..<whole.count - 3, whole.count - 3..<whole.count] {
            let handle = FileHandle(forWritingAtPath: path + ".gz")
            if let handle {
                try handle.seekToEnd()
                try handle.write(contentsOf: whole[piece])
                try handle.close()
            } else {
                try whole[piece].write(to: URL(fileURLWithPath: path + ".gz"))
            }
            shipper.pass()
        }
        #expect(sink.messages == names(0..<2_000))
        // Two members are one text, and zeros behind it are nothing.
        let second = directory.path + "/second"
        try append(lines(2_000..<2_010), to: second)
        try gzip(second)
        let handle = try #require(FileHandle(forWritingAtPath: path + ".gz"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: second + ".gz")) + Data(count: 600))
        try handle.close()
        shipper.pass()
        #expect(sink.messages == names(0..<2_010))
        self.shipper().pass(30_000)
        #expect(sink.messages == names(0..<2_010))
    }

    @Test("what gzip makes of a file that was read is known as that file", arguments: [false, true], [false, true])
    func compressedAfterwards(_ keeps: Bool, _ isDown: Bool) throws {
        try append(lines(0..<500), to: path + ".1")
        var shipper = shipper()
        shipper.pass()
        if isDown { shipper.finish() }
        try append(lines(500..<510), to: path + ".1")
        try gzip(path + ".1", keeps: keeps)
        if isDown { shipper = self.shipper() }
        for _ in 0..<20 { shipper.pass(2_000) }
        #expect(sink.messages == names(0..<510))
    }

    @Test("the rest of a file that was compressed to a name that no pattern has is read")
    func compressedBeside() throws {
        try append(lines(0..<500), to: path)
        let first = shipper("*.log")
        first.pass()
        first.finish()
        try append(lines(500..<520), to: path)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try gzip(path + ".1")
        try append(lines(600..<610), to: path)
        let second = shipper("*.log")
        for _ in 0..<5 { second.pass(2_000) }
        #expect(sink.messages.sorted() == (names(0..<520) + names(600..<610)).sorted())
    }

    @Test("a compressed file that is damaged gives what stands in front of the damage, and says so")
    func damaged() throws {
        try append(lines(0..<5_000), to: path)
        try gzip(path)
        let handle = try #require(FileHandle(forUpdatingAtPath: path + ".gz"))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: size / 2)
        try handle.write(contentsOf: Data(repeating: 0x55, count: 64))
        try handle.close()
        let shipper = shipper()
        shipper.pass()
        // What the damage itself looks like cannot be told from text.
        #expect(sink.messages.prefix(100).elementsEqual(names(0..<100)))
        #expect(shipper.status?.lastError?.contains("app.log.gz") == true)
        #expect(shipper.status?.lastError?.contains("damaged") == true)
    }

    // MARK: Copies

    @Test(
        "a copy of a file that goes on is not read again",
        arguments: ["app.log.bak", "app.log.1", "app-20261128.log", "app.log.old.gz", "old/app.log"])
    func copied(_ name: String) throws {
        try append(lines(0..<300), to: path)
        let shipper = shipper("**/*.log*")
        shipper.pass()
        let copy = directory.path + "/" + name
        try FileManager.default.createDirectory(atPath: directory.path + "/old", withIntermediateDirectories: true)
        if name.hasSuffix(".gz") {
            let plain = String(copy.dropLast(3))
            try FileManager.default.copyItem(atPath: path, toPath: plain)
            try gzip(plain)
        } else {
            try FileManager.default.copyItem(atPath: path, toPath: copy)
        }
        shipper.pass()
        try append(lines(300..<310), to: path)
        for _ in 0..<15 { shipper.pass() }
        #expect(sink.messages == names(0..<310))
        let next = self.shipper("**/*.log*")
        for _ in 0..<15 { next.pass() }
        #expect(sink.messages == names(0..<310))
    }

    @Test("a live log is no copy of what was rotated away from it, though it begins alike", arguments: [0, 30])
    func liveLog(_ count: Int) throws {
        try append(CopyTests.banner + lines(0..<count), to: path + ".1")
        let shipper = shipper()
        shipper.pass()
        try append(CopyTests.banner, to: path)
        shipper.pass()
        #expect(sink.messages.count == 2 * CopyTests.bannerLines + count)
    }

    @Test("forty logs that begin with the same 4 kB are forty logs")
    func fortyAlike() throws {
        let banner = (0..<90).map { "the same line \($0) in the log of each of the recorders\n" }.joined()
        let shipper = shipper()
        for camera in 0..<40 { try append(banner, to: directory.path + "/cam-\(camera).log") }
        shipper.pass()
        for camera in 0..<40 { try append("camera \(camera)\n", to: directory.path + "/cam-\(camera).log") }
        shipper.pass()
        // Their successors too.
        for camera in 0..<40 {
            let log = directory.path + "/cam-\(camera).log"
            try FileManager.default.copyItem(atPath: log, toPath: log + ".1")
            truncate(log, 0)
            try append(banner + "camera \(camera) again\n", to: log)
        }
        for _ in 0..<15 { shipper.pass() }
        let messages = sink.messages
        #expect(messages.filter { $0.hasPrefix("the same") }.count == 2 * 40 * 90)
        #expect(Set(messages.filter { $0.hasPrefix("camera") }).count == 80)
        #expect(messages.count == 2 * 40 * 91)
    }

    @Test(
        "a log that grows beside one that was renamed away is read at once, though its name has that one's in its own")
    func neighbour() throws {
        let neighbour = directory.path + "/app-error.log"
        try append(CopyTests.banner + lines(0..<5), to: path)
        try append(CopyTests.banner, to: neighbour)
        let shipper = shipper("*.log") { $0.closeInactive = .seconds(2) }
        shipper.pass(8_000)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try append(CopyTests.banner, to: path)
        shipper.pass(8_000)
        for number in 10..<20 {
            try append(lines(number..<(number + 1)), to: neighbour)
            shipper.pass(1_000)
            #expect(sink.messages.last == "line \(number)")
        }
        #expect(sink.messages.count == 3 * CopyTests.bannerLines + 15)
    }

    @Test("of a copy that no pattern names only the rest is read, and at once", arguments: [1_000, 60_000])
    func copyBeside(_ count: Int) throws {
        let row = String(repeating: "z", count: 1_000)
        try append((0..<count).map { "\($0) \(row)\n" }.joined(), to: path)
        let shipper = shipper("*.log")
        for _ in 0..<30 { shipper.pass() }
        try #require(sink.messages.count == count)
        try append(lines(0..<3), to: path)
        try copyAndCut(path + ".1", lines(3..<5))
        for _ in 0..<4 { shipper.pass() }
        #expect(sink.messages.suffix(5).sorted() == names(0..<5))
        #expect(sink.messages.count == count + 5)
    }

    @Test("of a copy only the rest is read, however many bytes were read before")
    func largeCopy() throws {
        let row = String(repeating: "y", count: 1_000)
        try append((0..<80_000).map { "\($0) \(row)\n" }.joined(), to: path)
        let shipper = shipper()
        for _ in 0..<40 { shipper.pass() }
        try #require(sink.messages.count == 80_000)
        try append(lines(0..<3), to: path)
        try copyAndCut(path + ".1", lines(3..<5))
        for _ in 0..<6 { shipper.pass() }
        #expect(sink.messages.count == 80_005)
        #expect(sink.messages.suffix(5).sorted() == names(0..<5))
    }

    @Test("a rotation in the middle of an event of several lines", arguments: [true, false])
    func multiline(_ isCopied: Bool) throws {
        var multiline = FilebeatInput.Multiline(pattern: try Pattern("^event"), match: .after)
        multiline.negate = true
        let settings = multiline
        let shipper = shipper { $0.multiline = settings }
        try append("event 1\n  more of 1\nevent 2\n  more of 2\n", to: path)
        shipper.pass()
        try append("  still 2\n", to: path)
        if isCopied {
            try copyAndCut(path + ".1")
        } else {
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        }
        try append("event 3\n", to: path)
        for _ in 0..<20 { shipper.pass() }
        #expect(sink.messages.sorted() == ["event 1\n  more of 1", "event 2\n  more of 2\n  still 2", "event 3"])
    }

    // MARK: Identity

    @Test("a file whose device has another number after a restart goes on where it was", arguments: [false, true])
    func device(_ isRenamed: Bool) throws {
        try append(lines(0..<50), to: path)
        let first = shipper()
        first.pass()
        first.finish()
        let moved = sink.offsets.map {
            let key = FileKey(source: $0.source, input: "test-input")
            let other = key.map {
                FileKey(
                    number: FileNumber(device: $0.number.device + 7, inode: $0.number.inode),
                    fingerprint: $0.fingerprint)
            }
            return TailOffset(
                source: other?.source(input: "test-input") ?? "", path: $0.path, offset: $0.offset,
                checksum: $0.checksum)
        }
        sink.replace(moved)
        try append(lines(50..<60), to: path)
        if isRenamed {
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try append(lines(60..<70), to: path)
        }
        let second = shipper()
        for _ in 0..<5 { second.pass() }
        #expect(sink.messages.sorted() == names(0..<(isRenamed ? 70 : 60)).sorted())
        // Of the former number nothing is kept once no copy is waited for.
        for _ in 0..<2 { second.pass(60_000) }
        #expect(sink.offsets.count == (isRenamed ? 2 : 1))
    }

    @Test("a folder that cannot be looked into for a while makes nothing be read again")
    func unreadableFolder() throws {
        let setUser = try #require(FileSystemUser(), "the C library has no setfsuid")
        if getuid() != 0 { try Test.cancel("only root can act as another user") }
        try FileManager.default.createDirectory(atPath: directory.path + "/logs", withIntermediateDirectories: true)
        let log = directory.path + "/logs/app.log"
        try append(lines(0..<5), to: log)
        chmod(directory.path, 0o755)
        let shipper = SteppedShipper(
            input(directory.path + "/logs/*.log") { $0.closeInactive = .milliseconds(500) }, sink)
        shipper.pass(5_000)
        try #require(sink.messages.count == 5 && shipper.status?.files == 0)
        chmod(directory.path + "/logs", 0o700)
        setUser(65_534)
        shipper.pass(5_000)
        let told = shipper.status?.lastError
        setUser(0)
        #expect(told?.contains("cannot look into \(directory.path)/logs") == true)
        try append(lines(5..<8), to: log)
        shipper.pass(5_000)
        #expect(sink.messages == names(0..<8))
        #expect(sink.offsets.count == 1)
    }

    /// Acts as another user for the files of the calling thread, as a share does that refuses root.
    private struct FileSystemUser {
        private let function: @convention(c) (UInt32) -> Int32

        init?() {
            guard let symbol = dlsym(nil, "setfsuid") else { return nil }
            function = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
        }

        func callAsFunction(_ user: UInt32) { _ = function(user) }
    }

    private static let banner = (0..<40).map { "banner \($0), the same in the logs of all recorders\n" }.joined()

    /// Puts another text into a file that is there, as where an inode is used again.
    private func overwrite(_ path: String, _ text: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test("a log with the inode of a compressed file, and the same beginning, is read as a whole")
    func inodeOfCompressed() throws {
        try append(Self.banner + lines(0..<50), to: path + ".1")
        try gzip(path + ".1")
        let shipper = shipper()
        for _ in 0..<3 { shipper.pass() }
        try #require(sink.messages.suffix(50) == names(0..<50)[...])
        try overwrite(path + ".1.gz", Self.banner + lines(100..<300))
        try FileManager.default.moveItem(atPath: path + ".1.gz", toPath: path)
        for _ in 0..<20 { shipper.pass() }
        #expect(sink.messages.suffix(200) == names(100..<300)[...])
        #expect(sink.messages.count == 40 + 50 + 40 + 200)
    }

    @Test("a copy that was made while a server stopped twice is known, also with the inode of another file")
    func copyOverTwoStops() throws {
        try append(lines(0..<50), to: path)
        try append(lines(100..<300), to: path + ".4")
        let first = shipper()
        first.pass()
        first.finish()
        try FileManager.default.moveItem(atPath: path + ".4", toPath: path + ".1")
        try overwrite(path + ".1", lines(0..<55))
        try overwrite(path, lines(55..<57))
        // It sees the cut, and has no time for more.
        let second = shipper { $0.harvesterLimit = 1 }
        second.pass(4)
        second.finish()
        let third = shipper()
        for _ in 0..<20 { third.pass(2_000) }
        #expect(sink.messages.sorted() == (names(0..<57) + names(100..<300)).sorted())
    }

    @Test("a line whose end came while the disk was full, and whose file was cut meanwhile, is one event")
    func halfLineOnFullDisk() throws {
        try append(lines(0..<3) + "half ", to: path)
        sink.fail(true)
        let shipper = shipper { $0.closeInactive = .seconds(2) }
        shipper.pass()
        try append("of a line\n", to: path)
        shipper.pass()
        try copyAndCut(path + ".1", lines(5..<7))
        for _ in 0..<5 { shipper.pass(4_000) }
        sink.fail(false)
        for _ in 0..<20 { shipper.pass() }
        #expect(sink.messages.sorted() == (names(0..<3) + names(5..<7) + ["half of a line"]).sorted())
    }

    @Test("lets go of removed files, and of their offsets once no copy is waited for")
    func removal() throws {
        try append(lines(0..<4), to: path)
        let shipper = shipper()
        shipper.pass()
        try append(lines(4..<6), to: path)
        try FileManager.default.removeItem(atPath: path)
        for _ in 0..<2 { shipper.pass() }
        #expect(sink.messages == names(0..<6))
        #expect(shipper.status?.files == 0)
        for _ in 0..<2 { shipper.pass(60_000) }
        #expect(sink.offsets.isEmpty)
    }

    @Test("last words of a file that is gone are an event where a copy was made before them")
    func lastWordsBehindCopy() throws {
        try append(lines(0..<5), to: path)
        let shipper = shipper()
        shipper.pass()
        try FileManager.default.copyItem(atPath: path, toPath: path + ".bak1")
        for _ in 0..<4 { shipper.pass() }
        try append("the last words", to: path)
        shipper.pass()
        try FileManager.default.removeItem(atPath: path)
        for _ in 0..<20 { shipper.pass() }
        #expect(sink.messages == names(0..<5) + ["the last words"])
    }

    // MARK: Ends of lines and of files

    @Test(
        "last words without an end are an event once the file is gone, cut or quiet",
        arguments: ["gone", "cut", "quiet"])
    func lastWords(_ end: String) throws {
        let shipper = shipper { $0.closeInactive = .seconds(3) }
        try append(lines(0..<2) + "and then", to: path)
        shipper.pass()
        #expect(sink.messages == names(0..<2))
        switch end {
        case "gone": try FileManager.default.removeItem(atPath: path)
        case "cut": truncate(path, 0)
        default: break
        }
        shipper.pass(8_000)
        #expect(sink.messages == names(0..<2) + ["and then"])
        shipper.pass(8_000)
        #expect(sink.messages.count == 3)
    }

    @Test("a file that is to be closed at its end stays open in the middle of a line", arguments: [false, true])
    func halfLine(_ isRenamed: Bool) throws {
        let shipper = shipper {
            $0.closeEOF = !isRenamed
            $0.closeRenamed = isRenamed
        }
        try append(lines(0..<2) + "half", to: path)
        shipper.pass()
        if isRenamed { try FileManager.default.moveItem(atPath: path, toPath: path + ".1") }
        shipper.pass()
        try append(" a line\n", to: isRenamed ? path + ".1" : path)
        shipper.pass()
        #expect(sink.messages == names(0..<2) + ["half a line"])
        #expect(shipper.status?.files == 0)
    }

    @Test("a hole of gigabytes in front of the first line is gone over at once")
    func hole() throws {
        try append(lines(0..<3), to: path)
        let shipper = shipper()
        shipper.pass()
        truncate(path, 0)
        let descriptor = Foundation.open(path, O_WRONLY)
        let text = Array(lines(3..<6).utf8)
        // Where a program was that writes on behind the cut.
        try #require(pwrite(descriptor, text, text.count, 40 << 30) == text.count)
        close(descriptor)
        let start = ContinuousClock.now
        shipper.pass()
        #expect(sink.messages == names(0..<6))
        #expect(ContinuousClock.now - start < .seconds(5))
        // It is known by its checksum, holes and all.
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try append(lines(6..<7), to: path + ".1")
        let next = self.shipper()
        for _ in 0..<5 { next.pass() }
        #expect(sink.messages == names(0..<7))
    }

    // MARK: Many files

    @Test("no more files are open than harvester_limit says, and all are read")
    func limit() throws {
        let shipper = shipper { $0.harvesterLimit = 3 }
        for round in 0..<3 {
            for file in 0..<20 { try append("file \(file) round \(round)\n", to: directory.path + "/f\(file).log") }
            for _ in 0..<12 {
                shipper.pass(1_500)
                #expect(shipper.status?.files ?? 0 <= 3)
            }
        }
        #expect(Set(sink.messages).count == 60)
        #expect(sink.messages.count == 60)
    }

    @Test("what files hold that were there first is left out by tail_files, also of those that had to wait")
    func tail() throws {
        for file in 0..<6 { try append("old \(file)\n", to: directory.path + "/f\(file).log") }
        let shipper = shipper {
            $0.tailFiles = true
            $0.harvesterLimit = 2
        }
        for _ in 0..<6 { shipper.pass(1_500) }
        for file in 0..<6 { try append("new \(file)\n", to: directory.path + "/f\(file).log") }
        try append("new 6\n", to: directory.path + "/f6.log")
        for _ in 0..<10 { shipper.pass(1_500) }
        #expect(sink.messages.sorted() == (0..<7).map { "new \($0)" })
    }

    @Test("a clock that is set back holds up nothing")
    func clock() throws {
        let engine = ShippingEngine(
            appender: sink, offsets: [], metadata: HostMetadata(hostName: "host-1", version: "1"))
        engine.update(input(directory.path + "/*.log"))
        try append(lines(0..<2), to: path)
        _ = engine.pass(now: 1_790_000_000_000)
        try append(lines(10..<12), to: directory.path + "/other.log")
        for second in 0..<3 as Range<Int64> { _ = engine.pass(now: 1_000_000_000_000 + second * 1_000) }
        #expect(sink.messages == names(0..<2) + names(10..<12))
    }

    @Test(
        "a file whose lines end with several bytes is read to its end, also when that comes in pieces",
        arguments: [LineFormat.Terminator.carriageReturnLineFeed, .lineSeparator, .nextLine])
    func terminators(_ terminator: LineFormat.Terminator) throws {
        let end =
            switch terminator {
            case .carriageReturnLineFeed: "\r\n"
            case .lineSeparator: "\u{2028}"
            default: "\u{85}"
            }
        let shipper = shipper {
            $0.lineFormat.terminator = terminator; $0.closeInactive = .seconds(2)
        }
        var bytes = Array("one\(end)two\(end)\(end)three\(end)".utf8)
        bytes.removeLast()
        for byte in bytes {
            let handle = FileHandle(forWritingAtPath: path)
            if let handle {
                try handle.seekToEnd()
                try handle.write(contentsOf: Data([byte]))
                try handle.close()
            } else {
                try Data([byte]).write(to: URL(fileURLWithPath: path))
            }
            shipper.pass(100)
        }
        #expect(sink.messages == ["one", "two"])
        shipper.pass(10_000)
        #expect(sink.messages.count == 3 && sink.messages.last?.hasPrefix("three") == true)
    }

    @Test("UTF-16 without an order in its name goes on in its own order", arguments: [true, false])
    func wide(_ isBigEndian: Bool) throws {
        let format = LineFormat.Encoding.utf16(isBigEndian: nil)
        func bytes(_ text: String) -> Data {
            Data(
                text.utf16.flatMap { unit -> [UInt8] in
                    isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
                })
        }
        try bytes("\u{feff}" + lines(0..<3)).write(to: URL(fileURLWithPath: path))
        let first = shipper { $0.lineFormat.encoding = format }
        first.pass()
        first.finish()
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: bytes(lines(3..<6)))
        try handle.close()
        let second = shipper { $0.lineFormat.encoding = format }
        second.pass()
        #expect(sink.messages == names(0..<6))
    }
}
