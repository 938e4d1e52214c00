import Model
import Testing

@testable import Scraping

/// What becomes of pages, without a network.
@Suite("Pages")
struct SessionTests {
    private let store = MemoryStore()

    private func session(change: (inout ScrapeConfig) throws -> Void = { _ in }) throws -> ScrapeSession {
        let config = try ScrapeConfig.test(targets: ["h:1"], labels: ["site": "hcm"], change: change)
        let target = try #require(DiscoveredTargets(config).active.first)
        return ScrapeSession(target: target, config: config, appender: store)
    }

    private func labels(_ name: String, _ others: KeyValuePairs<String, String> = [:]) -> Labels {
        Labels(
            [Label("__name__", name), Label("job", "node"), Label("instance", "h:1"), Label("site", "hcm")]
                + others.map { Label($0.key, $0.value) })
    }

    private static func page(_ lines: String...) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

    @Test("samples get the target's labels and the scrape's time")
    func plain() throws {
        var session = try session()
        let page = Self.page("# HELP a Some a.", "# TYPE a counter", #"a{x="1"} 5"#, "b NaN", "c +Inf")
        #expect(try session.store(page, contentType: nil, at: 1_000) == .init(scraped: 3, kept: 3, added: 3))
        #expect(store.samples(labels("a", ["x": "1"])) == [Sample(timestamp: 1_000, value: 5)])
        #expect(store.values(labels("b")).first?.isNaN == true)
        #expect(store.values(labels("c")) == [.infinity])
        #expect(session.metadata["a"]?.kind == .counter && session.metadata["a"]?.help == "Some a.")
        #expect(try session.store(page, contentType: nil, at: 2_000) == .init(scraped: 3, kept: 3, added: 0))
    }

    @Test("a page's own labels are renamed where the target has them, unless honor_labels is set")
    func honorLabels() throws {
        let line = #"a{job="own",exported_job="twice",instance="",x="1"} 1"#
        var renaming = try session()
        _ = try renaming.store(Self.page(line), contentType: nil, at: 1)
        #expect(
            store.series == [labels("a", ["exported_job": "twice", "exported_exported_job": "own", "x": "1"])])
        var honoring = try session { $0.honorLabels = true }
        _ = try honoring.store(Self.page(#"a{job="own",x="2"} 1"#), contentType: nil, at: 1)
        #expect(store.values(labels("a", ["x": "2"]).setting("job", "own")) == [1])
        // A label that is there and empty says that the series is to have none.
        _ = try honoring.store(
            Self.page(#"b{instance="",job="batch"} 2"#, #"c{site="", job=""} 3"#), contentType: nil, at: 2)
        #expect(store.values(["__name__": "b", "job": "batch", "site": "hcm"]) == [2])
        #expect(store.values(["__name__": "c", "instance": "h:1"]) == [3])
    }

    @Test(
        "a sample's own time counts unless honor_timestamps is off, and such a series does not end when it is missing")
    func honorTimestamps() throws {
        let page = Self.page("a 1 500", "b 2")
        var honoring = try session()
        _ = try honoring.store(page, contentType: nil, at: 1_000)
        _ = try honoring.store(Self.page("c 1"), contentType: nil, at: 2_000)
        #expect(store.samples(labels("a")) == [Sample(timestamp: 500, value: 1)])
        #expect(store.hasEnded(labels("b")))
        var ignoring = try session { $0.honorTimestamps = false }
        _ = try ignoring.store(page, contentType: nil, at: 3_000)
        #expect(store.samples(labels("a")).last == Sample(timestamp: 3_000, value: 1))
        _ = try ignoring.store([], contentType: nil, at: 4_000)
        #expect(store.hasEnded(labels("a")))
    }

    @Test("series that vanish from the page end once, and begin again when they come back")
    func vanished() throws {
        var session = try session()
        _ = try session.store(Self.page("a 1", "b 1", "c 1"), contentType: nil, at: 1)
        let outcome = try session.store(Self.page("a 2"), contentType: nil, at: 2)
        #expect(outcome == .init(scraped: 1, kept: 1, added: 0))
        _ = try session.store(Self.page("a 3"), contentType: nil, at: 3)
        for name in ["b", "c"] {
            #expect(store.samples(labels(name)).map(\.timestamp) == [1, 2])
            #expect(store.hasEnded(labels(name)))
        }
        #expect(store.values(labels("a")) == [1, 2, 3])
        #expect(try session.store(Self.page("c 4", "a 4"), contentType: nil, at: 4).added == 1)
        #expect(store.samples(labels("c")).last == Sample(timestamp: 4, value: 4))
    }

    @Test("a page in another order changes nothing")
    func order() throws {
        var session = try session()
        let names = (0..<100).map { "m\($0)" }
        for round in 1...5 {
            let page = names.shuffled().map { "\($0) \(round)\n" }.joined()
            let outcome = try session.store(Array(page.utf8), contentType: nil, at: Int64(round))
            #expect(outcome == .init(scraped: 100, kept: 100, added: round == 1 ? 100 : 0))
        }
        for name in names { #expect(store.values(labels(name)) == [1, 2, 3, 4, 5]) }
    }

    @Test("of two lines that relabelling makes one series, the series lives as long as either")
    func merged() throws {
        var session = try session { $0.metricRelabelConfigs = [try .test(.labeldrop, regex: "x")] }
        _ = try session.store(Self.page(#"a{x="1"} 1"#, #"a{x="2"} 1"#), contentType: nil, at: 1)
        _ = try session.store(Self.page(#"a{x="2"} 2"#), contentType: nil, at: 2)
        #expect(!store.hasEnded(labels("a")))
        _ = try session.store(Self.page("b 3"), contentType: nil, at: 3)
        #expect(store.hasEnded(labels("a")))
    }

    @Test("metric relabelling drops and renames, and what it drops is scraped and not kept")
    func metricRelabelling() throws {
        var session = try session {
            $0.metricRelabelConfigs = [
                try .test(.drop, from: ["__name__"], regex: "go_.*"),
                try .test(from: ["__name__"], regex: "old_(.*)", to: "__name__", replacement: "new_$1"),
            ]
        }
        for time in 1...2 {
            let outcome = try session.store(
                Self.page("go_gc 1", "old_a 2", "go_x 3"), contentType: nil, at: Int64(time))
            #expect(outcome == .init(scraped: 3, kept: 1, added: time == 1 ? 1 : 0))
        }
        #expect(store.series == [labels("new_a")])
    }

    struct Limit: Sendable {
        let code: ScrapeFailure.Code
        let change: @Sendable (inout ScrapeConfig) -> Void
        let isRefused: Bool
    }

    @Test(
        "a page beyond a limit of the job is not stored at all",
        arguments: [
            Limit(code: .sampleLimit, change: { $0.sampleLimit = 2 }, isRefused: false),
            Limit(code: .sampleLimit, change: { $0.sampleLimit = 1 }, isRefused: true),
            Limit(code: .labelLimit, change: { $0.labelLimit = 5 }, isRefused: false),
            Limit(code: .labelLimit, change: { $0.labelLimit = 4 }, isRefused: true),
            Limit(code: .labelNameLengthLimit, change: { $0.labelNameLengthLimit = 8 }, isRefused: false),
            Limit(code: .labelNameLengthLimit, change: { $0.labelNameLengthLimit = 7 }, isRefused: true),
            Limit(code: .labelValueLengthLimit, change: { $0.labelValueLengthLimit = 9 }, isRefused: false),
            Limit(code: .labelValueLengthLimit, change: { $0.labelValueLengthLimit = 8 }, isRefused: true),
        ])
    func limits(_ limit: Limit) throws {
        var session = try session(change: limit.change)
        let page = Self.page(#"a{x="123456789"} 1"#, "b 1")
        guard limit.isRefused else {
            #expect(try session.store(page, contentType: nil, at: 1).kept == 2)
            return
        }
        let error = try #require(throws: ScrapeFailure.self) { try session.store(page, contentType: nil, at: 1) }
        #expect(error.code == limit.code)
        #expect(error.description.contains(" exceeded: "), "\(error)")
        #expect(store.series.isEmpty)
    }

    @Test("samples that relabelling drops do not count for sample_limit")
    func limitAfterRelabelling() throws {
        var session = try session {
            $0.sampleLimit = 1
            $0.metricRelabelConfigs = [try .test(.drop, from: ["__name__"], regex: "b.*")]
        }
        #expect(try session.store(Self.page("b1 1", "a 1", "b2 1"), contentType: nil, at: 1).kept == 1)
    }

    struct Garbage: Sendable {
        let page: String
        var type: String?
        let message: String
    }

    @Test(
        "of a page that cannot be read nothing is stored, and the series so far end",
        arguments: [
            Garbage(page: "a 2\nb 1 2 3\n", message: ""),
            Garbage(page: "a 2\na{x=1} 2\n", message: ""),
            Garbage(page: "a two\n", message: ""),
            Garbage(
                page: "<!DOCTYPE html><html></html>", type: "text/html; charset=utf-8",
                message: "(the page is text/html); check metrics_path"),
            Garbage(page: "a 2\n", type: "application/openmetrics-text; version=1.0.0", message: ""),
        ])
    func garbage(_ example: Garbage) throws {
        var session = try session()
        _ = try session.store(Self.page("a 1"), contentType: nil, at: 1)
        let error = try #require(throws: ScrapeFailure.self) {
            try session.store(Array(example.page.utf8), contentType: example.type, at: 2)
        }
        #expect(error.code == .malformed)
        #expect(error.description.hasSuffix(example.message), "\(error)")
        #expect(store.series == [labels("a")])
        #expect(store.samples(labels("a")).map(\.timestamp) == [1, 2] && store.hasEnded(labels("a")))
        #expect(try session.store(Self.page("a 3"), contentType: nil, at: 3).added == 1)
        #expect(store.values(labels("a")).last == 3)
    }

    @Test("relabelling that takes a series' name away is told of")
    func nameless() throws {
        var session = try session { $0.metricRelabelConfigs = [try .test(.labeldrop, regex: "__name__")] }
        let error = try #require(throws: ScrapeFailure.self) {
            try session.store(Self.page("a 1"), contentType: nil, at: 1)
        }
        #expect(error.description.contains("keep __name__"))
    }

    @Test("series whose numbers the store has forgotten are stored under new ones")
    func forgotten() throws {
        var session = try session()
        _ = try session.store(Self.page("a 1", "b 1"), contentType: nil, at: 1)
        try session.report(.init(scraped: 2), took: .seconds(1), at: 1)
        store.forgetNumbers()
        _ = try session.store(Self.page("a 2", "b 2"), contentType: nil, at: 2)
        try session.report(.init(scraped: 2), took: .seconds(1), at: 2)
        _ = try session.store(Self.page("a 3"), contentType: nil, at: 3)
        #expect(store.values(labels("a")) == [2, 3])
        #expect(store.hasEnded(labels("b")))
        #expect(store.values(labels("up")) == [1])
    }

    @Test("a store that takes nothing is a failure of the scrape, and the next scrape goes on")
    func fullStore() throws {
        var session = try session()
        store.fail(true)
        let error = try #require(throws: ScrapeFailure.self) {
            try session.store(Self.page("a 1"), contentType: nil, at: 1)
        }
        #expect(error.code == .storage && error.description.contains("no space left on device"))
        store.fail(false)
        _ = try session.store(Self.page("a 2"), contentType: nil, at: 2)
        #expect(store.values(labels("a")) == [2])
    }

    @Test("what a page no longer says of a metric is forgotten, unless the page cannot be read")
    func metadata() throws {
        var session = try session()
        _ = try session.store(Self.page("# TYPE a gauge", "a 1", "# TYPE b counter", "b 1"), contentType: nil, at: 1)
        #expect(Set(session.metadata.keys) == ["a", "b"])
        _ = try session.store(Self.page("# TYPE b gauge", "b 1"), contentType: nil, at: 2)
        #expect(session.metadata.mapValues(\.kind) == ["b": .gauge])
        #expect(throws: ScrapeFailure.self) { try session.store(Self.page("{"), contentType: nil, at: 3) }
        #expect(session.metadata.count == 1)
    }

    @Test("samples that the store refuses because of their time are counted, and those of the report are told")
    func refused() throws {
        var session = try session()
        store.refuse(before: 10)
        let outcome = try session.store(Self.page("a 1", "b 1 12"), contentType: nil, at: 5)
        #expect(outcome.tooOld == 1 && store.values(labels("b")) == [1])
        #expect(throws: RefusedSamples.self) { try session.report(outcome, took: .zero, at: 5) }
        #expect(throws: Never.self) { try session.report(outcome, took: .zero, at: 15) }
    }

    @Test("a scrape is reported with five series, which end with the target")
    func reports() throws {
        var session = try session()
        try session.report(.init(scraped: 7, kept: 5, added: 3), took: .milliseconds(1_500), at: 1)
        try session.report(nil, took: .milliseconds(250), at: 2)
        session.endReport(at: 3)
        session.endReport(at: 4)
        let wanted: [String: [Double]] = [
            "up": [1, 0], "scrape_duration_seconds": [1.5, 0.25], "scrape_samples_scraped": [7, 0],
            "scrape_samples_post_metric_relabeling": [5, 0], "scrape_series_added": [3, 0],
        ]
        #expect(store.series == wanted.keys.map { labels($0) }.sorted())
        for (name, values) in wanted {
            #expect(Array(store.values(labels(name)).prefix(2)) == values)
            #expect(store.samples(labels(name)).map(\.timestamp) == [1, 2, 3] && store.hasEnded(labels(name)))
        }
    }

    @Test("series of long ago are forgotten, and those of the last page are not")
    func oldSeries() throws {
        var session = try session()
        for round in 0..<30 {
            let page = (0..<100).map { "m{round=\"\(round)\",n=\"\($0)\"} \(round)\n" }.joined() + "steady \(round)\n"
            let outcome = try session.store(Array(page.utf8), contentType: nil, at: Int64(round))
            #expect(outcome.added == (round == 0 ? 101 : 100))
        }
        #expect(store.values(labels("steady")) == (0..<30).map(Double.init))
        #expect(store.last("m").values.filter { !StaleMarker.isStale($0) }.count == 100)
        session.endAll(at: 30)
        #expect(store.series.allSatisfy { store.hasEnded($0) })
    }

    @Test(
        "times of scrapes go on, but follow a clock that is set back",
        arguments: [
            (now: 20_000, last: 10_000, expected: 20_000), (now: 10_000, last: 10_000, expected: 10_001),
            (now: 9_000, last: 10_000, expected: 10_001), (now: 10_000, last: 172_810_000, expected: 10_000),
        ] as [(now: Int64, last: Int64, expected: Int64)])
    func times(_ example: (now: Int64, last: Int64, expected: Int64)) {
        #expect(ScrapeLoop.timestamp(example.now, after: example.last) == example.expected)
    }
}
