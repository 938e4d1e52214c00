import Foundation
import TestSupport
import Testing
import Transfers

/// Programs that people point at a Prometheus, pointed at ours.
@Suite("Clients of Prometheus, end to end", .serialized)
struct ClientTests {
    @Test(
        "promtool prints the same of both",
        .enabled(if: Peers.has("promtool") && Peers.has("prometheus"), "prometheus is not installed"),
        .timeLimit(.minutes(2)))
    func promtool() async throws {
        let pair = try await ServerPair(seed: 4)
        let (start, middle, end) = (pair.start / 1_000, (pair.start + pair.end) / 2_000, pair.end / 1_000)
        let range = ["--start=\(start)", "--end=\(end)"]
        let commands: [(subcommand: [String], question: [String])] = [
            (["instant", "--time=\(middle)"], ["sum by (instance) (max_over_time(frames_total[5m]))"]),
            (["instant", "--time=\(middle)"], ["fps"]), (["instant", "--time=\(middle)"], ["fps[2m]"]),
            (["instant", "--time=\(middle)"], ["1 / 0"]), (["instant"], ["nothing"]), (["instant"], ["sum("]),
            (["range", "--step=61s"] + range, ["max(bitrate) by (camera)"]),
            (["range", "--step=61s"] + range, ["odd"]),
            (["series", "--match=fps", "--match={zone!=\"\"}"] + range, []),
            (["series", "--match=nothing"] + range, []),
            (["labels"] + range, ["camera"]), (["labels"] + range, ["zone"]),
            (["labels", "--match=fps"] + range, ["__name__"]),
        ]
        for (subcommand, question) in commands {
            var printed: [String] = []
            for server in [pair.ours, pair.theirs] {
                let promtool = try RunningProcess("promtool", ["query"] + subcommand + [server.url] + question)
                try await promtool.end()
                let lines = promtool.printed.split(separator: "\n")
                // Series of an instant come in no order that either promises.
                printed.append((subcommand[0] == "instant" ? lines.sorted() : lines).joined(separator: "\n"))
            }
            if printed[1].contains("error") {
                #expect(printed[0].contains("bad_data"), "\(subcommand) \(question): \(printed)")
            } else {
                #expect(printed[0] == printed[1], "\(subcommand) \(question)")
            }
        }
        try await pair.end()
    }

    /// A request as Grafana's Prometheus data source and its variable editor send them.
    private struct GrafanaRequest {
        let method: String
        let path: String
        let form: [(String, String)]
    }

    @Test(
        "Grafana's requests are answered as by a real Prometheus",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func grafana() async throws {
        let pair = try await ServerPair(seed: 5)
        // Grafana sends whole seconds, and times on the grid of the step. The series are off both.
        let (start, end) = (pair.start / 60_000 * 60 + 60, pair.end / 60_000 * 60 - 600)
        let range = [("start", "\(start)"), ("end", "\(end)")]
        let requests = [
            GrafanaRequest(method: "POST", path: "/api/v1/query", form: [("query", "1+1"), ("time", "\(end).123")]),
            GrafanaRequest(
                method: "POST", path: "/api/v1/query_range",
                form: [("query", "sum by(instance) (rate(frames_total{camera=~\"cam-.*\"}[1m0s]))"), ("step", "60")]
                    + range),
            GrafanaRequest(
                method: "POST", path: "/api/v1/query_range",
                form: [
                    ("query", "histogram_quantile(0.9, sum by(le) (rate(latency_seconds_bucket[5m])))"), ("step", "15"),
                ]
                    + range),
            GrafanaRequest(
                method: "POST", path: "/api/v1/query",
                form: [("query", "topk(3, temperature) or vector(0)"), ("time", "\(end).5")]),
            // Our own series have labels of their own.
            GrafanaRequest(
                method: "GET", path: "/api/v1/labels", form: [("match[]", "{job=~\".+\",job!=\"watchpost\"}")] + range),
            GrafanaRequest(method: "GET", path: "/api/v1/labels", form: [("match[]", "{__name__=\"fps\"}")] + range),
            GrafanaRequest(
                method: "POST", path: "/api/v1/labels", form: [("match[]", "fps"), ("match[]", "odd")] + range),
            GrafanaRequest(
                method: "GET", path: "/api/v1/label/__name__/values", form: [("match[]", "{job!=\"\"}")] + range),
            GrafanaRequest(
                method: "GET", path: "/api/v1/label/camera/values",
                form: [("match[]", "frames_total{instance=\"node-2\"}")] + range),
            GrafanaRequest(method: "POST", path: "/api/v1/series", form: [("match[]", "{camera=\"cam-1\"}")] + range),
            GrafanaRequest(
                method: "GET", path: "/api/v1/series",
                form: [("match[]", "info"), ("match[]", "{zone=~\".+\"}")] + range),
            GrafanaRequest(method: "POST", path: "/api/v1/query_exemplars", form: [("query", "fps")] + range),
            GrafanaRequest(method: "GET", path: "/api/v1/metadata", form: []),
            GrafanaRequest(method: "GET", path: "/api/v1/rules", form: []),
        ]
        for request in requests {
            let mine = try await Self.data(of: pair.ours, request)
            let other = try await Self.data(of: pair.theirs, request)
            let shown = "\(request.method) \(request.path) \(request.form)"
            #expect(mine.status == 200 && other.status == 200, "\(shown)")
            #expect(mine.type == other.type, "\(shown)")
            // What a server has of its own, the other has not.
            guard request.path != "/api/v1/metadata" else { continue }
            #expect(
                AnswerComparison.difference(mine.answer, other.answer) == nil
                    || mine.answer as NSObject == other.answer as NSObject,
                "\(shown): \(mine.answer) \(other.answer)")
        }
        try await pair.end()
    }

    private static func data(
        of server: Server, _ request: GrafanaRequest
    ) async throws -> (status: Int, type: String?, answer: [String: Any]) {
        var form = URLComponents()
        form.queryItems = request.form.map { URLQueryItem(name: $0.0, value: $0.1) }
        let encoded = (form.percentEncodedQuery ?? "").replacing("+", with: "%2B")
        let isPost = request.method == "POST"
        let address = server.url + request.path + (isPost || encoded.isEmpty ? "" : "?" + encoded)
        let response = try await Transfers().send(
            HTTPRequest(
                method: request.method, url: address,
                headers: [
                    ("User-Agent", "Grafana/12.0.0"), ("X-Dashboard-Uid", "vms"),
                    ("X-Panel-Id", "2"),
                ] + (isPost ? [("Content-Type", "application/x-www-form-urlencoded")] : []),
                body: isPost ? Array(encoded.utf8) : [], timeout: .seconds(30)))
        let answer = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        return (response.status, response.headers["content-type"], try #require(answer))
    }

    @Test(
        "prometheus-api-client understands every answer, and Grafana's request for exemplars finds them",
        .timeLimit(.minutes(2)))
    func apiClient() async throws {
        let folder = try TemporaryDirectory()
        let (exporter, exporterPort) = try await Peers.exemplars()
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 300ms, scrape_timeout: 300ms }
            scrape_configs: [{ job_name: app, static_configs: [{ targets: ['127.0.0.1:\(exporterPort)'] }] }]

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("ten scrapes") {
            try await server.query("count_over_time(requests_total{path=\"/c\"}[5m]) > 10").first
        }
        let client = try Peers.apiClient(server.url)
        try await client.end()
        let printed = try JSONSerialization.jsonObject(with: Data(client.printed.utf8)) as? [String: Any]
        let answers = try #require(printed, "\(client.printed)")
        #expect(answers["connected"] as? Bool == true)
        #expect((answers["metrics"] as? [String])?.contains("requests_total") == true)
        #expect((answers["labels"] as? [String])?.contains("path") == true)
        #expect(answers["paths"] as? [String] == ["/a b", "/c"])
        for (key, count) in ["series": 2, "current": 1, "range": 1, "query": 1, "query_range": 1] {
            #expect((answers[key] as? [Any])?.count == count, "\(key): \(String(describing: answers[key]))")
        }
        #expect(answers["pools"] as? [String] == ["app"])
        let targets = (answers["targets"] as? [String: Any])?["activeTargets"] as? [[String: Any]]
        #expect(targets?.first?["health"] as? String == "up")
        #expect((answers["target_metadata"] as? [[String: Any]])?.first?["type"] as? String == "counter")
        #expect((answers["metadata"] as? [Any])?.isEmpty == false)

        let now = Date().timeIntervalSince1970
        let exemplars = try await Self.data(
            of: server,
            GrafanaRequest(
                method: "POST", path: "/api/v1/query_exemplars",
                form: [
                    ("query", "rate(requests_total[1m])"), ("start", "\(now - 300)"), ("end", "\(now + 1)"),
                ]))
        let series = try #require(exemplars.answer["data"] as? [[String: Any]])
        #expect(series.count == 1)
        let first = (series.first?["exemplars"] as? [[String: Any]])?.first
        #expect((first?["labels"] as? [String: String])?["trace_id"]?.hasPrefix("abc") == true)
        server.process.signal(SIGTERM)
        try await server.process.end()
        exporter.signal(SIGKILL)
    }
}
