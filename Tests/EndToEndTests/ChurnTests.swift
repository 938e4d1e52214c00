import Foundation
import TestSupport
import Testing
import Transfers

/// Series that come and go, as where jobs of short life are scraped.
@Suite("Churn, end to end", .serialized)
struct ChurnTests {
    /// 30 minutes of ordinary time with `WATCHPOST_SOAK`; else seconds for minutes, which shows that nothing of it fails.
    private static let isLong = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] != nil
    private static let minute = isLong ? 60.0 : 1.0
    private static let minutes = isLong ? 40 : 15
    private static let series = 20_000

    /// A tenth of the series of its page are others every minute.
    private static let exporter = """
        import http.server, os, sys, threading, time
        start, minute, count = time.time(), float(sys.argv[1]), int(sys.argv[2])
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_GET(self):
                first = int((time.time() - start) / minute) * (count // 10)
                body = ''.join('short{id="%d",path="/a/b"} %d\\n' % (i, i) for i in range(first, first + count)).encode()
                self.send_response(200); self.send_header('Content-Type', 'text/plain; version=0.0.4')
                self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        print('port', s.server_port, flush=True); s.serve_forever()
        """

    private static func memory(of server: Server) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        return try #require(status.firstMatch(of: #/VmRSS:\s+(\d+) kB/#).flatMap { Int($0.1) }) / 1_024
    }

    @Test("memory levels off while a tenth of the series is replaced every minute", .timeLimit(.minutes(60)))
    func levelsOff() async throws {
        let folder = try TemporaryDirectory()
        let exporter = try RunningProcess("python3", ["-c", Self.exporter, "\(Self.minute)", "\(Self.series)"])
        let port = try await exporter.line(matching: Regex(#"port (\d+)"#))
        let interval = Self.isLong ? 15 : 1
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: \(interval)s, scrape_timeout: \(interval)s }
            scrape_configs: [{ job_name: churn, static_configs: [{ targets: ['127.0.0.1:\(port)'] }] }]

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        var memory: [Int] = []
        for _ in 0..<Self.minutes {
            try await Task.sleep(for: .seconds(Self.minute))
            memory.append(try Self.memory(of: server))
        }
        print("MiB after each minute: \(memory)")
        let alive = try await server.query("count(short)").first?.value
        #expect(alive.map { (Double(Self.series)...Double(Self.series) * 1.2).contains($0) } == true)
        let all = try await server.query("count(last_over_time(short[1h]))").first?.value ?? 0
        #expect(all > Double(Self.series) * (1 + Double(Self.minutes - 3) / 10), "series of the past are there")
        if Self.isLong {
            let (middle, last) = (memory[20..<30].max() ?? 0, memory[30...].max() ?? 0)
            #expect(Double(last) < Double(middle) * 1.1)
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
