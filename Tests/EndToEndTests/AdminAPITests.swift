import Foundation
import TestSupport
import Testing
import Transfers

/// Exemplars, status, federation, snapshots and deletion of a running server.
@Suite("The server as a whole, end to end", .serialized)
struct AdminAPITests {
    private static func data(_ response: HTTPResponse) throws -> Any {
        let object = try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
        return try #require(object["data"])
    }

    @Test(
        "tells of itself, is federated, copied, and forgets what it is told to",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func wholeServer() async throws {
        let folder = try TemporaryDirectory()
        let (exporter, exporterPort) = try await Peers.exemplars()
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 1s, external_labels: { site: hcm } }
            scrape_configs:
              - { job_name: app, static_configs: [{ targets: ['127.0.0.1:\(exporterPort)'] }] }
              - job_name: gone
                basic_auth: { username: guard, password: opensesame }
                static_configs: [{ targets: ['127.0.0.1:1'] }]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:2'] }] }] }

            """)
        let server = try await Server.serve(
            configuration: folder.path + "/config", data: folder.path + "/data", arguments: ["--enable-admin-api"])
        _ = try await eventually("three scrapes", within: .seconds(20)) {
            try await server.query("sum(requests_total{path=\"/a b\"}) >= 3").first
        }
        try await expectExemplars(server)
        try await expectStatus(server)
        try await expectFederation(server, folder)
        try await expectCopy(server, folder)
        try await expectDeletion(server)
        server.process.signal(SIGTERM)
        try await server.process.end()
        withExtendedLifetime(exporter) {}
    }

    private func expectExemplars(_ server: Server) async throws {
        let now = Date().timeIntervalSince1970
        let answer = try await server.get(
            "/api/v1/query_exemplars",
            [("query", "rate(requests_total[5m])"), ("start", "\(now - 60)"), ("end", "\(now + 1)")])
        let series = try #require(Self.data(answer) as? [[String: Any]])
        #expect(series.count == 1)
        #expect((series.first?["seriesLabels"] as? [String: String])?["path"] == "/a b")
        let exemplars = try #require(series.first?["exemplars"] as? [[String: Any]])
        #expect(exemplars.count >= 3)
        #expect((exemplars.first?["labels"] as? [String: String])?["trace_id"] == "abc1")
        #expect(exemplars.first?["value"] as? String == "0.5")
        #expect(((exemplars.first?["timestamp"] as? Double) ?? 0) > now - 60)
    }

    private func expectStatus(_ server: Server) async throws {
        let config = try #require(
            Self.data(try await server.get("/api/v1/status/config")) as? [String: String])["yaml"]
        #expect(config?.contains("password: <secret>") == true)
        #expect(config?.contains("opensesame") == false)
        #expect(config?.contains("job_name: app") == true)
        let flags = try #require(Self.data(try await server.get("/api/v1/status/flags")) as? [String: String])
        #expect(flags["web.enable-admin-api"] == "true")
        let runtime = try #require(Self.data(try await server.get("/api/v1/status/runtimeinfo")) as? [String: Any])
        #expect(runtime["reloadConfigSuccess"] as? Bool == true)
        #expect((runtime["startTime"] as? String)?.hasPrefix("20") == true)
        let store = try #require(Self.data(try await server.get("/api/v1/status/tsdb")) as? [String: Any])
        #expect(((store["headStats"] as? [String: Int])?["numSeries"] ?? 0) > 10)
        #expect((store["seriesCountByMetricName"] as? [Any])?.count == 10)
        #expect(try await server.get("/api/v1/status/walreplay").status == 200)
        let alertmanagers = try #require(Self.data(try await server.get("/api/v1/alertmanagers")) as? [String: Any])
        #expect(
            alertmanagers["activeAlertmanagers"] as? [[String: String]] == [["url": "http://127.0.0.1:2/api/v2/alerts"]]
        )
    }

    /// A real Prometheus takes our page, with labels as they are here and the external ones.
    private func expectFederation(_ server: Server, _ folder: TemporaryDirectory) async throws {
        let port = try Peers.freePort()
        let config = try folder.write(
            "federation.yml",
            """
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: federate
                honor_labels: true
                metrics_path: /federate
                params: { 'match[]': ['requests_total', '{__name__=~"watchpost_.*"}'] }
                static_configs: [{ targets: ['\(server.url.dropFirst(7))'] }]

            """)
        let prometheus = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
        let theirs = Server(process: prometheus, url: "http://127.0.0.1:\(port)")
        try await theirs.waitUntilReady()
        let query = "count by (job, path, site) (requests_total)"
        let rows = try await eventually("the federated series; it printed \(prometheus.printed)", within: .seconds(20))
        {
            let rows = try await theirs.query(query)
            return rows.isEmpty ? nil : rows
        }
        #expect(
            Set(rows.map(\.labels)) == [
                ["job": "app", "path": "/a b", "site": "hcm"], ["job": "app", "path": "/c", "site": "hcm"],
            ])
        #expect(try await theirs.query("up{job=\"federate\"}").first?.value == 1)
        prometheus.signal(SIGTERM)
        try await prometheus.end()
    }

    private func expectCopy(_ server: Server, _ folder: TemporaryDirectory) async throws {
        let query = "count_over_time(requests_total{path=\"/c\"}[1h])"
        let before = try #require(try await server.query(query).first?.value)
        let answer = try #require(
            Self.data(try await server.post("/api/v1/admin/tsdb/snapshot")) as? [String: String])
        let name = try #require(answer["name"])
        let copy = try await Server.serve(configuration: nil, data: folder.path + "/data/snapshots/" + name)
        #expect(try #require(try await copy.query(query).first?.value) >= before)
        copy.process.signal(SIGTERM)
        try await copy.process.end()
    }

    private func expectDeletion(_ server: Server) async throws {
        let form = "application/x-www-form-urlencoded"
        let path = "/api/v1/admin/tsdb/delete_series"
        #expect(try await server.post("/api/v1/admin/tsdb/compact").status == 204)
        #expect(
            try await server.post(
                path, "match[]=%7Bpath%3D%22%2Fc%22%7D&end=\(Date().timeIntervalSince1970 - 1)", type: form
            ).status == 204)
        let count = try #require(
            try await server.query("count_over_time(requests_total{path=\"/c\"}[1h])").first?.value)
        #expect(count <= 3)
        #expect(try await server.post(path, "", type: form).status == 400)
        #expect(try await server.post("/api/v1/admin/tsdb/clean_tombstones").status == 204)
    }

    @Test("deletes nothing unless it was allowed at the start", .timeLimit(.minutes(1)))
    func deletionIsOff() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let answer = try await server.post("/api/v1/admin/tsdb/delete_series?match[]=up")
        #expect(answer.status == 503)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("--enable-admin-api"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
