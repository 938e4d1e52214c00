import TestSupport
import Testing

@testable import Scraping

@Suite("Series cache")
struct SeriesCacheTests {
    /// Takes a page and tells which texts vanished.
    private static func take(_ page: [String], _ cache: inout SeriesCache) -> [String] {
        cache.beginPage()
        for line in page {
            var line = line
            line.withUTF8 { text in if cache.entry(of: text) == nil { _ = cache.insert(text, ref: nil) } }
        }
        return cache.endPage().map { String(decoding: cache.text(of: $0), as: UTF8.self) }
    }

    @Test("every series that goes is told of once, whatever the order of the pages")
    func againstSets() {
        var random = SeededGenerator(for: "series that go")
        let all = (0..<40).map { "series_\($0)\(String(repeating: "x", count: $0 % 11))" }
        for _ in 0..<30 {
            var cache = SeriesCache()
            var before: Set<String> = []
            for _ in 0..<20 {
                var page = all.filter { _ in UInt8.random(in: 0..<4, using: &random) > 0 }
                if Bool.random(using: &random) { page.shuffle(using: &random) }
                if let first = page.first, Bool.random(using: &random) { page.append(first) }
                let vanished = Self.take(page, &cache)
                #expect(Set(vanished) == before.subtracting(page))
                before = Set(page)
                #expect(Set(cache.lastPage.map { String(decoding: cache.text(of: $0), as: UTF8.self) }) == before)
            }
            #expect(cache.count <= all.count)
        }
    }

    @Test("a text that is the beginning of another is another series")
    func prefixes() {
        var cache = SeriesCache()
        _ = Self.take(["a", "ab", "abcdefgh", "abcdefghi", ""], &cache)
        #expect(cache.count == 5)
        #expect(Self.take(["ab", "abcdefghi"], &cache).sorted() == ["", "a", "abcdefgh"])
        #expect(cache.count == 5)
    }
}
