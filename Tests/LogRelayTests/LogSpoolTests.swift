import Foundation
import LogStore
import Model
import Partitions
import TestSupport
import Testing

@testable import LogRelay

@Suite("The spool of an agent")
struct LogSpoolTests {
    @Test("events come out in order and once, and how far files were read stays")
    func order() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let spool = try spool(folder)
        for start in stride(from: 0, to: 90, by: 30) {
            try spool.append(lines(start..<(start + 30)), offset: offset(start + 30))
        }
        #expect(spool.waiting.events == 90 && spool.oldest != nil)
        #expect(try drain(spool, into: receiver) == 1)
        #expect(store.messages == names(0..<90))
        #expect(spool.waiting.events == 0 && spool.waiting.bytes == 0 && spool.oldest == nil)
        #expect(try spool.tailOffsets() == [offset(90)])
        try spool.append([], offset: offset(-1))
        #expect(try spool.tailOffsets().isEmpty)
    }

    @Test("a message stays the same until it is acknowledged, over the end of the process, whatever comes behind it")
    func sameMessage() throws {
        let folder = try TemporaryDirectory()
        let first = try spool(folder)
        try first.append(lines(0..<10), offset: offset(10))
        let message = try first.next()
        try first.append(lines(10..<20), offset: offset(20))
        #expect(try first.next().bytes == message.bytes)
        // As SIGKILL leaves the files.
        try copy(folder, "ship", to: "killed")
        let second = try spool(folder, "killed")
        #expect(try second.next().bytes == message.bytes)
        #expect(second.waiting.events == 20)
        #expect(try second.tailOffsets() == [offset(20)])
        try second.acknowledge(message)
        let next = try second.next()
        #expect(next.position == message.next && next.events == 10)
    }

    @Test("what was sent and not acknowledged before a kill is stored once")
    func killedBeforeAcknowledgement() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let first = try spool(folder)
        try first.append(lines(0..<10), offset: offset(10))
        _ = try receiver.receive(try first.next().bytes)
        try copy(folder, "ship", to: "killed")
        let second = try spool(folder, "killed")
        try second.append(lines(10..<15), offset: offset(15))
        // The server was started anew too.
        let later = LogReceiver(store: store, offsets: store.offsets)
        #expect(try drain(second, into: later) == 2)
        #expect(store.messages == names(0..<15))
    }

    @Test("a full spool takes nothing and moves no offset, and goes on once there is room")
    func full() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let spool = try spool(folder, maxBytes: 600)
        var taken = 0
        let error = #expect(throws: LogSpoolFull.self) {
            while taken < 100 {
                try spool.append(lines((taken * 10)..<(taken * 10 + 10)), offset: offset(taken * 10 + 10))
                taken += 1
            }
        }
        #expect(taken > 0 && error?.description.contains("ship.max_size") == true)
        #expect(try spool.tailOffsets() == [offset(taken * 10)])
        // What moves an offset alone needs no room.
        try spool.append([], offset: TailOffset(source: "other::1-3", path: "/x", offset: 5))
        try drain(spool, into: receiver)
        try spool.append(lines((taken * 10)..<(taken * 10 + 10)), offset: offset(taken * 10 + 10))
        try drain(spool, into: receiver)
        #expect(store.messages == names(0..<(taken * 10 + 10)))
        // A batch that is larger than the bound by itself does not wait for ever.
        let small = try LogSpool(directory: folder.path + "/small", maxBytes: 1)
        try small.append(lines(0..<10), offset: offset(10))
        #expect(throws: LogSpoolFull.self) { try small.append(lines(10..<20), offset: offset(20)) }
    }

    @Test("a file that is damaged is moved aside and told, and the agent goes on as a new one")
    func damagedFile() throws {
        let folder = try TemporaryDirectory()
        try folder.write("ship/spool.sqlite", String(repeating: "this is no database ", count: 500))
        let spool = try spool(folder)
        #expect(spool.problem?.contains("spool.sqlite.corrupt") == true)
        try spool.append(lines(0..<1), offset: offset(1))
        #expect(try spool.next().events == 1)
    }

    @Test("another process cannot open the same spool", .timeLimit(.minutes(1)))
    func inUse() async throws {
        let folder = try TemporaryDirectory()
        let spool = try spool(folder)
        try spool.append(lines(0..<1), offset: offset(1))
        let program = "import sqlite3,sys; sqlite3.connect(sys.argv[1], timeout=0).execute('select * from agent')"
        let process = try RunningProcess("python3", ["-c", program, folder.path + "/ship/spool.sqlite"])
        _ = try await process.line(matching: Regex("locked"))
        #expect(spool.waiting.events == 1)
    }

    @Test("a piece whose bytes are damaged is put aside, and what is behind it goes on")
    func damagedPiece() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let first = try spool(folder)
        for start in [0, 10, 20] { try first.append(lines(start..<(start + 10)), offset: offset(start + 10)) }
        first.close()
        let connection = try SQLiteConnection(path: folder.path + "/ship/spool.sqlite")
        try connection.run("UPDATE pieces SET data = ? WHERE id = 2", [[1, 2, 3] as [UInt8]])
        connection.close()
        let second = try spool(folder)
        let damaged = try #require(throws: LogSpool.DamagedPiece.self) { try second.next() }
        try second.dropDamaged(damaged)
        try drain(second, into: LogReceiver(store: store, offsets: []))
        #expect(store.messages == names(0..<10) + names(20..<30))
        #expect(try FileManager.default.contentsOfDirectory(atPath: second.setAsideFolder).count == 1)
        #expect(second.waiting.events == 0 && second.waiting.bytes == 0)
    }

    @Test("of a message that no server takes only the piece is put aside that is at fault")
    func setAside() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let spool = try spool(folder)
        for start in [0, 10, 20] { try spool.append(lines(start..<(start + 10)), offset: offset(start + 10)) }
        #expect(try spool.next().pieceCount == 3)
        try spool.narrow()
        let refused = try spool.next()
        #expect(refused.pieceCount == 1 && refused.events == 10)
        try spool.setAside(refused, because: "a test")
        let rest = try spool.next()
        // Its number was never stored, and is used again.
        #expect(rest.position == refused.position && rest.events == 20)
        try drain(spool, into: LogReceiver(store: store, offsets: []))
        #expect(store.messages == names(10..<30))
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.setAsideFolder).count == 1)
    }

    @Test("many batches go in few messages, a large one by itself, and one beyond what servers take into a file")
    func sizes() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let spool = try spool(folder)
        for number in 0..<600 { try spool.append([line(number)], offset: offset(number + 1)) }
        #expect(try drain(spool, into: receiver) == 2)
        func large(_ megabytes: Int) -> LogEvent {
            LogEvent(timestamp: 1, fields: ["message": .string(String(repeating: "x", count: megabytes << 20))])
        }
        try spool.append([line(600), large(3), line(601), large(25), line(602)], offset: offset(603))
        try drain(spool, into: receiver)
        #expect(
            store.messages.map { $0.utf8.count > 100 ? "large" : $0 } == names(0..<601) + ["large"] + names(601..<603))
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.setAsideFolder).count == 1)
    }
}
