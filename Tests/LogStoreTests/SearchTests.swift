import Base
import Foundation
import LogSearch
import LogStore
import Model
import Partitions
import TestSupport
import Testing

/// What a search in columns and rows finds, beside what looking at every event finds.
@Suite("Search in the log store")
struct SearchTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    private static let words = [
        "gate", "Gate", "GATE9", "error", "connection failed", "cam-017", "cam-17", "17", "017", "0017", "10.50.0.80",
        "10.50.0.8", "deadbeef00112233", "00112233deadbeef", "seg_440899", "x1", "Größe", "größe7", "\u{212a}9", "",
        " ", "\u{0}", "a\u{0}b1", "true", "1e5", "-5", "12.5", "_", "it's", "foo.bar1", "\u{4e2d}\u{6587}", "z",
    ]
    private static let queries = [
        "gate", "gate9", "\"connection failed\"", "cam-017", "cam-17", "17", "017", "10.50.0.80", "deadbeef00112233",
        "00112233deadbeef", "message:seg_440899", "x1", "größe", "größe7", "k9", "level:ERROR", "level:error AND gate",
        "NOT level:ERROR", "-gate +level:(ERROR OR warn)", "status:>=500", "status:[200 TO 404]", "status:{200 TO 404}",
        "NOT status:>=500", "ratio:12.5", "ratio:<1", "_exists_:ratio", "NOT _exists_:ratio", "*17", "ga?e", "*x1*",
        "message:*beef*", "message:/cam.0?17/", "message:/[a-f0-9]{16}/", "message:/se[g]_4.+/", "/(gate|error)/",
        "component:api", "fields.component:api", "component:api AND NOT gate", "tags:blue", "tags:(blue OR red)",
        "ok:true", "NOT ok:true", "ratio:*", "message:\"a b1\"", "gate~1", "id:deadbeef00112233", "*", "1*", "*5",
        "message:\u{4e2d}\u{6587}", "foo.bar1", "it's", "absent:x", "NOT absent:x", "_", "id:/[a-f][0-9]{2}/",
        "/[a-f]{3}[0-9]{2}/", "message:/[a-z]?0[0-9]{2}/",
        "message:/[b-f]+[0-9]+[b-f]+/", "id:/([a-c]|[0-2])*/", "message:/[0-9]{2}[.][0-9]{2}/", "/[0-9]{3}.[a-z]/",
        "/[0-9].*[0-9]/", "/[^a-z]+/", "/^[a-z]{4}$/", "message:/[a-z]{3}-[0-9]+/", "/1[0-9]?[.]?5/", "*2*5",
        "/-?[0-9]/",
        "/[0-9][.]3{3,}.*/", "/(1|2)00/", "ratio:/1e?.*/", "message:/[a-z]+ [a-z]+/", "/\\x65rror/", "/[0-9]*/",

        "path:\"/a/017\"", "path:*017",
    ]

    private func randomEvent(_ number: Int, _ words: [String], _ generator: inout SeededGenerator) -> LogEvent {
        var fields: LogFields = ["number": .integer(Int64(number))]
        let count = Int.random(in: 0...6, using: &generator)
        fields["message"] = .string(
            (0..<count).map { _ in generator.pick(words) }.joined(
                separator: generator.pick([" ", "=", " \n", "-"])))
        if generator.chance(70) { fields["level"] = .string(generator.pick(["ERROR", "INFO", "warn"])) }
        if generator.chance(60) { fields["status"] = .integer(generator.pick([200, 201, 404, 500, 503, -5])) }
        if generator.chance(40) { fields["ratio"] = .double(generator.pick([12.5, 0.125, 1e5, -5, 1.0 / 3])) }
        if generator.chance(20) { fields["ok"] = .boolean(generator.chance(50)) }
        if generator.chance(30) { fields["fields.component"] = .string(generator.pick(["api", "gate"])) }
        if generator.chance(10) { fields["component"] = .string(generator.pick(["api", "web"])) }
        if generator.chance(15) {
            fields["tags"] = .array([.string(generator.pick(["blue", "red gate"])), .integer(17)])
        }
        if generator.chance(15) { fields["ratio"] = .string("12.5") }
        if generator.chance(50) {
            fields["id"] = .string(String(Int.random(in: 0..<1 << 40, using: &generator), radix: 16))
        }
        if generator.chance(50) { fields["path"] = .string("/a/\(generator.pick(["017", "17", "x"]))/\(number)") }
        if generator.chance(5) { fields["nothing"] = .null }
        return LogEvent(timestamp: noon + Int64(number / 3), fields: fields)
    }

    /// Queries that are put together, and those of texts.
    private static func built() throws -> [LogQuery] {
        let zone = TimeZone.gmt
        var all = try queries.prefix(30).map { try LogQuery.lucene($0) }
        for form in [LogTextForm.exact, .analyzed] {
            for text in ["gate", "Gate", "error", "cam-017", "12.5", "größe7", "red gate", "true", "", "17"] {
                for field in ["message", "level", "status", "ratio", "tags", "component", "ok"] {
                    all.append(.value(of: field, isOneOf: [.string(text), .integer(200)], form))
                }
                all.append(.prefix("message", text, form, ignoresCase: false))
                all.append(.prefix("level", text, form, ignoresCase: true))
                all.append(.wildcard("message", "*\(text)?", form, ignoresCase: true))
            }
            for field in ["level", "status", "message", "id"] {
                all.append(
                    .range(
                        field, from: "2", includesLower: true, to: "f", includesUpper: false, form, now: noon,
                        zone: zone))
            }
            all.append(try .regexp("message", "[a-z]+.*", form, ignoresCase: false))
        }
        let parts = try ["gate", "level:ERROR", "status:200", "_exists_:ratio"].map { try LogQuery.lucene($0) }
        for count in 0...5 { all.append(.any(parts, atLeast: count)) }
        all.append(.not(.any(parts, atLeast: 2)))
        let times = [TimeRange(start: noon + 20, end: noon + 99), TimeRange(start: noon + 300, end: noon + 310)]
        all.append(.any(times.map { .time($0) }))
        all.append(.every([.not(.time(times[0])), parts[0]]))
        all.append(.every([.any([.time(times[0]), parts[1]]), .exists("component")]))
        all.append(.event("third") { $0.timestamp % 3 == 0 })
        all.append(.none)
        return all
    }

    @Test("visits what looking at every event finds, in the tail and in blocks", arguments: [false, true])
    func visits(_ isSealed: Bool) throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 60 }
        var generator = SeededGenerator(for: "logs to visit")
        let events = (0..<300).map { randomEvent($0, Self.words, &generator) }
        for start in stride(from: 0, to: events.count, by: 50) {
            try store.append(Array(events[start..<(start + 50)]), offset: nil)
        }
        if isSealed {
            time.advance(2 * hour)
            try store.upkeep()
            #expect(store.statistics.unsealedEvents == 0)
        }
        for query in try Self.built() {
            let wanted = events.filter { query.matches($0) }
            var visited: [LogEvent] = []
            try LogSearch.visit(query, fields: nil, source: store) { visited.append($0) }
            func number(_ event: LogEvent) -> Int64 {
                if case .integer(let number)? = event.fields["number"] { number } else { -1 }
            }
            #expect(visited.sorted { number($0) < number($1) } == wanted, "\(query)")
            var numbers: [Int64] = []
            var components = 0
            try LogSearch.visit(query, fields: ["number", "component"], source: store) { event in
                numbers.append(number(event))
                components += event["component"] == nil ? 0 : 1
            }
            #expect(numbers.sorted() == wanted.map(number), "\(query)")
            #expect(components == wanted.count { $0["component"] != nil }, "\(query)")
            #expect(try LogSearch.counts(of: query, in: .all, source: store).total == wanted.count, "\(query)")
        }
        #expect(try store.fieldNames(in: .all) == Set(events.flatMap { $0.fields.keys }))
        struct Stop: Error {}
        #expect(throws: Stop.self) { try LogSearch.visit(.all, fields: [], source: store) { _ in throw Stop() } }
        store.close()
    }

    @Test(
        "finds what looking at every event finds, in the tail and in blocks", arguments: [false, true],
        [words, words.filter { $0.utf8.allSatisfy { $0 < 0x80 } }])
    func equality(_ isSealed: Bool, _ words: [String]) throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 300 }
        var generator = SeededGenerator(for: "logs to search in")
        let events = (0..<1_500).map { randomEvent($0, words, &generator) }
        for start in stride(from: 0, to: events.count, by: 100) {
            try store.append(Array(events[start..<(start + 100)]), offset: nil)
        }
        if isSealed {
            time.advance(2 * hour)
            try store.upkeep()
            #expect(store.statistics.unsealedEvents == 0)
        }
        #expect(try store.all() == events)
        for text in Self.queries {
            let query = try LogQuery.lucene(text, now: noon)
            let wanted = events.filter { query.matches($0) }
            for limit in [1, 20, 100_000] {
                let found = try LogSearch.search(query, in: .all, limit: limit, source: store)
                #expect(found == wanted.reversed().prefix(limit).map(\.self), "\(text)")
            }
        }
        let request = LogCountRequest(interval: 7, terms: ["level", "status", "component", "id", "tags", "ratio"])
        for text in Self.queries + ["@timestamp:[\(noon + 50) TO \(noon + 300)] AND level:ERROR"] {
            let query = try LogQuery.lucene(text, now: noon)
            var wanted = LogCounts()
            for event in events where query.matches(event) { wanted.add(event, request) }
            #expect(try LogSearch.counts(of: query, in: .all, request, source: store) == wanted, "\(text)")
            for field in ["level", "status", "component", "tags", "nowhere"] {
                let divided = LogCountRequest(interval: 7, split: field)
                var wanted = LogCounts()
                for event in events where query.matches(event) { wanted.add(event, divided) }
                let found = try LogSearch.counts(of: query, in: .all, divided, source: store)
                #expect(
                    found.parts.sorted { $0.value < $1.value } == wanted.parts.sorted { $0.value < $1.value }, "\(text)"
                )
                #expect(found.histogram == wanted.histogram)
            }
        }
        store.close()
    }

    @Test(
        "goes on page by page, also within one time", arguments: [1, 7, 60, 100], [LogOrder.newestFirst, .oldestFirst])
    func pages(_ limit: Int, _ order: LogOrder) throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 50 }
        for part in 0..<4 {
            try store.append((0..<60).map { event(part * 60 + $0, at: noon + Int64(part / 2)) }, offset: nil)
            if part == 1 { try store.upkeep() }
        }
        let query = try LogQuery.lucene("NOT level:ERROR")
        var found: [LogEvent] = []
        var cursor: LogCursor?
        repeat {
            let page = try LogSearch.page(query, in: .all, order, limit: limit, after: cursor, source: store)
            #expect(page.events.count == limit || page.next == nil)
            #expect(page.isCut == (page.next != nil) && !page.isPartial)
            found += page.events
            let text = page.next?.text(of: query)
            cursor = text.flatMap { LogCursor($0, of: query, order) }
            #expect(cursor == page.next)
        } while cursor != nil
        let all = try store.all().filter { query.matches($0) }
        #expect(found == (order == .oldestFirst ? all : all.reversed()))
        store.close()
    }

    @Test("a page of very long lines has fewer of them, and the next one goes on", arguments: [false, true])
    func longLines(_ isSealed: Bool) throws {
        let store = try openStore(directory.path, time)
        let row = String(repeating: "x", count: 1 << 20)
        for part in 0..<5 {
            try store.append(
                (0..<8).map {
                    LogEvent(timestamp: noon + Int64(part * 4 + $0 / 2), fields: ["message": .string(row + "\($0)")])
                },
                offset: nil)
        }
        // So many bytes do not wait for others.
        if isSealed {
            try store.upkeep()
            #expect(store.statistics.unsealedEvents == 0)
        }
        var found = 0
        var cursor: LogCursor?
        repeat {
            let page = try LogSearch.page(.all, in: .all, limit: 30, after: cursor, source: store)
            #expect(page.events.count < 20 && page.isCut == (page.next != nil))
            found += page.events.count
            cursor = page.next
        } while cursor != nil && found < 100
        #expect(found == 40)
        store.close()
    }

    @Test("goes on without a word twice when others of the same time come meanwhile", arguments: [false, true])
    func pagesMeanwhile(_ isSealed: Bool) throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 50 }
        try store.append((0..<100).map { event($0, at: noon) }, offset: nil)
        var number = 1_000
        for order in [LogOrder.newestFirst, .oldestFirst] {
            var found: [LogEvent] = []
            var cursor: LogCursor?
            let before = try store.all()
            repeat {
                let page = try LogSearch.page(.all, in: .all, order, limit: 30, after: cursor, source: store)
                found += page.events
                cursor = page.next
                number += 1
                try store.append([event(number, at: noon)], offset: nil)
                if isSealed { try store.upkeep() }
            } while cursor != nil && found.count < 500
            let numbers = found.map { "\($0.fields["number"] ?? .null)" }
            #expect(Set(numbers).count == numbers.count)
            #expect(Set(numbers).isSuperset(of: before.map { "\($0.fields["number"] ?? .null)" }))
        }
        store.close()
    }

    @Test("refuses the cursor of another query or order, and what is none")
    func cursors() throws {
        let store = try openStore(directory.path, time)
        try store.append((0..<10).map { event($0, at: noon) }, offset: nil)
        let query = try LogQuery.lucene("level:INFO")
        let next = try LogSearch.page(query, in: .all, limit: 2, source: store).next
        let text = try #require(next).text(of: query)
        #expect(LogCursor(text, of: query, .newestFirst) == next)
        #expect(LogCursor(text, of: query, .oldestFirst) == nil)
        #expect(LogCursor(text, of: .all, .newestFirst) == nil)
        for bad in ["", "d", "d.1", text + "x", "x" + text, text.uppercased() + ".", "d1.-1." + text.suffix(4)] {
            #expect(LogCursor(bad, of: query, .newestFirst) == nil, "\(bad)")
        }
        store.close()
    }

    @Test("gives a part where the time of the work is over, and says so")
    func timeIsOver() throws {
        let store = try openStore(directory.path, time) { $0.blockEvents = 50 }
        try store.append((0..<200).map { event($0, at: noon + Int64($0)) }, offset: nil)
        try store.upkeep()
        let over = WorkEnd()
        over.tell()
        try Work.until(over) {
            let page = try LogSearch.page(.all, in: .all, limit: 10, takesPart: true, source: store)
            #expect(page.isPartial && page.isCut && page.next == nil)
            var isPartial = false
            _ = try LogSearch.counts(of: .all, in: .all, source: store) { isPartial = true }
            #expect(isPartial)
            #expect(throws: StoreError.self) { try LogSearch.page(.all, in: .all, limit: 10, source: store) }
            #expect(throws: StoreError.self) { try LogSearch.counts(of: .all, in: .all, source: store) }
        }
        store.close()
    }

    @Test("counts by columns that begin with a zone's days")
    func columns() {
        let hourAndHalf: Int64 = 5_400_000
        let request = LogCountRequest(interval: day, offset: 7 * hour)
        #expect(request.column(of: noon) == noon - 19 * hour)
        #expect(request.column(of: noon - 19 * hour - 1) == noon - 43 * hour)
        #expect(LogCountRequest(interval: hour, offset: hourAndHalf).column(of: 0) == -1_800_000)
        #expect(LogCountRequest(interval: hour).column(of: -1) == -hour)
        #expect(LogCountRequest().column(of: noon) == nil)
    }
}
