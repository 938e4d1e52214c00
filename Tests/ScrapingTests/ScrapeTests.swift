import Model
import Scraping
import TestSupport
import Testing
import Transfers

/// A scraper at work on a real server.
@Suite("Scrapes", .timeLimit(.minutes(5)))
struct ScrapeTests {
    private let store = MemoryStore()
    private let transfers = Transfers()

    /// Runs a scraper on one target for as long as `body` runs.
    private func scraping(
        _ configs: [ScrapeConfig], _ body: (Scraper) async throws -> Void
    ) async throws {
        let scraper = Scraper(configs: configs, appender: store, transfers: transfers)
        let task = Task { await scraper.run() }
        do {
            try await body(scraper)
        } catch {
            task.cancel()
            await task.value
            throw error
        }
        task.cancel()
        await task.value
    }

    private func last(_ name: String) -> Double? { store.last(name).values.first }

    private func labels(_ name: String, _ server: PageServer) -> Labels {
        ["__name__": name, "job": "node", "instance": server.address]
    }

    private func status(_ scraper: Scraper, _ health: TargetStatus.Health) async throws -> TargetStatus {
        try await eventually("the target to be \(health), not \(scraper.snapshot().active)", every: .milliseconds(10)) {
            scraper.snapshot().active.first { $0.health == health }
        }
    }

    @Test("a target that answers is up, and the scrape is told of")
    func up() async throws {
        let server = try await PageServer()
        try await server.serve("# HELP a Some a.\n# TYPE a gauge\na 1\nb 2\n")
        try await scraping([.test(targets: [server.address])]) { scraper in
            #expect(scraper.snapshot().active.map(\.health) == [.unknown])
            let status = try await status(scraper, .up)
            #expect(status.lastError.isEmpty && status.lastSamples == 2)
            #expect(status.lastScrape != nil && status.lastDuration > .zero)
            #expect(last("up") == 1 && last("scrape_samples_scraped") == 2)
            #expect(last("scrape_samples_post_metric_relabeling") == 2)
            #expect((0.000_001...1).contains(last("scrape_duration_seconds") ?? -1))
            #expect(store.values(labels("a", server)).first == 1)
            #expect(scraper.metadata()["a"]?.first?.help == "Some a.")
            #expect(scraper.statistics.scrapes >= 1)
            let times = try await eventually("four scrapes") {
                let samples = store.samples(labels("up", server))
                return samples.count >= 4 ? samples.map(\.timestamp) : nil
            }
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 100 })
        }
        #expect(store.endCount == 0)
    }

    @Test("a request says what we read, how long we wait, and who we are")
    func request() async throws {
        let server = try await PageServer()
        try await server.serve("a 1\n")
        let config = ScrapeConfig.test(targets: [server.address], interval: .milliseconds(250)) { config in
            config.params = ["module": ["x y"]]
            config.client.basicAuth = .init(username: "u", password: .inline("hunter2"))
        }
        try await scraping([config]) { scraper in
            _ = try await status(scraper, .up)
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("/metrics?module=x+y {"))
            for part in [
                "\"accept\": \"application/openmetrics-text;", "\"x-prometheus-scrape-timeout-seconds\": \"0.25\"",
                "\"user-agent\": \"Watchpost\"", "\"authorization\": \"Basic dTpodW50ZXIy\"",
            ] {
                #expect(request.contains(part), "\(request)")
            }
        }
    }

    @Test("a compressed page and an OpenMetrics page are read")
    func formats() async throws {
        let server = try await PageServer()
        try await server.serve("a 1\n", at: "/gzip", gzip: true)
        try await server.serve(
            "# TYPE b counter\nb_total 3\n# EOF\n", at: "/open", type: "application/openmetrics-text; version=1.0.0")
        let configs = ["gzip", "open"].map { name in
            ScrapeConfig.test(name, targets: [server.address]) { $0.metricsPath = "/" + name }
        }
        try await scraping(configs) { _ in
            _ = try await eventually("both pages") { last("a") == 1 && last("b_total") == 3 ? true : nil }
        }
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let name: String
        var body = "a 2\nb 2\n"
        var status = 200
        var type = "text/plain"
        var delay = 0.0
        let error: String

        var testDescription: String { name }
    }

    @Test(
        "a target that fails is down, its series end, and they begin again when it is back",
        arguments: [
            Failure(name: "status 500", status: 500, error: "the server answered with HTTP status 500"),
            Failure(name: "status 204", body: "", status: 204, error: "the server answered with HTTP status 204"),
            Failure(name: "garbage", body: "a 2\n<html>\n", type: "text/html", error: "check metrics_path"),
            Failure(name: "too many samples", body: "a 2\nb 2\nc 2\n", error: "sample_limit exceeded"),
            Failure(
                name: "too many bytes", body: "a 2\n" + String(repeating: "# much\n", count: 300),
                error: "body_size_limit exceeded: the page has more than 1000 bytes"),
            Failure(name: "too slow", delay: 1, error: "scrape_timeout exceeded: the page did not come within 200ms"),
        ])
    func failures(_ failure: Failure) async throws {
        let server = try await PageServer()
        try await server.serve("a 1\nb 1\n")
        let config = ScrapeConfig.test(targets: [server.address]) { config in
            config.sampleLimit = 2
            config.bodySizeLimit = 1_000
        }
        try await scraping([config]) { scraper in
            _ = try await status(scraper, .up)
            #expect(store.values(labels("a", server)).first == 1)
            try await server.serve(failure.body, status: failure.status, type: failure.type, delay: failure.delay)
            let status = try await eventually("that error, not \(scraper.snapshot().active)") {
                scraper.snapshot().active.first { $0.lastError.contains(failure.error) }
            }
            #expect(status.health == .down)
            #expect(last("up") == 0 && last("scrape_samples_scraped") == 0)
            for name in ["a", "b"] {
                #expect(store.hasEnded(labels(name, server)))
                #expect(!store.values(labels(name, server)).contains(2))
            }
            #expect(scraper.statistics.failures >= 1)
            try await server.serve("a 3\n")
            _ = try await eventually("the target to be back") { last("a") == 3 && last("up") == 1 ? true : nil }
        }
    }

    @Test("a target where nobody listens is down from the first scrape on")
    func refused() async throws {
        try await scraping([.test(targets: ["127.0.0.1:1"])]) { scraper in
            let status = try await status(scraper, .down)
            #expect(status.lastError.contains("cannot reach http://127.0.0.1:1/metrics"))
            #expect(last("up") == 0)
        }
    }

    @Test("a slow target holds up no other")
    func slow() async throws {
        let server = try await PageServer()
        try await server.serve("a 1\n", at: "/slow", delay: 3)
        try await server.serve("b 1\n")
        let slow = ScrapeConfig.test("slow", targets: [server.address], interval: .seconds(2)) {
            $0.metricsPath = "/slow"
        }
        try await scraping([slow, .test(targets: [server.address])]) { _ in
            _ = try await eventually("four scrapes of the other") {
                store.values(labels("b", server)).count >= 4 ? true : nil
            }
        }
    }

    @Test("a redirection is followed unless the job forbids it")
    func redirection() async throws {
        let server = try await PageServer()
        try await server.serve("/metrics", at: "/old", status: 302)
        try await server.serve("a 1\n")
        let configs = [true, false].map { follows in
            ScrapeConfig.test("\(follows)", targets: [server.address]) { config in
                config.metricsPath = "/old"
                config.client.followRedirects = follows
            }
        }
        try await scraping(configs) { scraper in
            _ = try await eventually("one up and one down, not \(scraper.snapshot().active)") {
                let states = scraper.snapshot().active
                return states[0].health == .up && states[1].lastError.contains("HTTP status 302") ? true : nil
            }
        }
    }

    @Test("credentials are in no error, status or label", arguments: [500, 401, 0])
    func credentials(_ code: Int) async throws {
        let server = try await PageServer()
        try await server.serve("no hunter", status: max(200, code))
        let config = ScrapeConfig.test(targets: [code == 0 ? "camera.invalid:1" : server.address]) { config in
            config.client.basicAuth = .init(username: "admin", password: .inline("hunter2"))
            config.client.proxyURL = code == 0 ? "http://admin:hunter2@127.0.0.1:2" : nil
        }
        let bearer = ScrapeConfig.test("bearer", targets: [server.address]) { config in
            config.client.authorization = .file("/nonexistent/token")
        }
        try await scraping([config, bearer]) { scraper in
            _ = try await eventually("both to be down") {
                scraper.snapshot().active.allSatisfy { $0.health == .down } ? true : nil
            }
            let shown = "\(scraper.snapshot()) \(store.series) \(String(describing: config.client.basicAuth))"
            #expect(!shown.contains("hunter2"))
            #expect(scraper.snapshot().active.last?.lastError.contains("/nonexistent/token") == true)
        }
    }
}
