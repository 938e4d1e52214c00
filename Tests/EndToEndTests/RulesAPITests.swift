import Foundation
import TestSupport
import Testing
import Transfers

/// What Prometheus 3 has in its API and Debian's has not: it is compared with what is documented.
@Suite("Newer parameters of the Prometheus API, end to end", .serialized)
struct RulesAPITests {
    private struct Rules: Decodable {
        struct Data: Decodable {
            struct Group: Decodable {
                struct Rule: Decodable {
                    struct Alert: Decodable {}
                    let name: String
                    let alerts: [Alert]?
                }
                let name: String
                let rules: [Rule]
            }
            let groups: [Group]
            let groupNextToken: String?
        }
        let data: Data

        /// Like `["a: X Y", "b: Z"]`.
        var shown: [String] { data.groups.map { "\($0.name): " + $0.rules.map(\.name).joined(separator: " ") } }
    }

    private static let rules = """
        groups:
          - name: a
            interval: 1s
            rules:
              - { record: one, expr: vector(1), labels: { team: north } }
              - { alert: Up, expr: vector(1), labels: { team: south } }
          - name: b
            interval: 1s
            rules: [{ alert: Up, expr: vector(2), labels: { team: north } }]
          - name: c
            rules: [{ record: two, expr: vector(2) }]

        """

    private static func site() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", "rule_files: [rules/*.yml]\n")
        try folder.write("config/rules/r.yml", rules)
        return folder
    }

    @Test(
        "rules are told by type, name, group, file and label, without alerts, and page by page", .timeLimit(.minutes(1))
    )
    func rules() async throws {
        let folder = try Self.site()
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("two alerts") { try await server.query("count(ALERTS) == 2").first }
        let all = ["a: one Up", "b: Up", "c: two"]
        let cases: [(parameters: [(String, String)], shown: [String])] = [
            ([], all), ([("type", "alert")], ["a: Up", "b: Up"]), ([("type", "record")], ["a: one", "c: two"]),
            ([("rule_name[]", "one"), ("rule_name[]", "two")], ["a: one", "c: two"]),
            ([("rule_group[]", "b")], ["b: Up"]), ([("file[]", "\(folder.path)/config/rules/r.yml")], all),
            ([("file[]", "other.yml")], []), ([("match[]", "{team=\"north\"}")], ["a: one", "b: Up"]),
            ([("match[]", "{team=\"north\"}"), ("type", "alert")], ["b: Up"]), ([("group_limit", "9")], all),
        ]
        for (parameters, shown) in cases {
            let rules: Rules = try await server.decode("/api/v1/rules", parameters)
            #expect(rules.shown == shown, "\(parameters)")
            #expect(rules.data.groupNextToken == nil)
        }
        var pages: [[String]] = []
        var token: String?
        repeat {
            let next = token.map { [("group_next_token", $0)] } ?? []
            let rules: Rules = try await server.decode("/api/v1/rules", [("group_limit", "2")] + next)
            pages.append(rules.shown)
            token = rules.data.groupNextToken
        } while token != nil
        #expect(pages == [["a: one Up", "b: Up"], ["c: two"]])

        let told: Rules = try await server.decode("/api/v1/rules", [("rule_group[]", "b")])
        #expect(told.data.groups.first?.rules.first?.alerts?.count == 1)
        let untold: Rules = try await server.decode(
            "/api/v1/rules", [("rule_group[]", "b"), ("exclude_alerts", "true")])
        #expect(untold.data.groups.first?.rules.first?.alerts?.count ?? 0 == 0)

        let refused = [
            ("type", "alerts"), ("match[]", "{"), ("group_limit", "0"), ("group_next_token", "x"),
            ("exclude_alerts", "maybe"),
        ]
        for parameter in refused {
            let response = try await server.get("/api/v1/rules", [parameter])
            #expect(response.status == 400, "\(parameter)")
            #expect(
                String(decoding: response.body, as: UTF8.self).contains(parameter.0), "the answer names \(parameter)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("a query may look back less, and metadata may be told once a metric", .timeLimit(.minutes(1)))
    func lookback() async throws {
        let folder = try Self.site()
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("a sample") { try await server.query("one").first }
        let later = "\(Date().timeIntervalSince1970 + 100)"
        for (lookback, count) in [("", 1), ("5m", 1), ("20", 0), ("20s", 0)] {
            let answer: QueryAnswer = try await server.decode(
                "/api/v1/query", [("query", "one"), ("time", later), ("lookback_delta", lookback)])
            #expect(answer.data?.rows.count == count, "lookback_delta=\(lookback)")
        }
        for bad in ["x", "-1", "0"] {
            let response = try await server.get("/api/v1/query", [("query", "one"), ("lookback_delta", bad)])
            #expect(response.status == 400)
        }
        #expect(try await server.get("/api/v1/metadata", [("limit_per_metric", "1")]).status == 200)
        #expect(try await server.get("/api/v1/metadata", [("limit_per_metric", "-1")]).status == 400)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
