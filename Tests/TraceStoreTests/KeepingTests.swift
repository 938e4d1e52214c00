import Foundation
import Model
import Partitions
import TestSupport
import Testing
import TraceStore

@Suite("What the trace store keeps")
struct KeepingTests {
    let directory: TemporaryDirectory
    let time = ManualTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    private func dayFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasPrefix("20") }.sorted()
    }

    @Test("a trace over the border of two days is found whole, sealed or not")
    func border() throws {
        let store = try openStore(directory.path, time)
        let midnight = noon + 12 * hour
        time.advance(12 * hour)
        let spans = (1...4 as ClosedRange<UInt64>).map { span($0, at: midnight - 2_000 + Int64($0) * 1_000) }
        try store.append(SpanBatch(spans))
        let id = spans[0].traceID
        #expect(try store.trace(id, spansMax: 10)?.spans == spans)
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try dayFiles() == ["2026-11-23.sqlite", "2026-11-24.sqlite"])
        #expect(try store.trace(id, spansMax: 10)?.spans == spans && store.statistics.unsealedSpans == 0)
        store.close()
    }

    @Test("a trace of many blocks is given whole, or in part from its beginning")
    func largeTrace() throws {
        let store = try openStore(directory.path, time) { $0.blockSpans = 500 }
        let spans = (1...3_000 as ClosedRange<UInt64>).map { number in
            var span = span(number, at: noon + Int64(number))
            span.parentID = SpanID(number / 2)
            return span
        }
        for start in stride(from: 0, to: spans.count, by: 600) {
            try store.append(SpanBatch(Array(spans[start..<start + 600])))
            if start == 1_800 { try store.upkeep() }
        }
        #expect(store.statistics.unsealedSpans == 600)
        let trace = try #require(try store.trace(spans[0].traceID, spansMax: 10_000))
        #expect(trace.spans == spans && !trace.isCut)
        let part = try #require(try store.trace(spans[0].traceID, spansMax: 700))
        #expect(part.spans == Array(spans[..<700]) && part.isCut)
        store.close()
    }

    @Test("a span that was sent again is kept, and shown once in its trace")
    func duplicates() throws {
        let store = try openStore(directory.path, time)
        for _ in 0..<3 { try store.append(SpanBatch([span(1), span(2)])) }
        #expect(try store.trace(span(1).traceID, spansMax: 10)?.spans == [span(1), span(2)])
        #expect(try store.search(SpanQuery(), SpanLimit()).hits.count == 6)
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try store.trace(span(1).traceID, spansMax: 2)?.isCut == false)
        #expect(try store.search(SpanQuery(), SpanLimit()).hits.count == 6)
        store.close()
    }

    @Test("spans of clocks that are far off make no files without end, and are found by their own times")
    func clocks() throws {
        let store = try openStore(directory.path, time) { $0.retention = .seconds(3 * 86_400) }
        var spans: [Span] = []
        for number in 0..<200 as Range<Int64> {
            spans.append(span(UInt64(2 * number + 1), at: noon - number * 40 * day))
            spans.append(span(UInt64(2 * number + 2), at: noon + number * 400 * day))
        }
        try store.append(SpanBatch(spans))
        var extreme = span(9_999)
        (extreme.start, extreme.end) = (.max - 1, .max)
        var earliest = span(10_000)
        (earliest.start, earliest.end) = (0, .max)
        try store.append(SpanBatch([extreme, earliest]))
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.unsealedSpans == 0 && store.statistics.problems == [])
        #expect(try dayFiles().count <= 3)
        let query = SpanQuery(start: (noon - 41 * day) * million, end: (noon - 39 * day) * million)
        #expect(try store.search(query, SpanLimit()).hits.map(\.start) == [(noon - 40 * day) * million])
        let found = try store.search(SpanQuery(start: .max - 1), SpanLimit()).hits
        #expect(found.map(\.spanID) == [extreme.spanID])
        #expect(try store.trace(extreme.traceID, spansMax: 1_000)?.spans.contains(extreme) == true)
        #expect(try store.trace(extreme.traceID, spansMax: 1_000)?.spans.contains(earliest) == true)
        store.close()
    }

    @Test("what is older than the retention goes, sealed or not")
    func retention() throws {
        let store = try openStore(directory.path, time) { $0.retention = .seconds(2 * 86_400) }
        try store.append(SpanBatch([span(1, at: noon)]))
        time.advance(2 * hour)
        try store.upkeep()
        try store.append(SpanBatch([span(2, at: noon)]))
        time.advance(day)
        try store.append(SpanBatch([span(3, at: noon + day)]))
        try store.upkeep()
        #expect(store.statistics.spans == 3)
        time.advance(day + 11 * hour)
        try store.upkeep()
        let hits = try store.search(SpanQuery(), SpanLimit()).hits
        #expect(hits.map(\.spanID.number) == [3] && store.statistics.spans == 1)
        #expect(store.statistics.oldest == (noon + day) * million)
        store.update(retention: .seconds(3_600), maxBytes: 1_000_000_000)
        time.advance(day)
        try store.upkeep()
        #expect(try store.search(SpanQuery(), SpanLimit()).hits.isEmpty && store.statistics.days == 0)
        store.close()
    }

    @Test("the oldest days go first where all files together are too large, then the oldest blocks of the last")
    func size() throws {
        var maker = SpanMaker(SeededGenerator(for: "spans of three days"))
        let store = try openStore(directory.path, time) { $0.blockSpans = 500 }
        for age in [2, 1, 0] as [Int64] {
            maker.begin = (noon - age * day) * million
            for _ in 0..<4 {
                try store.append(SpanBatch(maker.spans(500)))
                try store.upkeep()
                maker.begin += hour * million
            }
        }
        #expect(store.statistics.days == 3)
        let all = store.statistics.bytes
        store.update(retention: .seconds(100 * 86_400), maxBytes: all - 50_000)
        try store.upkeep()
        #expect(store.statistics.days == 2 && store.statistics.spans == 4_000)
        store.update(retention: .seconds(100 * 86_400), maxBytes: all / 2)
        try store.upkeep()
        #expect(store.statistics.days == 1 && store.statistics.spans == 2_000)
        let limit = store.statistics.bytes - 20_000
        store.update(retention: .seconds(100 * 86_400), maxBytes: limit)
        try store.upkeep()
        let statistics = store.statistics
        #expect(statistics.days == 1 && statistics.bytes <= limit)
        #expect(statistics.spans > 0 && statistics.spans < 2_000, "\(statistics)")
        #expect(try store.search(SpanQuery(), SpanLimit()).hits.count == statistics.spans)
        store.close()
    }

    @Test("many small batches become one, and what is found stays the same, after a restart and sealed too")
    func smallBatches() throws {
        var store = try openStore(directory.path, time)
        let spans = (1...150 as ClosedRange<UInt64>).map { span($0, of: $0 / 10, at: noon + Int64($0)) }
        for span in spans { try store.append(SpanBatch([span])) }
        func rows() throws -> Int64 {
            store.close()
            let connection = try SQLiteConnection(path: directory.path + "/tail.sqlite")
            let statement = try connection.statement("SELECT count(*) FROM batches")
            let count = try statement.step() ? statement.integer(0) : -1
            connection.close()
            store = try openStore(directory.path, time)
            return count
        }
        #expect(try rows() == 150)
        try store.upkeep()
        #expect(try rows() == 1)
        try store.append(SpanBatch([span(151, of: 15, at: noon + 151)]))
        let query = SpanQuery()
        #expect(try store.search(query, SpanLimit()).hits.map(\.spanID.number) == (1...151).reversed())
        #expect(store.statistics.unsealedSpans == 151)
        time.advance(2 * hour)
        try store.upkeep()
        #expect(try store.search(query, SpanLimit()).hits.map(\.spanID.number) == (1...151).reversed())
        #expect(store.statistics.unsealedSpans == 0 && store.statistics.spans == 151)
        store.close()
    }

    @Test("a batch of more spans than a block takes is sealed into several")
    func largeBatch() throws {
        var maker = SpanMaker(SeededGenerator(for: "a large batch"))
        let store = try openStore(directory.path, time) { $0.blockSpans = 100 }
        let spans = maker.spans(1_050)
        try store.append(SpanBatch(spans))
        try store.upkeep()
        #expect(store.statistics.unsealedSpans == 0 && store.statistics.spans == spans.count)
        let list = SpanList(spans)
        for _ in 0..<20 {
            let query = maker.query()
            #expect(
                try store.search(query, SpanLimit()).hits.map(\.spanID)
                    == list.search(query, SpanLimit()).hits.map(\.spanID))
        }
        store.close()
    }
}
