import Model
import Scraping
import Testing

@Suite("Targets")
struct TargetTests {
    private static func discovered(
        _ addresses: String..., labels: Labels = .empty, change: (inout ScrapeConfig) throws -> Void = { _ in }
    ) throws -> DiscoveredTargets {
        DiscoveredTargets(
            try .test(
                "node", targets: addresses, labels: labels, interval: .seconds(15), timeout: .seconds(10),
                change: change))
    }

    @Test("an address gets the job's defaults, and its name as instance")
    func defaults() throws {
        let targets = try Self.discovered("cam-1:9100", labels: ["site": "hcm"])
        let target = try #require(targets.active.first)
        #expect(target.job == "node" && target.url == "http://cam-1:9100/metrics")
        #expect(target.labels == ["job": "node", "instance": "cam-1:9100", "site": "hcm"])
        #expect(target.interval == .seconds(15) && target.timeout == .seconds(10))
        #expect(
            target.discoveredLabels == [
                "__address__": "cam-1:9100", "__metrics_path__": "/metrics", "__scheme__": "http",
                "__scrape_interval__": "15s", "__scrape_timeout__": "10s", "job": "node", "site": "hcm",
            ])
        #expect(targets.dropped.isEmpty && targets.errors.isEmpty)
    }

    struct Address: Sendable {
        let address: String
        var scheme = "http"
        let url: String
    }

    @Test(
        "ports stay as they are written, and none is added",
        arguments: [
            Address(address: "h:80", url: "http://h:80/metrics"), Address(address: "h", url: "http://h/metrics"),
            Address(address: "h:443", scheme: "https", url: "https://h:443/metrics"),
            Address(address: "h", scheme: "https", url: "https://h/metrics"),
            Address(address: "[::1]:9100", url: "http://[::1]:9100/metrics"),
            Address(address: "10.0.0.7:9100", url: "http://10.0.0.7:9100/metrics"),
        ])
    func ports(_ example: Address) throws {
        let target = try #require(try Self.discovered(example.address) { $0.scheme = example.scheme }.active.first)
        #expect(target.url == example.url)
        #expect(target.labels["instance"] == example.address)
    }

    @Test("parameters are part of the address, escaped as forms are, and each first one can be relabelled")
    func parameters() throws {
        let targets = try Self.discovered("cam-1") { config in
            config.params = ["module": ["http 2xx", "b&c"], "a": ["1"]]
            config.metricsPath = "/probe"
            config.relabelConfigs = [
                try .test(from: ["__param_a"], to: "a"),
                try .test(from: ["__address__"], to: "__param_target", replacement: "rtsp://$1/é"),
                try .test(to: "__address__", replacement: "exporter:9115"),
                try .test(to: "__param_a", replacement: "2"),
            ]
        }
        let target = try #require(targets.active.first)
        #expect(
            target.url
                == "http://exporter:9115/probe?a=2&module=http+2xx&module=b%26c&target=rtsp%3A%2F%2Fcam-1%2F%C3%A9")
        #expect(target.labels == ["job": "node", "instance": "exporter:9115", "a": "1"])
        #expect(target.discoveredLabels["__param_module"] == "http 2xx")
        #expect(target.discoveredLabels["__address__"] == "cam-1")
    }

    @Test("path, scheme, interval, timeout, job and instance follow relabelling")
    func relabelled() throws {
        let targets = try Self.discovered("h:1") { config in
            config.relabelConfigs = [
                try .test(to: "__metrics_path__", replacement: "federate?x=1"),
                try .test(to: "__scheme__", replacement: "https"),
                try .test(to: "__scrape_interval__", replacement: "1m"),
                try .test(to: "__scrape_timeout__", replacement: "500ms"),
                try .test(to: "job", replacement: "other"), try .test(to: "instance", replacement: "i"),
                try .test(to: "__meta_x", replacement: "hidden"),
            ]
            config.params = ["p": ["q"]]
        }
        let target = try #require(targets.active.first)
        #expect(target.url == "https://h:1/federate?x=1&p=q")
        #expect(target.interval == .seconds(60) && target.timeout == .milliseconds(500))
        #expect(target.labels == ["job": "other", "instance": "i"])
        #expect(target.job == "node")
    }

    @Test("what relabelling drops is shown with its labels as they were")
    func dropped() throws {
        let targets = try Self.discovered("a:1", "b:1", labels: ["x": "y"]) {
            $0.relabelConfigs = [try .test(.drop, from: ["__address__"], regex: "b.*")]
        }
        #expect(targets.active.map(\.url) == ["http://a:1/metrics"])
        #expect(targets.dropped.map { $0["__address__"] } == ["b:1"])
        #expect(targets.dropped.map { $0["x"] } == ["y"])
    }

    @Test("of dropped targets no more are kept than the job wants, and all are counted")
    func keptDropped() throws {
        let targets = try Self.discovered("a:1", "b:1", "b:2", "b:3") {
            $0.relabelConfigs = [try .test(.drop, from: ["__address__"], regex: "b.*")]
            $0.keepDroppedTargets = 2
        }
        #expect(targets.dropped.map { $0["__address__"] } == ["b:1", "b:2"])
        #expect(targets.droppedCount == 3)
    }

    @Test("of equal targets one is kept; other labels or another address make another target")
    func equal() throws {
        #expect(try Self.discovered("a:1", "a:1", "a:2").active.count == 2)
        let same = try Self.discovered("a:1", "a:2") {
            $0.relabelConfigs = [try .test(to: "__address__", replacement: "p")]
        }
        #expect(same.active.count == 1)
        let apart = try Self.discovered("a:1", "a:2") {
            $0.relabelConfigs = [
                try .test(from: ["__address__"], to: "instance"), try .test(to: "__address__", replacement: "p"),
            ]
        }
        #expect(apart.active.map { $0.labels["instance"] } == ["a:1", "a:2"])
    }

    @Test("an address may be a URL that relabelling hands to a prober, whether it is written or found")
    func probed() throws {
        let urls = ["https://one.invalid", "http://two.invalid:8080/path?x=1"]
        var config = try ScrapeConfig.test("web", targets: urls) { config in
            config.metricsPath = "/probe"
            config.params = ["module": ["http_2xx"]]
            config.relabelConfigs = [
                try .test(from: ["__address__"], to: "__param_target"),
                try .test(from: ["__param_target"], to: "instance"),
                try .test(to: "__address__", replacement: "127.0.0.1:9115"),
            ]
        }
        let written = DiscoveredTargets(config)
        #expect(written.errors.isEmpty)
        #expect(written.active.map { $0.labels["instance"] } == urls)
        #expect(
            written.active.last?.url
                == "http://127.0.0.1:9115/probe?module=http_2xx&target=http%3A%2F%2Ftwo.invalid%3A8080%2Fpath%3Fx%3D1")
        config.staticConfigs = []
        let found = DiscoveredTargets(config, found: [TargetGroup(addresses: urls, labels: .empty)])
        #expect(found.active.map(\.url) == written.active.map(\.url))
    }

    struct Wrong: Sendable {
        let address: String
        var label = ""
        var value = ""
        let error: String
    }

    @Test(
        "an address that cannot be scraped is told of, and the others are scraped",
        arguments: [
            Wrong(address: "http://h:1", error: #""http://h:1" of job node: this is not a host and port"#),
            Wrong(address: "h:1/metrics", error: #""h:1/metrics" of job node: this is not a host and port"#),
            Wrong(address: "", error: "this is not a host and port"),
            Wrong(
                address: "h:1", label: "__scrape_interval__", value: "soon", error: #"__scrape_interval__ is "soon""#),
            Wrong(address: "h:1", label: "__scrape_interval__", value: "0s", error: #"__scrape_interval__ is "0s""#),
            Wrong(address: "h:1", label: "__scrape_timeout__", value: "-1s", error: #"__scrape_timeout__ is "-1s""#),
            Wrong(
                address: "h:1", label: "__scrape_timeout__", value: "16s",
                error: "its timeout is longer than its interval"),
        ])
    func wrong(_ example: Wrong) throws {
        let targets = try Self.discovered(example.address, "good:1") { config in
            guard !example.label.isEmpty else { return }
            config.relabelConfigs = [
                try .test(
                    from: ["__address__"], regex: "h:1", to: example.label, replacement: example.value)
            ]
        }
        #expect(targets.active.map(\.url) == ["http://good:1/metrics"])
        #expect(targets.errors.count == 1)
        let error = try #require(targets.errors.first)
        #expect(error.hasPrefix("cannot scrape ") && error.contains(example.error), "\(error)")
    }

    @Test(
        "credentials in an address are refused and shown nowhere",
        arguments: ["user:hunter2@h:1", "http://user:hunter2@h:1/metrics", "user:hunt@er2@h:1", "user:hunter2@h:1/m"])
    func credentials(_ address: String) throws {
        let targets = try Self.discovered(address)
        #expect(targets.active.isEmpty && targets.errors.count == 1)
        #expect(targets.errors.first?.contains("xxxxx:xxxxx@h:1") == true)
        #expect(!"\(targets.errors)".contains("hunt") && !"\(targets.errors)".contains("er2"))
        let dropped = try Self.discovered(address) {
            $0.relabelConfigs = [try .test(.drop, from: ["__address__"])]
        }
        #expect(dropped.dropped.count == 1 && !"\(dropped.dropped)".contains("hunt"))
    }
}
