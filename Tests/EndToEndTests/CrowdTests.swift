import Foundation
import TestSupport
import Testing
import Transfers

/// Many connections and few descriptors.
@Suite("A server with few descriptors", .serialized)
struct CrowdTests {
    @Test(
        "answers this host's health, and keeps its streams, under hundreds of idle connections", .timeLimit(.minutes(3))
    )
    func idleCrowd() async throws {
        let folder = try TemporaryDirectory()
        let port = try Peers.freePort()
        let command =
            "ulimit -n 256; exec \(Peers.watchpost) serve --listen 127.0.0.1:\(port) --data \(folder.path)/data"
        let server = Server(
            process: try RunningProcess("/bin/sh", ["-c", command]), url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady()
        var streams: [RawClient] = []
        for _ in 0..<10 {
            let stream = try RawClient(port)
            try stream.send("GET /api/watchpost/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try await stream.line()
            streams.append(stream)
        }
        var idle: [RawClient] = []
        for _ in 0..<400 { idle.append(try RawClient(port)) }
        for _ in 0..<20 {
            let asker = try RawClient(port)
            try asker.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await asker.line().contains("200"))
        }
        // A page opens files of the stores, so that it is not only health that goes on.
        #expect(try await server.get("/status").status == 200)
        for stream in streams {
            for _ in 0..<3 { #expect(try await stream.line(matching: "event: tick").contains("tick")) }
        }
        withExtendedLifetime(idle) {}
        server.process.signal(SIGTERM)
        try await server.process.end(within: .seconds(5))
    }
}
