import Foundation
import Model
import TestSupport
import Testing

@testable import Scraping

@Suite("Targets from DNS", .timeLimit(.minutes(5)))
struct DNSTests {
    /// A name server on UDP and TCP that answers with the records of a table; long answers it cuts over UDP.
    private static let program = #"""
        import os, socket, struct, sys, threading
        def name(text): return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".") if p) + b"\0"
        srv = lambda port, host: struct.pack(">HHH", 0, 0, port) + name(host)
        table = {
            ("node.test", 1): [bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])],
            ("node.test", 28): [bytes.fromhex("20010db8000000000000000000000001")],
            ("_vms._tcp.test", 33): [srv(9090, "a.test"), srv(9091, "b.test")],
            ("mail.test", 15): [struct.pack(">H", 5) + name("mx.test")],
            ("test", 2): [name("ns.test")],
            ("many.test", 33): [srv(9000 + n, "node-%d.test" % n) for n in range(60)],
        }
        def answer(query, cuts):
            end, parts = 12, []
            while query[end]:
                parts.append(query[end + 1:end + 1 + query[end]].decode()); end += 1 + query[end]
            kind = struct.unpack(">H", query[end + 1:end + 3])[0]
            asked, key = query[12:end + 5], (".".join(parts), kind)
            if key[0] == "broken.test": return query[:2] + struct.pack(">HHHHH", 0x8182, 1, 0, 0, 0) + asked
            if key not in table: return query[:2] + struct.pack(">HHHHH", 0x8183, 1, 0, 0, 0) + asked
            records = table[key]
            # An alias before the records, and names that point back to the question's.
            body = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, 2) + b"\xc0\x0c"
            for data in records: body += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data
            whole = query[:2] + struct.pack(">HHHHH", 0x8180, 1, len(records) + 1, 0, 0) + asked + body
            if cuts and len(whole) > 512: return query[:2] + struct.pack(">HHHHH", 0x8380, 1, 0, 0, 0) + asked
            return whole
        tcp = socket.socket(); tcp.bind(("127.0.0.1", 0)); tcp.listen()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(tcp.getsockname())
        def streams():
            while True:
                peer, _ = tcp.accept()
                length = struct.unpack(">H", peer.recv(2))[0]
                reply = answer(peer.recv(length), False)
                peer.sendall(struct.pack(">H", len(reply)) + reply); peer.close()
        def datagrams():
            while True:
                query, peer = udp.recvfrom(4096)
                udp.sendto(b"not an answer", peer)
                udp.sendto(answer(query, True), peer)
        for each in (streams, datagrams): threading.Thread(target=each, daemon=True).start()
        print("PORT", udp.getsockname()[1], flush=True)
        sys.stdin.read(); os._exit(0)
        """#

    struct Question: Sendable, CustomTestStringConvertible {
        let name: String
        let type: DNSRecordType
        let addresses: [String]
        var label: (name: String, value: String)?

        var testDescription: String { "\(name) \(type)" }
    }

    private static let questions = [
        Question(name: "node.test", type: .a, addresses: ["10.0.0.1:80", "10.0.0.2:80"]),
        Question(name: "node.test.", type: .aaaa, addresses: ["[2001:db8::1]:80"]),
        Question(
            name: "_vms._tcp.test", type: .srv, addresses: ["a.test:9090", "b.test:9091"],
            label: ("__meta_dns_srv_record_port", "9090")),
        Question(
            name: "mail.test", type: .mx, addresses: ["mx.test:80"],
            label: ("__meta_dns_mx_record_target", "mx.test.")),
        Question(
            name: "test", type: .ns, addresses: ["ns.test:80"], label: ("__meta_dns_ns_record_target", "ns.test.")),
        Question(name: "many.test", type: .srv, addresses: (0..<60).map { "node-\($0).test:\(9000 + $0)" }),
        Question(name: "nobody.test", type: .a, addresses: []),
    ]

    @Test("records become targets, over UDP and TCP; a name that does not exist has none")
    func records() async throws {
        let server = try RunningProcess("python3", ["-c", Self.program])
        let port = try #require(UInt16(try await server.line(matching: try Regex(#"PORT (\d+)"#))))
        let resolver = DNSResolver(servers: [.init(address: "127.0.0.1", port: port)])
        for question in Self.questions {
            let dns = DNSDiscovery(names: [question.name], type: question.type, port: 80, resolver: resolver)
            let groups = try await dns.read()
            #expect(groups.flatMap(\.addresses) == question.addresses, "\(question)")
            #expect(groups.allSatisfy { $0.labels["__meta_dns_name"] == question.name })
            if let label = question.label { #expect(groups.first?.labels[label.name] == label.value) }
        }
        let broken = DNSDiscovery(names: ["broken.test"], type: .a, port: 80, resolver: resolver)
        await #expect(throws: DiscoveryError.self) { try await broken.read() }
        withExtendedLifetime(server) {}
    }

    @Test("a server that is not there is told, in time")
    func silence() async throws {
        let resolver = DNSResolver(servers: [.init(address: "127.0.0.1", port: 9)], timeout: 300)
        let dns = DNSDiscovery(names: ["a.test"], type: .a, port: 80, resolver: resolver)
        await #expect(throws: DiscoveryError.self) { try await dns.read() }
    }

    @Test("messages of any bytes are refused or passed over, and never crash")
    func damage() throws {
        var generator = SeededGenerator(for: "messages of DNS")
        for _ in 0..<5_000 {
            let length = Int.random(in: 0...80, using: &generator)
            var bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            if bytes.count > 3 { bytes.replaceSubrange(0..<4, with: [0, 7, 0x81, 0x80]) }
            for type in [DNSRecordType.a, .aaaa, .srv, .mx, .ns] { _ = try? DNSMessage.answer(bytes, type, id: 7) }
        }
        #expect(throws: DiscoveryError.self) { try DNSMessage.question(String(repeating: "x", count: 64), .a, id: 1) }
        #expect(throws: DiscoveryError.self) { try DNSMessage.question("", .a, id: 1) }
    }
}
