import Foundation
import HTTPKit
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("Connections to the pages and the API")
struct OpenConnectionsTests {
    @Test(
        "some descriptors are left for files, cameras and scrapes",
        arguments: [(20, 10), (256, 128), (1_024, 512), (4_096, 3_584), (65_536, 4_096)])
    func reserve(_ descriptors: Int, _ connections: Int) {
        #expect(OpenConnections.Limits(descriptors: descriptors).count == connections)
    }

    /// A server with few places, and a stream that ends when the test says so.
    private func withServer(
        _ change: (inout OpenConnections.Limits) -> Void,
        _ body: (OpenConnections, _ port: Int) async throws -> Void
    ) async throws {
        var limits = OpenConnections.Limits(descriptors: 16)
        change(&limits)
        let connections = OpenConnections(limits: limits)
        let router = Routers.make()
        router.get("/-/healthy") { _, _ in "well" }
        router.post("/body") { request, _ in String(try await request.body.collect(upTo: 1 << 20).readableBytes) }
        router.get("/stream") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    while !Task.isCancelled {
                        try await writer.write(ByteBuffer(string: "tick\n"))
                        try await Task.sleep(for: .milliseconds(50))
                    }
                })
        }
        let port = Mutex(0)
        let server = WebServer(router, at: ListenAddress(host: "127.0.0.1", port: 0), connections) { bound in
            port.withLock { $0 = bound }
        }
        let task = Task { try await server.run() }
        let found = try await eventually("a port") { port.withLock { $0 == 0 ? nil : $0 } }
        try await body(connections, found)
        task.cancel()
        _ = await task.result
    }

    /// Asks anew where the connection is ended before its request was read, as a client does: those that ask nothing may
    /// still be coming in on another thread of the server, and then this one is the one that has waited longest.
    private func health(_ port: Int) async throws -> String {
        for _ in 0..<10 {
            let asker = try RawClient(port)
            guard (try? asker.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")) != nil else { continue }
            if let line = try? await asker.line() { return line }
        }
        return "no answer"
    }

    @Test("who asks nothing gives way to who asks, and streams never do", .timeLimit(.minutes(5)))
    func givesWay() async throws {
        try await withServer { _ in
        } _: { connections, port in
            let limit = connections.limits.count
            var streams: [RawClient] = []
            for _ in 0..<3 {
                let stream = try RawClient(port)
                try stream.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await stream.line().contains("200"))
                streams.append(stream)
            }
            var idle: [RawClient] = []
            for _ in 0..<(4 * limit) { idle.append(try RawClient(port)) }
            for _ in 0..<20 { #expect(try await health(port).contains("200")) }
            _ = try await eventually("no more than \(limit), not \(connections.count)") {
                connections.count <= limit ? true : nil
            }
            for stream in streams { #expect(try await stream.line(matching: "tick").contains("tick")) }
            withExtendedLifetime(idle) {}
        }
    }

    @Test("where all places are streams, health of this host is answered", .timeLimit(.minutes(5)))
    func fullOfStreams() async throws {
        try await withServer { _ in
        } _: { connections, port in
            var streams: [RawClient] = []
            for _ in 0..<connections.limits.count {
                let stream = try RawClient(port)
                try stream.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await stream.line().contains("200"))
                streams.append(stream)
            }
            let asker = try RawClient(port)
            try asker.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await asker.line().contains("200"))
            #expect(connections.count == connections.limits.count + 1)
        }
    }

    @Test("idle and slow connections have their time, streams have no end", .timeLimit(.minutes(5)))
    func overdue() async throws {
        try await withServer {
            $0.count = 50
        } _: { connections, port in
            let silent = try RawClient(port)
            let half = try RawClient(port)
            try half.send("GET /-/hea")
            let slow = try RawClient(port)
            try slow.send("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
            let rests = try RawClient(port)
            try rests.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await rests.line().contains("200"))
            let stream = try RawClient(port)
            try stream.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await stream.line().contains("200"))
            let now = ContinuousClock.now
            _ = try await eventually("all to be known") { connections.count == 5 ? true : nil }
            #expect(connections.overdue(at: now + .seconds(20)).isEmpty)
            _ = try await eventually("the silent, the half request and the slow body to be overdue") {
                connections.overdue(at: .now + .seconds(40)).count == 3 ? true : nil
            }
            // One more rests between two requests; the stream is the fifth.
            #expect(connections.overdue(at: .now + .seconds(150)).count == 4)
            #expect(connections.overdue(at: .now + .seconds(86_400)).count == 4)
            withExtendedLifetime([silent, half, slow, rests, stream]) {}
        }
    }

    @Test("a body that comes fast enough has as long as it needs", .timeLimit(.minutes(5)))
    func largeBody() async throws {
        try await withServer { _ in
        } _: { connections, port in
            let client = try RawClient(port)
            try client.send("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n")
            try client.send(String(repeating: "a", count: 150_000))
            _ = try await eventually("the part to be read") {
                connections.overdue(at: .now + .seconds(149)).isEmpty
                    && !connections.overdue(at: .now + .seconds(200)).isEmpty
                    ? true : nil
            }
            try client.send(String(repeating: "a", count: 50_000))
            #expect(try await client.line(matching: "200000").contains("200000"))
        }
    }
}
