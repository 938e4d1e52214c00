import Foundation
import TestSupport
import Testing
import Transfers

/// A real Prometheus that reads our samples.
@Suite("Remote read, end to end", .serialized)
struct RemoteReadTests {
    @Test(
        "a real Prometheus without samples of its own answers with ours",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func prometheus() async throws {
        let folder = try TemporaryDirectory()
        let (exporter, exporterPort) = try await Peers.exemplars()
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 300ms, scrape_timeout: 300ms, external_labels: { site: hcm } }
            scrape_configs: [{ job_name: app, static_configs: [{ targets: ['127.0.0.1:\(exporterPort)'] }] }]

            """)
        let ours = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let port = try Peers.freePort()
        let config = try folder.write(
            "prometheus.yml",
            "remote_read: [{ url: '\(ours.url)/api/v1/read', read_recent: true }]\n")
        let process = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
        let theirs = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await theirs.waitUntilReady()
        _ = try await eventually("ten scrapes", within: .seconds(20)) {
            try await ours.query("count_over_time(requests_total{path=\"/c\"}[5m]) > 10").first
        }
        exporter.signal(SIGKILL)
        try await exporter.end()
        _ = try await eventually("the end of the series") { try await ours.query("up{job=\"app\"} == 0").first }
        for question in [
            "sum_over_time(requests_total{path=~\"/a.*\",job!=\"x\"}[5m])",
            "count_over_time(requests_total{path=\"/c\"}[5m])",
        ] {
            let mine = try await ours.query(question)
            let other = try await theirs.query(question)
            #expect(mine.map(\.value) == other.map(\.value), "\(question)")
            #expect(mine.map { $0.labels.merging(["site": "hcm"]) { $1 } } == other.map(\.labels), "\(question)")
            #expect(!mine.isEmpty)
        }
        // By the label that series only have outside.
        #expect(try await theirs.query("count_over_time(requests_total{site=\"hcm\",path=\"/c\"}[5m])").count == 1)
        #expect(try await theirs.query("count_over_time(requests_total{site=\"elsewhere\"}[5m])").isEmpty)
        for server in [ours, theirs] {
            server.process.signal(SIGTERM)
            try await server.process.end()
        }
    }
}
