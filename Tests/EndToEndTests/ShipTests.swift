import Foundation
import LogStore
import Model
import TestSupport
import Testing

/// An agent and a server, of which both are killed while a file grows.
@Suite("Agents ship logs, end to end", .serialized)
struct ShipTests {
    /// How long the server is away: some seconds in CI, ten minutes with `WATCHPOST_SOAK`.
    private static let isAway = LongForm.isWanted ? LongForm.span(600) : .seconds(3)

    /// Writes 2,000 lines a second until its input ends or says so, and then how many it were.
    private static let writer = """
        import datetime, sys, threading, time
        stop = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
        start, count = time.monotonic(), 0
        with open(sys.argv[1], 'a') as file:
            while not stop.is_set():
                now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds')
                due = int((time.monotonic() - start) * 2000)
                file.write(''.join('%s INFO line number %d end\\n' % (now, n + 1) for n in range(count, due)))
                file.flush()
                count = max(count, due)
                time.sleep(0.02)
        print('written', count, flush=True)
        """

    private static func agent(_ folder: TemporaryDirectory, port: Int) throws -> RunningProcess {
        try RunningProcess(
            Peers.watchpost,
            [
                "agent", "--role", "api", "--listen", "127.0.0.1:\(port)", "--config", folder.path + "/agent", "--data",
                folder.path + "/agent-data",
            ])
    }

    private static func writeSites(_ folder: TemporaryDirectory, server port: Int) throws {
        try folder.write("token", "a-token-that-both-know\n")
        try folder.write("server/watchpost.yml", "instance: center\ningest: { token_file: \(folder.path)/token }\n")
        try folder.write(
            "agent/watchpost.yml",
            "instance: node-7\nship: { to: \"http://127.0.0.1:\(port)\", token_file: \(folder.path)/token }\n")
        try folder.write(
            "agent/filebeat.yml",
            """
            filebeat.inputs:
              - type: filestream
                id: app
                paths: [\(folder.path)/app.log]
                fields: { component: app }

            """)
        try folder.write("app.log", "")
    }

    @Test(
        "each line is on the server once, though the agent is killed again and again and the server is away",
        .timeLimit(.minutes(60)))
    func killed() async throws {
        let folder = try TemporaryDirectory()
        let (port, agentPort) = (try Peers.freePort(), try Peers.freePort())
        try Self.writeSites(folder, server: port)
        func serve() async throws -> Server {
            try await Server.serve(
                configuration: folder.path + "/server", data: folder.path + "/server-data", port: port)
        }
        func killedAnew(_ agent: RunningProcess) async throws -> RunningProcess {
            agent.signal(SIGKILL)
            try await agent.end()
            return try Self.agent(folder, port: agentPort)
        }
        var server = try await serve()
        var agent = try Self.agent(folder, port: agentPort)
        let writer = try RunningProcess("python3", ["-c", Self.writer, folder.path + "/app.log"])
        for _ in 0..<2 {
            try await Task.sleep(for: .milliseconds(Int.random(in: 900...1_500)))
            agent = try await killedAnew(agent)
        }
        try await Task.sleep(for: .milliseconds(700))
        server.process.signal(SIGKILL)
        try await server.process.end()
        let back = ContinuousClock.now + Self.isAway
        while ContinuousClock.now < back {
            try await Task.sleep(for: min(Self.isAway / 2, .seconds(30)))
            agent = try await killedAnew(agent)
        }
        server = try await serve()
        try await Task.sleep(for: .milliseconds(1_500))
        agent = try await killedAnew(agent)
        // While it catches up.
        server.process.signal(SIGKILL)
        try await server.process.end()
        server = try await serve()
        try writer.write("stop\n")
        let written = try #require(Int(try await writer.line(matching: Regex(#"written (\d+)"#))))
        _ = try await eventually("line \(written); the agent: \(agent.printed)", within: .seconds(300)) {
            try await server.logs("\"line number \(written) end\"").first
        }
        let page = try await server.text("/metrics")
        #expect(page.contains(#"log_ingest_events_total{agent="node-7"}"#))
        for process in [agent, server.process] {
            process.signal(SIGTERM)
            try await process.end()
        }
        let (once, others) = try Self.count(in: folder.path + "/server-data/logs", of: written)
        #expect(once == written && others.isEmpty, "\(once) of \(written) once; \(others.prefix(20))")
    }

    /// How many of the lines are stored once, and those that are not with how often they are.
    private static func count(in directory: String, of written: Int) throws -> (once: Int, others: [Int: Int]) {
        let store = try LogStore(LogStoreOptions(directory: directory))
        defer { store.close() }
        var counts = [Int](repeating: 0, count: written + 1)
        var strange = 0
        let oldest = store.statistics.oldest ?? 0
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        // A minute after the other: a scan holds what it finds.
        for start in stride(from: oldest, through: now, by: 60_000) {
            try store.scan(LogFilter(in: TimeRange(start: start, end: start + 59_999), ascending: true)) { event in
                let number = event.message.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0
                let names = [event.fields["host.name"], event.fields["agent.name"]]
                let isOurs = counts.indices.contains(number) && names.allSatisfy { $0 == .string("node-7") }
                if isOurs, number > 0 { counts[number] += 1 } else { strange += 1 }
            }
        }
        counts[0] = strange
        var others: [Int: Int] = [:]
        for (number, count) in counts.enumerated() where count != (number == 0 ? 0 : 1) { others[number] = count }
        return (counts.dropFirst().count { $0 == 1 }, others)
    }
}
