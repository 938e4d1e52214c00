import Foundation
import LogStore
import Model
import Partitions
import TestSupport
import Testing

@Suite("The log store")
struct LogStoreTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    @Test("gives back what it took, unsealed, sealed and after it was opened again")
    func roundTrip() throws {
        let values: [String: LogValue] = [
            "text": .string("größer \u{1F600} \"quoted\"\n\ttab"), "empty": .string(""), "none": .null,
            "yes": .boolean(true),
            "low": .integer(.min), "pi": .double(3.25), "many": .array([.string("a"), .integer(2), .array([.null])]),
            "no": .array([]),
        ]
        let events = [
            LogEvent(timestamp: noon, fields: values), LogEvent(timestamp: noon + 1, fields: [:]),
            event(1, at: noon + 2),
        ]
        let store = try openStore(directory.path, time)
        try store.append(events, offset: nil)
        #expect(try store.all() == events)
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.unsealedEvents == 0 && store.statistics.events == 3)
        #expect(try store.all() == events)
        store.close()
        let again = try openStore(directory.path, time)
        #expect(try again.all() == events)
        #expect(try again.all(ascending: false) == events.reversed())
        #expect(again.statistics.oldest == noon)
        again.close()
        #expect(throws: StoreError.self) { try again.all() }
        #expect(throws: StoreError.self) { try again.append(events, offset: nil) }
    }

    @Test("gives the newest or oldest of a time, across sealed and unsealed parts", arguments: [true, false])
    func order(_ ascending: Bool) throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 50 }
        var generator = SeededGenerator(for: "times of events")
        var events: [LogEvent] = []
        for batch in 0..<40 {
            // Late events, events with the same time, and two days.
            let part = (0..<25).map { index in
                event(
                    batch * 25 + index,
                    at: noon - day + Int64(batch) * 4_000_000 + Int64.random(in: 0..<5, using: &generator) * 900_000)
            }
            events += part
            try store.append(part, offset: nil)
            if batch % 7 == 6 { try store.upkeep() }
        }
        let sorted = events.enumerated().sorted {
            ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
        }.map(\.element)
        let expected = ascending ? sorted : sorted.reversed()
        for limit in [1, 7, 100, 1_000, .max] {
            #expect(try store.all(ascending: ascending, limit: limit) == Array(expected.prefix(limit)))
            let range = TimeRange(start: noon - day / 2, end: noon)
            #expect(
                try store.all(ascending: ascending, limit: limit, in: range)
                    == Array(expected.filter { range.contains($0.timestamp) }.prefix(limit)))
        }
        #expect(try store.all(limit: 0).isEmpty)
        #expect(try store.all(in: TimeRange(start: 5, end: 4)).isEmpty)
        let errors = try store.events(
            LogFilter(ascending: ascending, limit: 10) { $0.fields["level"] == .string("ERROR") })
        #expect(errors == Array(expected.filter { $0.fields["level"] == .string("ERROR") }.prefix(10)))
        store.close()
    }

    @Test("keeps offsets with the events of their batch, and forgets those below zero")
    func offsets() throws {
        let store = try openStore(directory.path, time)
        let first = TailOffset(source: "a", path: "/a", offset: 10)
        let second = TailOffset(source: "b", path: "/b", offset: 7)
        try store.append([event(1, at: noon)], offset: first)
        try store.append([], offset: second)
        try store.append(
            [event(2, at: noon - day), event(3, at: noon)], offset: TailOffset(source: "a", path: "/a2", offset: 30))
        #expect(try store.tailOffsets() == [TailOffset(source: "a", path: "/a2", offset: 30), second])
        time.advance(2 * hour)
        try store.upkeep()
        try store.append([], offset: TailOffset(source: "b", path: "/b", offset: -1))
        store.close()
        let again = try openStore(directory.path, time)
        #expect(try again.tailOffsets() == [TailOffset(source: "a", path: "/a2", offset: 30)])
        #expect(try again.numbers() == [2, 1, 3])
        again.close()
    }

    @Test("seals whole blocks when a day is busy, and all that is old")
    func sealing() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 100 }
        for start in stride(from: 0, to: 250, by: 10) {
            try store.append((start..<(start + 10)).map { event($0, at: noon + Int64($0)) }, offset: nil)
        }
        try store.upkeep()
        #expect(store.statistics.unsealedEvents == 50 && store.statistics.events == 250)
        #expect(try store.numbers() == Array(0..<250))
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.unsealedEvents == 0)
        #expect(try store.numbers(ascending: false, limit: 3) == [249, 248, 247])
        store.close()
    }

    @Test("skips blocks that cannot hold what is required, and finds the rest")
    func skipping() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 10 }
        for block in 0..<10 {
            let fields: [String: LogValue] = [
                "fields.component": .string("Part\(block)"), "camera_id": .string("cam \(block)"),
            ]
            try store.append(
                (0..<10).map { event(block * 10 + $0, at: noon + Int64(block * 10 + $0), fields) }, offset: nil)
        }
        try store.upkeep()
        var looked = 0
        let found = try store.events(
            LogFilter(needs: LogFilter.Needs(values: ["component": [["part3", "part7"]]])) {
                looked += 1
                return $0["component"] == .string("Part3")
            })
        #expect(found.count == 10 && looked == 20)
        // Texts with blanks are not listed, as words of them are asked for too.
        func count(_ needs: LogFilter.Needs) throws -> Int { try store.events(LogFilter(needs: needs)).count }
        #expect(try count(LogFilter.Needs(values: ["camera_id": [["cam"]]])) == 100)
        #expect(try count(LogFilter.Needs(values: ["absent": [["x"]]])) == 0)
        #expect(try count(LogFilter.Needs(words: ["message": ["number", "3"]])) == 19)
        #expect(try count(LogFilter.Needs(words: ["": ["part4"]])) == 10)
        #expect(try count(LogFilter.Needs(words: ["": ["part44"]])) == 0)
        store.close()
    }

    @Test("drops days by age, and by size but for the newest events")
    func retention() throws {
        let store = try openStore(directory.path, time) { options in
            options.retention = .seconds(2 * 86_400)
            options.blockEvents = 100
        }
        for age in 0..<5 as Range<Int64> { try store.append([event(Int(age), at: noon - age * day)], offset: nil) }
        #expect(try store.numbers() == [4, 3, 2, 1, 0])
        try store.upkeep()
        #expect(try store.numbers() == [2, 1, 0])
        time.advance(day)
        try store.upkeep()
        #expect(try store.numbers() == [1, 0])
        time.advance(10 * day)
        try store.upkeep()
        #expect(try store.numbers().isEmpty && store.statistics.days == 0)
        store.close()
    }

    @Test("keeps less from the next round of upkeep on when it is told to")
    func updated() throws {
        let store = try openStore(directory.path, time) { $0.retention = .seconds(10 * 86_400) }
        for age in 0..<5 as Range<Int64> { try store.append([event(Int(age), at: noon - age * day)], offset: nil) }
        try store.upkeep()
        store.update(retention: .seconds(2 * 86_400), maxBytes: 5_000_000)
        #expect(store.options.retention == .seconds(2 * 86_400) && store.options.maxBytes == 5_000_000)
        #expect(try store.numbers() == [4, 3, 2, 1, 0])
        try store.upkeep()
        #expect(try store.numbers() == [2, 1, 0])
        store.close()
    }

    @Test(
        "a clock that is years ahead deletes nothing for its age, set under the store or before a start")
    func clockAhead() throws {
        func open() throws -> LogStore { try openStore(directory.path, time) { $0.retention = .seconds(2 * 86_400) } }
        var store = try open()
        try store.append([event(1, at: noon)], offset: nil)
        time.setClock(by: 730 * day)
        try store.upkeep()
        time.advance(hour)
        try store.upkeep()
        #expect(try store.numbers() == [1])
        store.close()
        store = try open()
        try store.upkeep()
        #expect(try store.numbers() == [1])
        time.setClock(by: -730 * day)
        try store.upkeep()
        #expect(try store.numbers() == [1])
        // A clock that stays so is believed.
        time.setClock(by: 730 * day)
        try store.upkeep()
        time.advance(7 * hour)
        try store.upkeep()
        #expect(try store.numbers().isEmpty)
        store.close()
    }

    @Test("keeps within its size, dropping the oldest first")
    func size() throws {
        let limit: Int64 = 1_000_000
        let store = try openStore(directory.path, time) { options in
            options.maxBytes = limit
            options.blockEvents = 500
        }
        var number = 0
        for _ in 0..<20 {
            let part = (0..<1_000).map { _ in
                number += 1
                return event(
                    number, at: noon + Int64(number),
                    ["noise": .string(UUID().uuidString + UUID().uuidString + UUID().uuidString)])
            }
            try store.append(part, offset: nil)
            try store.upkeep()
        }
        try store.upkeep()
        #expect(store.statistics.bytes <= limit + 200_000, "\(store.statistics)")
        let left = try store.numbers()
        #expect(left.last == number && left.count < number && left == Array((number - left.count + 1)...number))
        store.close()
    }

    @Test("finds events whose array has all of several values, sealed or not")
    func arrays() throws {
        let store = try openStore(directory.path, time)
        try store.append([event(1, at: noon, ["tags": .array([.string("a"), .string("b")])])], offset: nil)
        try store.append([event(2, at: noon, ["tags": .string("a")])], offset: nil)
        for _ in 0..<2 {
            let found = try store.events(LogFilter(needs: LogFilter.Needs(values: ["tags": [["a"], ["b"]]])))
            #expect(found.map(\.message) == ["event number 1"])
            time.advance(2 * hour)
            try store.upkeep()
        }
        store.close()
    }

    @Test("keeps the columns of a block within bounds though each event has new names")
    func names() throws {
        let store = try openStore(directory.path, time)
        for part in 0..<3 {
            try store.append(
                (0..<1_000).map { number in
                    event(part * 1_000 + number, at: noon, ["new\(part)-\(number)": .integer(Int64(number))])
                }, offset: nil)
        }
        time.advance(2 * hour)
        for isSealed in [false, true] {
            if isSealed { try store.upkeep() }
            let events = try store.all()
            let count = Set(events.flatMap(\.fields.keys)).count
            #expect(events.count == 3_000 && count <= (isSealed ? 1_001 : 3_001))
            for event in events {
                guard case .integer(let number)? = event.fields["number"] else { throw CancellationError() }
                let name = "new\(number / 1_000)-\(number % 1_000)"
                let other = event.fields["other_fields"]
                #expect(event.fields[name] == .integer(number % 1_000) || other == .string("\(name)=\(number % 1_000)"))
            }
        }
        store.close()
    }

    @Test("does not give up today for tomorrow's file when the size is reached")
    func fastClock() throws {
        let store = try openStore(directory.path, time) { options in
            options.maxBytes = 300_000
            options.blockEvents = 100
            options.sealAfter = .zero
        }
        try store.append([event(0, at: noon + 2 * day)], offset: nil)
        for part in 0..<30 {
            try store.append(
                (0..<100).map { number in
                    event(part * 100 + number, at: noon + Int64(part), ["noise": .string(UUID().uuidString)])
                }, offset: nil)
            try store.upkeep()
            #expect(try store.all().contains { $0.timestamp == noon + Int64(part) }, "part \(part)")
        }
        store.close()
    }

    @Test("puts events from a far future into tomorrow's file")
    func future() throws {
        let store = try openStore(directory.path, time)
        try store.append([event(1, at: .max / 2), event(2, at: -5), event(3, at: noon + 400 * day)], offset: nil)
        #expect(try store.numbers() == [2, 3, 1])
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try directory.names().contains("2026-11-24.sqlite"))
        #expect(try store.numbers(in: TimeRange(start: noon + 300 * day, end: .max)) == [3, 1])
        store.close()
    }

    @Test("lets one process in at a time")
    func lock() throws {
        let store = try openStore(directory.path, time)
        let error = #expect(throws: StoreError.self) { try openStore(directory.path, time) }
        #expect(error?.code == .inUse)
        store.close()
        try openStore(directory.path, time).close()
    }
}
