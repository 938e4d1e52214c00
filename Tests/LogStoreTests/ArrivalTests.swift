import LogSearch
import LogStore
import Model
import TestSupport
import Testing

/// What a reader sees who asks for what has come.
@Suite("Events that arrive in the log store")
struct ArrivalTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    private static func numbers(_ events: [LogEvent]) -> [Int] {
        events.compactMap { if case .integer(let number)? = $0.fields["number"] { Int(number) } else { nil } }
    }

    @Test(
        "are given once each, in the order in which they came and not in that of their times", arguments: [1, 3, 100])
    func order(_ limit: Int) throws {
        let store = try openStore(directory.path, time)
        try store.append([event(0, at: noon)], offset: nil)
        var position = try store.arrivals(LogFilter(), after: nil).next
        var found: [LogEvent] = []
        for part in 0..<6 {
            let events = (0..<5).map { number in
                // Some are from yesterday, some alike, and each append goes back in time.
                event(part * 5 + number + 1, at: noon - Int64(part) * 1_000 - (number == 3 ? day : 0))
            }
            try store.append(events, offset: nil)
            if part % 2 == 0 { continue }
            while true {
                let answer = try store.arrivals(LogFilter(limit: limit), after: position)
                #expect(!answer.isGap && answer.events.count <= limit)
                #expect(!answer.isCut || answer.events.count == limit)
                position = try #require(LogPosition(answer.next.text))
                found += answer.events
                if answer.events.isEmpty { break }
            }
        }
        // Events of one append are told day by day.
        let byAppend = (0..<6).map { part in (1...5).map { part * 5 + $0 } }
        let numbers = Self.numbers(found)
        for (part, wanted) in byAppend.enumerated() {
            #expect(Set(numbers[(part * 5)..<(part * 5 + 5)]) == Set(wanted))
        }
        #expect(numbers.count == 30)
        store.close()
    }

    @Test("are chosen by a query, also over a restart")
    func restart() throws {
        var store = try openStore(directory.path, time)
        let position = try store.arrivals(LogFilter(), after: nil).next
        try store.append((0..<50).map { event($0, at: noon) }, offset: nil)
        store.close()
        store = try openStore(directory.path, time)
        try store.append((50..<60).map { event($0, at: noon - day) }, offset: nil)
        let query = try LogQuery.lucene("level:ERROR")
        let filter = LogFilter(needs: query.needs, condition: query.condition) { query.matches($0) }
        let found = try store.arrivals(filter, after: position)
        #expect(Self.numbers(found.events) == [0, 10, 20, 30, 40, 50] && !found.isGap)
        store.close()
    }

    @Test("are still there when they are sealed before the next question")
    func sealed() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 10 }
        var position = try store.arrivals(LogFilter(), after: nil).next
        var found: [Int] = []
        for part in 0..<5 {
            for number in 0..<7 { try store.append([event(part * 7 + number, at: noon)], offset: nil) }
            try store.upkeep()
            time.advance(1_000)
            let answer = try store.arrivals(LogFilter(), after: position)
            #expect(!answer.isGap)
            found += Self.numbers(answer.events)
            position = answer.next
        }
        #expect(found == Array(0..<35))
        store.close()
    }

    @Test("are told to be missing when nobody asked for long, or the position is of another store")
    func gap() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 10 }
        let position = try store.arrivals(LogFilter(), after: nil).next
        time.advance(hour)
        for number in 0..<15 { try store.append([event(number, at: noon)], offset: nil) }
        try store.upkeep()
        let answer = try store.arrivals(LogFilter(), after: position)
        #expect(answer.isGap)
        #expect(Self.numbers(answer.events) == Array(10..<15))
        #expect(try !store.arrivals(LogFilter(), after: answer.next).isGap)
        let elsewhere = try TemporaryDirectory()
        let other = try openStore(elsewhere.path, time)
        let lost = try other.arrivals(LogFilter(), after: position)
        #expect(lost.isGap && lost.events.isEmpty)
        for text in ["", "x", "1.2", "1.2.3.4", "1.-2.0", "0.1.1", "1.1.-1", "1..1"] {
            #expect(LogPosition(text) == nil, "\(text)")
        }
        store.close()
        other.close()
    }
}
