import ConfigText
import Model
import Scraping
import Testing

@Suite("prometheus.yml")
struct PrometheusConfigTests {
    private func config(_ text: String, environment: [String: String] = [:]) throws -> PrometheusConfig {
        let problems = ProblemList()
        let config = PrometheusReader.read(
            text, path: "/etc/prometheus.yml", environment: environment, problems: problems)
        try #require(problems.errors.isEmpty, "\(problems.errors)")
        return try #require(config)
    }

    @Test("jobs have what global says, and a timeout no longer than their interval")
    func defaults() throws {
        let config = try config(
            """
            global: {scrape_interval: 15s, sample_limit: 7, body_size_limit: 1MB}
            scrape_configs:
              - job_name: a
              - {job_name: b, scrape_interval: 5s, sample_limit: 9, scheme: https, metrics_path: /m}
            """)
        let jobs = config.scrapeConfigs
        #expect(jobs.map(\.scrapeInterval) == [.seconds(15), .seconds(5)])
        #expect(jobs.map(\.scrapeTimeout) == [.seconds(10), .seconds(5)])
        #expect(jobs.map(\.sampleLimit) == [7, 9])
        #expect(jobs.map(\.bodySizeLimit) == [1 << 20, 1 << 20])
        #expect(jobs[1].scheme == "https" && jobs[1].metricsPath == "/m")
        #expect(config.evaluationInterval == .seconds(60))
    }

    @Test("external labels have the environment's variables put in")
    func externalLabels() throws {
        let config = try config(
            "global: {external_labels: {a: 'x${TEST}y', b: '$$c', c: $TEST, d: '${NONE}'}}", environment: ["TEST": "1"])
        #expect(config.externalLabels == ["a": "x1y", "b": "$c", "c": "1"])
    }

    @Test("targets, parameters, credentials and relabelling are read")
    func job() throws {
        let config = try config(
            """
            alerting:
              alertmanagers:
                - {scheme: https, path_prefix: /am/, timeout: 3s, static_configs: [{targets: ['a:1', 'b:2']}]}
            scrape_configs:
              - job_name: a
                params: {module: [x, y]}
                basic_auth: {username: u, password_file: secrets/p}
                tls_config: {ca_file: /ca.pem, insecure_skip_verify: true}
                static_configs:
                  - targets: ['h:1']
                    labels: {site: hcm}
                relabel_configs:
                  - {source_labels: [__address__], regex: '(.+):\\d+', target_label: instance}
                metric_relabel_configs:
                  - {source_labels: [__name__], regex: go_.*, action: Drop}
            """)
        let alertmanagers = try #require(config.alertmanagers.first)
        #expect(alertmanagers.scheme == "https" && alertmanagers.alertsPath == "/am/api/v2/alerts")
        #expect(alertmanagers.staticConfigs.flatMap(\.targets).map(\.value) == ["a:1", "b:2"])
        #expect(alertmanagers.timeout == .seconds(3))
        let job = try #require(config.scrapeConfigs.first)
        #expect(job.params == ["module": ["x", "y"]])
        #expect(job.client.basicAuth?.username == "u")
        guard case .file(let path) = try #require(job.client.basicAuth?.password) else {
            Issue.record("the password is not in a file")
            return
        }
        #expect(path.hasSuffix("/secrets/p") && path.hasPrefix("/"))
        #expect(job.client.caFile == "/ca.pem" && job.client.insecureSkipVerify)
        #expect(job.staticConfigs.first?.labels == ["site": "hcm"])
        #expect(job.relabelConfigs.first?.replacement == "$1")
        #expect(job.metricRelabelConfigs.first?.action == .drop)
    }

    @Test("known keys that change nothing are warnings")
    func warnings() throws {
        let problems = ProblemList()
        _ = PrometheusReader.read(
            """
            rule_files: [a.yml]
            remote_read: [{url: http://h/w}]
            scrape_configs:
              - {job_name: a, file_sd_configs: [{files: [x.json]}], consul_sd_configs: [{}]}
            """, path: "prometheus.yml", problems: problems)
        let warnings = problems.all.inFileOrder.map(\.description)
        #expect(
            warnings.map { $0.prefix { $0 != ";" } } == [
                "prometheus.yml:2:1: warning: remote_read is known and not acted on: queries read our own store alone",
                "prometheus.yml:4:57: warning: scrape_configs[0].consul_sd_configs is known and not acted on",
            ])
    }
}
