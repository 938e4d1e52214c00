import Foundation
import TestSupport
import Testing
import Transfers

/// The same questions to a real Prometheus and to ours.
@Suite("The Prometheus API, end to end", .serialized)
struct APITests {
    /// Questions whose answers depend on no stored sample.
    private static let questions: [(path: String, parameters: [(String, String)])] = [
        ("/api/v1/query", [("query", "1 + 1"), ("time", "1700000000")]),
        ("/api/v1/query", [("query", "vector(0.1)"), ("time", "1700000000.123")]),
        ("/api/v1/query", [("query", "\"text\""), ("time", "2023-11-14T22:13:20Z")]),
        ("/api/v1/query", [("query", "time()"), ("time", "1700000000")]),
        ("/api/v1/query", [("query", "vector(1) / 0"), ("time", "1700000000")]),
        ("/api/v1/query", [("query", "no_such_metric"), ("time", "1700000000")]),
        ("/api/v1/query", [("query", "absent(no_such_metric{a=\"b\"})"), ("time", "1700000000")]),
        ("/api/v1/query", [("query", "label_replace(vector(1), \"a\", \"b\", \"\", \"\")"), ("time", "1700000000")]),
        (
            "/api/v1/query_range",
            [("query", "vector(time())"), ("start", "1700000000"), ("end", "1700000060"), ("step", "15")]
        ),
        ("/api/v1/query_range", [("query", "1"), ("start", "1700000000"), ("end", "1700000060"), ("step", "1m")]),
        ("/api/v1/labels", [("match[]", "no_such_metric")]),
        ("/api/v1/label/job/values", [("match[]", "no_such_metric")]),
        ("/api/v1/series", [("match[]", "no_such_metric")]),
    ]

    /// Questions that are refused; the words may differ, the status and kind may not.
    private static let refused: [(path: String, parameters: [(String, String)])] = [
        ("/api/v1/query", [("query", "sum(")]), ("/api/v1/query", [("query", "")]),
        ("/api/v1/query", [("query", "{}")]),
        ("/api/v1/query", [("query", "1"), ("time", "yesterday")]), ("/api/v1/query", [("query", "rate(a)")]),
        ("/api/v1/query", [("query", "a + on(b) group_left(")]),
        ("/api/v1/query_range", [("query", "1"), ("start", "1700000000"), ("end", "1600000000"), ("step", "15")]),
        ("/api/v1/query_range", [("query", "1"), ("start", "1700000000"), ("end", "1700000060"), ("step", "0")]),
        ("/api/v1/query_range", [("query", "1"), ("start", "0"), ("end", "1700000060"), ("step", "1")]),
        ("/api/v1/query_range", [("query", "a[5m]"), ("start", "0"), ("end", "60"), ("step", "1")]),
        ("/api/v1/series", []), ("/api/v1/series", [("match[]", "{")]),
    ]

    private static func object(_ response: HTTPResponse) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    }

    @Test(
        "is answered as a real Prometheus does", .enabled(if: Peers.has("prometheus"), "prometheus is not installed"),
        .timeLimit(.minutes(2)))
    func compare() async throws {
        let folder = try TemporaryDirectory()
        let config = try folder.write("prometheus.yml", "global: { scrape_interval: 1m }\n")
        let port = try Peers.freePort()
        let prometheus = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ])
        let theirs = Server(process: prometheus, url: "http://127.0.0.1:\(port)")
        let ours = try await Server.serve(configuration: nil, data: folder.path + "/data")
        try await theirs.waitUntilReady()
        for (path, parameters) in Self.questions {
            let (left, right) = (try await ours.get(path, parameters), try await theirs.get(path, parameters))
            #expect(left.status == right.status, "\(path) \(parameters)")
            let (mine, other) = (try Self.object(left), try Self.object(right))
            #expect(mine["status"] as? String == other["status"] as? String)
            let data = [mine, other].map { $0["data"] as? NSObject }
            #expect(data[0] == data[1], "\(path) \(parameters): \(String(describing: data))")
        }
        for (path, parameters) in Self.refused {
            let (left, right) = (try await ours.get(path, parameters), try await theirs.get(path, parameters))
            #expect(left.status == right.status, "\(path) \(parameters)")
            let (mine, other) = (try Self.object(left), try Self.object(right))
            #expect(mine["status"] as? String == "error")
            #expect(mine["errorType"] as? String == other["errorType"] as? String, "\(path) \(parameters)")
            #expect((mine["error"] as? String)?.isEmpty == false)
        }
        ours.process.signal(SIGTERM)
        try await ours.process.end()
    }

    @Test("a query that runs out of time is told so, and makes room for others", .timeLimit(.minutes(2)))
    func timeout() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        // 950 million samples to sort, which nothing does in a millisecond, of a subquery that itself reads few: neither
        // the answer nor another limit comes first. More of them than may run at once.
        let question = "quantile_over_time(0.5, vector(time())[1d:1s])"
        for _ in 0..<12 {
            let answer = try await server.get(
                "/api/v1/query_range",
                [("query", question), ("start", "1000000"), ("end", "1110000"), ("step", "10"), ("timeout", "1ms")])
            let problem = try Self.object(answer)
            #expect(answer.status == 503 && problem["errorType"] as? String == "timeout", "\(problem)")
        }
        #expect(try await server.get("/api/v1/query", [("query", "1")]).status == 200)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
