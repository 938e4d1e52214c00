import Base
import Dispatch
import HTTPKit
import Hummingbird
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("The work of requests", .timeLimit(.minutes(5)))
struct RequestWorkTests {
    /// What the handlers of a test's server have done.
    private final class Handlers: Sendable {
        let gate = WorkGate("searches", width: 1)
        let release = DispatchSemaphore(value: 0)
        let blocked = Atomic(0)
        let begun = Atomic(0)
        let ended = Atomic(0)

        /// Searches until nobody waits for it.
        func search() throws -> String {
            begun.add(1, ordering: .relaxed)
            defer { ended.add(1, ordering: .relaxed) }
            while !Task.isCancelled {}
            throw CancellationError()
        }

        /// Waits for a disk that does not come.
        func block() -> String {
            blocked.add(1, ordering: .relaxed)
            release.wait()
            return "after all"
        }
    }

    private func withServer(_ body: (Handlers, _ port: Int) async throws -> Void) async throws {
        let handlers = Handlers()
        let router = Routers.make()
        router.get("/-/healthy") { _, _ in "well" }
        router.get("/search") { _, _ in try await handlers.gate.run { try handlers.search() } }
        router.get("/block") { _, _ in handlers.block() }
        router.get("/late") { _, _ in
            try? await Task.sleep(for: .milliseconds(20))
            return "late"
        }
        let port = Mutex(0)
        let server = WebServer(
            router, at: ListenAddress(host: "127.0.0.1", port: 0), OpenConnections(limits: .init(descriptors: 256))
        ) { bound in
            port.withLock { $0 = bound }
        }
        let task = Task { try await server.run() }
        let found = try await eventually("a port") { port.withLock { $0 == 0 ? nil : $0 } }
        try await body(handlers, found)
        task.cancel()
        _ = await task.result
    }

    private func ask(_ path: String, _ port: Int) throws -> RawClient {
        let client = try RawClient(port)
        try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return client
    }

    @Test("a search ends when its client leaves, also one that waits in line")
    func leaving() async throws {
        try await withServer { handlers, port in
            do {
                let clients = try (0..<3).map { _ in try ask("/search", port) }
                _ = try await eventually("one search to run and two to wait") {
                    handlers.gate.statistics.running == 1 && handlers.gate.statistics.waiting == 2 ? true : nil
                }
                withExtendedLifetime(clients) {}
            }
            _ = try await eventually("the gate to be free") { handlers.gate.free == 1 ? true : nil }
            #expect(handlers.gate.statistics.waiting == 0)
            let (begun, ended) = (
                handlers.begun.load(ordering: .relaxed), handlers.ended.load(ordering: .relaxed)
            )
            #expect(begun == ended)
        }
    }

    @Test("health is answered while every thread for requests waits for a disk")
    func health() async throws {
        try await withServer { handlers, port in
            // First those of the connections, but some that others find free; then those of the crowd.
            var clients: [RawClient] = []
            for threads in [RequestThreads.count, 2 * RequestThreads.count - RequestThreads.reserve] {
                clients += try (0..<RequestThreads.count).map { _ in try ask("/block", port) }
                _ = try await eventually("\(threads) threads to wait") {
                    handlers.blocked.load(ordering: .relaxed) >= threads ? true : nil
                }
            }
            clients += try (0..<12).map { _ in try ask("/block", port) }
            let asker = try ask("/-/healthy", port)
            #expect(try await asker.line().contains("200"))
            for _ in clients { handlers.release.signal() }
            for client in clients { #expect(try await client.line().contains("200")) }
        }
    }

    @Test("a client that has said all it has to say and still listens gets its answer")
    func halfClosed() async throws {
        try await withServer { _, port in
            let client = try ask("/late", port)
            client.endSending()
            #expect(try await client.rest().hasSuffix("late"))
        }
    }
}
