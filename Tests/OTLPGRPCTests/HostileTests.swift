import Foundation
import NIOCore
import OTLPGRPC
import Testing

/// What is sent in bad intent is bounded and told, and a sender who means well is answered beside it.
@Suite("Hostile speakers of HTTP/2", .timeLimit(.minutes(2)))
struct HostileTests {
    private static var quick: GRPCLimits {
        var limits = GRPCLimits()
        limits.preface = .milliseconds(300)
        limits.slowMessage = .seconds(1)
        limits.silence = (ask: .milliseconds(500), answer: .milliseconds(500))
        limits.reader = .seconds(1)
        return limits
    }

    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether the connection must be ended by the server.
        let ends: Bool
        let run: @Sendable (FrameClient) -> Void

        init(_ name: String, ends: Bool = true, _ run: @escaping @Sendable (FrameClient) -> Void) {
            testDescription = name
            self.ends = ends
            self.run = run
        }
    }

    private static let attacks = [
        Attack("nothing at all") { _ in },
        Attack("half a preface") { $0.send(Array(FrameClient.preface.prefix(11))) },
        Attack("a preface that turns out wrong") { $0.send(Array("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".utf8)) },
        Attack("a preface alone, and silence") { $0.begin() },
        Attack("TLS") { $0.send([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]) },
        Attack("zeros") { $0.send([UInt8](repeating: 0, count: 100_000)) },
        Attack("a frame of a length that is not allowed") {
            $0.begin()
            $0.send([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 100))
        },
        Attack("DATA on a stream that was never opened") {
            $0.begin()
            $0.send(FrameClient.frame(0, 0, 7, [1, 2, 3]))
        },
        Attack("headers that are no HPACK") {
            $0.begin()
            $0.send(FrameClient.frame(1, 4, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
        },
        Attack("CONTINUATION without end") { client in
            client.begin()
            client.send(FrameClient.frame(1, 0, 1, FrameClient.block(FrameClient.logs)))
            let more = FrameClient.frame(9, 0, 1, [0, 1, 0x61, 1, 0x62])
            for _ in 0..<10_000 { if !client.send(more) { return } }
        },
        Attack("a megabyte of headers") { client in
            client.begin()
            let long = (0..<70).flatMap { _ in
                FrameClient.block(FrameClient.logs, [("x", String(repeating: "y", count: 200))])
            }
            for part in 0..<60 {
                if !client.send(FrameClient.frame(part == 0 ? 1 : 9, 0, 1, Array(long.prefix(16_000)))) { return }
            }
        },
        Attack("10,000 streams that are reset at once") { client in
            client.begin()
            for number in 0..<10_000 {
                let stream = UInt32(number * 2 + 1)
                let pair =
                    FrameClient.frame(1, 4, stream, FrameClient.block(FrameClient.logs))
                    + FrameClient.frame(3, 0, stream, [0, 0, 0, 8])
                if !client.send(pair) { return }
            }
        },
        Attack("10,000 open streams") { client in
            client.begin()
            for number in 0..<10_000 {
                let open = FrameClient.frame(1, 4, UInt32(number * 2 + 1), FrameClient.block(FrameClient.logs))
                if !client.send(open) { return }
            }
        },
        Attack("PINGs without end") { client in
            client.begin()
            let pings = (0..<100).flatMap { _ in FrameClient.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) }
            for _ in 0..<1_000 { if !client.send(pings) { return } }
        },
        Attack("SETTINGS without end") { client in
            client.begin()
            let settings = (0..<100).flatMap { _ in FrameClient.frame(4, 0, 0, [0, 4, 0, 0, 0xff, 0xff]) }
            for _ in 0..<1_000 { if !client.send(settings) { return } }
        },
        Attack("empty DATA without end") { client in
            client.begin()
            let stream = client.open()
            for _ in 0..<10_000 { if !client.send(FrameClient.frame(0, 0, stream, [])) { return } }
        },
        Attack("more than the window") { client in
            client.begin()
            let stream = client.open()
            let part = FrameClient.frame(0, 0, stream, [0, 3, 0, 0, 0] + [UInt8](repeating: 0, count: 16_000))
            for _ in 0..<10_000 { if !client.send(part) { return } }
        },
        Attack("a window that overflows") { client in
            client.begin()
            for _ in 0..<3 { client.send(FrameClient.frame(8, 0, 0, [0x7f, 0xff, 0xff, 0xff])) }
        },
        Attack("calls whose answers are never read", ends: false) { client in
            client.begin()
            for number in 0..<20_000 {
                let call =
                    FrameClient.frame(1, 5, UInt32(number * 2 + 1), FrameClient.block("/a.b.C/D"))
                if !client.send(call) { return }
            }
        },
    ]

    @Test("are ended, and others are answered meanwhile", arguments: attacks)
    func attack(_ attack: Attack) async throws {
        try await TestServer.with(limits: Self.quick) { server in
            let bad = try FrameClient(port: server.port)
            attack.run(bad)
            let good = try FrameClient(port: server.port)
            good.begin()
            let reply = try good.call([], FrameClient.message(FrameClient.records(1)))
            #expect(reply.status == 0)
            if attack.ends { #expect(bad.isEnded(), "the connection is still open") }
            let after = server.statistics { $0.calls == 0 && $0.heldBytes == 0 }
            #expect(after.calls == 0 && after.heldBytes == 0)
        }
    }

    @Test("HTTP/1 is told where it is spoken")
    func http1() async throws {
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.send(Array("POST /v1/traces HTTP/1.1\r\nHost: localhost:4317\r\nContent-Length: 0\r\n\r\n".utf8))
            let answer = String(decoding: client.bytes() ?? [], as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("4318"))
            #expect(client.bytes() == nil)
        }
    }

    @Test("a call whose message comes too slowly is ended")
    func slow() async throws {
        try await TestServer.with(limits: Self.quick) { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let stream = client.open()
            client.send(FrameClient.frame(0, 0, stream, [0, 0, 0]))
            #expect(try client.reply(stream).status == 4)
        }
    }

    @Test("claimed lengths take no memory, and bytes held of all calls have a bound")
    func bounds() async throws {
        var limits = GRPCLimits()
        limits.heldBytes = 100_000
        limits.calls = 20
        try await TestServer.with(limits: limits) { [limits] server in
            let client = try FrameClient(port: server.port)
            client.begin()
            // Each claims 64 MiB, and sends 10,000 bytes.
            let part = [0, 3, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 10_000)
            let streams = (0..<6).map { _ in client.open() }
            for stream in streams { client.send(FrameClient.frame(0, 0, stream, part)) }
            #expect(server.statistics { $0.heldBytes == 6 * 10_005 }.heldBytes == 6 * 10_005)
            let other = try FrameClient(port: server.port)
            other.begin()
            for _ in 0..<3 {
                let stream = other.open()
                other.send(FrameClient.frame(0, 0, stream, part))
            }
            let refused = try other.call([], FrameClient.message([UInt8](repeating: 0, count: 15_000)))
            #expect(refused.status == 14 && refused.message.contains("come again"))
            #expect(refused.headers.contains { $0.0 == "grpc-status-details-bin" })
            // Calls have a bound too.
            let third = try FrameClient(port: server.port)
            third.begin()
            let many = (0..<15).map { _ in third.open() }
            #expect(try third.reply(many[14]).status == 14)
            #expect(server.server.connections.statistics.heldBytes <= limits.heldBytes)
        }
    }

    @Test("a bomb of gzip is refused at the limit")
    func bomb() async throws {
        // 80 MiB of zeros, in ten members, as gzip allows.
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "head -c 83886080 /dev/zero | gzip -1"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = Array(try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        try await TestServer.with { server in
            let client = try FrameClient(port: server.port)
            client.begin()
            let reply = try client.call([("grpc-encoding", "gzip")], FrameClient.message(bytes, flag: 1))
            #expect(reply.status == 8 && reply.message.contains("more than"), "\(reply)")
            #expect(try client.call([], FrameClient.message(FrameClient.records(1))).status == 0)
        }
    }

    @Test("the connection that has rested longest gives way at the limit")
    func connections() async throws {
        var limits = GRPCLimits()
        limits.connections = 3
        try await TestServer.with(limits: limits) { server in
            let clients = try (0..<3).map { _ in try FrameClient(port: server.port) }
            for client in clients {
                client.begin()
                #expect(try client.call([], FrameClient.message([])).status == 0)
            }
            let fourth = try FrameClient(port: server.port)
            fourth.begin()
            #expect(try fourth.call([], FrameClient.message([])).status == 0)
            #expect(clients[0].isEnded())
            #expect(try clients[2].call([], FrameClient.message([])).status == 0)
            #expect(server.server.connections.statistics.connections == 3)
        }
    }
}
