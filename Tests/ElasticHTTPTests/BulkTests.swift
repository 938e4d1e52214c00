import Foundation
import HTTPTestSupport
import HTTPTypes
import LogDocuments
import Model
import TestSupport
import Testing

@Suite("Bulk requests of Elasticsearch's clients")
struct BulkTests {
    private func statuses(_ answer: DocumentValue) -> [Int] {
        (answer["items"]?.array ?? []).compactMap { item in
            if case .integer(let status)? = item.object?.members.first?.value["status"] { Int(status) } else { nil }
        }
    }

    @Test("are taken as shippers write them")
    func forms() async throws {
        let server = try ElasticServer()
        let bodies = [
            // Filebeat
            (
                "POST", "/_bulk",
                #"{"create":{"_index":"filebeat-8"}}"# + "\n" + #"{"@timestamp":"2026-11-28T10:00:00.000Z","n":1}"#
                    + "\n"
            ),
            // rsyslog
            (
                "POST", "/_bulk?",
                #"{"index":{"_index":"rsyslog","_type":"events"}}"# + "\n" + #"{"n":2}"# + "\n\n"
                    + #"{"index":{"_index":"rsyslog","_type":"events"}}"# + "\n" + #"{"n":3}"# + "\n\n"
            ),
            (
                "PUT", "/a/_bulk?refresh=wait_for",
                "{\"index\":{}}\r\n{\"n\":4}\r\n{\"index\":{\"_index\":\"b\"}}\r\n{\"n\":5}\r\n"
            ),
            ("POST", "/a/_doc/_bulk", #"{"index":{"_id":7}}"# + "\n" + #"{"n":6}"# + "\n"),
        ]
        for (method, path, body) in bodies {
            let method = try #require(HTTPRequest.Method(method))
            let answer = try await server.ask(method, path, body)
            #expect(answer["errors"] == .boolean(false), "\(answer.json)")
            #expect(statuses(answer).allSatisfy { $0 == 201 })
        }
        let all = try await server.ask(.get, "/_search?size=100&sort=n")
        #expect(all["hits"]?["hits"]?.array?.compactMap { $0["_source"]?["n"] } == (1...6).map { .integer($0) })
        #expect(
            all["hits"]?["hits"]?.array?.compactMap { $0["_index"]?.string }
                == ["filebeat-8", "rsyslog", "rsyslog", "a", "b", "a"])
        #expect(all["hits"]?["hits"]?[5]?["_id"] == .string("7"))
    }

    @Test(
        "are refused as a whole where their lines are no actions",
        arguments: [
            ("", 400), ("{\"index\":{}}\n{\"a\":1}", 400), ("[1]\n{}\n", 400),
            ("{\"index\":{},\"create\":{}}\n{}\n", 400),
            ("{\"other\":{}}\n{}\n", 400), ("{\"index\":{\"foo\":1}}\n{}\n", 400), ("{\"index\":[]}\n{}\n", 400),
            ("{\"index\":{}}\n", 400), ("{\"index\":{}\n{}\n", 400), ("\n\n", 400),
        ])
    func refused(body: String, status: Int) async throws {
        let server = try ElasticServer()
        let answer = try await server.ask(.post, "/x/_bulk", body, status: status)
        #expect(answer["status"] == .integer(Int64(status)) && answer["error"]?["root_cause"]?[0]?["type"] != nil)
        #expect(try await server.ask(.get, "/_count")["count"] == .integer(0))
    }

    @Test("say of each document what is wrong, and store the others")
    func items() async throws {
        let server = try ElasticServer()
        let documents = [
            ("index", "x", "{\"ok\":1}", 201), ("index", "x", "{\"half\":", 400), ("index", "x", "[1]", 400),
            ("index", "X", "{}", 400), ("index", "_x", "{}", 400), ("index", "", "{}", 400), ("update", "x", "{}", 400),
            ("index", "x", "{\"@timestamp\":\"soon\"}", 400), ("index", "x", "{\"@timestamp\":{}}", 400),
            ("index", "x", "{\"_id\":1}", 400), ("index", "x", "{}", 201),
            (
                "create", "x",
                "{\"deep\":" + String(repeating: "[", count: 200) + String(repeating: "]", count: 200) + "}", 400
            ),
            ("create", "x", "{\"host\":\"a\"}", 201), ("create", "x", "{\"host\":{\"name\":\"a\"}}", 201),
        ]
        let body =
            documents.map { "{\"\($0.0)\":{\"_index\":\"\($0.1)\"}}\n\($0.2)\n" }.joined()
            + "{\"delete\":{\"_index\":\"x\",\"_id\":\"1\"}}\n"
        let answer = try await server.ask(.post, "/_bulk", body)
        #expect(answer["errors"] == .boolean(true))
        #expect(statuses(answer) == documents.map(\.3) + [400])
        #expect(try await server.ask(.get, "/x/_count")["count"] == .integer(4))
        // A text and an object of one name are both found.
        #expect(try await server.found(#"{"term":{"host":"a"}}"#, "host", in: "x") == [.string("a")])
        #expect(
            try await server.found(#"{"term":{"host.name":"a"}}"#, "host", in: "x") == [.object(["name": .string("a")])]
        )
        #expect(try await server.found(#"{"exists":{"field":"host"}}"#, "host", in: "x").count == 2)
    }

    @Test("create nothing twice")
    func conflicts() async throws {
        let server = try ElasticServer()
        let line = "{\"create\":{\"_id\":\"1\"}}\n{\"@timestamp\":\"2026-11-28T10:00:00Z\",\"a\":1}\n"
        #expect(statuses(try await server.ask(.post, "/x/_bulk", line + line)) == [201, 409])
        #expect(statuses(try await server.ask(.post, "/x/_bulk", line)) == [409])
        #expect(statuses(try await server.ask(.post, "/y/_bulk", line)) == [201])
        let same = line.replacing("create", with: "index")
        #expect(statuses(try await server.ask(.post, "/x/_bulk", same)) == [200])
        #expect(try await server.ask(.get, "/x/_count")["count"] == .integer(1))
        #expect(try await server.ask(.put, "/x/_doc/2", "{\"a\":2}", status: 201)["result"] == .string("created"))
        _ = try await server.ask(.put, "/x/_create/2", "{\"a\":3}", status: 409)
        _ = try await server.ask(.put, "/x/_doc/2?op_type=create", "{\"a\":3}", status: 409)
        #expect(try await server.ask(.get, "/x/_doc/2")["_source"]?["a"] == .integer(2))
        _ = try await server.ask(.delete, "/x/_doc/2", status: 400)
        _ = try await server.ask(.get, "/x/_doc/3", status: 404)
    }

    @Test("give documents back as they were sent")
    func sources() async throws {
        let server = try ElasticServer()
        let documents = [
            #"{"a":1,"b":[1,"x",null,true],"c":{"d":{"e":1.5}},"f":null,"g":[]}"#,
            #"{"a.b":1,"a":{"b":2}}"#, #"{"list":[{"x":1},{"x":2,"y":[{}]}]}"#, #"{"empty":{},"x":""}"#,
            #"{"big":12345678901234567890123,"exact":0.12345678901234567890,"zero":1.0,"e":1e300}"#,
            #"{"@timestamp":"2026-11-28T17:00:00+07:00","a":1}"#, #"{"@timestamp":1795860000000}"#,
            #"{"@timestamp":"2026-11-28T10:00:00.123456789Z"}"#, #"{"":1,".":2,"a..b":3}"#,
            #"{"_timestamp":"mine","a":{"_id":2}}"#, #"{"text":"Máy quay \ud83d\ude00 \" \\ \n \u0001"}"#,
            #"{"half":"\ud83d"}"#, #"{"x":[[1,2],[3]],"y":[[]]}"#, #"{"message":{"inner":1}}"#,
        ]
        for document in documents {
            let answer = try await server.ask(.post, "/sources/_doc", document, status: 201)
            let id = try #require(answer["_id"]?.string)
            let reply = try await server.send(.get, "/sources/_source/\(id)")
            #expect(try DocumentReader.value(reply.text) == DocumentReader.value(document), "\(document)")
            if document.contains("big") || document.contains("half") { #expect(reply.text == document) }
        }
        let times = try await server.ask(.get, "/sources/_search?size=100&q=a:1&docvalue_fields=@timestamp")
        #expect(times["hits"]?["total"]?["value"] == .integer(2))
    }

    @Test("are bounded while they are read")
    func bounds() async throws {
        let server = try ElasticServer()
        var headers: HTTPFields = [.contentType: "application/x-ndjson", .contentEncoding: "gzip"]
        let cut = Array(Data(base64Encoded: "H4sIAAAAAAAAA6tWKi1OLVayqlZKLE4tUapVAgBjEgJxEAAAAA==") ?? Data())
        #expect(try await server.send(.post, "/x/_bulk", bytes: Array(cut.dropLast(6)), headers: headers).status == 400)
        headers[.contentEncoding] = "br"
        #expect(try await server.send(.post, "/x/_bulk", "{}", headers: headers).status == 415)
        let long =
            "{\"index\":{}}\n{\"m\":\"" + String(repeating: "x", count: 17 << 20) + "\"}\n{\"index\":{}}\n{\"a\":1}\n"
        #expect(statuses(try await server.ask(.post, "/x/_bulk", long)) == [413, 201])
        let many = String(repeating: "{\"index\":{}}\n{}\n", count: 200_001)
        #expect(try await server.send(.post, "/x/_bulk", many).status == 413)
        let names = (0..<60_000).map { "\"n\($0)\":1" }.joined(separator: ",")
        #expect(statuses(try await server.ask(.post, "/x/_bulk", "{\"index\":{}}\n{\(names)}\n")) == [400])
    }
}
