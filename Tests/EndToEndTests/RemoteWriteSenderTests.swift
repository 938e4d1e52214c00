import Foundation
import TestSupport
import Testing
import Transfers

/// Samples that ours hands on to others.
@Suite("Remote write to others, end to end", .serialized)
struct RemoteWriteSenderTests {
    /// A place that takes remote write.
    private enum Remote: String, CaseIterable {
        case prometheus, victoriaMetrics, watchpost

        var path: String { "/api/v1/write" }
        var message: String {
            self == .watchpost ? "io.prometheus.write.v2.Request" : "prometheus.WriteRequest"
        }

        func start(_ port: Int, _ folder: String) async throws -> Server {
            let process: RunningProcess
            switch self {
            case .prometheus:
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try "global: {}\n".write(toFile: folder + "/prometheus.yml", atomically: true, encoding: .utf8)
                process = try RunningProcess(
                    "prometheus",
                    [
                        "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/tsdb",
                        "--web.enable-remote-write-receiver", "--web.listen-address=127.0.0.1:\(port)",
                        "--log.level=error",
                    ])
            case .victoriaMetrics:
                process = try RunningProcess(
                    "victoria-metrics",
                    [
                        "-storageDataPath=\(folder)", "-httpListenAddr=127.0.0.1:\(port)", "-search.latencyOffset=1ms",
                        "-loggerLevel=WARN", "-retentionPeriod=1",
                    ])
            case .watchpost: return try await .serve(configuration: nil, data: folder, port: port)
            }
            let server = Server(process: process, url: "http://127.0.0.1:\(port)")
            _ = try await eventually("\(self) to answer; it printed \(process.printed)", within: .seconds(30)) {
                (try? await server.get("/api/v1/query", [("query", "1")]))?.status == 200 ? true : nil
            }
            return server
        }
    }

    private static let sum = "sum_over_time(requests_total{job=\"app\",path=\"/a b\",site=\"hcm\"}[1h])"

    @Test(
        "what was shown here arrives there, also after an outage of the remote and kill -9 of ours",
        .enabled(if: Peers.has("prometheus") && Peers.has("victoria-metrics"), "the remotes are not installed"),
        .timeLimit(.minutes(3)))
    func arrives() async throws {
        let folder = try TemporaryDirectory()
        let (exporter, exporterPort) = try await Peers.exemplars()
        var ports: [Remote: Int] = [:]
        for remote in Remote.allCases { ports[remote] = try Peers.freePort() }
        let remotes = Remote.allCases.map { remote in
            """
              - url: http://127.0.0.1:\(ports[remote] ?? 0)\(remote.path)
                protobuf_message: \(remote.message)
                write_relabel_configs: [{ source_labels: [__name__], regex: 'requests_total|up', action: keep }]
                queue_config: { batch_send_deadline: 200ms, max_backoff: 300ms }

            """
        }
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 200ms, scrape_timeout: 200ms, external_labels: { site: hcm } }
            scrape_configs: [{ job_name: app, static_configs: [{ targets: ['127.0.0.1:\(exporterPort)'] }] }]
            remote_write:
            \(remotes.joined())
            """)
        func start() async throws -> Server {
            try await .serve(configuration: folder.path + "/config", data: folder.path + "/data")
        }
        // All remotes are down at first.
        var ours = try await start()
        func seen(_ server: Server, _ query: String) async throws -> Double? {
            try await server.query(query).first?.value
        }
        let local = Self.sum.replacing(",site=\"hcm\"", with: "")
        _ = try await eventually("some samples", within: .seconds(20)) {
            try await seen(ours, "count_over_time(requests_total{path=\"/c\"}[1h]) > 10")
        }
        ours.process.signal(SIGKILL)
        try await ours.process.end()
        ours = try await start()
        _ = try await eventually("more samples", within: .seconds(20)) {
            try await seen(ours, "count_over_time(requests_total{path=\"/c\"}[1h]) > 25")
        }
        var servers: [Remote: Server] = [:]
        for remote in Remote.allCases {
            servers[remote] = try await remote.start(ports[remote] ?? 0, "\(folder.path)/\(remote)")
        }
        // What was seen here, once the exporter is gone and nothing more comes.
        withExtendedLifetime(exporter) {}
        exporter.signal(SIGKILL)
        try await exporter.end()
        let expected = try await eventually("the end of the series") {
            try await seen(ours, "up{job=\"app\"} == 0") == 0 ? try await seen(ours, local) : nil
        }
        for remote in Remote.allCases {
            let server = try #require(servers[remote])
            _ = try? await eventually("all samples at \(remote)", within: .seconds(30)) {
                try await seen(server, Self.sum) == expected ? true : nil
            }
            #expect(try await seen(server, Self.sum) == expected, "\(remote)")
            #expect(
                try await seen(server, "count(up{job=\"watchpost\",instance=\"node-1\",site=\"hcm\"})") == 1,
                "\(remote)")
        }
        let status = try await ours.text("/api/watchpost/status")
        #expect(!status.contains("does not get the samples"), "\(status)")
        for server in [ours] + servers.values {
            server.process.signal(SIGTERM)
            try await server.process.end()
        }
    }
}
