import Foundation
import TestSupport
import Testing

/// What is logged on an agent's host, as rules of the server see it.
@Suite("Counts of logs, end to end", .serialized, .timeLimit(.minutes(3)))
struct LogCountTests {
    private static func line(_ event: String) -> String {
        #"{"@timestamp":"\#(Date().ISO8601Format())","level":"warning","event":"\#(event)","message":"Failed login"}"#
            + "\n"
    }

    private static func append(_ text: String, to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private static func writeSites(_ folder: TemporaryDirectory, server port: Int) throws {
        let rules = try String(contentsOfFile: "Sources/Site/BuiltInSite/rules/vms.yml", encoding: .utf8)
        try folder.write("server/rules.yml", rules.replacing("interval: 30s", with: "interval: 1s"))
        try folder.write(
            "server/prometheus.yml", "global: { scrape_interval: 1s }\nrule_files: [rules.yml]\n")
        try folder.write("server/watchpost.yml", "instance: center\n")
        try folder.write(
            "agent/watchpost.yml", "instance: node-7\nship: { to: \"http://127.0.0.1:\(port)\" }\n")
        try folder.write(
            "agent/filebeat.yml",
            """
            filebeat.inputs:
              - type: filestream
                id: auth
                paths: [\(folder.path)/auth.log]
                fields: { component: auth }
                parsers: [{ ndjson: { target: "", overwrite_keys: true } }]

            """)
        try folder.write("auth.log", "")
    }

    @Test("an agent's failed logins count once on the server, over a kill of the agent, and a brute force is told")
    func bruteForce() async throws {
        let folder = try TemporaryDirectory()
        let (port, agentPort) = (try Peers.freePort(), try Peers.freePort())
        try Self.writeSites(folder, server: port)
        func agent() throws -> RunningProcess {
            try RunningProcess(
                Peers.watchpost,
                [
                    "agent", "--role", "api", "--listen", "127.0.0.1:\(agentPort)", "--config", folder.path + "/agent",
                    "--data", folder.path + "/agent-data",
                ])
        }
        func serve() async throws -> Server {
            try await Server.serve(
                configuration: folder.path + "/server", data: folder.path + "/server-data", port: port)
        }
        func count(_ event: String) -> String { #"{component="auth",event="\#(event)",level="WARN"}"# }
        var server = try await serve()
        var running = try agent()
        try Self.append(Self.line("login"), to: folder.path + "/auth.log")
        _ = try await eventually("the first count") {
            try await server.text("/metrics").contains("log_events_total\(count("login")) 1\n") ? true : nil
        }
        #expect(try await !server.text("/api/v1/alerts").contains("LoginBruteForce"))
        let attack = (0..<30).map { _ in Self.line("failed_login") }.joined()
        try Self.append(attack, to: folder.path + "/auth.log")
        _ = try await eventually("the alert", within: .seconds(60)) {
            try await server.text("/api/v1/alerts").contains("30 logins failed within five minutes") ? true : nil
        }
        let page = Server(process: running, url: "http://127.0.0.1:\(agentPort)")
        let text = try await page.text("/metrics")
        #expect(text.contains("log_shipping_read_events_total\(count("failed_login")) 30\n"))
        #expect(!text.contains("log_events_total{"))
        running.signal(SIGKILL)
        try await running.end()
        running = try agent()
        try Self.append(Self.line("logout"), to: folder.path + "/auth.log")
        _ = try await eventually("what came after the kill") {
            try await server.text("/metrics").contains("log_events_total\(count("logout")) 1\n") ? true : nil
        }
        #expect(try await server.text("/metrics").contains("log_events_total\(count("failed_login")) 30\n"))
        // A counter begins anew with its process, and what is stored is not counted again.
        server.process.signal(SIGTERM)
        try await server.process.end()
        server = try await serve()
        try Self.append(Self.line("logout"), to: folder.path + "/auth.log")
        _ = try await eventually("what came after the restart") {
            try await server.text("/metrics").contains("log_events_total\(count("logout")) 1\n") ? true : nil
        }
        #expect(try await !server.text("/metrics").contains(count("failed_login")))
        for process in [running, server.process] {
            process.signal(SIGTERM)
            try await process.end()
        }
    }
}
