import Foundation
import SiteView
import TestSupport
import Testing
import Transfers

/// Shippers of Logstash, as they are, and what nobody should send.
@Suite("Inputs of pipelines, end to end", .serialized, .timeLimit(.minutes(3)))
struct PipelineInputTests {
    private struct Site {
        let folder: TemporaryDirectory
        let server: Server

        /// A server with a pipeline.
        init(_ inputs: String, arguments: [String] = [], in folder: TemporaryDirectory? = nil) async throws {
            self.folder = try folder ?? TemporaryDirectory()
            try self.folder.write(
                "config/logstash/site.conf",
                "input {\n\(inputs)\n}\nfilter { mutate { add_field => { \"site\" => \"hcm\" } } }\n")
            server = try await Server.serve(
                configuration: self.folder.path + "/config", data: self.folder.path + "/data", arguments: arguments)
        }

        func count(of input: String) async throws -> Double {
            try await server.query("log_input_events_total{input=\"main/\(input)\"}").first?.value ?? 0
        }

        func end() async throws {
            server.process.signal(SIGTERM)
            try await server.process.end(within: .seconds(5))
        }
    }

    @Test("pylogbeat's and timbersnake's events go through the pipeline, and are there when they are acknowledged")
    func beats() async throws {
        let port = try Peers.freePort()
        let site = try await Site("beats { port => \(port) type => \"vms\" }")
        let many = try Peers.client("beats.py", "pylogbeat", String(port), "4000")
        try await many.end()
        #expect(many.printed.contains("acknowledged 4000"), "\(many.printed)")
        let other = try Peers.client("beats.py", "timbersnake", String(port))
        try await other.end()
        #expect(other.printed.contains("acknowledged 3"), "\(other.printed)")
        // What is acknowledged outlives everything.
        site.server.process.signal(SIGKILL)
        _ = try? await site.server.process.end()
        let again = try await Site("beats { port => \(port) type => \"vms\" }", in: site.folder)
        let query = "fields.component:recording AND site:hcm AND type:vms AND tags:beats_input_codec_plain_applied"
        let found = try await again.server.logs(query, limit: 10_000, start: "2026-11-01T00:00:00Z")
        #expect(found.count == 4_003)
        #expect(Set(found.map(\.message)).count == 4_000)
        try await again.end()
    }

    @Test("beats by TLS: the sender checks us, and we check the sender where that is asked for")
    func secured() async throws {
        let folder = try TemporaryDirectory()
        let (open, closed) = (try Peers.freePort(), try Peers.freePort())
        let (certificate, key) = try await Self.certificate(in: folder, "server")
        let (client, clientKey) = try await Self.certificate(in: folder, "client")
        let (stranger, strangerKey) = try await Self.certificate(in: folder, "stranger")
        let tls = "ssl_enabled => true ssl_certificate => \"\(certificate)\" ssl_key => \"\(key)\""
        let site = try await Site(
            """
            beats { port => \(open) \(tls) }
            beats { port => \(closed) \(tls) ssl_client_authentication => "required"
              ssl_certificate_authorities => ["\(client)"] enrich => all }
            """, in: folder)
        func send(_ port: Int, _ more: String...) async throws -> String {
            let sender = try RunningProcess(
                Peers.python, [Peers.part("beats.py"), "pylogbeat", String(port), "3", certificate] + more)
            try await sender.end()
            return sender.printed
        }
        #expect(try await send(open).contains("acknowledged 3"))
        #expect(try await send(closed, client, clientKey).contains("acknowledged 3"))
        #expect(try await send(closed).contains("failed"))
        #expect(try await send(closed, stranger, strangerKey).contains("failed"))
        let plain = try Peers.client("beats.py", "pylogbeat", String(open), "1")
        try await plain.end()
        #expect(plain.printed.contains("failed"))
        _ = try await eventually("the status") {
            try await site.server.text("/status").contains("its TLS was refused") ? true : nil
        }
        try await site.end()
    }

    private static func certificate(
        in folder: TemporaryDirectory, _ name: String
    ) async throws -> (certificate: String, key: String) {
        let (certificate, key) = (folder.path + "/\(name).crt", folder.path + "/\(name).key")
        let openssl = try RunningProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        try await openssl.end()
        return (certificate, key)
    }

    @Test("python-logstash, GELF in pieces, syslog and HTTP: each event with the fields of its input")
    func others() async throws {
        let ports = try (0..<5).map { _ in try Peers.freePort() }
        let site = try await Site(
            """
            tcp { port => \(ports[0]) codec => json }
            udp { port => \(ports[1]) codec => json tags => ["by-udp"] }
            gelf { port => \(ports[2]) }
            syslog { port => \(ports[3]) }
            http { port => \(ports[4]) ecs_compatibility => disabled }
            """)
        let clients = try Peers.client("logstash_clients.py", String(ports[0]), String(ports[1]), String(ports[2]))
        try await clients.end()
        #expect(clients.printed.contains("sent"), "\(clients.printed)")
        for way in ["--udp", "--tcp"] {
            let logger = try RunningProcess(
                "/usr/bin/logger",
                [
                    way, "--rfc3164", "--server", "127.0.0.1", "--port", String(ports[3]), "--priority",
                    "local0.warning",
                    "--tag", "sw", "link by \(way.dropFirst(2))",
                ])
            try await logger.end()
        }
        let gate = Server(process: site.server.process, url: "http://127.0.0.1:\(ports[4])")
        let answer = try await gate.post("/in", #"[{"message":"first by http"},{"message":"second by http"}]"#)
        #expect(answer.status == 200 && String(decoding: answer.body, as: UTF8.self) == "ok")
        for (query, count) in [
            ("\"disk full by tcp\" AND host:camera-host AND camera:gate AND level:ERROR", 1),
            ("\"disk full by udp\" AND host:camera-host AND tags:by-udp", 1),
            ("\"by gelf\" AND user:u AND source_host:127.0.0.1", 1),
            ("\"link by\" AND process.name:sw AND log.syslog.severity.name:Warning AND host.ip:127.0.0.1", 2),
            ("\"by http\" AND headers.request_method:POST AND host:127.0.0.1 AND site:hcm", 2),
        ] {
            _ = try await eventually("events of \(query)") {
                try await site.server.logs(query).count == count ? true : nil
            }
        }
        try await site.end()
    }

    @Test("frames that are broken, huge or bombs cost a connection each, and never more memory than is allowed")
    func hostile() async throws {
        let (port, line) = (try Peers.freePort(), try Peers.freePort())
        let site = try await Site("beats { port => \(port) }\ntcp { port => \(line) }")
        for bytes in [
            "474554", "1603010200", "324affffffffffffffff", "324a0000000106400000", "3243ffffffff",
            "32430000000568656c6c6f", "3144000000017fffffff", "3257ffffffff",
        ] {
            let client = try Peers.client("beats.py", "raw", String(port), bytes)
            try await client.end()
            #expect(
                client.printed.contains("got \n") && !client.printed.contains("open"), "\(bytes): \(client.printed)")
        }
        // Half a frame is waited for, and holds up nobody.
        let half = try Peers.client("beats.py", "raw", String(port), "3257000000013243000010")
        let bomb = try Peers.client("beats.py", "bomb", String(port))
        let long = try RawClient(line)
        let piece = String(repeating: "x", count: 1 << 20)
        for _ in 0..<100 { try long.send(piece) }
        try long.send("\nafter the long line\n")
        _ = try await eventually("the line behind it", within: .seconds(30)) {
            try await site.server.logs("\"after the long line\"").first
        }
        let beside = try Peers.client("beats.py", "pylogbeat", String(port), "100")
        try await beside.end()
        #expect(beside.printed.contains("acknowledged 100"))
        bomb.signal(SIGKILL)
        _ = try? await bomb.end()
        try await half.end()
        #expect(half.printed.contains("open"))
        let status = try String(contentsOfFile: "/proc/\(site.server.process.pid)/status", encoding: .utf8)
        let peak = try #require(status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#).flatMap { Int($0.1) }) / 1_024
        print("at most \(peak) MiB")
        #expect(peak < 450)
        let refused = try await site.server.query("log_door_refused_total{door=\"beats\"}").first?.value ?? 0
        #expect(refused >= 8)
        try await site.end()
    }

    @Test(
        "an input that other hosts can send to is not opened without a word, and one that is wrong is told with its place"
    )
    func openAddresses() async throws {
        let port = try Peers.freePort()
        let site = try await Site("beats { host => \"0.0.0.0\" port => \(port) }")
        #expect(try await site.server.text("/status").contains("can be reached from other hosts"))
        let refused = try Peers.client("beats.py", "pylogbeat", String(port), "1")
        try await refused.end()
        #expect(refused.printed.contains("failed"))
        try await site.end()
        let opened = try await Site(
            "beats { host => \"0.0.0.0\" port => \(port) }", arguments: ["--insecure-listen"], in: site.folder)
        let taken = try Peers.client("beats.py", "pylogbeat", String(port), "1")
        try await taken.end()
        #expect(taken.printed.contains("acknowledged 1"))
        try await opened.end()
    }
}
