import Base
import Exposition
import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Instruments
import MetricStore
import Model
import NIOCore
import PromQL
import PrometheusHTTP
import Rules
import Scraping
import TestSupport
import Testing
import Transfers

/// Prometheus' API asked through the router, over a store with one series.
@Suite("Prometheus' API through the router")
struct PrometheusAPITests {
    private let folder: TemporaryDirectory
    private let client: RouterClient
    private static let now = Int64(Date().timeIntervalSince1970) * 1_000

    init() throws {
        folder = try TemporaryDirectory()
        let store = try MetricStore(MetricStoreOptions(directory: folder.path + "/metrics"))
        let up = try store.resolve(Labels([Label("__name__", "up"), Label("job", "gate"), Label("instance", "a:1")]))
        _ = try store.append([RefSample(ref: up, timestamp: Self.now, value: 1)])
        let engine = PromQLEngine()
        var status = ServerStatus()
        status.configuration = "scrape_configs: []\n"
        status.externalLabels = ["site": "hcm"]
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        PrometheusAPI(
            PrometheusParts(
                queries: .init(source: store, labels: store, engine: engine, features: []),
                receiving: .init(appender: store, lanes: MessageLanes()),
                administration: .init(allowsDeletion: false, snapshotDirectory: folder.path + "/snapshots"),
                store: store, rules: RuleManager(engine: engine, source: store, appender: store),
                scraper: Scraper(configs: [], appender: store, transfers: Transfers()), registry: Registry(),
                version: "1.2.3", status: { [status] in status }, now: { Self.now })
        ).addRoutes(to: router)
        client = RouterClient(router)
    }

    private static let seconds = "\(now / 1_000)"
    private static let labels = #"{"__name__":"up","instance":"a:1","job":"gate"}"#

    @Test(
        "answers byte for byte as it always has",
        arguments: [
            ("query?query=up", #"{"resultType":"vector","result":[{"metric":\#(labels),"value":[\#(seconds),"1"]}]}"#),
            ("query?query=1", #"{"resultType":"scalar","result":[\#(seconds),"1"]}"#),
            (
                "query_range?query=up&start=\(seconds)&end=\(seconds)&step=15",
                #"{"resultType":"matrix","result":[{"metric":\#(labels),"values":[[\#(seconds),"1"]]}]}"#
            ),
            ("labels", #"["__name__","instance","job"]"#), ("label/job/values", #"["gate"]"#),
            ("series?match[]=up", "[\(labels)]"), ("format_query?query=up%2Bup", #""up + up""#),
            ("rules", #"{"groups":[]}"#), ("alerts", #"{"alerts":[]}"#), ("query_exemplars?query=up", "[]"),
            ("targets", #"{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}"#),
            ("scrape_pools", #"{"scrapePools":[]}"#), ("metadata", "{}"),
            ("status/config", #"{"yaml":"scrape_configs: []\n"}"#),
            ("alertmanagers", #"{"activeAlertmanagers":[],"droppedAlertmanagers":[]}"#),
        ])
    func answers(path: String, data: String) async throws {
        let reply = try await client.get("/api/v1/\(path)")
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "application/json")
        #expect(reply.text == #"{"status":"success","data":\#(data)}"#)
    }

    @Test(
        "errors have Prometheus' kinds and statuses",
        arguments: [
            ("GET", "query", 400, "bad_data"), ("GET", "query?query=1%2B", 400, "bad_data"),
            ("GET", "query?query=up&time=soon", 400, "bad_data"), ("GET", "series", 400, "bad_data"),
            ("GET", "query_range?query=up&start=0&end=20000&step=1", 400, "bad_data"),
            ("GET", "query_range?query=up&start=2&end=1&step=1", 400, "bad_data"),
            (
                "GET",
                "query?query=label_replace(up,%22a%22,%22%22,%22b%22,%22(%22)",
                422, "execution"
            ),
            ("GET", "rules?type=none", 400, "bad_data"), ("GET", "rules?group_next_token=x", 400, "bad_data"),
            ("POST", "admin/tsdb/delete_series?match[]=up", 503, "unavailable"),
        ])
    func errors(method: String, path: String, status: Int, kind: String) async throws {
        let reply = try await client.send(try #require(HTTPRequest.Method(method)), "/api/v1/\(path)")
        #expect(reply.status == status)
        #expect(reply.text.hasPrefix(#"{"status":"error","errorType":"\#(kind)","error":""#), "\(reply.text)")
    }

    @Test("a query may come as a form, HEAD has no body, and what changes something is not asked by GET")
    func methods() async throws {
        let form = try await client.send(
            .post, "/api/v1/query", headers: [.contentType: "application/x-www-form-urlencoded"],
            body: ByteBuffer(string: "query=1"))
        #expect(form.status == 200 && form.text.contains("scalar"))
        let head = try await client.send(.head, "/api/v1/labels")
        #expect(head.status == 200 && head.text.isEmpty)
        #expect(try await client.get("/api/v1/admin/tsdb/compact").status == 404)
        #expect(try await client.send(.post, "/api/v1/admin/tsdb/compact").status == 204)
    }

    @Test("the newest samples are federated with the external labels")
    func federation() async throws {
        let reply = try await client.get("/federate?match[]=up")
        #expect(reply.status == 200)
        #expect(reply.text.contains(#"up{instance="a:1",job="gate",site="hcm"} 1 \#(Self.now)"#), "\(reply.text)")
        let bad = try await client.get("/federate?match[]=%7B")
        #expect(bad.status == 400 && bad.headers[.contentType] == "text/plain; charset=utf-8")
    }

    @Test(
        "what is no remote write or read is refused",
        arguments: [
            ("write", "text/plain", nil, 415), ("write", "application/x-protobuf", "gzip", 415),
            ("write", "application/x-protobuf", "snappy", 400), ("read", "application/x-protobuf", "snappy", 400),
        ] as [(String, String, String?, Int)])
    func remote(path: String, type: String, encoding: String?, status: Int) async throws {
        var headers: HTTPFields = [.contentType: type]
        headers[.contentEncoding] = encoding
        let reply = try await client.send(
            .post, "/api/v1/\(path)", headers: headers, body: ByteBuffer(string: "\u{7f}not snappy"))
        #expect(reply.status == status)
        #expect(reply.text.hasSuffix("\n") && reply.text.count > 1)
    }

    @Test("bodies over their limits are refused", arguments: [("write", MessageLanes.bodyBytesMax), ("read", 4 << 20)])
    func bodyLimits(path: String, bytes: Int) async throws {
        let reply = try await client.send(
            .post, "/api/v1/\(path)",
            headers: [.contentType: "application/x-protobuf", .contentEncoding: "snappy"],
            body: ByteBuffer(repeating: 0, count: bytes + 1))
        #expect(reply.status == 413)
    }

    @Test("another site's page writes and deletes nothing, and another host's name reads nothing")
    func access() async throws {
        for path in ["write", "admin/tsdb/snapshot", "query"] {
            let reply = try await client.send(.post, "/api/v1/\(path)", headers: [.origin: "https://evil.test"])
            #expect(reply.status == 403)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/snapshots"))
        #expect(try await client.get("/api/v1/query?query=up", host: "evil.test").status == 403)
    }
}
