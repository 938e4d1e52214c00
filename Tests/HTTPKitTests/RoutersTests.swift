import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@Suite("A router of ours")
struct RoutersTests {
    private struct Broken: Error {}

    private static let client: RouterClient = {
        let router = Routers.make()
        router.get("text") { _, _ in Response.text(.ok, "some text") }
        router.get("page") { _, _ in
            Response(status: .ok, headers: [.contentSecurityPolicy: "default-src 'self'"], body: .init())
        }
        router.get("refused") { _, _ -> Response in throw HTTPError(.conflict, message: "not now") }
        router.get("broken") { _, _ -> Response in throw Broken() }
        router.get("peer") { _, context in context.peerAddress?.ipAddress ?? "nobody" }
        return RouterClient(router)
    }()

    @Test(
        "every answer tells the browser to trust nothing in it, errors and unknown paths included",
        arguments: [("text", 200), ("refused", 409), ("broken", 500), ("missing", 404)])
    func headers(path: String, status: Int) async throws {
        let reply = try await Self.client.get("/\(path)")
        #expect(reply.status == status)
        #expect(reply.headers[.xContentTypeOptions] == "nosniff")
        #expect(reply.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        for (name, value) in [
            "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
        ] {
            #expect(reply.headers[try #require(HTTPField.Name(name))] == value)
        }
    }

    @Test("what an answer says itself stands")
    func ownHeaders() async throws {
        #expect(try await Self.client.get("/page").headers[.contentSecurityPolicy] == "default-src 'self'")
    }

    @Test("the words of an unexpected error stay inside")
    func brokenSaysNothing() async throws {
        #expect(try await Self.client.get("/broken").text.isEmpty)
    }

    @Test("HEAD is answered as GET, without the body")
    func head() async throws {
        let reply = try await Self.client.send(.head, "/text")
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(reply.headers[.contentLength] == "10")
        #expect(reply.text.isEmpty)
    }

    @Test("a text ends with its line")
    func text() async throws {
        #expect(try await Self.client.get("/text").text == "some text\n")
    }

    @Test("the context knows who asks")
    func peer() async throws {
        let peer = try SocketAddress(ipAddress: "192.0.2.9", port: 40_000)
        #expect(try await Self.client.get("/peer", peer: peer).text == "192.0.2.9")
        #expect(try await Self.client.get("/peer").text == "nobody")
    }
}
