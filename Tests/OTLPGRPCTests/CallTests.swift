import Codecs
import Foundation
import Listening
import OTLPGRPC
import Synchronization
import Testing

@Suite("Calls by gRPC", .timeLimit(.minutes(1)))
struct CallTests {
    private static let trace = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
    private static let metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"

    /// A gzip of stored blocks, made without a compressor.
    private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-c"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let writer = Thread {
            try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
            try? input.fileHandleForWriting.close()
        }
        writer.start()
        let result = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(result)
    }

    @Test("a message is stored, plain and compressed, and its answer is a message and a status in the trailers")
    func stored() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let plain = try client.call([], FrameClient.message(FrameClient.records(3)))
            #expect(plain.http == "200" && plain.status == 0 && plain.data == [0, 0, 0, 0, 0])
            #expect(plain.headers.contains { $0 == ("content-type", "application/grpc") })
            #expect(server.store.kept == 3)
            let packed = try Self.gzip(FrameClient.records(20_000))
            let gzip = try client.call(
                [("grpc-encoding", "gzip"), ("grpc-timeout", "9900m")], FrameClient.message(packed, flag: 1))
            #expect(gzip.status == 0 && server.store.kept == 20_003)
            // The other signals, which have nothing in an empty message.
            for path in [Self.trace, Self.metrics] {
                #expect(try client.call(path, FrameClient.message([])).status == 0)
            }
            #expect(server.statistics { $0.calls == 0 }.heldBytes == 0)
            #expect(server.server.connections.statistics.ended == [.ok: 4])
        }
    }

    @Test("more than the windows of flow control hold is taken as the windows are opened again")
    func large() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let records = FrameClient.records(20_000, "a plate was read at the gate of the yard")
            let reply = try client.call([], FrameClient.message(records))
            #expect(reply.status == 0 && server.store.kept == 20_000)
        }
    }

    @Test("what was left out is told")
    func partialSuccess() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let long = String(repeating: "x", count: 1 << 20 | 1)
            let reply = try client.call([], FrameClient.message(FrameClient.records(1, long)))
            #expect(reply.status == 0)
            #expect(String(decoding: reply.data, as: UTF8.self).contains("a record's body has more"))
        }
    }

    @Test(
        "what cannot be read is refused for good",
        arguments: [
            ([0, 0, 0, 0, 2, 0x7f, 0x7f], [], 3, "cannot read the OTLP request"), ([], [], 3, "no message"),
            ([0, 0, 0, 0, 9, 1], [], 3, "cut off"), ([0, 0, 0, 0, 0, 0], [], 3, "more bytes"),
            ([7, 0, 0, 0, 0], [], 13, "neither 0 nor 1"), ([0, 0xff, 0xff, 0xff, 0xff], [], 8, "above the limit"),
            ([1, 0, 0, 0, 1, 0], [], 13, "does not say how"),
            ([1, 0, 0, 0, 1, 0], ["snappy"], 12, "snappy is not known"),
            ([1, 0, 0, 0, 3, 1, 2, 3], ["gzip"], 3, "damaged"),
        ] as [([UInt8], [String], Int, String)])
    func refused(bytes: [UInt8], encoding: [String], status: Int, message: String) async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let reply = try client.call(encoding.map { ("grpc-encoding", $0) }, bytes)
            #expect(reply.http == "200" && reply.status == status && reply.message.contains(message), "\(reply)")
            if status == 12 { #expect(reply.headers.contains { $0 == ("grpc-accept-encoding", "identity,gzip") }) }
            // The connection goes on.
            #expect(try client.call([], FrameClient.message(FrameClient.records(1))).status == 0)
        }
    }

    @Test("other methods and other kinds of requests are told apart")
    func strangers() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let unknown = try client.call("/a.b.C/D", FrameClient.message([]))
            #expect(unknown.status == 12 && unknown.message.contains("/a.b.C/D"))
            let json = try client.call([("content-type", "application/json")], Array("{}".utf8))
            #expect(json.http == "415" && json.status == nil)
            let proto = try client.call([("content-type", "application/grpc+proto")], FrameClient.message([]))
            #expect(proto.status == 0)
            let health = try client.call("/grpc.health.v1.Health/Check", FrameClient.message([]))
            #expect(health.status == 0 && health.data == [0, 0, 0, 0, 2, 8, 1])
            let other = try client.call(
                "/grpc.health.v1.Health/Check", FrameClient.message([10, 3] + Array("a.B".utf8)))
            #expect(other.status == 5)
        }
    }

    @Test("a full disk is UNAVAILABLE, after which exporters come again, and the words survive the trailer")
    func fullDisk() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            server.store.isFull = true
            let full = try client.call([], FrameClient.message(FrameClient.records(2)))
            #expect(full.status == 14 && full.message == "cannot append: no space left on ổ đĩa")
            server.store.isFull = false
            #expect(try client.call([], FrameClient.message(FrameClient.records(2))).status == 0)
            #expect(server.store.kept == 2)
        }
    }

    @Test("the time that a caller gives is kept to")
    func deadline() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            // A message that never comes.
            let stream = client.open(FrameClient.logs, [("grpc-timeout", "50m")])
            let late = try client.reply(stream)
            #expect(late.status == 4)
            // One that waits for the store.
            let reply = try server.store.gate.withLock { _ in
                try client.call([("grpc-timeout", "100m")], FrameClient.message(FrameClient.records(1)))
            }
            #expect(reply.status == 4)
            #expect(server.statistics { $0.calls == 0 }.heldBytes == 0)
        }
    }

    @Test("the server's end is told, calls that are worked on are answered, and it takes less than a second")
    func end() async throws {
        let store = TestStore()
        let (server, started) = try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            _ = try client.call([], FrameClient.message(FrameClient.records(1)))
            return (server.server, ContinuousClock.now)
        }
        #expect(ContinuousClock.now - started < .seconds(1))
        #expect(server.connections.statistics.connections == 0 && store.kept == 0)
    }
}

extension FrameClient {
    func call(_ headers: [(String, String)], _ message: [UInt8]) throws -> Reply {
        try call(FrameClient.logs, headers, message)
    }

    func call(_ path: String, _ message: [UInt8]) throws -> Reply { try call(path, [], message) }
}
