import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import SiteView
import Testing

@testable import WebUI

@Suite("Searches of logs that are kept")
struct SavedSearchTests {
    private func client() throws -> RouterClient {
        let router = Router(context: AppRequestContext.self)
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        try WebUI(view: FixedSite(), dashboards: { [] }, siteName: "", version: "", isDemo: false).addRoutes(to: router)
        return RouterClient(router)
    }

    private func post(_ path: String, _ fields: [(String, String)], site: String = "same-origin") async throws
        -> RouterClient.Reply
    {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site
        let body = FormFields.text(fields.map { ($0.0, $0.1) })
        return try await client().send(.post, path, headers: headers, body: ByteBuffer(string: body))
    }

    @Test("one that is kept leads back to its search; without a name, or with one that is taken, it is refused")
    func keeping() async throws {
        let kept = try await post("/logs/searches", [("name", "mine"), ("address", "query=a%3Ab&since=6h")])
        #expect(kept.status == 303 && kept.headers[.location] == "/logs?query=a%3Ab&since=6h")
        for (fields, word) in [
            ([("name", " "), ("address", "query=a")], "needs a name"), ([("address", "query=a")], "needs a name"),
            ([("name", "slow requests"), ("address", "query=a")], "always there"),
            ([("name", String(repeating: "n", count: 101)), ("address", "")], "longer than 100"),
            ([("name", "n"), ("address", "query=" + String(repeating: "q", count: 4_097))], "longer than 4096"),
            ([("name", "a\nb"), ("address", "query=a")], "control character"),
            ([("name", "n"), ("address", "query=full")], "too many"),
        ] {
            let reply = try await post("/logs/searches", fields)
            #expect(reply.status == 400 && reply.text.contains(word), "\(reply.status) \(word)")
        }
    }

    @Test("none is kept, deleted or imported for another site's page", arguments: ["", "/delete", "/import"])
    func foreign(path: String) async throws {
        let fields = [("name", "mine"), ("json", "{\"searches\":[{\"name\":\"a\"}]}")]
        #expect(try await post("/logs/searches" + path, fields, site: "cross-site").status == 403)
        #expect(try await post("/logs/searches" + path, fields).status == 303)
        #expect(try await client().get("/logs/searches" + path, headers: [:]).status != 303, "a link does nothing")
    }

    @Test("what is exported can be imported")
    func exported() async throws {
        let file = try await client().get("/logs/searches.json")
        #expect(file.headers[.contentDisposition]?.contains("watchpost-searches.json") == true)
        let searches = try WebUI.searches(of: file.text)
        #expect(searches == [SavedSearch(name: "gate <b>", query: "camera_id:gate", since: "6h")])
        #expect(try await post("/logs/searches/import", [("json", file.text)]).status == 303)
        let page = try await client().get("/logs/searches?query=x%3Cy").text
        #expect(page.contains("gate &lt;b&gt;") && page.contains("x&lt;y") && !page.contains("<b>"))
        #expect(try await client().get("/logs").text.contains("href=\"/logs?query=camera_id%3Agate&amp;since=6h\""))
    }

    @Test(
        "a file that is none is refused with the reason",
        arguments: [
            ("", "no file of searches"), ("[]", "no file of searches"), ("{\"searches\":[]}", "no search in the file"),
            ("{\"searches\":[{}]}", "no file of searches"), ("{\"searches\":[{\"name\":1}]}", "no file of searches"),
            (String(repeating: "[", count: 100_000), "no file of searches"),
            ("{\"searches\":[" + String(repeating: "[],", count: 60_000) + "1]}", "no file of searches"),
            ("{\"searches\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", "two searches"),
            ("{\"searches\":[{\"name\":\"a\",\"since\":\"soon\"}]}", "no duration"),
            ("{\"searches\":[{\"name\":\"a\",\"columns\":[\"a,b\"]}]}", "comma"),
            ("{\"searches\":[{\"name\":\"a\",\"language\":\"sql\"}]}", "no file of searches"),
            ("{\"searches\":[{\"name\":\"a\",\"filters\":[\"\"]}]}", "filters"),
            (String(repeating: "1", count: 1 << 20) + "{}", "longer than 1,048,576"),
        ])
    func refused(json: String, word: String) async throws {
        let reply = try await post("/logs/searches/import", [("json", json)])
        #expect(reply.status == 400 && reply.text.contains(word), "\(reply.status)")
    }

    @Test("a form that is longer than any file is not read")
    func longForm() async throws {
        let reply = try await post("/logs/searches/import", [("json", String(repeating: "a", count: 4 << 20))])
        #expect(reply.status == 413 && reply.text.contains("longer than"))
        let other = try await post("/silences", [("matchers", String(repeating: "a", count: 70_000))])
        #expect(other.status == 413 && other.text.contains("longer than 65,536 bytes"))
    }

    @Test("a search and its address say the same")
    func roundTrip() {
        let search = SavedSearch(
            name: "n", query: "a: b", language: .kql, filters: ["NOT a:\"b\""], columns: ["x", "message"],
            facets: ["f"],
            since: "3d")
        #expect(SavedSearch(name: "n", LogsAddress(search)) == search)
    }
}
