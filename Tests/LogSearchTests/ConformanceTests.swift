import Foundation
import LogSearch
import Model
import Synchronization
import TestSupport
import Testing

/// The table of queries: our own, with what they mean, and those of Lucene's, Kibana's and the seed's.
@Suite("Conformance")
struct ConformanceTests {
    struct Row {
        let id: String
        let languages: [String]
        let query: String
        let meaning: String?
    }

    private static func rows() -> [Row] {
        Conformance.contents(of: "log_queries.tsv").map { String(decoding: $0, as: UTF8.self) }
            .flatMap(rows)
    }

    private static func rows(_ text: String) -> [Row] {
        text.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count >= 4 else { return nil }
            return Row(
                id: columns[0], languages: columns[1].split(separator: "+").map(String.init),
                query: columns[2] == "(two spaces)" ? "  " : columns[2],
                meaning: columns[0].hasPrefix("W") ? columns[3] : meanings[columns[0]])
        }
    }

    /// What the rows of others mean, in the notation of ``LogQuery/description``; `refused` where the query is.
    private static let meanings: [String: String] = [
        "L01": "+a +b", "L03": "+a -b", "L05": "+a -b", "L07": "a b", "L09": "+term -term term",
        "L11": "+term +\"phrase phrase\"", "L13": "(+(a b) -c) d", "L15": "a - b", "L17": "\"term germ\"~2",
        "L19": "te?m*germ", "L21": "refused", "L23": "[a TO *]", "E01": "+type:PushEvent +actor.login:jadonk",
        "K01": "*:*",
        "K03": "+foo +bar +baz", "K05": "+(foo bar) +baz", "K07": "foo:(bar baz)", "K09": "+(foo:bar foo:baz) -foo:qux",
        "K11": "+bytes:[1000 TO *] +bytes:[* TO 8000]", "K13": "foo:ba*", "K15": "nestedField.childOfNested:foo",
        "S01": "+component:recording +level:ERROR +@timestamp:[now-1h TO now]",
        "S02": "+message:\"connection failed\" +component:recording",
        "S03": "+component:api +status:[500 TO *] +@timestamp:[now-15m TO now]",
        "S04": "+component:api +response_time:{1000 TO *]",
        "S05": "+component:auth +(event:failed_login event:unauthorized_access)",
    ]

    @Test("every row of the table is read as it says")
    func table() throws {
        for row in Self.rows() {
            for language in row.languages {
                let parse = { () throws(LogQueryError) -> LogQuery in
                    try language == "kql" ? .kql(row.query) : .lucene(row.query)
                }
                let meaning = try #require(row.meaning, "\(row.id) is new: write down what it means")
                if meaning != "refused" {
                    #expect(try parse().description == meaning, "\(row.id) \(row.query)")
                } else {
                    #expect(throws: LogQueryError.self, "\(row.id) \(row.query)") { try parse() }
                }
            }
        }
    }

    @Test("the rows' conditions hold for events")
    func events() throws {
        let push = event("", ["type": .string("PushEvent"), "actor.login": .string("jadonk")])
        #expect(try LogQuery.lucene("type:PushEvent AND actor.login:jadonk").matches(push))
        #expect(try LogQuery.kql("foo:bar baz").matches(event("", ["foo": .string("a baz b")])))
        #expect(try LogQuery.lucene("Te?m*gerM").matches(event("a texmxxgerm here")))
        #expect(throws: LogQueryError.self) { try LogQuery.kql("component:api AND status:>=500") }
    }

    private static func read(_ text: String, isKQL: Bool) throws -> LogQuery {
        if isKQL { return try LogQuery.kql(text, now: noon) }
        return try LogQuery.lucene(text, now: noon)
    }

    @Test("no text makes a parser or a query crash")
    func fuzz() throws {
        let pieces = [
            "a", "b:", "\"", "(", ")", "[", "]", "{", "}", " TO ", " AND ", " or ", " NOT ", "not ", "+", "-", "!", "*",
            "?", "~", "^",
            "2", ":", "\\", "/", ">", "<=", " ", "now", "-1h", "/d", "||", "&&", "@timestamp:", "é", "\\u00", ".",
            "_exists_:", "null", "/x/", " TO 5]",
            "+119999M", "9999999999999999999", "cam-017", "1e999", "\u{1F600}", "\r\n",
        ]
        var read = 0
        var generator = SeededGenerator(for: "log queries")
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...9, using: &generator)
            let text = (0..<count).map { _ in generator.pick(pieces) }.joined()
            for isKQL in [false, true] {
                do {
                    let query = try Self.read(text, isKQL: isKQL)
                    _ = query.matches(LuceneTests.camera)
                    _ = (query.needs, query.timeBounds, query.description)
                    read += 1
                } catch let error as LogQueryError {
                    #expect(error.offset >= 0 && error.offset <= text.count, "\(text): \(error)")
                }
            }
        }
        #expect(read > 1_000)
    }

    @Test("what a query says it needs is had by every event that fulfils it")
    func needs() throws {
        let texts = ["a", "B c", "500", "true", "é", "a-b", "K"]
        var generator = SeededGenerator(for: "events and queries")
        for _ in 0..<5_000 {
            let fields = Dictionary(
                ["x", "message", "fields.y"].map { ($0, LogValue.string(generator.pick(texts))) },
                uniquingKeysWith: { $1 })
            let event = LogEvent(timestamp: noon, fields: fields)
            let parts = (0..<3).map { _ in
                generator.pick(["", "x:", "y:", "message:"]) + "\"" + generator.pick(texts) + "\""
            }
            let query = try LogQuery.lucene(parts.joined(separator: generator.pick([" AND ", " OR ", " "])))
            guard query.matches(event) else { continue }
            for (name, sets) in query.needs.values {
                guard case .string(let value)? = event[name] else { continue }
                #expect(
                    sets.allSatisfy { $0.contains(value.lowercased()) } || value.contains(" "), "\(query) \(fields)")
            }
            let all = fields.values.map { if case .string(let text) = $0 { text.lowercased() } else { "" } }
            for word in query.needs.words[""] ?? [] {
                #expect(all.contains { $0.contains(word) }, "\(query) \(fields)")
            }
        }
    }

    /// Keeps events in memory, and what was last asked of it.
    private final class Memory: LogSource {
        let events: [LogEvent]
        let asked = Mutex<(range: TimeRange, needs: LogFilter.Needs, limit: Int)?>(nil)

        init(events: [LogEvent]) { self.events = events }

        func scan(_ filter: LogFilter, _ visit: (LogEvent) throws -> Void) throws {
            asked.withLock { $0 = (filter.range, filter.needs, filter.limit) }
            let found = events.filter { filter.range.contains($0.timestamp) && filter.matches($0) }
            for event in (filter.ascending ? found : found.reversed()).prefix(filter.limit) { try visit(event) }
        }
    }

    @Test("a search gives the newest events of its time that fulfil the query")
    func search() throws {
        let source = Memory(
            events: (0..<100).map {
                event("event \($0)", at: noon + $0, ["level": .string($0 % 2 == 0 ? "INFO" : "ERROR")])
            })
        let query = try LogQuery.lucene("level:error AND @timestamp:<\(noon + 50)", now: noon)
        let found = try LogSearch.search(query, in: .all, limit: 3, source: source)
        #expect(found.map(\.timestamp) == [noon + 49, noon + 47, noon + 45])
        // The source is told what it may skip.
        let asked = try #require(source.asked.withLock { $0 })
        #expect(asked.range.end == noon + 49 && asked.limit == 3)
        #expect(asked.needs == LogFilter.Needs(values: ["level": [["error"]]]))
        #expect(
            try LogSearch.search(query, in: TimeRange(start: noon + 60, end: .max), limit: 3, source: source).isEmpty)
    }
}
