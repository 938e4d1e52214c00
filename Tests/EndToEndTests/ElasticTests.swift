import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// The store of logs as Elasticsearch's clients see it.
@Suite("Elasticsearch's clients, end to end", .serialized)
struct ElasticTests {
    private static let generator = ProcessInfo.processInfo.environment["VMSLOG"]

    @Test(
        "aggregations are those of SQL over the same events",
        .enabled(if: generator != nil, "VMSLOG does not say where vmslog.py is"), .timeLimit(.minutes(5)))
    func aggregations() async throws {
        let folder = try TemporaryDirectory()
        let script = try #require(Self.generator)
        let maker = try RunningProcess(
            "python3", [script, "--out", folder.path + "/logs", "--events", LongForm.isWanted ? "50000" : "2000"])
        try await maker.end(within: .seconds(60))
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let comparison = try RunningProcess(
            "python3",
            [
                Peers.part("elastic_aggregations.py"), server.url, folder.path + "/logs/expected.ndjson",
                folder.path + "/logs/truth.json",
            ])
        try await comparison.end(within: .seconds(240))
        #expect(comparison.printed.contains(", 0 differ"), "\(comparison.printed)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "unmodified clients write and ask",
        arguments: ["elasticsearch7", "elasticsearch8", "elasticsearch9", "opensearch"])
    func clients(name: String) async throws {
        let packages = Peers.client(name)
        try #require(
            FileManager.default.fileExists(atPath: packages), "\(packages) is not there; scripts/setup --test makes it")
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path)
        let client = try RunningProcess(
            Peers.python, [Peers.part("elastic_client.py"), name, server.url], environment: ["PYTHONPATH": packages])
        try await client.end(within: .seconds(120))
        #expect(client.printed.hasSuffix("all is well\n"), "\(client.printed)")
        #expect(try await server.text("/metrics").contains(#/log_door_events_total\{door="bulk"\} [1-9]/#))
        // The pages and our own API show what was logged, and not how it came.
        let events = try await server.logs("message:Camera AND number:3", start: "2026-11-01")
        #expect(events.count == 1 && events.first?.fields["list.x"] == .array([.integer(1), .integer(2)]))
        #expect(events.allSatisfy { event in !event.fields.keys.contains { $0.hasPrefix("_") } })
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("bulk requests that nobody should send are refused within bounds", .timeLimit(.minutes(2)))
    func hostile() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path)
        let bombs = try RunningProcess(Peers.python, [Peers.part("elastic_bombs.py"), server.url])
        try await bombs.end(within: .seconds(100))
        #expect(bombs.printed.hasSuffix("all is well\n"), "\(bombs.printed)")
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        let peak = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) })
        #expect(peak < 600 << 10, "\(peak >> 10) MiB")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "rsyslog sends as to an Elasticsearch",
        .timeLimit(.minutes(2)))
    func rsyslog() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let configuration = try folder.write(
            "rsyslog.conf",
            """
            module(load="omelasticsearch")
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="\(folder.path)/log" CreatePath="on" UseSysTimeStamp="off")
            template(name="document" type="list") {
              constant(value="{")
              property(name="timereported" dateFormat="rfc3339" outname="@timestamp" format="jsonf")
              constant(value=",")
              property(name="hostname" outname="host" format="jsonf")
              constant(value=",")
              property(name="msg" outname="message" format="jsonfr")
              constant(value="}")
            }
            action(type="omelasticsearch" server="\(server.url)/elasticsearch/" searchIndex="rsyslog"
                   template="document" bulkmode="on" errorFile="\(folder.path)/errors" action.resumeRetryCount="-1"
                   action.resumeInterval="1")
            """)
        let rsyslog = try RunningProcess(
            "rsyslogd", ["-n", "-f", configuration, "-i", folder.path + "/pid"], environment: [:])
        _ = try await eventually("rsyslog's socket") {
            FileManager.default.fileExists(atPath: folder.path + "/log") ? true : nil
        }
        for number in 0..<50 {
            let logger = try RunningProcess("logger", ["-u", folder.path + "/log", "-t", "gate", "opened \(number)"])
            try await logger.end()
        }
        let found = try await eventually("50 messages; rsyslog printed: \(rsyslog.printed)", within: .seconds(60)) {
            let reply = try await server.get("/elasticsearch/rsyslog/_count", [("q", "message:opened")])
            return String(decoding: reply.body, as: UTF8.self).contains("\"count\":50") ? true : nil
        }
        #expect(found)
        rsyslog.signal(SIGKILL)
        try await rsyslog.end()
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

}
