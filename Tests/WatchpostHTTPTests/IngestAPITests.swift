import Base
import Codecs
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import LogRelay
import LogStore
import Model
import NIOCore
import Synchronization
import Testing
import WatchpostHTTP

@Suite("The door for agents' logs")
struct IngestAPITests {
    private final class Store: LogAppender {
        struct Full: Error, CustomStringConvertible { let description = "no space left" }

        let messages = Mutex<[String]>([])
        private let fails: Bool

        init(fails: Bool = false) { self.fails = fails }

        func append(_ events: [LogEvent], offset: TailOffset?) throws {
            if fails { throw Full() }
            messages.withLock { $0 += events.map(\.message) }
        }
    }

    private struct Unreadable: Error {}

    private static let usual: HTTPFields = [
        .contentType: "application/x-watchpost-logs", .contentEncoding: "zstd", .authorization: "Bearer right",
    ]

    private static func message(_ lines: [String], at position: RelayPosition = .start) -> [UInt8] {
        let events = lines.map { LogEvent(timestamp: 1, fields: ["message": .string($0)]) }
        return LogMessage.encode(
            LogMessage.Sender(identity: String(repeating: "0a", count: 16), name: "node-1"), position,
            pieces: EventPieces.encode(events).reduce(into: []) { $0.appendCounted($1.bytes) })
    }

    private static func client(
        _ receiver: LogReceiver, token: @escaping @Sendable () throws -> String? = { "right" }
    ) -> RouterClient {
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        IngestAPI(receiver: receiver, lanes: MessageLanes(), token: token).addRoutes(to: router)
        return RouterClient(router)
    }

    private static func send(
        _ body: [UInt8], _ client: RouterClient, headers: HTTPFields = usual
    ) async throws -> RouterClient.Reply {
        try await client.send(.post, "/api/watchpost/ingest", headers: headers, body: ByteBuffer(bytes: body))
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] { Zstd().compress(bytes) }

    @Test("stores a message once, and answers with its number each time")
    func stores() async throws {
        let store = Store()
        let client = Self.client(LogReceiver(store: store, offsets: []))
        let body = Self.compressed(Self.message(["a", "b"]))
        let first = try await Self.send(body, client)
        #expect(first.status == 200 && first.text == #"{"number":1,"events":2}"#)
        let second = try await Self.send(body, client)
        #expect(second.status == 200 && second.text == #"{"number":1,"events":0}"#)
        let other = try await Self.send(Self.compressed(Self.message(["another"])), client)
        #expect(other.status == 409 && other.text.contains("another agent"))
        #expect(store.messages.withLock { $0 } == ["a", "b"])
    }

    @Test(
        "takes logs of those alone who know the token, where there is one",
        arguments: ["", "right", "Bearer", "Bearer ", "Bearer wrong", "Bearer righ", "Bearer rightt", "bearer right"])
    func token(given: String) async throws {
        let store = Store()
        let receiver = LogReceiver(store: store, offsets: [])
        var headers = Self.usual
        headers[.authorization] = given.isEmpty ? nil : given
        let body = Self.compressed(Self.message(["a"]))
        let reply = try await Self.send(body, Self.client(receiver), headers: headers)
        #expect(reply.status == 401 && reply.headers[.wwwAuthenticate] == "Bearer")
        #expect(store.messages.withLock { $0.isEmpty })
        #expect(receiver.refusals.contains { $0.reason == "token" && $0.count == 1 })
        #expect(receiver.findings.contains { $0.text.contains("token") })
        #expect(try await Self.send(body, Self.client(receiver) { nil }, headers: headers).status == 200)
    }

    @Test("takes nothing while its own token cannot be read, or is empty")
    func ownToken() async throws {
        let receiver = LogReceiver(store: Store(), offsets: [])
        let body = Self.compressed(Self.message(["a"]))
        let unreadable = try await Self.send(body, Self.client(receiver) { throw Unreadable() })
        #expect(unreadable.status == 503 && unreadable.headers[.retryAfter] != nil)
        var headers = Self.usual
        headers[.authorization] = "Bearer "
        #expect(try await Self.send(body, Self.client(receiver) { "" }, headers: headers).status == 401)
    }

    @Test("says what is wrong with a body, and whether it is worth another try")
    func wrong() async throws {
        let bomb = [UInt8](repeating: 0, count: 65 << 20)
        let cases: [(what: String, body: [UInt8], status: Int, isMalformed: Bool)] = [
            ("no zstd", Array("hello".utf8), 400, true), ("nothing", [], 400, true),
            ("cut off", Array(Self.compressed(Self.message(["a"])).dropLast(2)), 400, true),
            ("other content", Self.compressed(Array("hello, I am no message".utf8)), 415, false),
            ("damaged", Self.compressed(Array(Self.message(["a"]).dropLast())), 400, true),
            ("a bomb", Self.compressed(bomb), 413, false),
            ("too long", [UInt8](repeating: 0, count: LogMessage.bodyBytesMax + 1), 413, false),
        ]
        let store = Store()
        let receiver = LogReceiver(store: store, offsets: [])
        for (what, body, status, isMalformed) in cases {
            let reply = try await Self.send(body, Self.client(receiver))
            #expect(reply.status == status, "\(what): \(reply.text)")
            #expect(reply.text.contains(#""malformed":true"#) == isMalformed, "\(what): \(reply.text)")
        }
        #expect(store.messages.withLock { $0.isEmpty })
    }

    @Test("a store that cannot take it is worth another try; another kind of content is not")
    func others() async throws {
        let body = Self.compressed(Self.message(["a"]))
        let full = try await Self.send(body, Self.client(LogReceiver(store: Store(fails: true), offsets: [])))
        #expect(full.status == 503 && full.headers[.retryAfter] == "1" && full.text.contains("no space left"))
        var headers = Self.usual
        headers[.contentType] = "application/json"
        let receiver = LogReceiver(store: Store(), offsets: [])
        #expect(try await Self.send(body, Self.client(receiver), headers: headers).status == 415)
    }
}
