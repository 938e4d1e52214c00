import Foundation
import SiteView
import TestSupport
import Testing

@Suite("Messages of syslog, end to end", .serialized, .timeLimit(.minutes(2)))
struct SyslogTests {
    private static let logger = "/usr/bin/logger"

    @Test(
        "of real senders are found by a search, counted, and there after the end; other hosts need a word",
        .enabled(if: FileManager.default.isExecutableFile(atPath: logger), "logger is not installed"))
    func messages() async throws {
        let folder = try TemporaryDirectory()
        let (closed, open) = (try Peers.freePort(), try Peers.freePort())
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - { type: syslog, id: switches, protocol.udp.host: '127.0.0.1:\(closed)', fields: { component: network } }
              - { type: syslog, id: hosts, protocol.tcp.host: '0.0.0.0:\(open)' }
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        #expect(try await server.text("/status").contains("can be reached from other hosts"))
        try await Self.send("--udp", closed, "link of camera 17 is down")
        let found = try await eventually("the message") { try await server.logs("fields.component:network").first }
        #expect(found.message == "link of camera 17 is down" && found.level == "WARN")
        #expect(throws: NeverCame.self) { try RawClient(open) }
        _ = try await eventually("the count") {
            try await server.query("log_input_events_total{input=\"switches\"} == 1").first
        }
        try await Self.send("--udp", closed, "the last one")
        server.process.signal(SIGTERM)
        try await server.process.end()

        let opened = try await Server.serve(
            configuration: folder.path + "/config", data: folder.path + "/data", arguments: ["--insecure-listen"])
        #expect(try await opened.logs("\"the last one\"").count == 1)
        #expect(try await !opened.text("/status").contains("can be reached from other hosts"))
        try await Self.send("--tcp", open, "from afar")
        _ = try await eventually("the message") { try await opened.logs("afar").first }
        opened.process.signal(SIGTERM)
        try await opened.process.end(within: .seconds(5))
    }

    private static func send(_ way: String, _ port: Int, _ text: String) async throws {
        let process = try RunningProcess(
            logger,
            [way, "--server", "127.0.0.1", "--port", "\(port)", "--priority", "local0.warning", "--tag", "sw", text])
        try await process.end()
    }
}
