import Foundation
import HTTPTestSupport
import HTTPTypes
import LogDocuments
import TestSupport
import Testing

/// What Grafana's Elasticsearch source asks, in the form that its documentation and its requests have.
@Suite("Grafana's requests of Elasticsearch")
struct GrafanaTests {
    private static let start = 1_795_860_000_000

    private static func server() async throws -> ElasticServer {
        let server = try ElasticServer()
        let levels = ["INFO", "INFO", "ERROR"]
        try await server.index(
            (0..<60).map { number in
                let time = start + number * 60_000
                return
                    "{\"@timestamp\":\(time),\"message\":\"connection \(number) failed\",\"level\":\"\(levels[number % 3])\","
                    + "\"component\":\"api\",\"response_time\":\(number)}"
            })
        return server
    }

    private static func query(_ text: String) -> String {
        "{\"bool\":{\"filter\":[{\"range\":{\"@timestamp\":{\"gte\":\(start),\"lte\":\(start + 3_599_999),"
            + "\"format\":\"epoch_millis\"}}},{\"query_string\":{\"analyze_wildcard\":true,\"query\":\"\(text)\"}}]}}"
    }

    private func ask(_ body: String) async throws -> DocumentValue {
        let head = #"{"ignore_unavailable":true,"index":["logs","absent"],"search_type":"query_then_fetch"}"#
        let answer = try await Self.server().ask(
            .post, "/_msearch?max_concurrent_shard_requests=5", head + "\n" + body + "\n")
        let response = try #require(answer["responses"]?[0])
        #expect(response["status"] == .integer(200), "\(response.json)")
        return response
    }

    @Test("a count over time is filled where nothing was")
    func metric() async throws {
        let response = try await ask(
            "{\"aggs\":{\"2\":{\"aggs\":{},\"date_histogram\":{\"extended_bounds\":{\"max\":\(Self.start + 3_599_999),"
                + "\"min\":\(Self.start - 600_000)},\"field\":\"@timestamp\",\"fixed_interval\":\"600000ms\",\"format\":"
                + "\"epoch_millis\",\"min_doc_count\":0}}},\"query\":" + Self.query("level:ERROR") + ",\"size\":0}")
        let buckets = response["aggregations"]?["2"]?["buckets"]?.array ?? []
        #expect(buckets.compactMap { $0["doc_count"] } == [0, 3, 3, 4, 3, 3, 4].map { .integer($0) })
        #expect(buckets.first?["key_as_string"] == .string("\(Self.start - 600_000)"))
        #expect(buckets.first?["key"] == .integer(Int64(Self.start - 600_000)))
    }

    @Test("metrics are grouped by terms and time")
    func terms() async throws {
        let response = try await ask(
            "{\"aggs\":{\"3\":{\"terms\":{\"field\":\"level.keyword\",\"order\":{\"1\":\"desc\"},\"size\":10,\"min_doc_count\":1},"
                + "\"aggs\":{\"1\":{\"avg\":{\"field\":\"response_time\"}},\"2\":{\"date_histogram\":{\"field\":\"@timestamp\","
                + "\"interval\":\"1h\",\"min_doc_count\":0,\"format\":\"epoch_millis\"},\"aggs\":{\"1\":{\"avg\":{\"field\":"
                + "\"response_time\"}},\"4\":{\"percentiles\":{\"field\":\"response_time\",\"percents\":[\"25\",\"50\"]}},"
                + "\"5\":{\"extended_stats\":{\"field\":\"response_time\"}}}}}}},\"query\":" + Self.query("*")
                + ",\"size\":0}")
        let buckets = response["aggregations"]?["3"]?["buckets"]?.array ?? []
        #expect(buckets.compactMap { $0["key"]?.string } == ["ERROR", "INFO"])
        #expect(buckets.first?["1"]?["value"] == .number(30.5) && buckets.first?["doc_count"] == .integer(20))
        #expect(buckets.first?["2"]?["buckets"]?[0]?["4"]?["values"]?["50.0"] == .number(30.5))
        #expect(buckets.first?["2"]?["buckets"]?[0]?["5"]?["std_deviation_bounds"]?["upper"] != nil)
    }

    @Test("logs come newest first, with what marks words, and go on")
    func logs() async throws {
        let response = try await ask(
            "{\"docvalue_fields\":[],\"fields\":[{\"field\":\"*\",\"include_unmapped\":true}],\"highlight\":{\"fields\":{\"*\":{}},"
                + "\"fragment_size\":2147483647,\"post_tags\":[\"@/HIGHLIGHT@\"],\"pre_tags\":[\"@HIGHLIGHT@\"]},\"query\":"
                + Self.query("message:failed")
                + ",\"size\":5,\"sort\":[{\"@timestamp\":{\"order\":\"desc\",\"unmapped_type\":"
                + "\"boolean\"}},{\"_doc\":{\"order\":\"desc\"}}],\"script_fields\":{},\"track_total_hits\":true}")
        let hits = response["hits"]?["hits"]?.array ?? []
        #expect(hits.compactMap { $0["_source"]?["response_time"] } == [59, 58, 57, 56, 55].map { .integer($0) })
        #expect(hits.first?["sort"]?[0] == .integer(Int64(Self.start + 59 * 60_000)))
        #expect(hits.first?["fields"]?["level"] == .array([.string("ERROR")]))
        #expect(response["hits"]?["total"]?["value"] == .integer(60))
    }

    @Test("fields, values of variables and the test of the source are answered")
    func others() async throws {
        let server = try await Self.server()
        let fields = try await server.ask(.get, "/logs/_field_caps?fields=*&ignore_unavailable=true")
        #expect(fields["fields"]?["level"]?["keyword"]?["aggregatable"] == .boolean(true))
        #expect(fields["fields"]?["message"]?["text"]?["aggregatable"] == .boolean(false))
        #expect(fields["fields"]?["message.keyword"]?["keyword"]?["searchable"] == .boolean(true))
        #expect(fields["fields"]?["@timestamp"]?["date"] != nil && fields["fields"]?["response_time"]?["long"] != nil)
        let mapping = try await server.ask(.get, "/logs/_mapping")
        #expect(mapping["logs"]?["mappings"]?["properties"]?["@timestamp"]?["type"] == .string("date"))
        let values = try await server.ask(
            .post, "/_msearch",
            "{\"ignore_unavailable\":true,\"index\":\"logs\"}\n{\"size\":0,\"query\":" + Self.query("*")
                + ",\"aggs\":{\"1\":{\"terms\":{\"field\":\"component\",\"size\":500,\"order\":{\"_key\":\"asc\"}}}}}\n"
        )
        #expect(values["responses"]?[0]?["aggregations"]?["1"]?["buckets"]?[0]?["key"] == .string("api"))
        #expect(try await server.ask(.get, "/_cluster/health?wait_for_status=yellow")["status"] == .string("green"))
        #expect(try await server.ask(.get, "/")["version"]?["number"]?.string?.hasPrefix("8.") == true)
    }
}
