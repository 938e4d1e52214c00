import Model
import Scraping
import TestSupport
import Testing
import Transfers

/// Changes of the configuration while the scraper runs.
@Suite("Changes of jobs", .timeLimit(.minutes(5)))
struct UpdateTests {
    private let store = MemoryStore()

    private func up(_ path: String) -> Labels { ["__name__": "up", "job": "node", "instance": path] }

    /// How often a target's loop was ended. A scrape that failed on a busy machine ends no `up`.
    private func ends(_ path: String) -> Int { store.values(up(path)).filter { StaleMarker.isStale($0) }.count }

    /// Two targets of one job on one server: their pages are `/a` and `/b`.
    private static func config(
        _ server: PageServer, _ paths: [String], change: (inout ScrapeConfig) throws -> Void = { _ in }
    ) throws -> ScrapeConfig {
        try .test(targets: paths) { config in
            config.relabelConfigs = [
                try .test(from: ["__address__"], to: "instance"),
                try .test(from: ["__address__"], to: "__metrics_path__", replacement: "/$1"),
                try .test(to: "__address__", replacement: server.address),
            ]
            try change(&config)
        }
    }

    private func running(_ configs: [ScrapeConfig], _ body: (Scraper) async throws -> Void) async throws {
        let scraper = Scraper(configs: configs, appender: store, transfers: Transfers())
        let task = Task { await scraper.run() }
        defer { task.cancel() }
        try await body(scraper)
        // What is scraped when all stops goes on after a restart.
        let ends = store.endCount
        task.cancel()
        await task.value
        #expect(store.endCount == ends)
    }

    private func metric(_ path: String) -> Labels { ["__name__": "m", "job": "node", "instance": path] }

    private func count(_ path: String, atLeast count: Int) async throws {
        _ = try await eventually("\(count) scrapes of \(path)", every: .milliseconds(10)) {
            store.samples(metric(path)).count >= count ? true : nil
        }
    }

    private func served() async throws -> PageServer {
        let server = try await PageServer()
        for path in ["/a", "/b", "/c"] { try await server.serve("m 1\n", at: path) }
        return server
    }

    @Test("a target that stays is scraped on without a break, one that goes ends, one that comes begins")
    func targets() async throws {
        let server = try await served()
        try await running([try Self.config(server, ["a", "b"])]) { scraper in
            try await count("a", atLeast: 2)
            try await count("b", atLeast: 2)
            scraper.update([try Self.config(server, ["c", "a"])])
            #expect(scraper.snapshot().active.map { $0.target.labels["instance"] } == ["c", "a"])
            #expect(scraper.snapshot().active.last?.health == .up)
            try await count("c", atLeast: 1)
            let before = store.samples(metric("a")).count
            try await count("a", atLeast: before + 2)
            #expect(store.hasEnded(metric("b")) && store.hasEnded(up("b")))
            #expect(ends("b") == 1 && ends("a") == 0)
        }
    }

    @Test("the same configuration changes nothing", arguments: [true, false])
    func same(_ isReread: Bool) async throws {
        let server = try await served()
        let config = try Self.config(server, ["a"])
        try await running([config]) { scraper in
            try await count("a", atLeast: 2)
            for _ in 0..<5 { scraper.update([isReread ? try Self.config(server, ["a"]) : config]) }
            let before = store.samples(metric("a")).count
            try await count("a", atLeast: before + 3)
            #expect(ends("a") == 0)
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout ScrapeConfig) throws -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout ScrapeConfig) throws -> Void) {
            (testDescription, self.change) = (name, change)
        }
    }

    @Test(
        "a change of how a target is scraped begins it anew, its old series ended before",
        arguments: [
            Change("interval") { $0.scrapeInterval = .milliseconds(240) },
            Change("timeout") { $0.scrapeTimeout = .milliseconds(190) },
            Change("credentials") { $0.client.authorization = .inline("t") },
            Change("a limit") { $0.sampleLimit = 50 },
            Change("metric relabelling") {
                $0.metricRelabelConfigs = [try .test(.labeldrop, regex: "nothing")]
            },
        ])
    func changed(_ change: Change) async throws {
        let server = try await served()
        try await running([try Self.config(server, ["a"])]) { scraper in
            try await count("a", atLeast: 1)
            scraper.update([try Self.config(server, ["a"], change: change.change)])
            _ = try await eventually("the new loop's samples") {
                ends("a") == 1 && !store.hasEnded(up("a")) ? true : nil
            }
            let times = store.samples(up("a")).map(\.timestamp)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("a job that goes ends all of its targets, and can come back")
    func jobs() async throws {
        let server = try await served()
        let config = try Self.config(server, ["a", "b"])
        try await running([config]) { scraper in
            try await count("a", atLeast: 1)
            try await count("b", atLeast: 1)
            scraper.update([])
            #expect(scraper.snapshot().active.isEmpty)
            _ = try await eventually("the end of all") {
                store.series.allSatisfy { store.hasEnded($0) } ? true : nil
            }
            scraper.update([config])
            _ = try await eventually("a to be back") { store.values(metric("a")).last == 1 ? true : nil }
        }
    }

    @Test("targets of a job with more of them than target_limit are not asked, and each is down")
    func targetLimit() async throws {
        let server = try await served()
        try await running([try Self.config(server, ["a", "b"]) { $0.targetLimit = 1 }]) { scraper in
            let states = try await eventually("both to be down") {
                let states = scraper.snapshot().active
                return states.map(\.health) == [.down, .down] ? states : nil
            }
            for path in ["a", "b"] {
                #expect(store.values(metric(path).setting("__name__", "up")).last == 0)
                #expect(store.samples(metric(path)).isEmpty)
            }
            #expect(states.allSatisfy { $0.lastError.hasPrefix("target_limit exceeded: job node has 2 targets") })
            scraper.update([try Self.config(server, ["a", "b"]) { $0.targetLimit = 2 }])
            try await count("a", atLeast: 1)
            try await count("b", atLeast: 1)
            scraper.update([try Self.config(server, ["a", "b"]) { $0.targetLimit = 1 }])
            _ = try await eventually("both to be down again") {
                store.hasEnded(metric("a")) && store.hasEnded(metric("b")) ? true : nil
            }
        }
    }

    @Test("of two jobs with one name the first is scraped")
    func sameName() async throws {
        let server = try await served()
        let configs = [try Self.config(server, ["a"]), try Self.config(server, ["b"])]
        try await running(configs) { scraper in
            try await count("a", atLeast: 1)
            scraper.update(configs)
            #expect(scraper.snapshot().active.map { $0.target.labels["instance"] } == ["a"])
        }
        #expect(store.samples(metric("b")).isEmpty)
    }

    @Test("a target that is stopped in the middle of a scrape ends at once, and is not told to be down")
    func stoppedInScrape() async throws {
        let server = try await served()
        try await server.serve("m 1\n", at: "/a", delay: 60)
        // One that is waited for is told to be down after ten seconds.
        let config = try Self.config(server, ["a"]) { config in
            config.scrapeInterval = .seconds(10)
            config.scrapeTimeout = .seconds(10)
        }
        try await running([config]) { scraper in
            _ = try await eventually("a request", every: .milliseconds(10)) { server.requests.isEmpty ? nil : true }
            scraper.update([])
        }
        #expect(store.series.isEmpty)
    }
}
