import Foundation
import SiteView
import TestSupport
import Testing

/// Many who search the logs of a day at once.
@Suite("A crowd that searches logs", .serialized)
struct LogCrowdTests {
    private static let generator = ProcessInfo.processInfo.environment["VMSLOG"]
    private static let events = Int(ProcessInfo.processInfo.environment["VMSLOG_EVENTS"] ?? "") ?? 300_000
    private static let clients = 40

    private struct Report: Decodable {
        let queries: Int
        let longest: Double
        let second: Double
        let usual: Double
        let answers: [String: Int]
        let longestSearch: Double
        let broken: [String]
    }

    private static func site(in folder: TemporaryDirectory) throws {
        let kinds = [
            ("recording", "parsers: [{ multiline: { pattern: '^\\d{4}-', negate: true, match: after } }]"),
            ("nginx", ""),
            ("api", "parsers: [{ ndjson: { target: '', overwrite_keys: true } }]"),
            ("auth", "parsers: [{ ndjson: { target: '', overwrite_keys: true } }]"),
        ]
        let paths = [
            "recording": "vms/recording-engine/engine.log", "nginx": "nginx/access.log", "api": "vms/api/api.log",
            "auth": "vms/auth/auth.log",
        ]
        let inputs = kinds.map { name, parsers in
            """
              - type: filestream
                id: \(name)
                paths: [\(folder.path)/logs/var/log/\(paths[name] ?? "")]
                fields: { component: \(name) }
                \(parsers)

            """
        }
        try folder.write("config/filebeat.yml", "filebeat.inputs:\n" + inputs.joined())
    }

    /// Seconds that a process has computed.
    private static func computed(_ pid: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        // utime and stime, in hundredths of a second.
        return fields[12...13].compactMap { Double($0) }.reduce(0, +) / 100
    }

    @Test(
        "holds up no query, each has its turn or a clear word, and scans end when those leave who wait for them",
        .enabled(if: generator != nil, "VMSLOG does not say where vmslog.py is"), .timeLimit(.minutes(15)))
    func crowd() async throws {
        let folder = try TemporaryDirectory()
        let generator = try #require(Self.generator)
        let start = Date(timeIntervalSinceNow: -86_400).ISO8601Format()
        let writer = try RunningProcess(
            "python3",
            [
                generator, "--out", folder.path + "/logs", "--events", "\(Self.events)", "--start", start,
                "--no-expected",
            ])
        try await writer.end(within: .seconds(300))
        try Self.site(in: folder)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the logs to be stored", within: .seconds(600), every: .seconds(2)) {
            let page: LogPage = try await server.decode(
                "/api/watchpost/logs", [("limit", "0"), ("total", "true"), ("start", "now-2d")])
            return page.total ?? 0 >= Self.events ? true : nil
        }
        let port = try #require(URL(string: server.url)?.port)
        let crowd = try RunningProcess(
            "python3", [Peers.part("log_crowd.py"), "\(port)", "\(Self.clients)", "10"])
        let line = try await crowd.line(matching: Regex(#"(\{"queries.*\})"#), within: .seconds(200))
        print("a crowd that searches: \(line)")
        let report = try JSONDecoder().decode(Report.self, from: Data(line.utf8))
        #expect(report.queries > 100 && report.longest < 0.1, "\(report)")
        #expect(report.broken.isEmpty && report.answers.values.reduce(0, +) >= Self.clients, "\(report)")
        // All leave in the middle of their searches: two scan, and the others wait.
        #expect(try Self.busy(server) > 0.5)
        try crowd.write("leave\n")
        try await crowd.end()
        try await Task.sleep(for: .milliseconds(200))
        #expect(try Self.busy(server) < 0.3)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// How many seconds the server computes in the next one.
    private static func busy(_ server: Server) throws -> Double {
        let before = try computed(server.process.pid)
        // A sleep of the task might be late.
        usleep(1_000_000)
        return try computed(server.process.pid) - before
    }
}
