import Base
import ElasticHTTP
import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import LogDocuments
import LogStore
import Model
import NIOCore
import TestSupport
import Testing

/// The door to a store of its own.
struct ElasticServer {
    static let now: Int64 = 1_795_867_200_000  // 2026-11-28T12:00:00Z

    private let folder: TemporaryDirectory
    let store: LogStore
    private let client: RouterClient

    init() throws {
        folder = try TemporaryDirectory()
        var options = LogStoreOptions(directory: folder.path, retention: .seconds(100 * 366 * 86_400))
        options.blockEvents = 7
        options.sealAfter = .zero
        store = try LogStore(options)
        let router = Routers.make()
        ElasticAPI(
            ElasticParts(
                source: store, appender: store, lanes: MessageLanes(), gate: WorkGate("searches", width: 2),
                nodeName: "node", now: { Self.now })
        ).addRoutes(to: router)
        client = RouterClient(router)
    }

    /// Puts all events into blocks.
    func seal() throws { try store.upkeep() }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", headers: HTTPFields = [:]
    ) async throws -> RouterClient.Reply {
        try await client.send(method, "/elasticsearch" + path, headers: headers, body: ByteBuffer(string: body))
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8], headers: HTTPFields = [:]
    ) async throws -> RouterClient.Reply {
        try await client.send(method, "/elasticsearch" + path, headers: headers, body: ByteBuffer(bytes: bytes))
    }

    /// The answer, which must have a status.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", status: Int = 200
    ) async throws -> DocumentValue {
        let reply = try await send(method, path, body)
        #expect(reply.status == status, "\(method) \(path) \(body.prefix(500)): \(reply.text.prefix(500))")
        return try DocumentReader.value(reply.text)
    }

    /// Documents into an index, one a line.
    func index(_ documents: [String], into index: String = "logs") async throws {
        let lines = documents.map { "{\"index\":{}}\n\($0)\n" }.joined()
        let answer = try await ask(.post, "/\(index)/_bulk", lines)
        #expect(answer["errors"] == .boolean(false), "\(answer.json.prefix(500))")
    }

    /// A member of the documents that a query finds, the oldest first.
    func found(_ query: String, _ name: String = "id", in index: String = "logs") async throws -> [DocumentValue] {
        let body = "{\"query\":\(query),\"size\":1000,\"sort\":[{\"@timestamp\":\"asc\"}]}"
        let answer = try await ask(.post, "/\(index)/_search", body)
        return (answer["hits"]?["hits"]?.array ?? []).compactMap { $0["_source"]?[name] }
    }
}

extension DocumentValue {
    subscript(name: String) -> DocumentValue? { object?[name] }
    subscript(place: Int) -> DocumentValue? { array.flatMap { place < $0.count ? $0[place] : nil } }
}
