import Base
import Codecs
import Foundation
import LogSearch
import LogStore
import Model
import Partitions
import Testing

/// Files of the first versions, whose batches and blocks have each text once.
@Suite("Log files of earlier versions")
struct EarlierFileTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    /// What the first versions wrote of events that all have a message, a component, a number and an array.
    private static func bytes(_ numbers: Range<Int>) -> [UInt8] {
        let names = ["fields.component", "message", "number", "tags"]
        var texts = names + ["Gate", "red"]
        let messages = numbers.map { "event number \($0)" }
        texts += messages
        var bytes: [UInt8] = [1]
        bytes.appendVarint(numbers.count)
        bytes.appendVarint(texts.count)
        for text in texts { bytes.appendCounted(Array(text.utf8)) }
        bytes += [1, 4, 0, 1, 2, 3]
        for (place, number) in numbers.enumerated() { bytes.appendZigzag(place == 0 ? noon + Int64(number) : 1) }
        for _ in numbers { bytes.append(0) }
        bytes.append(4)
        bytes.append(0)
        for _ in numbers { bytes += [5, 4] }
        bytes.append(1)
        for place in messages.indices {
            bytes.append(5)
            bytes.appendVarint(6 + place)
        }
        bytes.append(2)
        for number in numbers {
            bytes.append(3)
            bytes.appendZigzag(Int64(number))
        }
        bytes.append(3)
        for _ in numbers { bytes += [6, 2, 5, 5, 2] }
        return bytes
    }

    private static func event(_ number: Int) -> LogEvent {
        LogEvent(
            timestamp: noon + Int64(number),
            fields: [
                "message": .string("event number \(number)"), "number": .integer(Int64(number)),
                "fields.component": .string("Gate"), "tags": .array([.string("red"), .boolean(true)]),
            ])
    }

    /// A day file with a block of 20 events, and a tail with a batch of 10.
    private func makeFiles() throws {
        let store = try openStore(directory.path, time)
        try store.append([Self.event(0)], offset: nil)
        time.advance(2 * hour)
        try store.upkeep()
        store.close()
        let dayFile = try SQLiteConnection(path: directory.path + "/2026-11-23.sqlite")
        try dayFile.execute("DELETE FROM blocks; DELETE FROM block_data")
        let block = try dayFile.statement("INSERT INTO blocks VALUES (1, ?, ?, 20, ?)")
        block.bind(1, noon)
        block.bind(2, noon + 19)
        // One field whose only value is listed, and three whose values are not.
        var summary: [UInt8] = [1]
        for text in ["fields.component", "gate"] {
            summary.appendCounted(Array(text.utf8))
            if text != "gate" { summary.append(1) }
        }
        summary.append(3)
        for text in ["message", "number", "tags"] { summary.appendCounted(Array(text.utf8)) }
        block.bind(3, summary)
        try block.run()
        let data = try dayFile.statement("INSERT INTO block_data VALUES (1, ?)")
        data.bind(1, Zstd().compress(Self.bytes(0..<20), level: 3))
        try data.run()
        dayFile.close()
        let tail = try SQLiteConnection(path: directory.path + "/tail.sqlite")
        let batch = try tail.statement("INSERT INTO batches VALUES (1000, ?, ?, ?, ?, 10, ?)")
        batch.bind(1, UTCDay(containing: noon).number)
        batch.bind(2, noon)
        batch.bind(3, noon + 20)
        batch.bind(4, noon + 29)
        batch.bind(5, Self.bytes(20..<30))
        try batch.run()
        tail.close()
    }

    @Test("are read as they are, and what was not sealed becomes a block of today")
    func reading() throws {
        try makeFiles()
        let store = try openStore(directory.path, time)
        try store.append((30..<40).map(Self.event), offset: nil)
        let wanted = (0..<40).map(Self.event)
        for isSealed in [false, true] {
            if isSealed {
                time.advance(2 * hour)
                try store.upkeep()
            }
            #expect(store.statistics.unsealedEvents == (isSealed ? 0 : 20))
            #expect(try store.all() == wanted)
            let query = try LogQuery.lucene("component:gate AND number:[15 TO 34] AND tags:red AND message:event")
            #expect(
                try LogSearch.search(query, in: .all, limit: 100, source: store)
                    == wanted[15...34].reversed().map(\.self))
            #expect(store.statistics.problems.isEmpty)
        }
        store.close()
    }
}
