import Codecs
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Testing

@testable import HTTPKit

@Suite("Compressed and conditional answers")
struct AnswerCompressionTests {
    private static func client() -> RouterClient {
        let router = Routers.make()
        @Sendable func answer(_ count: Int, _ type: String, more: HTTPFields = [:]) -> Response {
            Response(
                status: .ok, headers: [.contentType: type] + more,
                body: .init(byteBuffer: ByteBuffer(repeating: UInt8(ascii: "a"), count: count)))
        }
        router.get("/text/:count") { _, context in
            answer(Int(context.parameters.get("count") ?? "") ?? 0, "text/html; charset=utf-8")
        }
        router.get("/tagged") { _, _ in answer(5_000, "application/json", more: [.eTag: "W/\"a1\""]) }
        router.get("/picture") { _, _ in answer(5_000, "image/png") }
        router.get("/events") { _, _ in answer(5_000, "text/event-stream") }
        router.get("/coded") { _, _ in answer(5_000, "text/plain", more: [.contentEncoding: "br"]) }
        router.get("/kept") { _, _ in answer(5_000, "text/plain", more: [.cacheControl: "no-transform"]) }
        router.get("/varied") { _, _ in answer(5_000, "text/plain", more: [.vary: "Accept-Language"]) }
        router.get("/streamed") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init { writer in
                    for number in 0..<1_000 { try await writer.write(ByteBuffer(string: "line \(number)\n")) }
                    try await writer.finish(nil)
                })
        }
        router.get("/missing") { _, _ -> Response in throw HTTPError(.notFound) }
        return RouterClient(router)
    }

    @Test(
        "gzip is chosen as the header weighs it",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("deflate, gzip;q=1.0, *;q=0.5", true),
            ("gzip;q=0", false), ("gzip;q=0.0, *", false), ("*", true), ("*;q=0", false), ("identity", false),
            ("identity;q=1, gzip;q=0.5", false), ("identity;q=0.5, gzip;q=0.5", true), ("br", false),
            ("gzip ; q = 0.3", true), ("gzip;q=x", false), ("gzip;q=nan", false), ("x-gzip", true), (",,;", false),
            ("gzip;q=0, gzip", true),
        ] as [(String?, Bool)])
    func weights(header: String?, isWanted: Bool) {
        #expect(AcceptedCodings(header).prefersGzip == isWanted)
    }

    @Test(
        "texts of some length are compressed, and nothing else",
        arguments: [
            ("/text/1023", false), ("/text/1024", true), ("/text/500000", true), ("/text/0", false), ("/tagged", true),
            ("/picture", false), ("/events", false), ("/coded", false), ("/kept", false), ("/streamed", true),
        ])
    func kinds(path: String, isCompressed: Bool) async throws {
        let client = Self.client()
        let plain = try await client.get(path)
        #expect(plain.headers[.contentEncoding] == (path == "/coded" ? "br" : nil))
        #expect((plain.headers[.vary] == "Accept-Encoding") == isCompressed)
        let bytes = try await client.bytes(path, headers: [.acceptEncoding: "gzip"])
        guard isCompressed else {
            #expect(
                bytes.body == Array(plain.text.utf8)
                    && bytes.headers[.contentEncoding] == plain.headers[.contentEncoding])
            return
        }
        #expect(bytes.headers[.contentEncoding] == "gzip")
        #expect(bytes.headers[.contentLength].flatMap { Int($0) } ?? bytes.body.count == bytes.body.count)
        #expect(bytes.body.count < plain.text.utf8.count / 2)
        #expect(try Gzip.decompress(bytes.body, limit: 1 << 20) == Array(plain.text.utf8))
        // What is compressed once stays the same.
        #expect(try await client.bytes(path, headers: [.acceptEncoding: "gzip"]).body == bytes.body)
    }

    @Test("HEAD tells what an answer depends on, and errors pass")
    func others() async throws {
        let client = Self.client()
        let head = try await client.send(.head, "/text/5000", headers: [.acceptEncoding: "gzip"])
        #expect(head.status == 200 && head.text.isEmpty && head.headers[.contentLength] == "5000")
        #expect(head.headers[.vary] == "Accept-Encoding" && head.headers[.contentEncoding] == nil)
        #expect(try await client.get("/missing", headers: [.acceptEncoding: "gzip"]).status == 404)
        #expect(try await client.get("/varied").headers[.vary] == "Accept-Language, Accept-Encoding")
    }

    @Test(
        "who has an answer is told so in a few bytes",
        arguments: [
            ("W/\"a1\"", 304), ("\"a1\"", 304), ("\"b\", W/\"a1\"", 304), ("*", 304), ("\"a2\"", 200), ("", 200),
            ("a1", 200),
        ])
    func conditional(header: String, status: Int) async throws {
        for method in [HTTPRequest.Method.get, .head] {
            let reply = try await Self.client().send(method, "/tagged", headers: [.ifNoneMatch: header])
            #expect(reply.status == status && reply.headers[.eTag] == "W/\"a1\"")
            if status == 304 { #expect(reply.text.isEmpty) }
            if status == 304, method == .get { #expect(reply.headers[.contentLength] == nil) }
        }
    }

    @Test("an entity tag is the bytes' own")
    func tags() {
        #expect(EntityTag.weak(of: [1, 2]) == EntityTag.weak(of: [1, 2]))
        #expect(EntityTag.weak(of: [1, 2]) != EntityTag.weak(of: [1, 3]) && EntityTag.weak(of: []).count == 20)
    }
}

extension HTTPFields {
    fileprivate static func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
        var all = left
        for field in right { all.append(field) }
        return all
    }
}
