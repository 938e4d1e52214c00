import Foundation
import HTTPTestSupport
import HTTPTypes
import LogDocuments
import LogStore
import Model
import TestSupport
import Testing

@Suite("Searches of Elasticsearch's clients")
struct SearchTests {
    private static func hits(_ answer: DocumentValue) -> [DocumentValue] { answer["hits"]?["hits"]?.array ?? [] }

    private static func numbers(_ answer: DocumentValue) -> [Int] {
        hits(answer).compactMap { hit in
            if case .integer(let number)? = hit["_source"]?["n"] { Int(number) } else { nil }
        }
    }

    /// Events of few times, more of each than a page holds.
    private static func crowd() async throws -> ElasticServer {
        let server = try ElasticServer()
        try await server.index(
            (0..<50).map { number in
                "{\"@timestamp\":\"2026-11-28T10:00:0\(number / 20).000Z\",\"n\":\(number),\"half\":\(number % 7)}"
            })
        return server
    }

    @Test("go on behind a hit, and leave none out", arguments: ["asc", "desc"], ["_doc", "_shard_doc", "_id"])
    func after(order: String, second: String) async throws {
        let server = try await Self.crowd()
        for isSealed in [false, true] {
            if isSealed { try server.seal() }
            var numbers: [Int] = []
            var after = ""
            while numbers.count < 100 {
                let answer = try await server.ask(
                    .post, "/logs/_search",
                    "{\"size\":7,\"sort\":[{\"@timestamp\":\"\(order)\"},{\"\(second)\":\"\(order)\"}]\(after)}")
                let hits = Self.hits(answer)
                guard let last = hits.last else { break }
                numbers += Self.numbers(answer)
                after = ",\"search_after\":\(last["sort"]?.json ?? "")"
            }
            #expect(numbers.sorted() == Array(0..<50))
            if second != "_id" { #expect(numbers == (order == "asc" ? Array(0..<50) : (0..<50).reversed())) }
        }
        // Who names the time alone goes on behind all events of it.
        let answer = try await server.ask(
            .post, "/logs/_search",
            #"{"size":50,"sort":[{"@timestamp":"asc"}],"search_after":["2026-11-28T10:00:01Z"]}"#)
        #expect(Self.numbers(answer) == Array(40..<50))
    }

    @Test(
        "scroll through all events once",
        arguments: [
            "", #","sort":["_doc"]"#, #","sort":[{"@timestamp":"asc"}]"#, #","sort":[{"half":"desc"}]"#,
            #","sort":[{"half":{"order":"asc","missing":"_first"}},{"@timestamp":"desc"}]"#,
        ])
    func scroll(sort: String) async throws {
        let server = try await Self.crowd()
        var answer = try await server.ask(.post, "/logs/_search?scroll=1m", "{\"size\":9\(sort)}")
        var numbers: [Int] = []
        while !Self.hits(answer).isEmpty, numbers.count < 100 {
            #expect(answer["hits"]?["total"]?["value"] == .integer(50))
            numbers += Self.numbers(answer)
            // What comes meanwhile is not seen.
            try await server.index(["{\"n\":1000}"])
            let id = try #require(answer["_scroll_id"]?.string)
            answer = try await server.ask(.post, "/_search/scroll", "{\"scroll\":\"1m\",\"scroll_id\":\"\(id)\"}")
        }
        #expect(numbers.filter { $0 < 1_000 }.sorted() == Array(0..<50))
        _ = try await server.ask(.delete, "/_search/scroll", #"{"scroll_id":"x"}"#)
        _ = try await server.ask(.post, "/_search/scroll", #"{"scroll_id":"x"}"#, status: 400)
    }

    @Test("see what was there at a point in time")
    func point() async throws {
        let server = try await Self.crowd()
        let id = try #require(try await server.ask(.post, "/logs/_pit?keep_alive=1m")["id"]?.string)
        try await server.index(["{\"@timestamp\":\"2027-01-01T00:00:00Z\",\"n\":99}"])
        for sort in [#"{"@timestamp":"desc"}"#, #"{"half":"asc"}"#] {
            var numbers: [Int] = []
            var after = ""
            while numbers.count < 100 {
                let answer = try await server.ask(
                    .post, "/_search", "{\"size\":8,\"pit\":{\"id\":\"\(id)\"},\"sort\":[\(sort)]\(after)}")
                guard let last = Self.hits(answer).last else { break }
                numbers += Self.numbers(answer)
                after = ",\"search_after\":\(last["sort"]?.json ?? "")"
            }
            #expect(numbers.sorted() == Array(0..<50), "\(sort)")
        }
        _ = try await server.ask(.delete, "/_pit", "{\"id\":\"\(id)\"}")
    }

    @Test("give the parts that are asked for")
    func parts() async throws {
        let server = try ElasticServer()
        try await server.index(
            [
                #"{"@timestamp":"2026-11-28T10:00:00.5Z","a":{"b":1,"c":{"d":2}},"list":[{"x":1,"y":2}],"text":"one two"}"#
            ])
        for (source, wanted) in [
            ("false", "null"), (#""a.b""#, #"{"a":{"b":1}}"#),
            (#"["a.c","list.x"]"#, #"{"a":{"c":{"d":2}},"list":[{"x":1}]}"#),
            (#"{"includes":["a.*"],"excludes":["a.c"]}"#, #"{"a":{"b":1}}"#),
            (#"{"excludes":["a","list","@*"]}"#, #"{"text":"one two"}"#),
        ] {
            let answer = try await server.ask(.post, "/logs/_search", "{\"_source\":\(source)}")
            #expect(Self.hits(answer)[0]["_source"] ?? .null == (try DocumentReader.value(wanted)), "\(source)")
        }
        let answer = try await server.ask(
            .post, "/logs/_search",
            #"{"_source":false,"fields":["a.*","text.keyword",{"field":"@timestamp","format":"epoch_millis"}]}"#)
        #expect(
            Self.hits(answer)[0]["fields"]
                == (try DocumentReader.value(
                    #"{"a.b":[1],"a.c.d":[2],"text.keyword":["one two"],"@timestamp":["1795860000500"]}"#)))
        let short = try await server.ask(.get, "/logs/_search?filter_path=hits.hits._source.text,timed_out&q=text:two")
        #expect(
            short
                == (try DocumentReader.value(#"{"timed_out":false,"hits":{"hits":[{"_source":{"text":"one two"}}]}}"#)))
        let total = try await server.ask(.get, "/logs/_search?rest_total_hits_as_int=true&track_total_hits=true")
        #expect(total["hits"]?["total"] == .integer(1))
        let none = try await server.ask(.post, "/logs/_search", #"{"track_total_hits":false}"#)
        #expect(none["hits"]?["total"] == nil)
    }

    @Test("do not find words twice, nor what says how a document came")
    func reserved() async throws {
        let server = try ElasticServer()
        try await server.index([#"{"a.b":"alpha","list":[{"x":"beta"}]}"#], into: "gamma")
        for isSealed in [false, true] {
            if isSealed { try server.seal() }
            for (text, count) in [("alpha", 1), ("beta", 1), ("gamma", 0), ("list", 0), ("*amm*", 0), ("_*:gamma", 0)] {
                let answer = try await server.ask(
                    .post, "/_count", "{\"query\":{\"query_string\":{\"query\":\"\(text)\"}}}")
                #expect(answer["count"] == .integer(Int64(count)), "\(text)")
            }
        }
        let fields = try await server.ask(.get, "/_field_caps?fields=*")
        #expect(fields["fields"]?["_timestamp"] == nil && fields["fields"]?["list.x"] != nil)
    }

    @Test("of counters without number are refused")
    func weight() async throws {
        let server = try ElasticServer()
        let filters = (0..<500).map { "\"f\($0)\":{\"match_all\":{}}" }.joined(separator: ",")
        let inner = "{\"a\":{\"filters\":{\"filters\":{\(filters)}}}}"
        let body = "{\"size\":0,\"aggs\":{\"a\":{\"filters\":{\"filters\":{\(filters)}},\"aggs\":\(inner)}}}"
        _ = try await server.ask(.post, "/_search", body, status: 400)
    }

    @Test("name indices as Elasticsearch does")
    func indices() async throws {
        let server = try ElasticServer()
        func event(_ time: String, _ fields: [String: LogValue]) throws -> LogEvent {
            let date = try Date.ISO8601FormatStyle().parse(time)
            return LogEvent(timestamp: Int64(date.timeIntervalSince1970 * 1_000), fields: fields)
        }
        try server.store.append(
            [
                event("2026-11-27T23:59:59Z", ["n": .integer(1)]), event("2026-11-28T00:00:00Z", ["n": .integer(2)]),
                event("2026-11-28T10:00:00Z", ["n": .integer(3), "input.type": .string("recorder")]),
            ], offset: nil)
        try await server.index([#"{"n":4}"#], into: "app-1")
        try await server.index([#"{"n":5}"#], into: "app-2")
        try await server.index([#"{"n":6}"#], into: "vms-2026.11.28")
        for isSealed in [false, true] {
            if isSealed { try server.seal() }
            for (expression, wanted) in [
                ("", [1, 2, 3, 4, 5, 6]), ("_all", [1, 2, 3, 4, 5, 6]), ("*", [1, 2, 3, 4, 5, 6]),
                ("vms-*", [1, 2, 6]),
                ("vms-2026.11.28", [2, 6]), ("vms-2026.11.2*", [1, 2, 6]), ("vms-*,-*.27", [2, 6]), ("v*7", [1]),
                ("watchpost-*", [3]), ("watchpost-2026.11.28", [3]), ("app-*", [4, 5]), ("app-1,app-2", [4, 5]),
                ("*,-app-*", [1, 2, 3, 6]), ("%3Cvms-%7Bnow%2Fd%7D%3E", [2, 6]), ("%3Cvms-%7Bnow%2Fd-1d%7D%3E", [1]),
                ("*-2", [5]), ("nothing-*", []), ("vms-2025*", []),
            ] {
                let answer = try await server.ask(
                    .get, (expression.isEmpty ? "" : "/" + expression) + "/_search?sort=n")
                #expect(Self.numbers(answer) == wanted, "\(expression)")
            }
            let table = try await server.send(.get, "/_cat/indices?h=index,docs.count")
            #expect(
                table.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) } == [
                    ["app-1", "1"], ["app-2", "1"], ["vms-2026.11.27", "1"], ["vms-2026.11.28", "2"],
                    ["watchpost-2026.11.28", "1"],
                ])
        }
        _ = try await server.ask(.get, "/app-3/_search", status: 404)
        _ = try await server.ask(.get, "/app-1,app-3/_search", status: 404)
        #expect(Self.numbers(try await server.ask(.get, "/app-1,app-3/_search?ignore_unavailable=true")) == [4])
        _ = try await server.ask(.get, "/nothing-*/_search?allow_no_indices=false", status: 404)
        _ = try await server.ask(.get, "/_nothing/_search", status: 400)
        #expect(try await server.send(.head, "/app-3").status == 404)
        #expect(try await server.send(.head, "/app-1").status == 200)
        _ = try await server.ask(.put, "/app-3", "{}")
        #expect(Self.numbers(try await server.ask(.get, "/app-3/_search")) == [])
        #expect(try await server.send(.head, "/app-3").status == 200)
        let named = try await server.ask(.post, "/_search", #"{"query":{"term":{"_index":"app-2"}}}"#)
        #expect(Self.numbers(named) == [5])
        let split = try await server.ask(
            .post, "/_search", #"{"size":0,"aggs":{"i":{"terms":{"field":"_index","order":{"_key":"asc"}}}}}"#)
        #expect(
            split["aggregations"]?["i"]?["buckets"]?.array?.compactMap { $0["key"]?.string }
                == ["app-1", "app-2", "vms-2026.11.27", "vms-2026.11.28", "watchpost-2026.11.28"])
    }

    @Test(
        "are refused where something is not known",
        arguments: [
            #"{"query":{"nested":{"path":"a","query":{"match_all":{}}}}}"#, #"{"query":{"term":{"a":1,"b":2}}}"#,
            #"{"query":{}}"#, #"{"query":[]}"#, #"{"query":{"match_all":{},"match_none":{}}}"#,
            #"{"query":{"term":{"a":{"value":1,"odd":2}}}}"#, #"{"query":{"range":{"@timestamp":{"gte":"soon"}}}}"#,
            #"{"query":{"range":{"a":{"gte":1,"odd":2}}}}"#, #"{"query":{"bool":{"odd":[]}}}"#, #"{"odd":1}"#,
            #"{"query":{"query_string":{"query":"a AND"}}}"#, #"{"query":{"regexp":{"a":"~b"}}}"#,
            #"{"query":{"regexp":{"a":"("}}}"#, #"{"query":{"script":{}}}"#, #"{"query":{"terms":{"a":"b"}}}"#,
            #"{"size":10001}"#, #"{"from":9999,"size":2}"#, #"{"size":-1}"#, #"{"aggs":{"a":{"odd":{}}}}"#,
            #"{"aggs":{"a":{"terms":{"field":"x","odd":1}}}}"#, #"{"aggs":{"a":{"terms":{}}}}"#, #"{"aggs":{"a":{}}}"#,
            #"{"aggs":{"a":{"terms":{"field":"x","order":{"b":"asc"}}}}}"#, #"{"sort":[{"a":{"mode":"avg"}}]}"#,
            #"{"aggs":{"a":{"date_histogram":{"field":"@timestamp"}}}}"#,
            #"{"aggs":{"a":{"avg":{"field":"x"},"aggs":{"b":{"avg":{"field":"x"}}}}}}"#,
            #"{"aggs":{"a":{"date_histogram":{"field":"@timestamp","fixed_interval":"1M"}}}}"#,
            #"{"aggs":{"a":{"date_histogram":{"field":"@timestamp","calendar_interval":"2d"}}}}"#,
            #"{"query":{"range":{"@timestamp":{"gte":"now","time_zone":"Mars/Olympus"}}}}"#, #"{"query":"#, "[]",
            #"{"min_score":1}"#, #"{"collapse":{"field":"x"}}"#, #"{"runtime_mappings":{"x":{"type":"long"}}}"#,
            #"{"query":{"match":{"a":{"query":"b","fuzziness":1}}}}"#,
            #"{"aggs":{"a":{"date_histogram":{"field":"@timestamp","fixed_interval":"99999999999d"}}}}"#,
            #"{"aggs":{"a":{"date_histogram":{"field":"@timestamp","fixed_interval":"1d","offset":"-99999999999d"}}}}"#,
            "{\"aggs\":{\"a\":{\"date_histogram\":{\"field\":\"@timestamp\",\"fixed_interval\":\"1d\",\"format\":\""
                + String(repeating: "y", count: 1_000) + "\"}}}}",
            "{\"query\":{\"term\":{\"_index\":\"" + String(repeating: "*a,", count: 101) + "\"}}}",
        ])
    func refused(body: String) async throws {
        let server = try ElasticServer()
        try await server.index(["{\"a\":1}"])
        let answer = try await server.ask(.post, "/logs/_search", body, status: 400)
        #expect(answer["status"] == .integer(400))
        let cause = answer["error"]?["root_cause"]?[0]
        #expect(cause?["type"] == answer["error"]?["type"] && cause?["reason"]?.string?.isEmpty == false)
    }

    @Test("of too many buckets are refused")
    func buckets() async throws {
        let server = try ElasticServer()
        try await server.index([#"{"@timestamp":"2020-01-01","n":1}"#, #"{"@timestamp":"2026-01-01","n":1e12}"#])
        for aggregation in [
            #"{"date_histogram":{"field":"@timestamp","fixed_interval":"1s"}}"#,
            #"{"histogram":{"field":"n","interval":1}}"#,
        ] {
            let answer = try await server.ask(
                .post, "/logs/_search", "{\"size\":0,\"aggs\":{\"a\":\(aggregation)}}", status: 400)
            #expect(answer["error"]?["type"] == .string("too_many_buckets_exception"))
        }
    }

    @Test("of deep documents and names end in time, whatever parts of the answer are wanted")
    func deepNames() async throws {
        let server = try ElasticServer()
        let deep = String(repeating: "{\"a\":", count: 50) + "1" + String(repeating: "}", count: 50)
        let dotted = String(repeating: "b.", count: 50_000) + "b"
        try await server.index([deep, "{\"\(dotted)\":1}"])
        let stars = Array(repeating: "**", count: 60).joined(separator: ".")
        let found = try await server.ask(.post, "/logs/_search?filter_path=\(stars).c", #"{"_source":["*b"]}"#)
        #expect(found == .object([:]))
        let mapping = try await server.send(.get, "/logs/_mapping")
        #expect(mapping.status == 200 && mapping.text.contains(dotted))
    }

    @Test(
        "sort buckets by what no percentile is as by nothing",
        arguments: ["1e300", "-5", "101", "nan", "inf", "-inf"], ["percentiles", "percentile_ranks"])
    func oddPercentiles(number: String, kind: String) async throws {
        let server = try ElasticServer()
        try await server.index([#"{"a":"x","n":1}"#, #"{"a":"y","n":2}"#])
        let percentiles = "{\"\(kind)\":{\"field\":\"n\"\(kind == "percentiles" ? "" : ",\"values\":[\"inf\"]")}}"
        let answer = try await server.ask(
            .post, "/logs/_search",
            "{\"size\":0,\"aggs\":{\"t\":{\"terms\":{\"field\":\"a\",\"order\":{\"p[\(number)]\":\"asc\"}},"
                + "\"aggs\":{\"p\":\(percentiles)}}}}")
        #expect(answer["aggregations"]?["t"]?["buckets"]?.array?.count == 2)
    }

    @Test("tell the product and the media type of the client's version")
    func headers() async throws {
        let server = try ElasticServer()
        let product = try #require(HTTPField.Name("X-Elastic-Product"))
        for path in ["/", "/_search", "/nothing/_search", "/_cat/health", "/_nonsense", "/_license", "/_xpack"] {
            let reply = try await server.send(.get, path)
            #expect(reply.headers[product] == "Elasticsearch", "\(path)")
        }
        for version in ["7", "8", "9"] {
            let type = "application/vnd.elasticsearch+json; compatible-with=\(version)"
            let reply = try await server.send(.get, "/", headers: [.accept: type])
            #expect(reply.headers[.contentType] == type.replacing("; ", with: ";"))
        }
        #expect(try await server.send(.head, "/_cat/health").status == 200)
        _ = try await server.ask(.get, "/_search?odd=1", status: 400)
        _ = try await server.ask(.get, "/_search?typed_keys=true", status: 400)
        for path in [
            "/_ilm/policy/filebeat", "/_index_template/filebeat-8", "/_template/x", "/_component_template/x", "/_nodes",
            "/_ingest/pipeline/x", "/_logstash/pipeline", "/_nodes/ingest", "/_nodes/http", "/_cluster/health",
            "/_xpack",
        ] {
            #expect(try await server.send(.get, path).status == 200, "\(path)")
            #expect(try await server.send(.head, path).status == 200, "\(path)")
        }
        _ = try await server.ask(.put, "/_ilm/policy/filebeat", #"{"policy":{}}"#)
    }
}
