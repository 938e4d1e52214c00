import Foundation
import Model
import TestSupport
import Testing
import TraceStore

@Suite("A search of traces")
struct SearchTests {
    /// What two answers must have in common where spans begin together and either may be left out: starts and numbers.
    private func check(_ store: TraceStore, _ list: SpanList, _ maker: inout SpanMaker, rounds: Int) throws {
        for _ in 0..<rounds {
            let query = maker.query()
            let limit = maker.limit()
            let found = try store.search(query, limit)
            let wanted = list.search(query, limit)
            #expect(found.isCut == wanted.isCut, "\(query) \(limit)")
            #expect(found.hits.map(\.start) == wanted.hits.map(\.start), "\(query) \(limit)")
            #expect(found.hits.map(\.spanID) == wanted.hits.map(\.spanID), "\(query) \(limit)")
            if limit.spans == .max, limit.traces == .max {
                #expect(found.hits.map { "\($0)" }.sorted() == wanted.hits.map { "\($0)" }.sorted(), "\(query)")
            }
        }
    }

    private func checkNames(_ store: TraceStore, _ list: SpanList) throws {
        #expect(try store.services(start: 0, end: .max) == list.services(start: 0, end: .max))
        #expect(try store.attributeNames(start: 0, end: .max) == list.attributeNames(start: 0, end: .max))
        for service in [nil, "api", "recorder", "nobody"] as [String?] {
            #expect(
                try store.operations(of: service, start: 0, end: .max)
                    == list.operations(of: service, start: 0, end: .max))
        }
        for name in ["camera", "size", "k", "nowhere"] {
            #expect(
                try store.attributeValues(name, start: 0, end: .max, limit: 1_000)
                    == list.attributeValues(name, start: 0, end: .max, limit: 1_000))
        }
    }

    private func checkTraces(_ store: TraceStore, _ list: SpanList) throws {
        for id in Set(list.spans.map(\.traceID)) {
            let found = try #require(try store.trace(id, spansMax: .max))
            let wanted = try #require(list.trace(id, spansMax: .max))
            // As texts, as a number that is none is not equal to itself.
            #expect(found.spans.map { "\($0)" }.sorted() == wanted.spans.map { "\($0)" }.sorted() && !found.isCut)
            #expect(found.spans.map(\.start) == found.spans.map(\.start).sorted())
            let part = try #require(try store.trace(id, spansMax: 3))
            #expect(part.spans.count == min(3, wanted.spans.count) && part.isCut == (wanted.spans.count > 3))
        }
        #expect(try store.trace(TraceID(high: 1, low: 1), spansMax: 10) == nil)
    }

    @Test("finds what a look at each span finds: in the tail, sealed, in both, and after a restart")
    func agreement() throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(noon)
        var maker = SpanMaker(SeededGenerator(for: "spans and queries"))
        var list = SpanList()
        var store = try openStore(directory.path, time) { $0.blockSpans = 100 }
        func append(_ count: Int) throws {
            let spans = maker.spans(count)
            list.spans += spans
            try store.append(SpanBatch(spans))
        }
        for count in [1, 40, 60, 7] { try append(count) }
        try check(store, list, &maker, rounds: 60)
        try checkNames(store, list)
        try checkTraces(store, list)
        maker.begin += 30_000 * million
        for count in [90, 80, 1] { try append(count) }
        time.advance(2 * hour)
        try store.upkeep()
        #expect(store.statistics.unsealedSpans == 0 && store.statistics.spans == list.spans.count)
        #expect(store.statistics.problems == [])
        try check(store, list, &maker, rounds: 80)
        try checkNames(store, list)
        try checkTraces(store, list)
        try append(30)
        try check(store, list, &maker, rounds: 60)
        try checkTraces(store, list)
        store.close()
        store = try openStore(directory.path, time)
        try check(store, list, &maker, rounds: 60)
        try checkNames(store, list)
        try checkTraces(store, list)
        #expect(store.statistics.problems == [])
        store.close()
    }
}
