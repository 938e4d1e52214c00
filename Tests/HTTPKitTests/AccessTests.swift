import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Testing

@Suite("Who may ask and change")
struct AccessTests {
    private static let client: RouterClient = {
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost", "watch.test"]))
        router.get("thing") { _, _ in "read" }
        router.post("thing") { _, _ in "changed" }
        router.delete("thing") { _, _ in "changed" }
        return RouterClient(router)
    }()

    @Test(
        "a request for a host name that is not ours is refused, numeric addresses are not",
        arguments: [
            ("localhost", 200), ("localhost:9900", 200), ("LOCALHOST", 200), ("watch.test:443", 200),
            ("127.0.0.1:9900", 200), ("192.0.2.7", 200), ("[::1]:9900", 200), ("[2001:db8::1]", 200),
            ("evil.test", 403), ("localhost.evil.test", 403), ("127.0.0.1.evil.test", 403), ("watch.test.", 403),
        ])
    func hosts(host: String, status: Int) async throws {
        for method in [HTTPRequest.Method.get, .post] {
            let reply = try await Self.client.send(method, "/thing", host: host)
            #expect(reply.status == status)
            if status == 403 { #expect(reply.text.contains("external_url")) }
        }
    }

    @Test("a request without a host is refused")
    func noHost() async throws {
        #expect(try await Self.client.get("/thing", host: nil).status == 403)
    }

    @Test("a page of another site may read nothing into change", arguments: [HTTPRequest.Method.post, .delete])
    func foreignOrigins(method: HTTPRequest.Method) async throws {
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        for (headers, status) in [
            ([.origin: "http://localhost:9900"], 200), ([:], 200), ([site: "same-origin"], 200), ([site: "none"], 200),
            ([.origin: "http://localhost:9901"], 403), ([.origin: "https://evil.test"], 403), ([.origin: "null"], 403),
            ([.origin: ""], 403), ([site: "cross-site"], 403), ([site: "same-site"], 403),
            ([.origin: "http://localhost:9900", site: "cross-site"], 403),
        ] as [(HTTPFields, Int)] {
            let reply = try await Self.client.send(method, "/thing", headers: headers, host: "localhost:9900")
            #expect(reply.status == status, "\(headers)")
            #expect(
                reply.text == (status == 200 ? "changed" : "403: a request from another site may not change anything\n")
            )
            let read = try await Self.client.get("/thing", headers: headers, host: "localhost:9900")
            #expect(read.status == 200, "reading is not refused: \(headers)")
        }
    }
}
