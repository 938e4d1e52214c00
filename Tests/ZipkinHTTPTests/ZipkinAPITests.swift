import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Listening
import Model
import NIOCore
import Synchronization
import Testing
import ZipkinHTTP

@Suite("Zipkin's door")
struct ZipkinAPITests {
    /// Keeps what it is given, or fails.
    private final class Appender: SpanAppender {
        struct Full: Error, CustomStringConvertible { let description = "no space left on the disk" }

        let isBroken: Bool
        private let spans = Mutex<[Span]>([])

        init(isBroken: Bool = false) { self.isBroken = isBroken }

        var kept: [Span] { spans.withLock { $0 } }

        func append(_ batch: SpanBatch) throws {
            if isBroken { throw Full() }
            spans.withLock { $0 += batch.spans.indices.map { batch.span($0) } }
        }
    }

    private static let span =
        #"{"traceId":"1","id":"2","timestamp":1800000000000000,"localEndpoint":{"serviceName":"vms"}}"#

    private func post(
        _ body: ByteBuffer, headers: HTTPFields = [.contentType: "application/json"], path: String = "/api/v2/spans",
        to appender: Appender = Appender(), _ doors: TraceDoors = TraceDoors()
    ) async throws -> RouterClient.Reply {
        let router = Routers.make()
        ZipkinAPI(appender: appender, doors: doors, lanes: MessageLanes()).addRoutes(to: router)
        return try await RouterClient(router).send(.post, path, headers: headers, body: body)
    }

    @Test(
        "takes spans at both paths, whatever the type of JSON is called, and counts them",
        arguments: [
            ("/api/v2/spans", "application/json; charset=utf-8"), ("/api/v1/spans", "application/json"),
            ("/api/v2/spans", ""), ("/api/v1/spans", "text/plain"),
        ])
    func takes(path: String, type: String) async throws {
        let (appender, doors) = (Appender(), TraceDoors())
        let body = ByteBuffer(string: "[\(Self.span),{}]")
        let reply = try await post(body, headers: [.contentType: type], path: path, to: appender, doors)
        #expect(reply.status == 202 && reply.text.isEmpty)
        #expect(appender.kept.map(\.service) == ["vms"])
        #expect(doors.families.flatMap(\.points).map(\.value) == [1, Double(body.readableBytes), 1, 0])
    }

    @Test("takes spans with gzip, and an empty list")
    func gzip() async throws {
        let appender = Appender()
        // [{"traceId":"1","id":"2","timestamp":1800000000000000}]
        let base64 =
            "H4sIAAAAAAACA4uuViopSkxO9UxRslIyVNJRygQxjICMkszc1OKSxNwCJStD"
            + "CwMUUBsLAOaKwRc3AAAA"
        let body = ByteBuffer(bytes: try #require(Data(base64Encoded: base64)))
        let reply = try await post(body, headers: [.contentEncoding: "gzip"], to: appender)
        #expect(reply.status == 202 && appender.kept.count == 1)
        #expect(try await post(ByteBuffer(string: "[]"), to: appender).status == 202)
    }

    @Test("refuses for good what it cannot read, and says why")
    func refusals() async throws {
        let doors = TraceDoors()
        for (body, headers, status, part) in [
            ("{", [:], 400, "not whole JSON"), ("{}", [:], 400, "not a JSON list"),
            ("[{}]", [:], 400, "ids are missing"),
            (Self.span, [.contentType: "application/x-thrift"], 415, "JSON_V2"),
            (Self.span, [.contentType: "application/x-protobuf"], 415, "JSON_V2"),
            (Self.span, [.contentEncoding: "br"], 415, "gzip"), (Self.span, [.contentEncoding: "gzip"], 400, "damaged"),
        ] as [(String, HTTPFields, Int, String)] {
            let reply = try await post(ByteBuffer(string: body), headers: headers, to: Appender(), doors)
            #expect(reply.status == status && reply.text.contains(part), "\(body) \(headers): \(reply.text)")
        }
        #expect(doors.families.flatMap(\.points).map(\.value) == [0, 4, 1, 6])
    }

    @Test("asks the sender to come again where the store failed")
    func fullDisk() async throws {
        let doors = TraceDoors()
        let reply = try await post(ByteBuffer(string: "[\(Self.span)]"), to: Appender(isBroken: true), doors)
        #expect(reply.status == 503 && reply.headers[.retryAfter] != nil && reply.text.contains("no space left"))
        #expect(doors.families.flatMap(\.points).map(\.value) == [0, 0, 0, 1])
    }
}
