import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

@Suite("Kill -9 under load, end to end", .serialized)
struct KillTests {
    /// How often the server is killed: a few times in CI, fifty with `WATCHPOST_SOAK`.
    private static let rounds = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] == nil ? 3 : 50

    /// A site that scrapes an exporter which counts, and reads a log that grows, each ten times a second.
    private static func writeSite(in folder: TemporaryDirectory, exporter: Int) throws {
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 100ms, scrape_timeout: 100ms }
            scrape_configs: [{ job_name: counter, static_configs: [{ targets: ['127.0.0.1:\(exporter)'] }] }]

            """)
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - type: filestream
                id: app
                paths: [\(folder.path)/app.log]
                fields: { component: app }

            """)
    }

    /// Counts up at each scrape, and remembers when each value was given.
    private static let exporter = """
        import http.server, os, sys, threading
        n = 0
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_GET(self):
                global n
                n += 1
                body = ('# TYPE scrapes counter\\nscrapes_total %d\\n' % n).encode()
                self.send_response(200); self.send_header('Content-Type', 'text/plain; version=0.0.4')
                self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        print('port', s.server_port, flush=True); s.serve_forever()
        """

    @Test(
        "no sample that was seen and no log line is missing, and it is ready within two seconds",
        .timeLimit(.minutes(10)))
    func killed() async throws {
        let folder = try TemporaryDirectory()
        let exporter = try RunningProcess("python3", ["-c", Self.exporter])
        let exporterPort = Int(try await exporter.line(matching: Regex(#"port (\d+)"#))) ?? 0
        try Self.writeSite(in: folder, exporter: exporterPort)
        let log = folder.path + "/app.log"
        FileManager.default.createFile(atPath: log, contents: nil)
        let writer = Task.detached {
            let file = try #require(FileHandle(forWritingAtPath: log))
            var line = 0
            while !Task.isCancelled {
                line += 1
                let time = Date.now.ISO8601Format(.iso8601(timeZone: .gmt, dateTimeSeparator: .space))
                try file.write(contentsOf: Data("\(time) INFO line number \(line) end\n".utf8))
                // In the long form slower, so that one answer holds all lines.
                try? await Task.sleep(for: .milliseconds(Self.rounds > 10 ? 100 : 20))
            }
            return line
        }
        let port = try Peers.freePort()
        var seen: Set<Double> = []
        for round in 1...Self.rounds {
            let start = ContinuousClock.now
            let server = try await Server.serve(
                configuration: folder.path + "/config", data: folder.path + "/data", port: port)
            let readyAfter = start.duration(to: .now)
            #expect(readyAfter < .seconds(2), "round \(round): ready after \(readyAfter)")
            let stored = try await Self.storedValues(server)
            #expect(seen.isSubset(of: stored), "round \(round): lost \(seen.subtracting(stored).sorted())")
            try await Task.sleep(for: .milliseconds(Int.random(in: 1_500...3_000)))
            seen.formUnion(try await Self.storedValues(server))
            server.process.signal(SIGKILL)
            try await server.process.end()
        }
        #expect(seen.count > 10 * Self.rounds / 3)
        writer.cancel()
        let written = try await writer.value
        let server = try await Server.serve(
            configuration: folder.path + "/config", data: folder.path + "/data", port: port)
        let lines = try await eventually("all \(written) log lines", within: .seconds(30)) {
            let events = try await server.logs("component:app", limit: 5_000)
            return events.count >= min(written, 5_000) ? events : nil
        }
        #expect(lines.count == written, "every line is there once")
        #expect(Set(lines.map(\.message)).count == written)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// Every value of the counter that a query sees.
    private static func storedValues(_ server: Server) async throws -> Set<Double> {
        struct Answer: Decodable {
            struct Data: Decodable { let result: [Series] }
            struct Series: Decodable { let values: [Point] }
            struct Point: Decodable {
                let value: Double
                init(from decoder: any Decoder) throws {
                    var pair = try decoder.unkeyedContainer()
                    _ = try pair.decode(Double.self)
                    value = Double(try pair.decode(String.self)) ?? .nan
                }
            }
            let data: Data?
        }
        let answer: Answer = try await server.decode("/api/v1/query", [("query", "scrapes_total[1h]")])
        return Set(answer.data?.result.flatMap { $0.values.map(\.value) } ?? [])
    }
}
