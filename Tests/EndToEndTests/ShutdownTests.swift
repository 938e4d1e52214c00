import Foundation
import TestSupport
import Testing

/// The end of a server that people look at while it ends.
@Suite("A server that is told to end", .serialized)
struct ShutdownTests {
    private static let commands = ["serve", "demo", "agent"]

    /// A running server; an agent's has metrics alone.
    private static func start(_ command: String, in folder: TemporaryDirectory) async throws -> Server {
        let port = try Peers.freePort()
        var arguments = [command, "--listen", "127.0.0.1:\(port)"]
        if command == "demo" {
            arguments += ["--cameras", "2", "--no-incident"]
        } else {
            arguments += ["--data", folder.path + "/data"]
        }
        let server = Server(
            process: try RunningProcess(Peers.watchpost, arguments), url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady(within: .seconds(90))
        return server
    }

    /// Fifty pages that are looked at, twenty bodies that stop halfway, half a head, and nothing at all.
    private static func crowd(_ server: Server) async throws -> [RawClient] {
        let port = try #require(URL(string: server.url)?.port)
        var clients: [RawClient] = []
        for index in 0..<80 {
            let client = try RawClient(port)
            switch index {
            case ..<50:
                try client.send("GET /api/watchpost/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                _ = try await client.line()
            case ..<60:
                try client.send("POST /api/v1/write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc")
            case ..<70:
                try client.send(
                    "POST /silences HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
            case ..<75: try client.send("GET /metrics HTT")
            default: break
            }
            clients.append(client)
        }
        return clients
    }

    @Test(
        "is over within five seconds, whatever is still open, and gives streams their end", .timeLimit(.minutes(3)),
        arguments: commands)
    func withPages(_ command: String) async throws {
        let folder = try TemporaryDirectory()
        let server = try await Self.start(command, in: folder)
        let clients = try await Self.crowd(server)
        if command == "serve" {
            // A query that takes minutes is not waited for.
            let client = try RawClient(try #require(URL(string: server.url)?.port))
            let query = "quantile_over_time(0.5,vector(time())[1d:1s])"
            try client.send(
                "GET /api/v1/query_range?query=\(query)&start=1000000&end=1110000&step=10 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
        }
        server.process.signal(SIGTERM)
        try await server.process.end(within: .seconds(5))
        if command == "serve" {
            // The end of a chunked body: the stream was ended, not cut.
            for client in clients.prefix(50) {
                #expect(try await client.line(matching: "0\r\n") == "0\r\n")
            }
        }
    }

    @Test("is over at once at a second signal", .timeLimit(.minutes(3)), arguments: commands)
    func secondSignal(_ command: String) async throws {
        let folder = try TemporaryDirectory()
        let server = try await Self.start(command, in: folder)
        // Bodies that stop halfway keep the first signal waiting.
        let clients = try await Self.crowd(server)
        // What the server has not begun to read it need not wait for.
        try await Task.sleep(for: .milliseconds(500))
        server.process.signal(SIGINT)
        try await Task.sleep(for: .milliseconds(500))
        let isWaiting = server.process.isRunning
        server.process.signal(SIGINT)
        try await server.process.end(within: .seconds(1))
        #expect(isWaiting || command != "serve", "the first signal alone was enough, so that the second was not tried")
        withExtendedLifetime(clients) {}
    }
}
